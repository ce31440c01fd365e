"""Read TAR files, and single files that are compressed."""

import bz2
import gzip
import lzma
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import IO, Protocol, Self, cast

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.archives import gzipped, unfolding
from corpus_cli.ingest.readers.archives.unfolding import (
    ALONE,
    BROKEN,
    PIECE,
    TOO_LARGE,
    Budget,
    Capped,
    Member,
    contents,
    wanted,
)
from corpus_cli.ingest.readers.port import File

_SUFFIX = re.compile(r"\.(?:gz|bz2|xz)$", re.IGNORECASE)
_GZIP = b"\x1f\x8b"
_TARRED = (".tar", ".tgz", ".tbz", ".txz")
_USTAR = slice(257, 262)
_BLOCK = 512
_LONGEST_EXTENSION = 8_192
_EXTENDING = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class Stream(Protocol):
    """A decompressing stream; `read1` returns the bytes before damage, then raises."""

    def read(self, size: int, /) -> bytes: ...

    def read1(self, size: int, /) -> bytes: ...


class _Info(tarfile.TarInfo):
    """A TAR header that rejects extension headers longer than any path.

    The time to read them grows with the square of their length.
    """

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        found = super().frombuf(buf, encoding, errors)
        if found.type in _EXTENDING and found.size > _LONGEST_EXTENSION:
            raise tarfile.ReadError
        return found


def members(file: File) -> Iterator[Member]:
    """Yield the members of a TAR file, or the one file in a compressed file.

    Raises an error of `DAMAGE_ERRORS` after the members that could be read, and `SourceError`
    where there are too many members or bytes.
    """
    opened = _opener(file.data)
    if opened is None:
        yield from _tarred(Capped(BytesIO(file.data), Budget(len(file.data))))
    else:
        yield from _unfolded(file, opened)


def _opener(data: bytes) -> Callable[[], Stream] | None:
    """Return a function that opens the bytes decompressed; None if they are not compressed."""
    if data.startswith(_GZIP):
        return lambda: gzip.open(BytesIO(data))
    if data.startswith(b"BZh"):
        return lambda: bz2.open(BytesIO(data))
    if data.startswith(b"\xfd7zXZ"):
        return lambda: lzma.open(BytesIO(data))
    return None


def _unfolded(file: File, opened: Callable[[], Stream]) -> Iterator[Member]:
    packed = len(file.data)
    inner = _SUFFIX.sub("", file.name)
    if _head(opened)[_USTAR] == b"ustar" or inner.lower().endswith(_TARRED):
        yield from _tarred(Capped(opened(), Budget(packed)))
    else:
        is_gzip = file.data.startswith(_GZIP)
        pieces = gzipped.pieces(file.data) if is_gzip else _pieces(opened())
        yield from _alone(inner, pieces, Budget(packed, ALONE))


def _head(opened: Callable[[], Stream]) -> bytes:
    try:
        return opened().read(_USTAR.stop)
    except BROKEN:
        return b""


def _pieces(stream: Stream) -> Iterator[bytes]:
    while piece := stream.read1(PIECE):
        yield piece


def _alone(name: str, pieces: Iterable[bytes], budget: Budget) -> Iterator[Member]:
    """Yield the one file that is compressed; of a damaged one the bytes before the damage."""
    parts: list[bytes] = []
    try:
        for piece in pieces:
            parts.append(piece)
            budget.spend(len(piece))
    except BROKEN:
        if parts:
            yield Member(name, b"".join(parts))
        raise
    yield Member(name, b"".join(parts))


def _tarred(stream: Capped) -> Iterator[Member]:
    with tarfile.open(
        mode="r|", fileobj=stream, bufsize=_BLOCK, errors="replace", tarinfo=_Info
    ) as archive:
        count = 0
        while member := archive.next():
            count += 1
            if count > unfolding.MAX_MEMBERS:
                raise SourceError(unfolding.TOO_MANY)
            if member.isreg() and not member.issparse() and wanted(member.name):
                yield _untarred(archive, member)
            # The list would keep every member in memory.
            archive.members = []  # type: ignore[attr-defined]
    if stream.last.strip(b"\0"):
        # `tarfile` ends without an error at an invalid header.
        raise tarfile.ReadError


def _untarred(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Member:
    if member.size > unfolding.MAX_MEMBER_BYTES:
        return Member(member.name, reason=TOO_LARGE)
    with cast("IO[bytes]", archive.extractfile(member)) as stream:
        return contents(member.name, stream)
