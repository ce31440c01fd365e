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

from corpus_cli.ingest.readers.budget import Budget

MAX_MEMBER_BYTES = 50_000_000
"""Bytes of the largest member that is read."""

TOO_LARGE = f"it is larger than {MAX_MEMBER_BYTES // 1_000_000} MB"

MAX_UNPACKED_BYTES = 500_000_000
"""Bytes that all members of an archive may unpack to together."""

MAX_SINGLE_BYTES = 200_000_000
"""Bytes that a single compressed file may unpack to: a web archive, a mailbox."""

MAX_MEMBERS = 100_000
"""Members that an archive may have."""

TOO_MANY_FILES = f"it contains more than {MAX_MEMBERS:,} files"

DAMAGE_ERRORS = (
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

PIECE_BYTES = 4_096
"""Bytes read at a time. bz2 decompresses them at once, to up to 20,000 times as many."""

_MAX_RATIO = 200
_ALWAYS_ALLOWED_BYTES = 10_000_000
_NON_TEXT_MEDIA = re.compile("(?:image|audio|video|font)/")


class ByteStream(Protocol):
    """A source of bytes."""

    def read(self, size: int, /) -> bytes: ...


def archive_budget(packed_size: int, limit: int = MAX_UNPACKED_BYTES) -> Budget:
    """Return the budget of an archive of `packed_size` bytes.

    It may unpack to the larger of 10 MB and 200 times its size, a ratio that text hardly
    reaches, but to no more than `limit`.
    """
    return Budget(min(limit, max(_ALWAYS_ALLOWED_BYTES, packed_size * _MAX_RATIO)))


class BudgetedStream(BufferedIOBase):
    """A stream that raises `SourceError` when it exceeds its budget."""

    def __init__(self, stream: ByteStream, budget: Budget) -> None:
        self.last_piece = b""
        self._stream = stream
        self._budget = budget

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes, and keep them in `last_piece` until the next call."""
        self.last_piece = self._stream.read(PIECE_BYTES if size is None or size < 0 else size)
        self._budget.spend(len(self.last_piece))
        return self.last_piece


class Member(NamedTuple):
    """A file in an archive: its name, and its bytes or the reason why they are missing."""

    name: str
    data: bytes = b""
    reason: str = ""


def may_be_article(name: str) -> bool:
    """Return whether a member may be an article: not hidden, no image, audio, video or font."""
    path_parts = name.replace("\\", "/").split("/")
    is_hidden = any(part.startswith(".") and part.strip(".") for part in path_parts)
    media_type = mimetypes.guess_type(name)[0] or ""
    return not is_hidden and "__MACOSX" not in path_parts and not _NON_TEXT_MEDIA.match(media_type)


def load_member(name: str, stream: ByteStream, budget: Budget | None = None) -> Member:
    """Read a member in pieces; one that is too large has a reason and no bytes."""
    pieces: list[bytes] = []
    size = 0
    while size <= MAX_MEMBER_BYTES and (piece := stream.read(PIECE_BYTES)):
        pieces.append(piece)
        size += len(piece)
        if budget:
            budget.spend(len(piece))
    return (
        Member(name, reason=TOO_LARGE)
        if size > MAX_MEMBER_BYTES
        else Member(name, b"".join(pieces))
    )
