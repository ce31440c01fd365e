"""A Whoosh index as an engine."""

import hashlib
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import whoosh
from whoosh.index import create_in, open_dir

from corpus_cli.engines import matching
from corpus_cli.engines.fields import FieldName, fingerprint_sample, invert, invert_facts
from corpus_cli.engines.occurrences import NOTHING, Postings
from corpus_cli.engines.port import Facts, Found, Verified
from corpus_cli.engines.whoosh import generations, pickles
from corpus_cli.engines.whoosh.fields import schema
from corpus_cli.engines.whoosh.generations import Manifest
from corpus_cli.engines.whoosh.writer import InvertingWriter
from corpus_cli.errors import CorpusDamaged
from corpus_cli.model import Passage
from corpus_cli.query.nodes import Bag

pickles.install()

_ATTEMPTS = 5
_POSTINGS = 3_000_000
"""How many are held in memory before a segment is written: some 300 MB."""


class WhooshEngine:
    """The index in one folder: readers take the current generation, a writer makes the next."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open: tuple[Manifest, _WhooshIndex] | None = None

    def search(self, query: Bag, depth: int, verified: Verified) -> Found:
        """See `port.Engine`."""
        with self._reading() as index:
            return matching.search(index, query, depth, verified)

    def terms(self, prefix: str) -> Iterator[tuple[str, int]]:
        """See `port.Engine`."""
        with self._reading() as index:
            for term, count in index.terms("words", prefix):
                if not term.startswith("="):
                    yield term, count

    def count(self) -> int:
        """See `port.Engine`."""
        with self._reading() as index:
            return len(index.passages())

    def upto(self) -> int:
        """See `port.Engine`. 0 where another version wrote it, or it cannot be read."""
        try:
            manifest = generations.read(self._root)
            if manifest and _fits(manifest):
                generations.check(self._root, manifest)
                return manifest.upto
        except (CorpusDamaged, OSError):
            pass
        return 0

    @contextmanager
    def writer(self, upto: int, *, fresh: bool = False) -> "Iterator[_WhooshWriter]":
        """See `port.Engine`."""
        base = None if fresh or not self.upto() else generations.read(self._root)

        def publish(number: int, files: Mapping[str, tuple[int, str]]) -> Manifest:
            return Manifest(1, number, upto, *_fingerprints(), files)

        with generations.next_generation(self._root, base, publish) as folder:
            index = open_dir(folder) if base else create_in(folder, schema())
            writer = _WhooshWriter(index)
            try:
                yield writer
                writer.commit()
            except BaseException:
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

    @contextmanager
    def _reading(self) -> "Iterator[_WhooshIndex]":
        """The current generation; whatever Whoosh trips over in it is damage, said as such."""
        index = self._current()
        try:
            yield index
        except (CorpusDamaged, GeneratorExit, KeyboardInterrupt):
            raise
        except Exception as error:
            if _from_whoosh(error):
                raise generations.damaged(self._root, f"{type(error).__name__}: {error}") from error
            raise

    def _current(self) -> "_WhooshIndex":
        for _ in range(_ATTEMPTS):
            manifest = generations.read(self._root)
            if manifest is None:
                raise generations.damaged(self._root, f"it has no {generations.CURRENT}")
            if self._open and self._open[0].generation == manifest.generation:
                return self._open[1]
            if not _fits(manifest):
                raise CorpusDamaged(
                    f"the index in {self._root} was written by another version of corpus. "
                    "Bring it up to date with: corpus reindex"
                )
            self.close()
            try:
                generations.check(self._root, manifest)
                self._open = manifest, _WhooshIndex(self._root / manifest.folder)
            except FileNotFoundError:
                # Two commits since CURRENT was read: the folder is gone, read it again.
                continue
            except CorpusDamaged:
                raise
            except Exception as error:
                raise generations.damaged(self._root, f"{type(error).__name__}: {error}") from error
        if not self._open:
            raise generations.damaged(self._root, "files that CURRENT names are not there")
        return self._open[1]


class _WhooshWriter:
    """Changes to one generation: nobody sees it before it is whole, so it may have many commits."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - Whoosh is untyped
        self._index = index
        self._writer = InvertingWriter(index)
        self._removed: list[str] = []

    def put(self, passages: Iterable[Passage], facts: Facts) -> None:
        known = invert_facts(facts)
        for passage in passages:
            stems, words = invert(passage)
            self._writer.add_passage(
                {"id": passage.id, "article": passage.article},
                {"facts": known, "stems": stems, "words": words},
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

    def close(self) -> None:
        self._reader.close()
        self._whoosh.close()

    def _postings(self, field: FieldName, term: str) -> Postings:
        if not self.has(field, term):
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

    def has(self, field: FieldName, term: str) -> bool:
        return (field, term) in self._reader

    def terms(self, field: FieldName, prefix: str) -> Iterator[tuple[str, int]]:
        for term, info in self._reader.iter_prefix(field, prefix):
            yield term.decode(), info.doc_frequency()

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

    def id(self, passage: int) -> str:
        return str(self._ids[passage])

    def find(self, ids: frozenset[str]) -> frozenset[int]:
        return frozenset(
            passage
            for name in ids
            if ("id", name) in self._reader
            for passage in self._reader.postings("id", name).all_ids()
        )


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
    """Whether the innermost frames of a trace are Whoosh's or the unpickler's."""
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_globals.get("__name__", "").startswith("whoosh."):
            return True
        trace = trace.tb_next
    return False
