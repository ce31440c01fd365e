"""Read TAR files, and single files that are compressed."""

import bz2
import gzip
import lzma
import os
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import IO, Protocol, Self, cast

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.archives import gzip_members, limits
from corpus_cli.ingest.readers.archives.limits import (
    DAMAGE_ERRORS,
    MAX_SINGLE_BYTES,
    PIECE_BYTES,
    TOO_LARGE,
    BudgetedStream,
    Member,
    archive_budget,
    load_member,
    may_be_article,
)
from corpus_cli.ingest.readers.archives.member_names import decode_names
from corpus_cli.ingest.readers.budget import Budget
from corpus_cli.ingest.readers.port import File

_COMPRESSION_SUFFIX = re.compile(r"\.(?:gz|bz2|xz)$", re.IGNORECASE)
_GZIP_MAGIC = b"\x1f\x8b"
_TAR_SUFFIXES = (".tar", ".tgz", ".tbz", ".txz")
_USTAR_RANGE = slice(257, 262)
_BLOCK_BYTES = 512
_MAX_EXTENSION_BYTES = 8_192
_LOST = "what is there cannot be read, so download it again"
_EXTENSION_TYPES = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class DecompressedStream(Protocol):
    """A decompressing stream; `read1` returns the bytes before damage, then raises."""

    def read(self, size: int, /) -> bytes: ...

    def read1(self, size: int, /) -> bytes: ...


class _BoundedTarInfo(tarfile.TarInfo):
    """A TAR header that rejects extension headers longer than any path.

    The time to read them grows with the square of their length.
    """

    damaged_count = 0
    """Headers that were damaged, of the archive that a subclass is made for."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            info = super().frombuf(buf, encoding, errors)
        except tarfile.InvalidHeaderError:  # type: ignore[attr-defined] # the stubs lack it
            cls.damaged_count += 1
            raise
        if info.type in _EXTENSION_TYPES and info.size > _MAX_EXTENSION_BYTES:
            raise tarfile.ReadError
        return info


def iter_members(file: File) -> Iterator[Member]:
    """Yield the members of a TAR file, or the one file in a compressed file.

    Raises an error of `DAMAGE_ERRORS` after the members that could be read, and `SourceError`
    where there are too many members or bytes.
    """
    open_stream = _choose_decompressor(file.data)
    if open_stream is None:
        yield from _unpack_tar(BudgetedStream(BytesIO(file.data), archive_budget(len(file.data))))
    else:
        yield from _unpack_compressed(file, open_stream)


def _choose_decompressor(data: bytes) -> Callable[[], DecompressedStream] | None:
    """Return a function that opens the bytes decompressed; None if they are not compressed."""
    if data.startswith(_GZIP_MAGIC):
        return lambda: gzip.open(BytesIO(data))
    if data.startswith(b"BZh"):
        return lambda: bz2.open(BytesIO(data))
    if data.startswith(b"\xfd7zXZ"):
        return lambda: lzma.open(BytesIO(data))
    return None


def _unpack_compressed(
    file: File, open_stream: Callable[[], DecompressedStream]
) -> Iterator[Member]:
    compressed_size = len(file.data)
    inner_name = _COMPRESSION_SUFFIX.sub("", file.name)
    if _read_head(open_stream)[_USTAR_RANGE] == b"ustar" or inner_name.lower().endswith(
        _TAR_SUFFIXES
    ):
        yield from _unpack_tar(BudgetedStream(open_stream(), archive_budget(compressed_size)))
    else:
        is_gzip = file.data.startswith(_GZIP_MAGIC)
        pieces = (
            gzip_members.decompress_pieces(file.data) if is_gzip else _iter_pieces(open_stream())
        )
        yield from _unpack_single(
            inner_name, pieces, archive_budget(compressed_size, MAX_SINGLE_BYTES)
        )


def _read_head(open_stream: Callable[[], DecompressedStream]) -> bytes:
    try:
        return open_stream().read(_USTAR_RANGE.stop)
    except DAMAGE_ERRORS:
        return b""


def _iter_pieces(stream: DecompressedStream) -> Iterator[bytes]:
    while piece := stream.read1(PIECE_BYTES):
        yield piece


def _unpack_single(name: str, pieces: Iterable[bytes], budget: Budget) -> Iterator[Member]:
    """Yield the one file that is compressed; of a damaged one the bytes before the damage."""
    unpacked: list[bytes] = []
    try:
        for piece in pieces:
            unpacked.append(piece)
            budget.spend(len(piece))
    except DAMAGE_ERRORS:
        if unpacked:
            yield Member(name, b"".join(unpacked))
        raise
    yield Member(name, b"".join(unpacked))


def _unpack_tar(stream: BudgetedStream) -> Iterator[Member]:
    """Yield the members of a TAR; after a damaged header those from the next sound one on.

    Raises `SourceError` at the end if a header was damaged, and says where.
    """

    class Header(_BoundedTarInfo):
        pass

    previous = place = ""
    with tarfile.open(
        mode="r|",
        fileobj=stream,
        bufsize=_BLOCK_BYTES,
        errors="surrogateescape",
        tarinfo=Header,
        # Otherwise reading would end at the first damaged header.
        ignore_zeros=True,
    ) as archive:
        count = 0
        while member := archive.next():
            (member.name,) = decode_names([os.fsencode(member.name)])
            count += 1
            if count > limits.MAX_MEMBERS:
                raise SourceError(limits.TOO_MANY_FILES)
            place = place or (f"before {member.name}" if Header.damaged_count else "")
            if member.isreg() and not member.issparse() and may_be_article(member.name):
                yield _extract_member(archive, member)
            # The list would keep every member in memory.
            archive.members = []  # type: ignore[attr-defined]
            previous = member.name
    if Header.damaged_count:
        raise SourceError(f"it is damaged {place or f'after {previous}'}: {_LOST}")
    if stream.last_piece.strip(b"\0"):
        # `tarfile` ends without an error where the archive is cut off.
        raise tarfile.ReadError


def _extract_member(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Member:
    if member.size > limits.MAX_MEMBER_BYTES:
        return Member(member.name, reason=TOO_LARGE)
    with cast("IO[bytes]", archive.extractfile(member)) as stream:
        return load_member(member.name, stream)
