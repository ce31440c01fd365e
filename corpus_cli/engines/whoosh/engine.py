"""A Whoosh index as an engine."""

import contextlib
import hashlib
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import whoosh
from whoosh.index import create_in, open_dir

from corpus_cli.engines import matching
from corpus_cli.engines.fields import FieldName, by_language, fingerprint_sample, invert
from corpus_cli.engines.occurrences import NOTHING, Postings
from corpus_cli.engines.port import DEADLINE, Choose, Facts, Found, Verified
from corpus_cli.engines.whoosh import generations, pickles
from corpus_cli.engines.whoosh.fields import schema
from corpus_cli.engines.whoosh.generations import Manifest
from corpus_cli.engines.whoosh.writer import InvertingWriter
from corpus_cli.errors import CorpusDamaged
from corpus_cli.model import Passage
from corpus_cli.query.nodes import Bag, Mention

pickles.install()

_T = TypeVar("_T")

_ATTEMPTS = 5
_SKIP = 20
"""A list is skipped through where it is so many times as long as what is looked for in it."""
_POSTINGS = 700_000
"""How many are held in memory before a segment is written: some 70 MB."""


class WhooshEngine:
    """The index in one folder: readers take the current generation, a writer makes the next."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open: tuple[Manifest, _WhooshIndex] | None = None

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

        def known(index: _WhooshIndex) -> list[str]:
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
            return Manifest(1, number, upto, *_fingerprints(), files)

        with generations.next_generation(self._root, base, publish) as folder:
            index = open_dir(folder) if base else create_in(folder, schema())
            writer = _WhooshWriter(index)
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

    def _ask(self, question: "Callable[[_WhooshIndex], _T]") -> _T:
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

    def _opened(self, manifest: Manifest) -> "_WhooshIndex":
        if not self._open or self._open[0].generation != manifest.generation:
            self.close()
            generations.check(self._root, manifest)
            self._open = manifest, _WhooshIndex(self._root / manifest.folder)
        return self._open[1]


class _WhooshWriter:
    """Changes to one generation: nobody sees it before it is whole, so it may have many commits."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - Whoosh is untyped
        self._index = index
        self._writer = InvertingWriter(index)
        self._removed: list[str] = []

    def put(self, passages: Sequence[Passage], facts: Facts) -> None:
        known = by_language(facts, passages)
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
        self._removed.append(article)

    def commit(self) -> None:
        with self._index.reader() as reader:
            for article in self._removed:
                if ("article", article) in reader:
                    for passage in list(reader.postings("article", article).all_ids()):
                        self._writer.delete_document(passage)
        self._removed.clear()
        self._writer.commit()

    def cancel(self) -> None:
        if not self._writer.is_closed:
            self._writer.cancel()


class _WhooshIndex:
    """What the matcher reads, over one Whoosh reader."""

    def __init__(self, folder: Path) -> None:
        self._whoosh = open_dir(folder)
        self._reader = self._whoosh.reader()
        self.postings = lru_cache(256)(self._postings)
        self.id = cache(self._id)
        self.has = lru_cache(4_096)(self._has)
        self.frequency = lru_cache(4_096)(self._frequency)

    def close(self) -> None:
        self._reader.close()
        self._whoosh.close()

    def _postings(self, field: FieldName, term: str) -> Postings:
        if (field, term) not in self._reader:
            return NOTHING
        passages: list[int] = []
        counts: list[float] = []
        values: list[bytes] = []
        matcher = self._reader.postings(field, term)
        while matcher.is_active():
            passages.append(matcher.id())
            counts.append(matcher.weight())
            values.append(matcher.value())
            matcher.next()
        return Postings(passages, counts, values)

    def _frequency(self, field: FieldName, term: str) -> int:
        return int(self._reader.doc_frequency(field, term))

    def values(self, field: FieldName, term: str, passages: Sequence[int]) -> Mapping[int, bytes]:
        if _SKIP * len(passages) > self.frequency(field, term):
            table = self.postings(field, term).table
            return {passage: table[passage] for passage in passages if passage in table}
        found: dict[int, bytes] = {}
        matcher = self._reader.postings(field, term)
        for passage in passages:
            matcher.skip_to(passage)
            if not matcher.is_active():
                break
            if matcher.id() == passage:
                found[passage] = matcher.value()
        return found

    def _has(self, field: FieldName, term: str) -> bool:
        if (field, term) not in self._reader:
            return False
        # Until its segment is merged a term outlives the last passage that had it.
        return not self._reader.has_deletions() or bool(self.postings(field, term).passages)

    def terms(self, field: FieldName, prefix: str) -> Iterator[str]:
        return (term.decode() for term in self._reader.expand_prefix(field, prefix))

    @cached_property
    def _passages(self) -> Sequence[int]:
        return tuple(self._reader.all_doc_ids())

    def passages(self) -> Sequence[int]:
        return self._passages

    def average(self, field: FieldName) -> float:
        # Whoosh's own sum holds removed passages until their segment is merged.
        total = self._reader.field_length(field)
        for leaf, _ in self._reader.leaf_readers():
            total -= sum(leaf.doc_field_length(gone, field) for gone in leaf.deleted_docs_set)
        return float(total / max(len(self.passages()), 1))

    def length(self, field: FieldName) -> Callable[[int], int]:
        read = self._reader.doc_field_length
        return lambda passage: int(read(passage, field))

    @cached_property
    def _ids(self) -> Any:  # noqa: ANN401 - Whoosh is untyped
        return self._reader.column_reader("id")

    def _id(self, passage: int) -> str:
        name = str(self._ids[passage])
        if not name.partition("#")[2].isdecimal():
            raise CorpusDamaged(f"the index names a passage {name!r}: rebuild it: corpus reindex")
        return name

    def find(self, ids: frozenset[str]) -> frozenset[int]:
        return frozenset(
            passage
            for name in ids
            if ("id", name) in self._reader
            for passage in self._reader.postings("id", name).all_ids()
        )


@cache
def _fingerprints() -> tuple[str, str, str]:
    """Of the schema, of the analysis and of Whoosh: what has to agree to read an index."""
    return (
        hashlib.sha256(pickle.dumps(sorted(schema().names()))).hexdigest()[:16],
        hashlib.sha256(fingerprint_sample().encode()).hexdigest()[:16],
        ".".join(map(str, whoosh.__version__)),
    )


def _fits(manifest: Manifest) -> bool:
    return (manifest.schema, manifest.analysis, manifest.whoosh) == _fingerprints()


def _from_whoosh(error: BaseException) -> bool:
    """Whether an error came out of Whoosh."""
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_globals.get("__name__", "").startswith("whoosh."):
            return True
        trace = trace.tb_next
    return False
