"""What the matcher reads, over one Whoosh reader."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3LeafMatcher, _lenfield
from whoosh.index import open_dir
from whoosh.util.numeric import byte_to_length

from corpus_cli.engines.fields import FieldName
from corpus_cli.engines.occurrences import NOTHING, Postings, article
from corpus_cli.errors import CorpusDamaged

_LENGTHS = tuple(map(byte_to_length, range(256)))

_SKIP = 20
"""A list is skipped through where it is so many times as long as what is looked for in it."""


class WhooshIndex:
    """What the matcher reads, over one Whoosh reader."""

    def __init__(self, folder: Path, articles: int) -> None:
        self._whoosh = open_dir(folder)
        self._reader = self._whoosh.reader()
        self._articles = articles
        self.postings = lru_cache(256)(self._postings)
        self.id = cache(self._id)
        self.has = lru_cache(4_096)(self._has)
        self.frequency = lru_cache(4_096)(self._frequency)
        self.length = cache(self._length)
        self.average = cache(self._average)

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()
        self._whoosh.close()

    def _postings(self, field: FieldName, term: str) -> Postings:
        passages: list[int] = []
        counts: list[float] = []
        values: list[bytes] = []
        for leaf, base in self._reader.leaf_readers():
            if (field, term) in leaf:
                for ids, weights, held in _blocks(leaf.postings(field, term)):
                    passages += [base + one for one in ids] if base else ids
                    counts += weights
                    values += held
        return Postings(passages, counts, values) if passages else NOTHING

    def tally(self, field: FieldName, term: str) -> tuple[int, float]:
        """See `Index`."""
        if (field, term) not in self._reader:
            return 0, 0.0
        if self._reader.has_deletions():
            found = self.postings(field, term)
            return len(found.passages), sum(found.counts)
        info = self._reader.term_info(field, term)
        return int(info.doc_frequency()), float(info.weight())

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

    def _average(self, field: FieldName) -> float:
        # Whoosh's own sum holds removed passages until their segment is merged.
        total = self._reader.field_length(field)
        for leaf, _ in self._reader.leaf_readers():
            total -= sum(leaf.doc_field_length(gone, field) for gone in leaf.deleted_docs_set)
        return float(total / max(len(self.passages()), 1))

    def _length(self, field: FieldName) -> Callable[[int], int]:
        codes = b"".join(_codes(leaf, field) for leaf, _ in self._reader.leaf_readers())
        return lambda passage: _LENGTHS[codes[passage]]

    def articles(self) -> int:
        """See `Index`."""
        return self._articles

    def mates(self, passage: int) -> Sequence[int]:
        """See `Index`. They are written one after the other, and removed together."""
        name = article(self, passage)
        first, last, end = passage, passage + 1, self._reader.doc_count_all()
        while first and self._of(first - 1, name):
            first -= 1
        while last < end and self._of(last, name):
            last += 1
        return range(first, last)

    def _of(self, passage: int, name: str) -> bool:
        return article(self, passage) == name and not self._reader.is_deleted(passage)

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


def _codes(leaf: Any, field: FieldName) -> bytes:  # noqa: ANN401 - Whoosh is untyped
    """The lengths of a field in a segment, a byte a passage.

    Whoosh reads them one by one, which for all would take longer than the rest of a search.
    """
    name, known = _lenfield(field), leaf._perdoc  # noqa: SLF001 - of a pinned Whoosh
    codes = b""
    if known.has_column(name):
        column = known.column_reader(name, LENGTHS_COLUMN)
        codes = bytes(column._dbfile.get(column._basepos, column._count))  # noqa: SLF001
    # Those after the last that has a length are not in the file, which is none where all are 0.
    return codes.ljust(leaf.doc_count_all(), b"\0")


def _blocks(matcher: Any) -> Iterator[tuple[list[int], list[float], list[bytes]]]:  # noqa: ANN401 - Whoosh is untyped
    """Passages, counts and positions of a term, many at a time where Whoosh holds them so.

    Asked for each alone, as Whoosh's own searcher does, they take ten times as long.
    """
    if not isinstance(matcher, W3LeafMatcher):
        while matcher.is_active():
            yield [matcher.id()], [matcher.weight()], [matcher.value()]
            matcher.next()
        return
    while matcher.is_active():
        # The first question about a block reads it.
        matcher.id(), matcher.weight(), matcher.value()
        yield list(matcher._ids), list(matcher._weights), list(matcher._values)  # noqa: SLF001 - of a pinned Whoosh
        matcher._next_block()  # noqa: SLF001
