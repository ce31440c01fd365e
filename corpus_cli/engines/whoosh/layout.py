"""The layout of a segment in its file.

    header   magic, checksum, counts of passages, articles and runs, offsets of the parts
    lists    the postings of every term, chunk by chunk
    parts    arrays in the byte order of the machine, and strings that end in 0xFF

A *run* is a row of passages with the same metadata, usually an article: `facts` are inverted by
runs, `stems` and `words` by passages. A chunk has up to `MAX_CHUNK_POSTINGS` postings of a term:
the steps from each number to the next, the codes (see `engines.fields`), the size and weight of
postings without a code, and the positions of all. Only the first and last number are absolute,
so a merge copies a chunk and changes only these.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from operator import sub
from struct import Struct
from typing import Final, Literal
from zlib import crc32

from corpus_cli.engines.fields import CODES, HEADING, LARGE, MARKS, Posting, decode, weighs

SUFFIX: Final = ".segment"
"""The suffix of a segment's file name; the rest of it is digits, `-` and `.`."""

MAGIC: Final = b"corpus segment 1\n"

FIELDS: Final = ("stems", "words", "facts")

MOST: Final = 2_048
"""The most postings that one chunk has."""

PARTS: Final = (
    *("articles", "article_ends", "article_order", "firsts", "numbers", "runs"),
    *("stems_lengths", "words_lengths"),
    *(
        f"{field}_{part}"
        for field in FIELDS
        for part in ("terms", "ends", "offsets", "doc_frequencies", "collection_frequencies")
    ),
)
"""The parts of a segment after its posting lists, in this order."""

SURE: Final = PARTS.index("words_lengths") + 1
"""How many parts, from the first, the checksum covers: almost every search reads all of them."""

HEAD: Final = Struct(f"<{len(MAGIC)}sIIIIQQ{len(PARTS) + 1}Q")
"""Magic; CRC-32; passages, articles, runs; total lengths of stems and words; part offsets.

The CRC-32 covers the header after itself, and the first `CHECKED_PARTS` parts.
"""

_SUMMED = len(MAGIC) + 4

END: Final = b"\xff"
"""The end of each string in a part: a byte that UTF-8 never contains."""

_WEIGHTS = bytes(weight for weight, _ in CODES).ljust(256, b"\0")
_SIZES = bytes(size for _, size in CODES).ljust(256, b"\0")

_SINGLE = Struct("<BIB")
"""0, number, code."""

_FULL = Struct("<BIIBII")
"""Bytes a step, first and last number, whether there are codes, postings, bytes that follow."""

_NUMBER = Struct("<I")
_LARGE = Struct("<II")
_WIDTHS: Final[Mapping[int, Literal["B", "H", "I"]]] = {1: "B", 2: "H", 4: "I"}


class Chunk:
    """Some postings of one term, each array of which is read when it is first used.

    `first` and `last` are the numbers at its ends, `count` is how many postings it has, and
    `end` is the offset of the next chunk. `base` is added to every number of the segment.
    """

    def __init__(self, data: memoryview, at: int, base: int) -> None:
        self._data = data
        if data[at]:
            self._width, first, last, self._coded, self.count, size = _FULL.unpack_from(data, at)
            self._at = at + _FULL.size
            self.end = self._at + size
        else:
            self._width, first, self._code = _SINGLE.unpack_from(data, at)
            self._at, self.count, last = at + _SINGLE.size, 1, first
            _, (size,), start = self._sized
            self.end = start + size
        self.first, self.last = base + first, base + last

    @cached_property
    def numbers(self) -> Sequence[int]:
        """The passages or runs, ascending."""
        if self.count == 1:
            return (self.first,)
        steps = self._data[self._at : self._at + self._width * (self.count - 1)]
        return list(accumulate(steps.cast(_WIDTHS[self._width]), initial=self.first))

    @property
    def weights(self) -> Sequence[int]:
        """The weight of each posting."""
        return self._sized[0]

    def value(self, number: int) -> bytes:
        """Return the encoded positions of one posting; empty if the chunk does not have it."""
        n = bisect_left(self.numbers, number)
        if n == self.count or self.numbers[n] != number:
            return b""
        return bytes(self._data[self._ends[n] : self._ends[n + 1]])

    def values(self) -> Iterator[bytes]:
        """Yield the encoded positions of each posting."""
        ends = self._ends
        begin = ends[0]
        held = bytes(self._data[begin : ends[-1]])
        for start, end in pairwise(ends):
            yield held[start - begin : end - begin]

    def own(self) -> dict[int, int]:
        """Return by number how often the term occurs in the text, without title and heading."""
        ends = self._ends
        begin = ends[0]
        held = bytes(self._data[begin : ends[-1]])
        # Without a mark every byte is a position in the text.
        counts = dict(zip(self.numbers, self._sized[1], strict=True))
        for mark in MARKS.finditer(held):
            n = bisect_right(ends, begin + mark.start()) - 1
            places = decode(held[ends[n] - begin : ends[n + 1] - begin])
            counts[self.numbers[n]] = bisect_left(places, HEADING)
        return counts

    @cached_property
    def _ends(self) -> Sequence[int]:
        _, sizes, start = self._sized
        # One number a posting: an array takes much less memory than a list.
        return array("Q", accumulate(sizes, initial=start))

    @cached_property
    def _sized(self) -> tuple[Sequence[int], Sequence[int], int]:
        """Weight and size in bytes of each posting, and the offset of the first positions."""
        at = self._at
        if self._width:
            at += self._width * (self.count - 1)
            if not self._coded:
                ones = b"\1" * self.count
                return ones, ones, at
            codes = bytes(self._data[at : at + self.count])
            at += self.count
        else:
            codes = bytes((self._code,))
        weights: Sequence[int] = codes.translate(_WEIGHTS)
        sizes: Sequence[int] = codes.translate(_SIZES)
        if LARGE in codes:
            weights, sizes = list(weights), list(sizes)
            n = codes.find(LARGE)
            while n >= 0:
                sizes[n], weights[n] = _LARGE.unpack_from(self._data, at)
                at += _LARGE.size
                n = codes.find(LARGE, n + 1)
        return weights, sizes, at


def pack(numbers: Sequence[int], postings: Sequence[Posting]) -> tuple[bytes, int]:
    """Return the chunks of postings with ascending numbers, and the sum of their weights."""
    if len(numbers) == 1:
        posting = postings[0]
        head = _SINGLE.pack(0, numbers[0], posting[0])
        return head + _large(posting) + posting[1], weighs(posting)
    packed = [
        _packed(numbers[start : start + MOST], postings[start : start + MOST])
        for start in range(0, len(numbers), MOST)
    ]
    return b"".join([chunk for chunk, _ in packed]), sum([weight for _, weight in packed])


def _packed(numbers: Sequence[int], postings: Sequence[Posting]) -> tuple[bytes, int]:
    steps = list(map(sub, numbers[1:], numbers))
    widest = max(steps, default=0)
    width = 1 if widest < 1 << 8 else 2 if widest < 1 << 16 else 4
    codes = bytes([code for code, _ in postings])
    counted, large = sum(codes.translate(_WEIGHTS)), b""
    if LARGE in codes:
        large = b"".join(map(_large, postings))
        counted += sum(weighs(posting) for posting in postings if posting[0] == LARGE)
    coded = any(codes)
    rest = b"".join(
        [
            bytes(steps) if width == 1 else array(_WIDTHS[width], steps).tobytes(),
            codes if coded else b"",
            large,
            *[value for _, value in postings],
        ]
    )
    head = _FULL.pack(width, numbers[0], numbers[-1], coded, len(numbers), len(rest))
    return head + rest, counted


def _large(posting: Posting) -> bytes:
    return _LARGE.pack(len(posting[1]), weighs(posting)) if posting[0] == LARGE else b""


def chunks(data: memoryview, at: int, found: int, base: int = 0) -> Iterator[Chunk]:
    """Yield the chunks of a list of `count` postings that starts at `offset`."""
    while found > 0:
        chunk = Chunk(data, at, base)
        yield chunk
        found -= chunk.count
        at = chunk.end


def moved(data: memoryview, at: int, found: int, by: int) -> bytes:
    """Copy the chunks of a list, with `increment` added to every number; decode nothing."""
    copied = bytearray()
    for chunk in chunks(data, at, found, by):
        here = len(copied)
        copied += data[at : chunk.end]
        at = chunk.end
        _NUMBER.pack_into(copied, here + 1, chunk.first)
        if copied[here]:
            _NUMBER.pack_into(copied, here + 1 + _NUMBER.size, chunk.last)
    return bytes(copied)


def summed(head: memoryview | bytes, sure: memoryview | bytes) -> int:
    """Return the CRC-32 of the header after the checksum, and of the checked parts."""
    return crc32(sure, crc32(head[_SUMMED : HEAD.size]))
