"""Limits on unpacking archives."""

import lzma
import mimetypes
import re
import struct
import tarfile
import zlib
from io import BufferedIOBase
from typing import NamedTuple, Protocol
from zipfile import BadZipFile

from corpus_cli.errors import SourceError

MAX_MEMBER_BYTES = 50_000_000
"""Bytes of the largest member that is read."""

TOO_LARGE = f"it is larger than {MAX_MEMBER_BYTES // 1_000_000} MB"

UNFOLDED = 500_000_000
"""Bytes that all members of an archive may unpack to together."""

ALONE = 200_000_000
"""Bytes that a single compressed file may unpack to: a web archive, a mailbox."""

MAX_MEMBERS = 100_000
"""Members that an archive may have."""

TOO_MANY = f"it contains more than {MAX_MEMBERS:,} files"
ENCRYPTED = "it is encrypted: save it without a password"

BROKEN = (
    BadZipFile,
    EOFError,
    KeyError,
    MemoryError,
    OSError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    tarfile.TarError,
    zlib.error,
)
"""Errors that the standard library raises for damaged archives."""

PIECE = 4_096
"""Bytes read at a time. bz2 decompresses them at once, to up to 20,000 times as many."""

_RATIO = 200
_ALWAYS = 10_000_000
_SILENT = re.compile("(?:image|audio|video|font)/")


class Stream(Protocol):
    """A source of bytes."""

    def read(self, size: int, /) -> bytes: ...


class Budget:
    """The bytes that an archive may still unpack to.

    An archive of n bytes may unpack to the larger of 10 MB and 200 n, a ratio that text
    hardly reaches, but to no more than `limit`.
    """

    def __init__(self, packed: int, most: int = UNFOLDED) -> None:
        self._most = min(most, max(_ALWAYS, packed * _RATIO))
        self._left = self._most

    def spend(self, size: int) -> None:
        """Subtract `size` bytes. Raises `SourceError` where fewer are left."""
        self._left -= size
        if self._left < 0:
            raise SourceError(f"it unpacks to more than {self._most // 1_000_000} MB")


class Capped(BufferedIOBase):
    """A stream that raises `SourceError` when it exceeds its budget."""

    def __init__(self, stream: Stream, budget: Budget) -> None:
        self.last = b""
        self._stream = stream
        self._budget = budget

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes, and keep them in `last_piece` until the next call."""
        self.last = self._stream.read(PIECE if size is None or size < 0 else size)
        self._budget.spend(len(self.last))
        return self.last


class Member(NamedTuple):
    """A file in an archive: its name, and its bytes or the reason why they are missing."""

    name: str
    data: bytes = b""
    reason: str = ""


def wanted(name: str) -> bool:
    """Return whether a member may be an article: not hidden, no image, audio, video or font."""
    steps = name.replace("\\", "/").split("/")
    hidden = any(step.startswith(".") and step.strip(".") for step in steps)
    guessed = mimetypes.guess_type(name)[0] or ""
    return not hidden and "__MACOSX" not in steps and not _SILENT.match(guessed)


def contents(name: str, stream: Stream, budget: Budget | None = None) -> Member:
    """Read a member in pieces; one that is too large has a reason and no bytes."""
    pieces: list[bytes] = []
    size = 0
    while size <= MAX_MEMBER_BYTES and (piece := stream.read(PIECE)):
        pieces.append(piece)
        size += len(piece)
        if budget:
            budget.spend(len(piece))
    return (
        Member(name, reason=TOO_LARGE)
        if size > MAX_MEMBER_BYTES
        else Member(name, b"".join(pieces))
    )
