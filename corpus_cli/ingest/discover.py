"""Folders to regular files."""

import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from corpus_cli.errors import SourceError, UsageError
from corpus_cli.ingest.readers import plain

LARGEST = 50_000_000
"""Bytes beyond which a file is not read."""

STDIN = "-"

Skip = Callable[[str, str], None]
"""Told a path that was passed over, and why."""


def discover(places: Sequence[str], skip: Skip) -> Iterator[str]:
    """The files of the places, each once, absolute and in order.

    A file that is named is always one; in a folder only those a reader is known for.
    Hidden files and links are passed over. Raises `UsageError` where a place is nothing.
    """
    for place in places:
        if place != STDIN and not os.path.lexists(place):
            raise UsageError(f"{place} does not exist: name a file or a folder")
    seen: set[str] = set()
    for place in places:
        for path in [place] if place == STDIN else _files(absolute(place), skip):
            if path not in seen:
                seen.add(path)
                yield path


def absolute(place: str) -> str:
    """A path from the root, its links as they are."""
    return os.path.abspath(place)  # noqa: PTH100 - resolve() would follow links


class Loaded(NamedTuple):
    """The bytes of a file, and its time in nanoseconds at the moment of reading."""

    data: bytes
    mtime_ns: int


def load(path: str) -> Loaded:
    """Read a regular file, or standard input where the path is `-`.

    Raises `SourceError` for anything else, and for what cannot be opened.
    """
    if path == STDIN:
        return Loaded(_bounded(sys.stdin.buffer.read(LARGEST + 1)), 0)
    try:
        # A FIFO must not hang us, and a name may have become another file since.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise SourceError("it is not a regular file")
            return Loaded(_bounded(file.read(LARGEST + 1)), found.st_mtime_ns)
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror}") from error


def _bounded(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise SourceError(f"it is larger than {LARGEST // 1_000_000} MB")
    return data


def _files(place: str, skip: Skip) -> Iterator[str]:
    if not Path(place).is_dir():
        yield place
        return
    for folder, names, files in os.walk(place, onerror=lambda error: _denied(error, skip)):
        names[:] = sorted(name for name in names if _wanted(folder, name, skip))
        for name in sorted(files):
            path = os.path.join(folder, name)  # noqa: PTH118 - names need not be valid text
            if name.startswith("."):
                continue
            if os.path.islink(path):  # noqa: PTH114 - the same
                skip(path, "it is a link")
            elif Path(name).suffix.lower() not in plain.SUFFIXES:
                skip(path, "no reader is known for its kind")
            else:
                yield path


def _wanted(folder: str, name: str, skip: Skip) -> bool:
    path = Path(folder, name)
    if path.is_symlink():
        skip(str(path), "it is a link")
        return False
    # Our own folder is no article, wherever it stands.
    return not name.startswith(".") and not (path / "store.db").exists()


def _denied(error: OSError, skip: Skip) -> None:
    skip(str(error.filename), f"it cannot be opened: {error.strerror}")
