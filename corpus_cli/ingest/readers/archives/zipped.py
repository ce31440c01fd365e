"""Read the members of a ZIP file."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.archives import unfolding
from corpus_cli.ingest.readers.archives.unfolding import (
    BROKEN,
    ENCRYPTED,
    Budget,
    Member,
    contents,
    wanted,
)

_PACKING = "its compression method is not supported: compress it with Deflate"

# Flags, method, compressed size, length of the name and of the extra field.
_LOCAL = struct.Struct("<4x2xHH4x4xI4xHH")
_UTF8 = 0x800
_TOLD_AFTER = 8


def members(data: bytes) -> Iterator[Member]:
    """Yield the members in the order of the central directory.

    Of a file that is cut off, yields the members before the cut, then raises an error of
    `DAMAGE_ERRORS`. Raises `SourceError` where there are too many members or bytes.
    """
    if data.count(b"PK\x01\x02") > unfolding.MAX_MEMBERS:
        raise SourceError(unfolding.TOO_MANY)
    budget = Budget(len(data))
    try:
        archive = ZipFile(BytesIO(data))
    except BROKEN:
        # The central directory is at the end, which is missing if the file is cut off.
        yield from _salvaged(data, budget)
        raise
    for info in archive.infolist():
        name = _name(info)
        if not info.is_dir() and not _link(info) and wanted(name):
            yield _unzipped(archive, info, name, budget)


def _link(info: ZipInfo) -> bool:
    """Return whether a member is a link or a device, by its Unix mode."""
    kind = info.external_attr >> 28
    return kind not in (0, 0o10)


def _unzipped(archive: ZipFile, info: ZipInfo, name: str, budget: Budget) -> Member:
    if info.flag_bits & 1:
        return Member(name, reason=ENCRYPTED)
    try:
        with archive.open(info) as stream:
            return contents(name, stream, budget)
    except NotImplementedError:
        return Member(name, reason=_PACKING)
    except BROKEN:
        return Member(name, reason="it is damaged")


def _name(info: ZipInfo) -> str:
    """Return the name of a member; many tools write UTF-8 without setting its flag."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _salvaged(data: bytes, budget: Budget) -> Iterator[Member]:
    """Yield the members of a ZIP without a central directory, by their local headers."""
    at = 0
    while (found := _Local.at(data, at)) and (end := found.end(data)):
        content = b"" if found.flags & 1 else found.content(data, end, budget)
        reason = ENCRYPTED if found.flags & 1 else ""
        if wanted(found.name) and not found.name.endswith("/"):
            yield Member(found.name, content, reason)
        at = end


class _Local(NamedTuple):
    """The header before a member of a ZIP: 30 bytes, its name, and an extra field.

    `size` is in bytes, compressed; `content_start` is the position of the content.
    """

    flags: int
    method: int
    size: int
    name: str
    start: int

    @classmethod
    def at(cls, data: bytes, at: int) -> "_Local | None":
        if data[at : at + 4] != b"PK\x03\x04" or at + _LOCAL.size > len(data):
            return None
        flags, method, size, named, more = _LOCAL.unpack_from(data, at)
        start = at + _LOCAL.size + named
        encoding = "utf-8" if flags & _UTF8 else "cp437"
        name = data[at + _LOCAL.size : start].decode(encoding, "replace")
        return cls(flags, method, size, name, start + more)

    def end(self, data: bytes) -> int:
        """Return the end of the content; 0 if it is cut off, or its size follows the content."""
        end = self.start + self.size
        return 0 if self.flags & _TOLD_AFTER or end > len(data) else end

    def content(self, data: bytes, end: int, budget: Budget) -> bytes:
        packed = memoryview(data)[self.start : end]
        stored = self.method == ZIP_STORED
        found = (
            bytes(packed)
            if stored
            else zlib.decompressobj(-15).decompress(packed, unfolding.MAX_MEMBER_BYTES)
        )
        budget.spend(len(found))
        return found
