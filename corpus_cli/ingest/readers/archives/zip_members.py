"""Read the members of a ZIP file."""

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.archives import limits
from corpus_cli.ingest.readers.archives.limits import (
    DAMAGE_ERRORS,
    Member,
    archive_budget,
    load_member,
    may_be_article,
)
from corpus_cli.ingest.readers.archives.member_names import decode_names
from corpus_cli.ingest.readers.budget import Budget
from corpus_cli.ingest.readers.port import ENCRYPTED

_DAMAGED = "it is damaged or cut off"
_UNSUPPORTED_METHOD = "its compression method is not supported: compress it with Deflate"

# Flags, method, compressed size, length of the name and of the extra field.
_HEADER = struct.Struct("<4x2xHH4x4xI4xHH")
_LOCAL_MAGIC = b"PK\x03\x04"
_UTF8_FLAG = 0x800
_SIZE_FOLLOWS_FLAG = 8


def iter_members(data: bytes) -> Iterator[Member]:
    """Yield the members in the order of the central directory.

    Of a file that is cut off, yields the members before the cut, then raises an error of
    `DAMAGE_ERRORS`. Raises `SourceError` where there are too many members or bytes.
    """
    if data.count(b"PK\x01\x02") > limits.MAX_MEMBERS:
        raise SourceError(limits.TOO_MANY_FILES)
    budget = archive_budget(len(data))
    try:
        archive = ZipFile(BytesIO(data))
    except DAMAGE_ERRORS:
        # The central directory is at the end, which is missing if the file is cut off.
        yield from _salvage_members(data, budget)
        raise
    members = archive.infolist()
    for info, name in zip(members, _decode_names(members), strict=True):
        if not info.is_dir() and not _is_special(info) and may_be_article(name):
            yield _extract_member(archive, info, name, budget)


def _is_special(info: ZipInfo) -> bool:
    """Return whether a member is a link or a device, by its Unix mode."""
    file_type = info.external_attr >> 28
    return file_type not in (0, 0o10)


def _extract_member(archive: ZipFile, info: ZipInfo, name: str, budget: Budget) -> Member:
    if info.flag_bits & 1:
        return Member(name, reason=ENCRYPTED)
    try:
        with archive.open(info) as stream:
            return load_member(name, stream, budget)
    except NotImplementedError:
        return Member(name, reason=_UNSUPPORTED_METHOD)
    except DAMAGE_ERRORS:
        return Member(name, reason=_DAMAGED)


def _decode_names(members: Sequence[ZipInfo]) -> Iterator[str]:
    """Yield the names of members; many tools write them without the flag for UTF-8."""
    unflagged = [info for info in members if not info.flag_bits & _UTF8_FLAG]
    decoded = iter(decode_names([info.filename.encode("cp437") for info in unflagged]))
    return (info.filename if info.flag_bits & _UTF8_FLAG else next(decoded) for info in members)


def _salvage_members(data: bytes, budget: Budget) -> Iterator[Member]:
    """Yield the members of a ZIP without a central directory, by their local headers."""
    position = 0
    headers = [_LocalHeader.parse(data, match.start()) for match in re.finditer(_LOCAL_MAGIC, data)]
    raw_names = sorted({header.raw_name for header in headers if header})
    names = dict(zip(raw_names, decode_names(raw_names), strict=True))
    while (position := data.find(_LOCAL_MAGIC, position)) >= 0:
        header = _LocalHeader.parse(data, position)
        if header is None:
            return
        name = names[header.raw_name]
        content, end = header.extract_content(data)
        budget.spend(len(content))
        reason = ENCRYPTED if header.flags & 1 else "" if end else _DAMAGED
        if may_be_article(name) and not name.endswith("/"):
            yield Member(name, content, reason)
        # After a member that is cut off or damaged, the next one is found by its header.
        position = end or position + len(_LOCAL_MAGIC)


class _LocalHeader(NamedTuple):
    """The header before a member of a ZIP: 30 bytes, its name, and an extra field.

    `size` is in bytes, compressed; `content_start` is the position of the content.
    """

    flags: int
    method: int
    size: int
    raw_name: bytes
    content_start: int

    @classmethod
    def parse(cls, data: bytes, position: int) -> "_LocalHeader | None":
        if data[position : position + 4] != _LOCAL_MAGIC or position + _HEADER.size > len(data):
            return None
        flags, method, size, name_length, extra_length = _HEADER.unpack_from(data, position)
        name_end = position + _HEADER.size + name_length
        raw_name = data[position + _HEADER.size : name_end]
        return cls(flags, method, size, raw_name, name_end + extra_length)

    def extract_content(self, data: bytes) -> tuple[bytes, int]:
        """Return the content and the position after it, which is 0 if it is cut off or damaged.

        Tools that cannot go back write the size after the content, where Deflate marks its end.
        """
        has_size = not self.flags & _SIZE_FOLLOWS_FLAG
        end = self.content_start + self.size
        if has_size and (end > len(data) or self.flags & 1):
            return b"", end if end <= len(data) else 0
        if self.method == ZIP_STORED:
            return (data[self.content_start : end], end) if has_size else (b"", 0)
        decompressor = zlib.decompressobj(-15)
        compressed = memoryview(data)[self.content_start : end if has_size else len(data)]
        try:
            content = decompressor.decompress(compressed, limits.MAX_MEMBER_BYTES)
        except zlib.error:
            return b"", 0
        consumed_end = len(data) - len(decompressor.unused_data)
        if not decompressor.eof:
            return b"", 0
        return content, end if has_size else consumed_end
