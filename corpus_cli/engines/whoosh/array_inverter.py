"""Invert many passages at once, with arrays.

The segments are those of `Inverter`, byte for byte. An *occurrence* is a term at a position of a
passage. Those of all passages lie in columns in the order of the passages and positions. Sorted by
term, without losing this order, they are the postings of the segment.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus_cli.engines.fields import (
    CAPTIONS,
    HEADING,
    HEADING_MARK,
    LARGE,
    LONG_STEP,
    MAX_SMALL,
    STEP_BYTES,
    TITLE,
    TITLE_MARK,
    FieldName,
    texts_by_region,
)
from corpus_cli.engines.scoring import LENGTHS
from corpus_cli.engines.whoosh.inverter import Inverter
from corpus_cli.engines.whoosh.layout import MAX_CHUNK_POSTINGS, pack_chunk
from corpus_cli.engines.whoosh.segment_file import SegmentFile, TermList
from corpus_cli.text.tokenise import CHUNK_ENDS, Term, read_chunk, split_chunks
from corpus_cli.text.word_readings import LONGEST

if TYPE_CHECKING:
    from corpus_cli.engines.mentions import MentionFinder
    from corpus_cli.model import Passage

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MAX_CHUNKS: Final = 200_000
"""The chunks of text that are remembered from one segment to the next."""


class _ChunkNumbers(dict[str, int]):
    """The number of each chunk of text; a new chunk is read and numbered."""

    def __init__(self, vocabulary: _Vocabulary, *, shouted: bool) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self._is_shouted = shouted

    def __missing__(self, chunk: str) -> int:
        bare = chunk.strip(CHUNK_ENDS)
        if bare != chunk:
            number = self[bare]
        else:
            number = self._vocabulary.add(*read_chunk(chunk, shouted=self._is_shouted))
        if len(chunk) <= LONGEST:
            self[chunk] = number
        return number


class _Vocabulary:
    """All chunks of text so far, by number: how many positions each has, and which terms.

    The terms of chunk `n` are `terms[starts[n] : starts[n + 1]]`, as numbers of `words` and
    `stems`; `offsets` are their positions in the chunk.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.stems: list[str] = []
        self.widths = array("I")
        self.starts = array("Q", (0,))
        self.terms = array("I")
        self.offsets = array("I")
        self._term_numbers: dict[Term, int] = {}
        self._spoken = _ChunkNumbers(self, shouted=False)
        self._shouted = _ChunkNumbers(self, shouted=True)

    def add(self, width: int, terms: Sequence[tuple[int, Term]]) -> int:
        """Add a chunk and return its number."""
        for offset, term in terms:
            number = self._term_numbers.setdefault(term, len(self.words))
            if number == len(self.words):
                self.words.append(term.word)
                self.stems.append(term.stem)
            self.terms.append(number)
            self.offsets.append(offset)
        self.widths.append(width)
        self.starts.append(len(self.terms))
        return len(self.widths) - 1

    def number_chunks(self, text: str) -> array[int]:
        """Return the numbers of the chunks of a text."""
        numbers = array("I")
        for is_shouted, chunks in split_chunks(text):
            by_chunk = self._shouted if is_shouted else self._spoken
            numbers.extend(map(by_chunk.__getitem__, chunks))
        return numbers

    def clear_if_full(self) -> None:
        """Forget all chunks if they are more than should stay in memory."""
        if len(self._spoken) + len(self._shouted) > _MAX_CHUNKS:
            for column in (self.widths, self.starts, self.terms, self.offsets):
                del column[:]
            self.starts.append(0)
            for names in (self.words, self.stems, self._term_numbers, self._spoken, self._shouted):
                names.clear()


_VOCABULARY = _Vocabulary()


class _Occurrences(NamedTuple):
    """Columns of occurrences: the number of the term, the passage and the position of each."""

    terms: Numbers
    passages: Numbers
    positions: Numbers


class ArrayInverter(Inverter):
    """The passages of a future segment, whose texts are inverted together."""

    def __init__(self, finder: MentionFinder) -> None:
        super().__init__(finder)
        self._vocabulary = _VOCABULARY
        self._vocabulary.clear_if_full()
        self._chunks = array("I")
        # Of each region of each passage: where its chunks end, its passage and first position.
        self._region_ends = array("Q")
        self._region_passages = array("Q")
        self._region_positions = array("Q")

    def _add_texts(self, passages: Sequence[Passage], first_number: int) -> None:
        numbers_by_text: dict[str, array[int]] = {}
        for number, passage in enumerate(passages, first_number):
            for text, first_position in texts_by_region(passage):
                # All passages of an article share the title.
                chunks = numbers_by_text.get(text) if first_position else None
                if chunks is None:
                    chunks = self._vocabulary.number_chunks(text)
                    if first_position:
                        numbers_by_text[text] = chunks
                self._chunks.extend(chunks)
                self._region_ends.append(len(self._chunks))
                self._region_passages.append(number)
                self._region_positions.append(first_position)

    def _write_texts(self, file: SegmentFile) -> None:
        occurrences = self._occurrences()
        names_by_field: Mapping[FieldName, Sequence[str]] = {
            "stems": self._vocabulary.stems,
            "words": self._vocabulary.words,
        }
        for field, names in names_by_field.items():
            self._write_field(file, field, *_sort_by_term(occurrences, names))

    def _write_field(
        self, file: SegmentFile, field: FieldName, terms: Sequence[str], occurrences: _Occurrences
    ) -> None:
        """Write the lists of a field, and find the mentions of names among its words."""
        lengths = _length_codes(occurrences, len(self._table.passage_numbers))
        self._table.lengths[field].extend(lengths)
        if terms:
            postings = _Postings(occurrences)
            postings.write(file, field, terms)
            if field == "words":
                self._find_mentions(terms, occurrences, postings)

    def _occurrences(self) -> _Occurrences:
        """Return the occurrences of all terms of the vocabulary."""
        chunks, ends = _column(self._chunks), _column(self._region_ends)
        starts = np.concatenate(([0], ends[:-1])) if len(ends) else ends
        sizes = ends - starts
        widths = _column(self._vocabulary.widths)[chunks]
        # How many positions come before each chunk, in all texts and in the text of its region.
        before = np.concatenate(([0], np.cumsum(widths)))
        region_positions = _column(self._region_positions) - before[starts]
        positions = before[:-1] + np.repeat(region_positions, sizes)
        passages = np.repeat(_column(self._region_passages), sizes)
        term_starts = _column(self._vocabulary.starts)
        first_terms = term_starts[chunks]
        term_counts = term_starts[chunks + 1] - first_terms
        places = _ranges(first_terms, term_counts)
        return _Occurrences(
            _column(self._vocabulary.terms)[places],
            np.repeat(passages, term_counts),
            np.repeat(positions, term_counts) + _column(self._vocabulary.offsets)[places],
        )

    def _find_mentions(
        self, terms: Sequence[str], occurrences: _Occurrences, postings: _Postings
    ) -> None:
        """Find the mentions of names in all passages; `terms` are those of the field `words`."""
        words = self._finder.decisive_words
        is_decisive = np.array([term in words for term in terms])[postings.terms]
        first, end = postings.starts[is_decisive], postings.ends[is_decisive]
        positions = occurrences.positions[_ranges(first, end - first)].tolist()
        passages: list[dict[str, Sequence[int]]] = [{} for _ in self._table.passage_numbers]
        last = 0
        for passage, term, count in zip(
            postings.passages[is_decisive].tolist(),
            postings.terms[is_decisive].tolist(),
            (end - first).tolist(),
            strict=True,
        ):
            passages[passage][terms[term]] = positions[last : last + count]
            last += count
        spans = pairwise([*self._table.first_passages, len(passages)])
        for article, (start, stop) in zip(self._table.articles, spans, strict=True):
            names_by_passage = self._finder.invert(article, passages[start:stop])
            for number, names in enumerate(names_by_passage, start):
                self._lists["names"].add(number, names)


class _Postings:
    """The postings of sorted occurrences, as columns.

    `terms` and `passages` have the term and the passage of each posting, and its occurrences are
    those from `starts` to `ends`.
    """

    def __init__(self, occurrences: _Occurrences) -> None:
        is_first = _differs(occurrences.terms) | _differs(occurrences.passages)
        self.starts = np.flatnonzero(is_first)
        self.ends = np.append(self.starts[1:], len(is_first))
        self.terms = occurrences.terms[self.starts]
        self.passages = occurrences.passages[self.starts]
        self._values, sizes = _encode_positions(occurrences.positions, is_first)
        self._sizes = np.add.reduceat(sizes, self.starts)
        self._weights = _weigh(occurrences.positions, self.starts)
        self._is_own = occurrences.positions < HEADING
        is_small = (self._weights <= MAX_SMALL) & (self._sizes <= MAX_SMALL)
        codes = (self._weights - 1) * MAX_SMALL + self._sizes - 1
        self._codes = np.where(is_small, codes, LARGE)

    def write(self, file: SegmentFile, field: FieldName, terms: Sequence[str]) -> None:
        """Write the list of each term to a segment; `terms` are those of the column, sorted."""
        starts = np.flatnonzero(_differs(self.terms))
        ends = np.append(starts[1:], len(self.terms))
        weights = np.add.reduceat(self._weights, starts).tolist()
        own_counts = [0] * len(starts)
        if field == "words":
            own_counts = np.add.reduceat(self._is_own, self.starts[starts], dtype=int).tolist()
        pack = self._packer()
        for term, start, end, weight, own in zip(
            terms, starts.tolist(), ends.tolist(), weights, own_counts, strict=True
        ):
            packed = b"".join(
                [
                    pack(first, min(first + MAX_CHUNK_POSTINGS, end))
                    for first in range(start, end, MAX_CHUNK_POSTINGS)
                ]
            )
            file.add(field, term.encode(), TermList(packed, end - start, weight, own))

    def _packer(self) -> Callable[[int, int], bytes]:
        """Return a function that packs a chunk, from the first posting to before the second.

        It must not refer to itself: while articles are inverted, no cycle is freed.
        """
        passages = self.passages.tolist()
        codes = self._codes.astype(np.uint8).tobytes()
        is_large = self._codes == LARGE
        large = np.column_stack((self._sizes, self._weights))[is_large].astype("<u4")
        large_bytes, row_bytes = large.tobytes(), large.dtype.itemsize * 2
        large_ends = np.append(0, np.cumsum(is_large) * row_bytes).tolist()
        values, value_ends = self._values, np.append(0, np.cumsum(self._sizes)).tolist()

        def pack(start: int, end: int) -> bytes:
            return pack_chunk(
                passages[start:end],
                codes[start:end],
                large_bytes[large_ends[start] : large_ends[end]],
                values[value_ends[start] : value_ends[end]],
            )

        return pack


def _column(numbers: array[int]) -> Numbers:
    """Return numbers as a column that can be calculated with."""
    return np.frombuffer(numbers, dtype=numbers.typecode).astype(np.int64)


def _ranges(starts: Numbers, sizes: Numbers) -> Numbers:
    """Return the numbers of several ranges, one after the other."""
    before = np.cumsum(sizes) - sizes
    numbers: Numbers = np.arange(int(sizes.sum())) + np.repeat(starts - before, sizes)
    return numbers


def _differs(column: Numbers) -> Flags:
    """Return whether each number differs from the one before; the first one does."""
    differs = np.ones(len(column), dtype=np.bool_)
    np.not_equal(column[1:], column[:-1], out=differs[1:])
    return differs


def _sort_by_term(
    occurrences: _Occurrences, names: Sequence[str]
) -> tuple[Sequence[str], _Occurrences]:
    """Return the terms of a field, sorted, and the occurrences of each in their order.

    `names` are the terms of the field by the number of the term in the vocabulary; an empty one
    is not indexed. Several numbers may be one term of the field.
    """
    numbers = np.flatnonzero(np.bincount(occurrences.terms, minlength=len(names))).tolist()
    terms = sorted({names[number] for number in numbers} - {""})
    ranks = {term: rank for rank, term in enumerate(terms)}
    # Numbers of two bytes are sorted ten times as fast.
    rank_type = np.uint16 if len(terms) < 1 << 16 else np.int64
    rank_by_number = np.full(len(names), len(terms), dtype=rank_type)
    rank_by_number[numbers] = [ranks.get(names[number], len(terms)) for number in numbers]
    all_ranks = rank_by_number[occurrences.terms]
    order = np.argsort(all_ranks, kind="stable")
    order = order[: len(order) - np.count_nonzero(all_ranks == len(terms))]
    columns = _Occurrences(
        all_ranks[order].astype(np.int64),
        occurrences.passages[order],
        occurrences.positions[order],
    )
    is_new = _differs(columns.terms) | _differs(columns.passages) | _differs(columns.positions)
    return terms, _Occurrences(*(column[is_new] for column in columns))


def _length_codes(occurrences: _Occurrences, passages: int) -> bytes:
    """Return the code of the length of each passage, see `scoring.length_code`."""
    counted = occurrences.passages[occurrences.positions < CAPTIONS]
    lengths = np.bincount(counted, minlength=passages)
    codes = np.searchsorted(LENGTHS, lengths)
    return np.minimum(codes, len(LENGTHS) - 1).astype(np.uint8).tobytes()


def _weigh(positions: Numbers, starts: Numbers) -> Numbers:
    """Return the weight of each posting, see `fields.weight`."""
    is_counted = positions < CAPTIONS
    is_titled = is_counted & (positions >= TITLE)
    titled = np.add.reduceat(is_titled.astype(np.int64), starts)
    counted = np.add.reduceat(is_counted.astype(np.int64), starts)
    weights: Numbers = np.maximum(counted + np.where(positions[starts] < HEADING, titled, 0), 1)
    return weights


def _encode_positions(positions: Numbers, is_first: Flags) -> tuple[bytes, Numbers]:
    """Return the bytes of `fields.encode` for all postings, and how many each position has.

    `is_first` marks the first position of each posting.
    """
    previous = np.append(0, positions[:-1])
    previous[is_first] = 0
    region = (positions >= HEADING).astype(np.int64) + (positions >= TITLE)
    previous_region = (previous >= HEADING).astype(np.int64) + (previous >= TITLE)
    has_mark = region != previous_region
    base = np.where(has_mark, np.array((0, HEADING, TITLE))[region], previous)
    steps = positions - base
    is_long = steps >= LONG_STEP
    sizes: Numbers = has_mark + 1 + is_long * STEP_BYTES
    offsets = np.cumsum(sizes) - sizes
    encoded = np.empty(int(sizes.sum()), dtype=np.uint8)
    encoded[offsets[has_mark]] = np.array((0, HEADING_MARK, TITLE_MARK))[region[has_mark]]
    offsets += has_mark
    encoded[offsets] = np.minimum(steps, LONG_STEP)
    for n in range(STEP_BYTES):
        encoded[offsets[is_long] + 1 + n] = (steps[is_long] >> 8 * n) & 0xFF
    return encoded.tobytes(), sizes
