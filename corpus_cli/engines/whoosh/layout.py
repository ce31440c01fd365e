"""The layout of a segment in its file.

    header   magic, checksum, counts of passages, articles and runs, offsets of the parts
    lists    the postings of every term, chunk by chunk
    parts    arrays in the byte order of the machine, and strings that end in 0xFF

A *run* is a row of passages with the same metadata, usually an article: `facts` are inverted by
runs, the other fields by passages. The field `names` is stored a second time, by passage: the
numbers of the terms that its own text has, in the order of their first positions, and how often it
has each.

The field `words` has one more number for each term: how often the texts of all passages have it.

A chunk has up to `MAX_CHUNK_POSTINGS` postings of a term: the steps from each number to the next,
the codes (see `engines.fields`), the size and weight of postings without a code, and the positions
of all. Only the first and last number are absolute, so a merge copies a chunk and changes only
these.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, compress, islice, pairwise, starmap
from operator import gt, sub
from struct import Struct
from typing import Final, Literal
from zlib import crc32

from corpus_cli.engines.fields import (
    CODES,
    LARGE,
    MARKS,
    Posting,
    count_own,
    posting_weight,
)

SEGMENT_SUFFIX: Final = ".segment"
"""The suffix of a segment's file name; the rest of it is digits, `-` and `.`."""

MAGIC: Final = b"corpus segment 4\n"

FIELDS: Final = ("stems", "words", "facts", "names")

MAX_CHUNK_POSTINGS: Final = 2_048
"""The most postings that one chunk has."""

PARTS: Final = (
    *("articles", "article_ends", "article_order", "firsts", "numbers", "runs"),
    *("stems_lengths", "words_lengths"),
    *(
        f"{field}_{part}"
        for field in FIELDS
        for part in ("terms", "ends", "offsets", "doc_frequencies", "collection_frequencies")
    ),
    "words_own_frequencies",
    *("passage_names", "passage_name_counts", "passage_name_ends"),
    "sums",
)
"""The parts of a segment after its posting lists, in this order."""

BLOCK_BYTES: Final = 4_096
"""The bytes of a block, from the header on, with a CRC-32 in the part `sums`."""

CHECKED_PARTS: Final = PARTS.index("words_lengths") + 1
"""How many parts, from the first, the checksum covers: almost every search reads all of them."""

HEADER: Final = Struct(f"<{len(MAGIC)}sIIIIQQ{len(PARTS) + 1}Q")
"""Magic; CRC-32; passages, articles, runs; total lengths of stems and words; part offsets.

The CRC-32 covers the header after itself, the first `CHECKED_PARTS` parts, and `sums`.
"""

_CHECKSUM_END = len(MAGIC) + 4

_PASSAGE_PARTS: Final = {"numbers": 4, "stems_lengths": 1, "words_lengths": 1}
_ARTICLE_PARTS: Final = {"article_ends": 4, "article_order": 4, "firsts": 4}
_TERM_PARTS: Final = {"ends": 4, "offsets": 8, "doc_frequencies": 4, "collection_frequencies": 4}
"""The bytes of an item in parts with an item for each passage, article and term."""

END_MARK: Final = b"\xff"
"""The end of each string in a part: a byte that UTF-8 never contains."""

_WEIGHT_BY_CODE = bytes(weight for weight, _ in CODES).ljust(256, b"\0")
_SIZE_BY_CODE = bytes(size for _, size in CODES).ljust(256, b"\0")

_SINGLE_HEADER = Struct("<BIB")
"""0, number, code."""

_CHUNK_HEADER = Struct("<BIIBII")
"""Bytes a step, first and last number, whether there are codes, postings, bytes that follow."""

_NUMBER = Struct("<I")
_LARGE_POSTING = Struct("<II")
_MAX_HEADER_BYTES = max(_CHUNK_HEADER.size, _SINGLE_HEADER.size + _LARGE_POSTING.size)
_TYPECODES: Final[Mapping[int, Literal["B", "H", "I"]]] = {1: "B", 2: "H", 4: "I"}


class LayoutError(ValueError):
    """A segment is not as a writer of segments makes it."""


def check_sizes(counts: Sequence[int], offsets: Sequence[int], size: int) -> None:
    """Check the offsets of all parts in a file of `size` bytes, and the size of each part.

    `counts` are those of passages, articles and runs. Nothing takes more memory than a few times
    the file, because each count is that of the items in a part. Raises `LayoutError`.
    """
    passages, articles, runs = counts
    if offsets[0] < HEADER.size or offsets[-1] != size or any(map(gt, offsets, offsets[1:])):
        raise LayoutError("its parts overlap")
    sizes = dict(zip(PARTS, map(sub, offsets[1:], offsets), strict=True))
    sizes_by_count = {
        **{name: passages * item for name, item in _PASSAGE_PARTS.items()},
        **{name: articles * item for name, item in _ARTICLE_PARTS.items()},
        "runs": runs * 4,
        "passage_name_ends": passages * 4,
    }
    for field in FIELDS:
        terms = sizes[f"{field}_ends"] // _TERM_PARTS["ends"]
        for name, item in _TERM_PARTS.items():
            sizes_by_count[f"{field}_{name}"] = terms * item
        if field == "words":
            sizes_by_count["words_own_frequencies"] = terms * 4
    sizes_by_count["sums"] = -(-(offsets[-2] - HEADER.size) // BLOCK_BYTES) * 4
    if sizes != {**sizes, **sizes_by_count} or sizes["passage_names"] % 4:
        raise LayoutError("its parts have other sizes than its counts say")


class SegmentChunk:
    """Some postings of one term, each array of which is read when it is first used.

    `first` and `last` are the numbers at its ends, `count` is how many postings it has, and
    `end` is the offset of the next chunk. `base` is added to every number of the segment.
    """

    def __init__(self, data: memoryview, offset: int, base: int) -> None:
        self._data = data
        if data[offset]:
            self._width, first, last, self._has_codes, self.count, size = _CHUNK_HEADER.unpack_from(
                data, offset
            )
            self._offset = offset + _CHUNK_HEADER.size
            self.end = self._offset + size
            least = self._width * (self.count - 1) + (self.count if self._has_codes else 0)
            if not (
                self._width in _TYPECODES
                and 1 < self.count <= MAX_CHUNK_POSTINGS
                and least < size
                and self.end <= len(data)
            ):
                raise LayoutError("a chunk has other sizes than its counts say")
        else:
            self._width, first, self._code = _SINGLE_HEADER.unpack_from(data, offset)
            self._offset, self.count, last = offset + _SINGLE_HEADER.size, 1, first
            _, (size,), start = self._weights_and_sizes
            self.end = start + size
            if self.end > len(data):
                raise LayoutError("a chunk is longer than its segment")
        self.first, self.last = base + first, base + last

    @cached_property
    def numbers(self) -> Sequence[int]:
        """The passages or runs, ascending."""
        return self._read_numbers()

    def _read_numbers(self) -> Sequence[int]:
        if self.count == 1:
            return (self.first,)
        steps = self._data[self._offset : self._offset + self._width * (self.count - 1)]
        return list(accumulate(steps.cast(_TYPECODES[self._width]), initial=self.first))

    @property
    def weights(self) -> Sequence[int]:
        """The weight of each posting."""
        return self._weights_and_sizes[0]

    def columns(self) -> tuple[Sequence[int], bytes, Sequence[int], Sequence[int], bytes]:
        """Return number, code, weight and size of each posting, and the positions of all.

        Nothing is kept: this is for a merge, which reads each chunk once.
        """
        weights, sizes, start = self._read_weights_and_sizes()
        if start + sum(sizes) != self.end:
            raise LayoutError("the positions of a chunk do not end with it")
        values = bytes(self._data[start : self.end])
        return self._read_numbers(), self._read_codes(), weights, sizes, values

    def value(self, number: int) -> bytes:
        """Return the encoded positions of one posting; empty if the chunk does not have it."""
        n = bisect_left(self.numbers, number)
        if n == self.count or self.numbers[n] != number:
            return b""
        return bytes(self._data[self._value_ends[n] : self._value_ends[n + 1]])

    def values(self) -> Iterator[bytes]:
        """Yield the encoded positions of each posting."""
        ends = self._value_ends
        block_start = ends[0]
        block = bytes(self._data[block_start : ends[-1]])
        for start, end in pairwise(ends):
            yield block[start - block_start : end - block_start]

    def own(self) -> dict[int, int]:
        """Return how often the term occurs in the text, by number, where it does."""
        counts = self._own_counts()
        return dict(compress(zip(self.numbers, counts, strict=True), counts))

    def count_own(self) -> int:
        """Return how often the term occurs in the texts of all passages of the chunk."""
        return sum(self._own_counts())

    def _own_counts(self) -> Sequence[int]:
        """Return how often the term occurs in the text, for each posting."""
        weights, sizes, start = self._weights_and_sizes
        block = bytes(self._data[start : start + sum(sizes)])
        # Every byte before the first mark is a position in the text.
        if not MARKS.search(block):
            return weights
        ends = [0, *accumulate(sizes)]
        counts = list(weights)
        n = -1
        for mark in MARKS.finditer(block):
            offset = mark.start()
            if offset < ends[n + 1]:
                continue
            n = bisect_right(ends, offset, n + 1) - 1
            counts[n] = count_own(block[ends[n] : ends[n + 1]])
        return counts

    def first_bytes(self) -> Iterable[int]:
        """Return the first byte of the encoded positions of each posting."""
        return map(self._data.__getitem__, islice(self._value_ends, self.count))

    @cached_property
    def _value_ends(self) -> Sequence[int]:
        _, sizes, start = self._weights_and_sizes
        # One number a posting: an array takes much less memory than a list.
        ends = array("Q", accumulate(sizes, initial=start))
        if ends[-1] != self.end:
            raise LayoutError("the positions of a chunk do not end with it")
        return ends

    @cached_property
    def _weights_and_sizes(self) -> tuple[Sequence[int], Sequence[int], int]:
        """Weight and size in bytes of each posting, and the offset of the first positions."""
        return self._read_weights_and_sizes()

    def _read_codes(self) -> bytes:
        if not self._width:
            return bytes((self._code,))
        if not self._has_codes:
            return bytes(self.count)
        offset = self._offset + self._width * (self.count - 1)
        return bytes(self._data[offset : offset + self.count])

    def _read_weights_and_sizes(self) -> tuple[Sequence[int], Sequence[int], int]:
        offset = self._offset
        if self._width:
            offset += self._width * (self.count - 1)
            if not self._has_codes:
                ones = b"\1" * self.count
                return ones, ones, offset
            offset += self.count
        codes = self._read_codes()
        weights: Sequence[int] = codes.translate(_WEIGHT_BY_CODE)
        sizes: Sequence[int] = codes.translate(_SIZE_BY_CODE)
        if LARGE in codes:
            weights, sizes = list(weights), list(sizes)
            n = codes.find(LARGE)
            while n >= 0:
                sizes[n], weights[n] = _LARGE_POSTING.unpack_from(self._data, offset)
                offset += _LARGE_POSTING.size
                n = codes.find(LARGE, n + 1)
        return weights, sizes, offset


def pack_chunks(numbers: Sequence[int], postings: Sequence[Posting]) -> tuple[bytes, int]:
    """Return the chunks of postings with ascending numbers, and the sum of their weights."""
    codes = bytes([code for code, _ in postings])
    total_weight = sum(codes.translate(_WEIGHT_BY_CODE))
    packed: list[bytes] = []
    for start in range(0, len(numbers), MAX_CHUNK_POSTINGS):
        chunk = slice(start, start + MAX_CHUNK_POSTINGS)
        large = b""
        if LARGE in codes[chunk]:
            weights = [
                (len(value), posting_weight((LARGE, value)))
                for code, value in postings[chunk]
                if code == LARGE
            ]
            large = b"".join(starmap(_LARGE_POSTING.pack, weights))
            total_weight += sum(weight for _, weight in weights)
        values = b"".join([value for _, value in postings[chunk]])
        packed.append(pack_chunk(numbers[chunk], codes[chunk], large, values))
    return b"".join(packed), total_weight


def pack_columns(
    numbers: Sequence[int],
    codes: bytes,
    sizes: Sequence[int],
    weights: Sequence[int],
    values: bytes,
) -> bytes:
    """Return the chunks of postings that lie in columns; `values` are the positions of all."""
    packed: list[bytes] = []
    end = 0
    for start in range(0, len(numbers), MAX_CHUNK_POSTINGS):
        chunk = slice(start, start + MAX_CHUNK_POSTINGS)
        first, end = end, end + sum(sizes[chunk])
        columns = zip(codes[chunk], sizes[chunk], weights[chunk], strict=True)
        large = (
            b"".join(
                _LARGE_POSTING.pack(size, weight) for code, size, weight in columns if code == LARGE
            )
            if LARGE in codes[chunk]
            else b""
        )
        packed.append(pack_chunk(numbers[chunk], codes[chunk], large, values[first:end]))
    return b"".join(packed)


def pack_chunk(numbers: Sequence[int], codes: bytes, large: bytes, values: bytes) -> bytes:
    """Return a chunk of postings with ascending numbers, each with its code.

    `large` has size and weight of those without a code, as numbers of four bytes, and `values` the
    encoded positions of all.
    """
    if len(numbers) == 1:
        return _SINGLE_HEADER.pack(0, numbers[0], codes[0]) + large + values
    steps = list(map(sub, numbers[1:], numbers))
    widest = max(steps)
    width = 1 if widest < 1 << 8 else 2 if widest < 1 << 16 else 4
    packed_steps = bytes(steps) if width == 1 else array(_TYPECODES[width], steps).tobytes()
    has_codes = any(codes)
    body = b"".join((packed_steps, codes if has_codes else b"", large, values))
    header = _CHUNK_HEADER.pack(width, numbers[0], numbers[-1], has_codes, len(numbers), len(body))
    return header + body


def read_chunks(
    data: memoryview,
    offset: int,
    count: int,
    base: int = 0,
    check: Callable[[int, int], None] = lambda *_: None,
) -> Iterator[SegmentChunk]:
    """Yield the chunks of a list of `count` postings that starts at `offset`.

    `check` is called with start and end of the bytes that are read next.
    """
    while count > 0:
        check(offset, offset + _MAX_HEADER_BYTES)
        chunk = SegmentChunk(data, offset, base)
        check(offset, chunk.end)
        yield chunk
        count -= chunk.count
        offset = chunk.end


def renumber_chunks(data: memoryview, offset: int, count: int, increment: int) -> bytes:
    """Copy the chunks of a list, with `increment` added to every number; decode nothing."""
    copied = bytearray()
    for chunk in read_chunks(data, offset, count, increment):
        start = len(copied)
        copied += data[offset : chunk.end]
        offset = chunk.end
        _NUMBER.pack_into(copied, start + 1, chunk.first)
        if copied[start]:
            _NUMBER.pack_into(copied, start + 1 + _NUMBER.size, chunk.last)
    return bytes(copied)


def compute_checksum(
    header: memoryview | bytes, checked_parts: memoryview | bytes, sums: memoryview | bytes
) -> int:
    """Return the CRC-32 of the header after the checksum, of the checked parts and the sums."""
    return crc32(sums, crc32(checked_parts, crc32(header[_CHECKSUM_END : HEADER.size])))
