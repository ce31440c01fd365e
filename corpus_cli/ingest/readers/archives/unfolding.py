"""What is unfolded of archives, and how much at most."""

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

LARGEST = 50_000_000
"""Bytes up to which one member is read."""

TOO_LARGE = f"it is larger than {LARGEST // 1_000_000} MB"

UNFOLDED = 500_000_000
"""Bytes up to which an archive is unfolded, all its members together."""

ALONE = 200_000_000
"""Bytes up to which a file is unfolded that is compressed alone: a web archive, a mailbox."""

MEMBERS = 100_000
"""Members up to which an archive is read."""

TOO_MANY = f"it holds more than {MEMBERS:,} files"
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
"""What the modules of the standard library raise over damaged archives."""

PIECE = 4_096
"""Bytes taken at a time. What bz2 makes of so many has no bound but its ratio of 1:20,000."""

_RATIO = 200
_ALWAYS = 10_000_000
_SILENT = re.compile("(?:image|audio|video|font)/")


class Stream(Protocol):
    """What bytes come out of."""

    def read(self, size: int, /) -> bytes: ...


class Budget:
    """The bytes that may still be unfolded; raises `SourceError` when they are spent.

    An archive of n bytes may unfold to 200 n, as text hardly does, or to 10 MB.
    """

    def __init__(self, packed: int, most: int = UNFOLDED) -> None:
        self._most = min(most, max(_ALWAYS, packed * _RATIO))
        self._left = self._most

    def spend(self, size: int) -> None:
        """Take off what came out."""
        self._left -= size
        if self._left < 0:
            raise SourceError(f"it unfolds to more than {self._most // 1_000_000} MB")


class Capped(BufferedIOBase):
    """A stream that ends with an error when more comes out of it than its budget allows."""

    def __init__(self, stream: Stream, budget: Budget) -> None:
        self.last = b""
        self._stream = stream
        self._budget = budget

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes, kept in `last` until the next call."""
        self.last = self._stream.read(PIECE if size is None or size < 0 else size)
        self._budget.spend(len(self.last))
        return self.last


class Member(NamedTuple):
    """A file in an archive: its name, its bytes; or why it has none."""

    name: str
    data: bytes = b""
    reason: str = ""


def wanted(name: str) -> bool:
    """Whether a member may be an article: not hidden, no picture, film or sound."""
    steps = name.replace("\\", "/").split("/")
    hidden = any(step.startswith(".") and step.strip(".") for step in steps)
    guessed = mimetypes.guess_type(name)[0] or ""
    return not hidden and "__MACOSX" not in steps and not _SILENT.match(guessed)


def contents(name: str, stream: Stream, budget: Budget | None = None) -> Member:
    """A member's bytes, taken in pieces, until they are all there or too many."""
    pieces: list[bytes] = []
    size = 0
    while size <= LARGEST and (piece := stream.read(PIECE)):
        pieces.append(piece)
        size += len(piece)
        if budget:
            budget.spend(len(piece))
    return Member(name, reason=TOO_LARGE) if size > LARGEST else Member(name, b"".join(pieces))
