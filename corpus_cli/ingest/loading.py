"""Files to bytes: regular ones only, and not too large."""

import hashlib
import os
import stat
import time
from pathlib import Path
from typing import NamedTuple

from corpus_cli.errors import SourceError
from corpus_cli.ingest.structure.structure import READING
from corpus_cli.model import Stamp

LARGEST = 50_000_000
"""Bytes beyond which a file is not read, unless the user says so."""

NOT_REGULAR = "it is not a regular file"

_YOUNG = 2_000_000_000


class Loaded(NamedTuple):
    """The bytes of a file, and what it was at that moment."""

    data: bytes
    stamp: Stamp


def load(path: str, largest: int = LARGEST) -> Loaded:
    """Read a regular file. Raises `SourceError` for anything else, and what cannot be opened."""
    try:
        # A FIFO must not hang us, and a name may have become another file since.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise SourceError(NOT_REGULAR)
            # A file may grow while it is read.
            data = b"" if found.st_size > largest else file.read(largest + 1)
            if max(found.st_size, len(data)) > largest:
                raise SourceError(
                    f"it is larger than {largest / 1e6:g} MB: --max-size reads larger ones"
                )
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror}") from error
    return Loaded(data, stamped(data, found))


def stamped(data: bytes, found: os.stat_result) -> Stamp:
    """What a file was when these bytes were read from it.

    Within the clock's grain a file can change and keep its time: a young one gets none, and
    so is compared by its content when it is met again.
    """
    young = time.time_ns() - found.st_mtime_ns < _YOUNG
    digest = hashlib.sha256(data).hexdigest()
    return Stamp(len(data), 0 if young else found.st_mtime_ns, digest, READING)


def same(path: str, stamp: Stamp | None) -> bool:
    """Whether a file is as it was, by its size and time, without reading it."""
    if stamp is None or stamp.reading != READING:
        return False
    try:
        found = Path(path).stat()
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns) == (stamp.size, stamp.mtime_ns)
