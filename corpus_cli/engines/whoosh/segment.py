"""One segment: a small file is read, a large one is mapped."""

import mmap
import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import compress, islice, pairwise, repeat
from operator import lt
from pathlib import Path
from typing import Literal, NamedTuple

from corpus_cli.engines.fields import FieldName
from corpus_cli.engines.scoring import total_length
from corpus_cli.engines.whoosh.block_sums import CheckedArray, CheckedBlocks
from corpus_cli.engines.whoosh.layout import (
    CHECKED_PARTS,
    END_MARK,
    HEADER,
    MAGIC,
    PARTS,
    LayoutError,
    SegmentChunk,
    check_sizes,
    compute_checksum,
    read_chunks,
)
from corpus_cli.errors import CorpusDamaged
from corpus_cli.system.files import open_regular

_MAX_READ_BYTES = 1_000_000
"""The size up to which a segment is read as a whole.

That takes no longer than to map it, and what is read cannot be truncated any more: the system
kills a process that reads a part of a mapped file that another program has cut off.
"""

_MAX_BYTES_CHECKED_WHOLE = 65_536
"""The size up to which it takes less time to check all of a part than each of some items."""

_CHECKED_AT_ONCE = frozenset(PARTS[:CHECKED_PARTS])

_ENTRIES_PER_READ = 4_096
"""How many entries of terms are read at a time."""

_ASCENDING_PARTS = ("firsts", "runs")
"""The first passages of articles and runs: each passage is in one of them, and only once."""


class TermEntry(NamedTuple):
    """The entry of a term: offset of its list, and frequencies that include removed articles.

    `own_frequency` is how often the texts of passages have it; 0 in fields other than `words`.
    """

    offset: int
    doc_frequency: int
    collection_frequency: int
    own_frequency: int


class Segment:
    """Passages, their articles and the postings of their terms; `removed` articles are skipped."""

    def __init__(self, path: Path, removed: Sequence[int] = ()) -> None:
        self.path = path
        self.removed = removed
        self._mapped: mmap.mmap | None = None
        with open(path, "rb", opener=open_regular) as file:
            size = os.fstat(file.fileno()).st_size
            if size < HEADER.size:
                raise _not_a_segment(path, "it is too short")
            if size <= _MAX_READ_BYTES:
                self.data = memoryview(file.read(_MAX_READ_BYTES))
            else:
                # The views of it keep the mapping open.
                self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                self._mapped.madvise(mmap.MADV_RANDOM)
                self.data = memoryview(self._mapped)
        magic, checksum, passages, articles, runs, stems, words, *offsets = HEADER.unpack_from(
            self.data
        )
        if magic != MAGIC:
            raise _not_a_segment(path, "it begins otherwise")
        try:
            check_sizes((passages, articles, runs), offsets, len(self.data))
        except LayoutError as error:
            raise _not_a_segment(path, str(error)) from error
        checked_parts, sums = (
            self.data[offsets[0] : offsets[CHECKED_PARTS]],
            self.data[offsets[-2] :],
        )
        if checksum != compute_checksum(self.data, checked_parts, sums):
            raise _not_a_segment(path, "its checksum is another")
        if removed and (min(removed) < 0 or max(removed) >= articles):
            raise _not_a_segment(path, "an article was removed that it does not have")
        self.passages: int = passages
        self.articles: int = articles
        self.runs: int = runs
        self.sizes: Sequence[int] = (passages, articles, runs, stems, words)
        self.lists_end: int = offsets[0]
        self._totals = {"stems": stems, "words": words}
        self._bounds = dict(zip(PARTS, pairwise(offsets), strict=True))
        self._views: dict[str, memoryview | CheckedArray] = {}
        blocks = CheckedBlocks(self.data, sums.cast("I"), offsets[-2])
        self.check = blocks.check
        self._blocks = blocks

    def free_pages(self) -> None:
        """Let the system take back the memory of what was read; it is read again if needed."""
        if self._mapped is not None:
            self._mapped.madvise(mmap.MADV_DONTNEED)

    def raw_part(self, name: str) -> memoryview:
        """Return a part as bytes."""
        start, end = self._bounds[name]
        return self.data[start:end]

    def part(
        self, name: str, typecode: Literal["B", "H", "I", "Q"] = "B"
    ) -> memoryview | CheckedArray:
        """Return a part as an array with items of a type code of the module `array`.

        What the checksum of the header does not cover is checked: a small part as a whole, a large
        one as it is read.
        """
        if name not in self._views:
            view = self.raw_part(name).cast(typecode)
            if name in _ASCENDING_PARTS and not _is_ascending(view, self.passages):
                raise LayoutError(f"the part {name} is not in order")
            start, end = self._bounds[name]
            is_small = end - start <= _MAX_BYTES_CHECKED_WHOLE
            if is_small and name not in _CHECKED_AT_ONCE:
                self.check(start, end)
            is_checked = is_small or name in _CHECKED_AT_ONCE
            self._views[name] = view if is_checked else CheckedArray(view, start, self._blocks)
        return self._views[name]

    # --- passages and articles ---

    def article(self, ordinal: int) -> str:
        """Return the id of an article."""
        return _read_string(self.part("articles"), self.part("article_ends", "I"), ordinal).decode()

    def owner(self, passage: int) -> int:
        """Return the number, within this segment, of the article of a passage."""
        return bisect_right(self.part("firsts", "I"), passage) - 1

    def article_span(self, ordinal: int) -> range:
        """Return the passages of an article."""
        firsts = self.part("firsts", "I")
        last = ordinal + 1 == self.articles
        return range(firsts[ordinal], self.passages if last else firsts[ordinal + 1])

    def passage_number(self, passage: int) -> int:
        """Return the number of a passage within its article."""
        return int(self.part("numbers", "I")[passage])

    def find_passage(self, ordinal: int, number: int) -> int:
        """Return the passage of an article with this number; -1 if there is none."""
        span, numbers = self.article_span(ordinal), self.part("numbers", "I")
        index = bisect_left(numbers, number, span.start, span.stop)
        return index if index < span.stop and numbers[index] == number else -1

    def find_article(self, article: str) -> int:
        """Return the ordinal of an article; -1 if the segment does not have it."""
        order, encoded = self.part("article_order", "I"), article.encode()
        read_id = partial(_read_string, self.part("articles"), self.part("article_ends", "I"))
        index = bisect_left(order, encoded, key=read_id)
        return int(order[index]) if index < len(order) and read_id(order[index]) == encoded else -1

    def run_span(self, ordinal: int) -> range:
        """Return the passages of a run."""
        runs = self.part("runs", "I")
        last = ordinal + 1 == self.runs
        return range(runs[ordinal], self.passages if last else runs[ordinal + 1])

    @cached_property
    def alive_flags(self) -> bytes:
        """1 for each live passage, 0 for those of removed articles."""
        flags = bytearray(b"\1" * self.passages)
        for ordinal in self.removed:
            span = self.article_span(ordinal)
            flags[span.start : span.stop] = bytes(len(span))
        return bytes(flags)

    @cached_property
    def live_run_flags(self) -> bytes:
        """1 for each live run, 0 for those of removed articles."""
        return bytes(map(self.alive_flags.__getitem__, self.part("runs", "I")))

    def select_live(self, values: Sequence[int]) -> Iterable[int]:
        """Return those of the values, one a passage, whose passage is live."""
        return compress(values, self.alive_flags) if self.removed else values

    def live_spans(self) -> Iterator[range]:
        """Yield rows of neighbouring passages that are live, together all of these."""
        if not self.removed:
            yield range(self.passages)
            return
        removed = set(self.removed)
        yield from (self.article_span(n) for n in range(self.articles) if n not in removed)

    @cached_property
    def live_passages(self) -> Sequence[int]:
        """Every live passage."""
        passages = range(self.passages)
        return tuple(self.select_live(passages)) if self.removed else passages

    def length_codes(self, field: FieldName) -> bytes:
        """Return the length of a field in every passage, as codes of `scoring.LENGTHS`."""
        return bytes(self.part(f"{field}_lengths"))

    def field_length(self, field: FieldName) -> int:
        """Return the length of a field in all live passages, in terms."""
        total: int = self._totals[field]
        codes = self.part(f"{field}_lengths")
        for ordinal in self.removed:
            span = self.article_span(ordinal)
            total -= total_length(codes[span.start : span.stop])
        return total

    def passage_names(self, passage: int) -> Sequence[int]:
        """Return the numbers of the terms of `names` in the text of a passage, by position."""
        return self.part("passage_names", "I")[self._names_slice(passage, passage + 1)]

    def name_counts(self, passages: range) -> tuple[Sequence[int], Sequence[int]]:
        """Return the names in the texts of neighbouring passages, and how often each is there.

        The names are numbers of the terms of `names`, one after the other by passage.
        """
        names = self._names_slice(passages.start, passages.stop)
        return self.part("passage_names", "I")[names], self.part("passage_name_counts", "H")[names]

    def name_ends(self, passages: range) -> Iterator[int]:
        """Yield where the names of neighbouring passages end in what `name_counts` returns."""
        first = self._names_slice(passages.start, passages.stop).start
        ends = self.part("passage_name_ends", "I")[passages.start : passages.stop]
        return (end - first for end in ends)

    def _names_slice(self, start: int, stop: int) -> slice:
        """Return where the names of the passages from `start` to before `stop` are."""
        ends = self.part("passage_name_ends", "I")
        return slice(ends[start - 1] if start else 0, ends[stop - 1])

    # --- terms ---

    def term(self, field: FieldName, ordinal: int) -> str:
        """Return a term by its number."""
        return _read_string(*self._dictionary(field), ordinal).decode()

    def find_entry(self, field: FieldName, term: str) -> TermEntry | None:
        """Return the entry of a term or None; removed articles still count in it."""
        encoded = term.encode()
        index = self._find_index(field, encoded)
        terms, ends = self._dictionary(field)
        is_present = index < len(ends) and _read_string(terms, ends, index) == encoded
        return self._read_entry(field, index) if is_present else None

    def entries(self, field: FieldName) -> Iterator[tuple[bytes, TermEntry]]:
        """Yield every term with its entry, in order."""
        terms, ends = self._dictionary(field)
        columns = (
            self.part(f"{field}_offsets", "Q"),
            self.part(f"{field}_doc_frequencies", "I"),
            self.part(f"{field}_collection_frequencies", "I"),
        )
        own_frequencies = self.part("words_own_frequencies", "I") if field == "words" else None
        for start in range(0, len(ends), _ENTRIES_PER_READ):
            block = slice(start, start + _ENTRIES_PER_READ)
            first = ends[start - 1] + 1 if start else 0
            block_terms = bytes(terms[first : ends[block][-1]]).split(END_MARK)
            own = own_frequencies[block].tolist() if own_frequencies else repeat(0)
            entries = map(TermEntry, *(column[block].tolist() for column in columns), own)
            yield from zip(block_terms, entries, strict=True)

    def terms(self, field: FieldName, prefix: str) -> list[bytes]:
        """Return the terms that start with a prefix, in order."""
        terms, ends = self._dictionary(field)
        low, high = (
            self._find_index(field, prefix.encode()),
            self._find_index(field, prefix.encode() + END_MARK),
        )
        if low == high:
            return []
        start = ends[low - 1] + 1 if low else 0
        return bytes(terms[start : ends[high - 1]]).split(END_MARK)

    def own_frequencies(self) -> Iterator[tuple[bytes, int]]:
        """Yield the terms of `words`, and how often the texts have each; removed ones count."""
        counts = self.part("words_own_frequencies", "I")
        return zip(self.terms("words", ""), counts.tolist(), strict=True)

    def removed_own_frequencies(self) -> Iterator[tuple[bytes, int]]:
        """Yield the terms of `words`, and how often the texts of removed articles have each."""
        removed = [passage for n in self.removed for passage in self.article_span(n)]
        removed.sort()
        if not removed:
            return
        for term, entry in self.entries_with_prefix("words", ""):
            count = 0
            for chunk in read_chunks(
                self.data, entry.offset, entry.doc_frequency, check=self.check
            ):
                first = bisect_left(removed, chunk.first)
                within = removed[first : bisect_right(removed, chunk.last)]
                if within:
                    own = chunk.own()
                    count += sum(own.get(passage, 0) for passage in within)
            yield term, count

    def terms_from(self, field: FieldName, start: bytes) -> Iterator[bytes]:
        """Yield the terms from `start` on, in order."""
        terms, ends = self._dictionary(field)
        for index in range(self._find_index(field, start), len(ends)):
            yield _read_string(terms, ends, index)

    def entries_with_prefix(
        self, field: FieldName, prefix: str
    ) -> Iterator[tuple[bytes, TermEntry]]:
        """Yield the terms that start with a prefix, each with its entry, in order."""
        first = self._find_index(field, prefix.encode())
        for index, term in enumerate(self.terms(field, prefix), first):
            yield term, self._read_entry(field, index)

    def chunks(self, field: FieldName, term: str, base: int) -> Iterator[SegmentChunk]:
        """Yield the postings of a term, removed articles included; add `base` to each number."""
        entry = self.find_entry(field, term)
        return (
            read_chunks(self.data, entry.offset, entry.doc_frequency, base, self.check)
            if entry
            else iter(())
        )

    def _read_entry(self, field: FieldName, index: int) -> TermEntry:
        return TermEntry(
            self.part(f"{field}_offsets", "Q")[index],
            self.part(f"{field}_doc_frequencies", "I")[index],
            self.part(f"{field}_collection_frequencies", "I")[index],
            self.part("words_own_frequencies", "I")[index] if field == "words" else 0,
        )

    def _find_index(self, field: FieldName, encoded: bytes) -> int:
        """Return the index of a term in the dictionary, or where it would be inserted."""
        terms, ends = self._dictionary(field)
        return bisect_left(range(len(ends)), encoded, key=partial(_read_string, terms, ends))

    def _dictionary(
        self, field: FieldName
    ) -> tuple[memoryview | CheckedArray, memoryview | CheckedArray]:
        """Return the terms of a field, with a mark after each, and the offset of each mark."""
        return self.part(f"{field}_terms"), self.part(f"{field}_ends", "I")


def _not_a_segment(path: Path, reason: str) -> CorpusDamaged:
    return CorpusDamaged(f"{path.name} is not a segment of an index, or it is damaged ({reason})")


def _is_ascending(numbers: memoryview, end: int) -> bool:
    """Return whether numbers begin with 0, ascend strictly, and are all less than `end`."""
    listed = numbers.tolist()
    return not listed or (
        listed[0] == 0 and listed[-1] < end and all(map(lt, listed, islice(listed, 1, None)))
    )


def _read_string(
    strings: memoryview | CheckedArray, ends: memoryview | CheckedArray, index: int
) -> bytes:
    """Return one of many strings, each of which ends in a mark."""
    if not index:
        return bytes(strings[: ends[0]])
    before, end = ends[index - 1 : index + 1]
    return bytes(strings[before + 1 : end])
