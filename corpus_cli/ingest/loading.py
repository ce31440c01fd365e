"""Load regular files and standard input as bytes."""

import hashlib
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corpus_cli.errors import SourceError, UsageError
from corpus_cli.model import Stamp

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

READING_VERSION = 6
"""The version of the readers and of `structure`; files that an older one read are read again."""

MAX_FILE_BYTES = 50_000_000
"""The size in bytes above which a file is not read, unless the user sets another limit."""

NOT_REGULAR = "it is not a regular file"

_JSON_START = 100_000
"""Bytes of standard input from which it is decided whether all of it is JSON."""

_LONGEST_LITERAL = 20
"""Characters that a number, `true` or an escape has, which may be cut."""

_CLOCK_GRAIN_NS = 2_000_000_000


class Loaded(NamedTuple):
    """The bytes of a file, and its stamp from when they were read."""

    data: bytes
    stamp: Stamp


def load(path: str, largest: int = MAX_FILE_BYTES) -> Loaded:
    """Read a regular file. Raises `SourceError` if it is not one, too large, or unreadable."""
    try:
        # Opening a FIFO must not block. Check the open file: the path may lead to another by now.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise SourceError(NOT_REGULAR)
            # A file may grow while it is read.
            data = b"" if status.st_size > largest else file.read(largest + 1)
            if max(status.st_size, len(data)) > largest:
                raise SourceError(
                    f"it is larger than {largest / 1e6:g} MB: raise the limit with --max-size"
                )
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror}") from error
    return Loaded(data, make_stamp(data, status))


def make_stamp(data: bytes, status: os.stat_result) -> Stamp:
    """Return the stamp of a file whose bytes have just been read.

    A file can change twice within the grain of the clock and keep its time. So the stamp of a
    file that changed that recently has no time, and the next ingest compares its content.
    """
    is_young = time.time_ns() - status.st_mtime_ns < _CLOCK_GRAIN_NS
    digest = hashlib.sha256(data).hexdigest()
    return Stamp(len(data), 0 if is_young else status.st_mtime_ns, digest, READING_VERSION)


def is_unchanged(path: str, stamp: Stamp | None) -> bool:
    """Return whether a file still has the size and time of its stamp, without reading it."""
    if stamp is None or stamp.reading != READING_VERSION:
        return False
    try:
        status = Path(path).stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (stamp.size, stamp.mtime_ns)


class StandardInput:
    """Standard input as a temporary file, so that it is read like any other file."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._path = ""

    def close(self) -> None:
        """Delete the temporary file."""
        if self._folder:
            self._folder.cleanup()

    def save(self, largest: int) -> str:
        """Save standard input, once, and return the path. Raises `UsageError` if it is closed.

        If there are more than `largest` bytes, one byte more is saved, which `load` refuses.
        """
        if self._path:
            return self._path
        import sys
        from tempfile import TemporaryDirectory

        try:
            data = sys.stdin.buffer.read(largest + 1)
        except (OSError, AttributeError) as error:
            raise UsageError("standard input cannot be read: it is closed") from error
        self._folder = TemporaryDirectory(prefix="corpus-")
        # JSON has no signature: without a suffix it would be read as plain text.
        path = Path(self._folder.name, "stdin.jsonl" if _is_json(data) else "stdin")
        path.write_bytes(data)
        self._path = str(path)
        return self._path


def _is_json(data: bytes) -> bool:
    """Return whether data begins as JSON does, or a line of it; a text can begin with a bracket.

    Only the start is parsed, because this process must not take long over what a stranger wrote.
    """
    import json

    start = data[:_JSON_START].lstrip()
    if start[:1] not in (b"{", b"["):
        return False
    text = start.decode("utf-8", "replace")
    for part in (text.partition("\n")[0], text):
        try:
            json.loads(part)
        except json.JSONDecodeError as error:
            # The start of a long text ends in the middle of something.
            is_cut = error.pos >= len(part.rstrip()) - _LONGEST_LITERAL
            if len(data) > _JSON_START and (is_cut or error.msg.startswith("Unterminated")):
                return True
        except RecursionError:
            return False
        else:
            return True
    return False
