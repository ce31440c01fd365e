"""Folders and files that survive a power cut."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

_LARGEST = 10_000_000


def make(folder: Path) -> None:
    """Make a folder and those above it, so that they are there after a power cut."""
    if not folder.is_dir():
        make(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def sync(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace(path: Path, content: bytes, scratch: Path) -> None:
    """Replace a file so that after a power cut it is the old one or the new one, whole.

    It is written as `scratch` in the same folder first.
    """
    try:
        with scratch.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException:
        with suppress(OSError):
            scratch.unlink()
        raise
    sync(path.parent)


def text(path: Path) -> str:
    """What is in a file of settings or names; raises as `content` does."""
    return content(path).decode("utf-8-sig")


def content(path: Path) -> bytes:
    """The bytes of such a file. Raises `OSError` for what is none, or no end, such as a pipe."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with open(handle, "rb") as file:  # noqa: PTH123 - of an open handle
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError(errno.EFBIG, f"it has more than {_LARGEST:,} bytes")
    return data
