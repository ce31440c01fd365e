"""The sums of the blocks of a segment."""

from array import array
from collections.abc import Sequence
from typing import overload
from zlib import crc32

from corpus_cli.engines.whoosh.layout import BLOCK_BYTES, HEADER, LayoutError


class BlockSums:
    """The CRC-32 of each block of a segment that is written, from the end of its header on."""

    def __init__(self) -> None:
        self._sums = array("I")
        self._sum = 0
        self._filled = 0

    def add(self, data: bytes | bytearray | memoryview) -> None:
        """Add the bytes that are written next."""
        room = BLOCK_BYTES - self._filled
        if len(data) < room:
            self._sum = crc32(data, self._sum)
            self._filled += len(data)
            return
        view = memoryview(data)
        while len(view) >= room:
            self._sums.append(crc32(view[:room], self._sum))
            view, self._sum, self._filled, room = view[room:], 0, 0, BLOCK_BYTES
        self._sum, self._filled = crc32(view), len(view)

    def finish(self) -> bytes:
        """Return the sums of all blocks; the last block may be shorter."""
        if self._filled:
            self._sums.append(self._sum)
        return self._sums.tobytes()


class CheckedBlocks:
    """The bytes of a segment, each block of which is compared with its sum when it is needed."""

    def __init__(self, data: memoryview, sums: memoryview, end: int) -> None:
        self._data = data
        self._sums = sums
        self._end = end
        self._checked = bytearray(len(sums))

    def check(self, start: int, end: int) -> None:
        """Check the blocks with the bytes from `start` to `end`. Raises `LayoutError`."""
        first = (start - HEADER.size) // BLOCK_BYTES
        last = (min(end, self._end) - 1 - HEADER.size) // BLOCK_BYTES
        for block in range(first, last + 1):
            if not self._checked[block]:
                offset = HEADER.size + block * BLOCK_BYTES
                block_end = min(offset + BLOCK_BYTES, self._end)
                if crc32(self._data[offset:block_end]) != self._sums[block]:
                    raise LayoutError(f"its bytes from {offset:,} on are not as they were written")
                self._checked[block] = 1


class CheckedArray(Sequence[int]):
    """An array in a segment, whose blocks are checked when its items are read."""

    def __init__(self, items: memoryview, start: int, blocks: CheckedBlocks) -> None:
        self._items = items
        self._start = start
        self._blocks = blocks
        self._item_bytes = items.itemsize

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> memoryview: ...

    def __getitem__(self, index: int | slice) -> int | memoryview:
        if isinstance(index, slice):
            first, end, _ = index.indices(len(self._items))
        else:
            first = index + len(self._items) if index < 0 else index
            end = first + 1
        if first < end <= len(self._items):
            start = self._start + first * self._item_bytes
            self._blocks.check(start, start + (end - first) * self._item_bytes)
        return self._items[index]

    def tolist(self) -> list[int]:
        """Return all items."""
        return self[:].tolist()
