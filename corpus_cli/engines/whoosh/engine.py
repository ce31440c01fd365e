"""A Whoosh index as an engine."""

import contextlib
import hashlib
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import whoosh
from whoosh.index import create_in, open_dir

from corpus_cli.engines import matching
from corpus_cli.engines.fields import by_language, fingerprint_sample, invert
from corpus_cli.engines.port import DEADLINE, Choose, Facts, Found, Verified
from corpus_cli.engines.whoosh import generations, pickles
from corpus_cli.engines.whoosh.fields import schema
from corpus_cli.engines.whoosh.generations import Manifest
from corpus_cli.engines.whoosh.index import WhooshIndex
from corpus_cli.engines.whoosh.writer import InvertingWriter
from corpus_cli.errors import CorpusDamaged
from corpus_cli.model import Passage
from corpus_cli.query.nodes import Bag, Mention

pickles.install()

_T = TypeVar("_T")

_ATTEMPTS = 5
_POSTINGS = 700_000
"""How many are held in memory before a segment is written: some 70 MB."""


class WhooshEngine:
    """The index in one folder: readers take the current generation, a writer makes the next."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open: tuple[Manifest, WhooshIndex] | None = None

    def search(
        self, query: Bag, choose: Choose[_T], verified: Verified, seconds: float = DEADLINE
    ) -> tuple[Found, _T]:
        """See `port.Engine`."""
        return self._ask(lambda index: matching.search(index, query, choose, verified, seconds))

    def mentions(self, node: Mention) -> Mapping[str, int]:
        """See `port.Engine`."""
        return self._ask(lambda index: matching.mentions(index, node))

    def terms(self, prefix: str) -> Iterator[str]:
        """See `port.Engine`."""

        def known(index: WhooshIndex) -> list[str]:
            terms = (term for term in index.terms("words", prefix) if term[0] != "=")
            return [term for term in terms if index.has("words", term)]

        return iter(self._ask(known))

    def frequency(self, term: str) -> int:
        """See `port.Engine`."""
        return self._ask(lambda index: len(index.postings("words", term).passages))

    def tidy(self) -> None:
        """See `port.Engine`."""
        generations.collect(self._root)

    def upto(self, *, verify: bool = False) -> int:
        """See `port.Engine`. 0 where another version wrote it, or it cannot be read."""
        try:
            manifest = generations.read(self._root)
            if manifest and _fits(manifest):
                generations.check(self._root, manifest)
                if not (verify and generations.changed(self._root, manifest)):
                    return manifest.upto
        except (CorpusDamaged, OSError):
            pass
        return 0

    @contextmanager
    def writer(self, upto: int, *, fresh: bool = False) -> "Iterator[_WhooshWriter]":
        """See `port.Engine`."""
        base = None if fresh else generations.read(self._root)

        def publish(number: int, files: Mapping[str, tuple[int, str]]) -> Manifest:
            return Manifest(1, number, upto, writer.articles, *_fingerprints(), files)

        with generations.next_generation(self._root, base, publish) as folder:
            index = open_dir(folder) if base else create_in(folder, schema())
            writer = _WhooshWriter(index, base.articles if base else 0)
            try:
                yield writer
                writer.commit()
            except BaseException:
                # What went wrong is worth more than what goes wrong after it.
                with contextlib.suppress(Exception):
                    writer.cancel()
                raise
            finally:
                index.close()
        self.close()

    def close(self) -> None:
        """See `port.Engine`."""
        if self._open:
            self._open[1].close()
            self._open = None

    def _ask(self, question: "Callable[[WhooshIndex], _T]") -> _T:
        """An answer from the current generation; asked again when commits overtook us.

        Raises `CorpusDamaged` for whatever Whoosh trips over in it.
        """
        for _ in range(_ATTEMPTS):
            manifest = self._manifest()
            try:
                return question(self._opened(manifest))
            except Exception as error:
                # Two commits since CURRENT was read, and the folder is gone.
                if self._manifest().generation != manifest.generation:
                    continue
                self.close()
                changed = generations.changed(self._root, manifest)
                if changed or isinstance(error, OSError) or _from_whoosh(error):
                    what = changed or f"{type(error).__name__}: {error}"
                    raise generations.damaged(self._root, what) from error
                raise
        raise generations.damaged(self._root, "it changes faster than it can be read")

    def _manifest(self) -> Manifest:
        manifest = generations.read(self._root)
        if manifest is None:
            raise generations.damaged(self._root, f"it has no {generations.CURRENT}")
        if not _fits(manifest):
            raise CorpusDamaged(
                f"the index in {self._root} was written by another version of corpus. "
                "Bring it up to date with: corpus reindex"
            )
        return manifest

    def _opened(self, manifest: Manifest) -> "WhooshIndex":
        if not self._open or self._open[0].generation != manifest.generation:
            self.close()
            generations.check(self._root, manifest)
            self._open = manifest, WhooshIndex(self._root / manifest.folder, manifest.articles)
        return self._open[1]


class _WhooshWriter:
    """Changes to one generation: nobody sees it before it is whole, so it may have many commits.

    `articles` is how many it holds.
    """

    def __init__(self, index: Any, articles: int) -> None:  # noqa: ANN401 - Whoosh is untyped
        self.articles = articles
        self._index = index
        self._writer = InvertingWriter(index)
        self._removed: set[str] = set()

    def put(self, passages: Sequence[Passage], facts: Facts) -> None:
        known = by_language(facts, passages)
        self.articles += bool(passages)
        for passage in passages:
            stems, words = invert(passage)
            self._writer.add_passage(
                {"id": passage.id, "article": passage.article},
                {"facts": known[passage.language], "stems": stems, "words": words},
            )
        if self._writer.count > _POSTINGS:
            self.commit()
            self._writer = InvertingWriter(self._index)

    def remove(self, article: str) -> None:
        self._removed.add(article)

    def commit(self) -> None:
        with self._index.reader() as reader:
            for article in self._removed:
                if ("article", article) in reader:
                    passages = list(reader.postings("article", article).all_ids())
                    self.articles -= bool(passages)
                    for passage in passages:
                        self._writer.delete_document(passage)
        self._removed.clear()
        self._writer.commit()

    def cancel(self) -> None:
        if not self._writer.is_closed:
            self._writer.cancel()


@cache
def _fingerprints() -> tuple[str, str, str]:
    """Of the schema, of the analysis and of Whoosh: what has to agree to read an index."""
    return (
        hashlib.sha256(pickle.dumps(sorted(schema().names()))).hexdigest()[:16],
        hashlib.sha256(fingerprint_sample().encode()).hexdigest()[:16],
        ".".join(map(str, whoosh.__version__)),
    )


def _fits(manifest: Manifest) -> bool:
    known = (manifest.schema, manifest.analysis, manifest.whoosh) == _fingerprints()
    return known and manifest.articles >= 0


def _from_whoosh(error: BaseException) -> bool:
    """Whether an error came out of Whoosh."""
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_globals.get("__name__", "").startswith("whoosh."):
            return True
        trace = trace.tb_next
    return False
