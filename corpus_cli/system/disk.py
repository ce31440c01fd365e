"""Explain why a file could not be written."""

import errno
import os
from contextlib import suppress
from pathlib import Path

_STEP = 1_000
_UNITS = ("kB", "MB", "GB", "TB")


def explain_write_error(path: str | Path, error: OSError) -> str:
    """Return a message on a file that could not be written: why, what is free, what to do."""
    match error.errno:
        case errno.ENOSPC:
            reason = f"no space is left ({describe_space(path)}): free some space"
        case errno.EDQUOT:
            reason = f"your disk quota is used up ({describe_space(path)}): delete other files"
        case errno.EFBIG:
            reason = (
                f"files may not grow that large ({describe_space(path)}): "
                "raise the limit with ulimit -f"
            )
        case errno.EROFS:
            reason = "its file system is read-only: copy the folder to a disk that can be written"
        case errno.EACCES | errno.EPERM:
            reason = f"{error.strerror}: correct its permissions and those of its folder"
        case errno.EIO:
            reason = f"{error.strerror}: check the disk"
        case _:
            return f"{path} cannot be written: {error.strerror}"
    return f"{path} cannot be written: {reason}, and run the command again"


def describe_space(path: str | Path) -> str:
    """Describe what is free where a file would be written: bytes, files, and the size limit."""
    folder = _find_folder(Path(path))
    parts = []
    with suppress(OSError):
        status = os.statvfs(folder)
        parts.append(f"{format_bytes(status.f_bavail * status.f_frsize)} free on its disk")
        # Some file systems have no number of files.
        if status.f_files and not status.f_favail:
            parts.append("no more files can be created there")
    limit = _read_size_limit()
    if limit is not None:
        parts.append(f"no file may have more than {format_bytes(limit)}")
    return ", ".join(parts) or f"{folder} cannot be examined"


def format_bytes(count: int) -> str:
    """Return a number of bytes for people, as in `3.2 MB`."""
    size = float(count)
    unit = "bytes"
    for larger in _UNITS:
        if size < _STEP:
            break
        size, unit = size / _STEP, larger
    return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"


def _find_folder(path: Path) -> Path:
    """Return the closest folder of a path that exists."""
    folders = (folder for folder in path.absolute().parents if folder.is_dir())
    return next(folders, Path("/"))


def _read_size_limit() -> int | None:
    """Return the most bytes that a file of this process may have; None if there is no limit."""
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    return None if limit == resource.RLIM_INFINITY else limit
