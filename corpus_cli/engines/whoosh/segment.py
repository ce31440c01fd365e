"""One segment, read in place by `mmap`."""

from __future__ import annotations

import mmap
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import compress, pairwise
from pathlib import Path
from typing import Literal, NamedTuple

from corpus_cli.engines.fields import FieldName
from corpus_cli.engines.scoring import total_length
from corpus_cli.engines.whoosh.layout import END, HEAD, MAGIC, PARTS, SURE, Chunk, chunks, summed
from corpus_cli.errors import CorpusDamaged
from corpus_cli.system.files import open_regular


class Entry(NamedTuple):
    """The entry of a term: offset of its list, and frequencies that include removed articles."""

    place: int
    found: int
    counted: int


class Segment:
    """Passages, their articles and the postings of their terms; `removed` articles are skipped."""

    def __init__(self, path: Path, removed: Sequence[int] = ()) -> None:
        self.path = path
        self.removed = removed
        with open(path, "rb", opener=open_regular) as file:
            # The views of it keep the mapping open.
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            mapped.madvise(mmap.MADV_RANDOM)
            self.data = memoryview(mapped)
        magic, told, passages, articles, runs, stems, words, *places = HEAD.unpack_from(self.data)
        whole = magic == MAGIC and places[-1] == len(self.data)
        if not whole or told != summed(self.data, self.data[places[0] : places[SURE]]):
            raise CorpusDamaged(f"{path.name} is not a segment of an index, or it is damaged")
        self.passages: int = passages
        self.articles: int = articles
        self.runs: int = runs
        self._totals = {"stems": stems, "words": words}
        self._places = dict(zip(PARTS, pairwise(places), strict=True))
        self._views: dict[str, memoryview] = {}

    def part(self, name: str, kind: Literal["B", "I", "Q"] = "B") -> memoryview:
        """Return a part as an array with items of a type code of the module `array`."""
        if name not in self._views:
            start, end = self._places[name]
            self._views[name] = self.data[start:end].cast(kind)
        return self._views[name]

    # --- passages and articles ---

    def article(self, ordinal: int) -> str:
        """Return the id of an article."""
        return _string(self.part("articles"), self.part("article_ends", "I"), ordinal).decode()

    def owner(self, passage: int) -> int:
        """Return the ordinal of the article of a passage."""
        return bisect_right(self.part("firsts", "I"), passage) - 1

    def span(self, ordinal: int) -> range:
        """Return the passages of an article."""
        firsts = self.part("firsts", "I")
        last = ordinal + 1 == self.articles
        return range(firsts[ordinal], self.passages if last else firsts[ordinal + 1])

    def number(self, passage: int) -> int:
        """Return the number of a passage within its article."""
        return int(self.part("numbers", "I")[passage])

    def numbered(self, ordinal: int, number: int) -> int:
        """Return the passage of an article with this number; -1 if there is none."""
        held, numbers = self.span(ordinal), self.part("numbers", "I")
        at = bisect_left(numbers, number, held.start, held.stop)
        return at if at < held.stop and numbers[at] == number else -1

    def find(self, article: str) -> int:
        """Return the ordinal of an article; -1 if the segment does not have it."""
        order, wanted = self.part("article_order", "I"), article.encode()
        named = partial(_string, self.part("articles"), self.part("article_ends", "I"))
        at = bisect_left(order, wanted, key=named)
        return int(order[at]) if at < len(order) and named(order[at]) == wanted else -1

    def run(self, ordinal: int) -> range:
        """Return the passages of a run."""
        runs = self.part("runs", "I")
        last = ordinal + 1 == self.runs
        return range(runs[ordinal], self.passages if last else runs[ordinal + 1])

    @cached_property
    def alive(self) -> bytes:
        """1 for each live passage, 0 for those of removed articles."""
        alive = bytearray(b"\1" * self.passages)
        for ordinal in self.removed:
            held = self.span(ordinal)
            alive[held.start : held.stop] = bytes(len(held))
        return bytes(alive)

    @cached_property
    def running(self) -> bytes:
        """1 for each live run, 0 for those of removed articles."""
        return bytes(map(self.alive.__getitem__, self.part("runs", "I")))

    def kept(self, values: Sequence[int]) -> Iterable[int]:
        """Return those of the values, one a passage, whose passage is live."""
        return compress(values, self.alive) if self.removed else values

    @cached_property
    def live(self) -> Sequence[int]:
        """Every live passage."""
        every = range(self.passages)
        return tuple(self.kept(every)) if self.removed else every

    def lengths(self, field: FieldName) -> bytes:
        """Return the length of a field in every passage, as codes of `scoring.LENGTHS`."""
        return bytes(self.part(f"{field}_lengths"))

    def length(self, field: FieldName) -> int:
        """Return the length of a field in all live passages, in terms."""
        total: int = self._totals[field]
        codes = self.part(f"{field}_lengths")
        for ordinal in self.removed:
            held = self.span(ordinal)
            total -= total_length(codes[held.start : held.stop])
        return total

    # --- terms ---

    def entry(self, field: FieldName, term: str) -> Entry | None:
        """Return the entry of a term or None; removed articles still count in it."""
        wanted = term.encode()
        at = self._at(field, wanted)
        terms, ends = self._dictionary(field)
        found = at < len(ends) and _string(terms, ends, at) == wanted
        return self._entry(field, at) if found else None

    def entries(self, field: FieldName) -> Iterator[tuple[bytes, Entry]]:
        """Yield every term with its entry, in order."""
        terms, ends = self._dictionary(field)
        for at in range(len(ends)):
            yield _string(terms, ends, at), self._entry(field, at)

    def terms(self, field: FieldName, prefix: str) -> list[bytes]:
        """Return the terms that start with a prefix, in order."""
        terms, ends = self._dictionary(field)
        low, high = self._at(field, prefix.encode()), self._at(field, prefix.encode() + END)
        if low == high:
            return []
        start = ends[low - 1] + 1 if low else 0
        return bytes(terms[start : ends[high - 1]]).split(END)

    def chunks(self, field: FieldName, term: str, base: int) -> Iterator[Chunk]:
        """Yield the postings of a term, removed articles included; add `base` to each number."""
        entry = self.entry(field, term)
        return chunks(self.data, entry.place, entry.found, base) if entry else iter(())

    def _entry(self, field: FieldName, at: int) -> Entry:
        return Entry(
            self.part(f"{field}_offsets", "Q")[at],
            self.part(f"{field}_doc_frequencies", "I")[at],
            self.part(f"{field}_collection_frequencies", "I")[at],
        )

    def _at(self, field: FieldName, wanted: bytes) -> int:
        """Return the index of a term in the dictionary, or where it would be inserted."""
        terms, ends = self._dictionary(field)
        return bisect_left(range(len(ends)), wanted, key=partial(_string, terms, ends))

    def _dictionary(self, field: FieldName) -> tuple[memoryview, memoryview]:
        """Return the terms of a field, and the offset at which each ends."""
        return self.part(f"{field}_terms"), self.part(f"{field}_ends", "I")


def _string(strings: memoryview, ends: memoryview, at: int) -> bytes:
    """Return one of many strings, each of which ends in a mark."""
    return bytes(strings[ends[at - 1] + 1 if at else 0 : ends[at]])
