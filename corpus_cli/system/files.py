"""Write durable files, and open files without links."""

import errno
import os
import stat
from contextlib import suppress
from functools import partial
from io import BufferedWriter
from pathlib import Path

from corpus_cli.errors import CorpusUnreadable

_MAX_BYTES = 10_000_000

_IS_LINK = "it is a link, but has to be a file"
_IS_NOT_REGULAR = "it is not a regular file"
_IS_SPARSE = "it is almost only a hole: its size is more than a hundred times what is on the disk"

_MIN_SPARSE_BYTES, _SPARSE_RATIO = 64_000_000, 100
_BLOCK_BYTES = 512
"""The unit of `st_blocks`."""


class NotRegular(OSError):
    """The error for a link, a folder, a pipe or a device in the place of a file, or a hole."""


def open_regular(path: str | Path, flags: int, *, follow: bool = False) -> int:
    """Open a regular file; this is an opener for `open`.

    A link is followed only if `follow`, and a pipe is not waited for. Every file in the folder
    of a corpus is opened with it, because a corpus may come from a stranger. Raises `NotRegular`
    for anything but a regular file.
    """
    flags |= os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    try:
        handle = os.open(path, flags, 0o666)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            reason = _IS_LINK if error.errno == errno.ELOOP else _IS_NOT_REGULAR
            raise NotRegular(error.errno, reason, str(path)) from error
        raise
    status = os.fstat(handle)
    if reason := _find_irregularity(status) or (_IS_SPARSE if _is_a_hole(handle, status) else ""):
        os.close(handle)
        raise NotRegular(errno.EINVAL, reason, str(path))
    return handle


def _is_a_hole(handle: int, status: os.stat_result) -> bool:
    """Return whether a large file is one hole, also where the system does not count blocks."""
    if status.st_blocks or status.st_size <= _MIN_SPARSE_BYTES:
        return False
    try:
        os.lseek(handle, 0, os.SEEK_DATA)
        os.lseek(handle, 0, os.SEEK_SET)
    except OSError as error:
        return error.errno == errno.ENXIO
    return False


def _find_irregularity(status: os.stat_result) -> str:
    """Return why a file is none to read, or empty.

    A file that claims a terabyte but occupies a few blocks takes hours to read. Compressing
    file systems make a file a few times smaller, and some say that no file has blocks.
    """
    if not stat.S_ISREG(status.st_mode):
        return _IS_LINK if stat.S_ISLNK(status.st_mode) else _IS_NOT_REGULAR
    occupied = status.st_blocks * _BLOCK_BYTES
    is_sparse = status.st_size > _MIN_SPARSE_BYTES and 0 < occupied * _SPARSE_RATIO < status.st_size
    return _IS_SPARSE if is_sparse else ""


def create_file(path: Path) -> BufferedWriter:
    """Create a file to write to, in place of one that an earlier attempt left."""
    path.unlink(missing_ok=True)
    return open(path, "xb", opener=open_regular)


def copy_file(source: Path, target: Path) -> None:
    """Copy a regular file to a new one."""
    import shutil

    with open(source, "rb", opener=open_regular) as file, create_file(target) as copied:
        shutil.copyfileobj(file, copied)


def read_size(path: str | Path) -> int | None:
    """Return the size of a regular file in bytes; None if there is nothing at the path.

    Raises `NotRegular` for anything but a regular file.
    """
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if reason := _find_irregularity(status):
        raise NotRegular(errno.EINVAL, reason, str(path))
    return status.st_size


def path_exists(path: Path) -> bool:
    """Return whether a path exists. Raises `CorpusUnreadable` if that cannot be determined."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        raise unreadable_error(path, error) from error
    return True


def unreadable_error(
    path: str | Path, error: OSError, remedy: str = "check the disk and run the command again"
) -> CorpusUnreadable:
    """Return the error for a file that cannot be read; `remedy` is for errors of the disk."""
    if isinstance(error, (NotRegular, IsADirectoryError)):
        remedy = "remove it and run the command again"
    elif isinstance(error, PermissionError):
        remedy = f"correct its permissions and those of {Path(path).parent}"
    elif error.errno in (errno.EMFILE, errno.ENFILE):
        remedy = (
            "close other programs, or raise the limit with ulimit -n, and run the command again"
        )
    return CorpusUnreadable(f"{path} cannot be read ({error.strerror}): {remedy}")


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents, so that they survive a power cut."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Flush the names of the files in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes, scratch: Path) -> None:
    """Replace a file so that after a power cut it is complete, either the old or the new one.

    The content is first written to `scratch`, in the same folder. A link at `path` is replaced,
    not followed.
    """
    try:
        with create_file(scratch) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException as error:
        if isinstance(error, OSError) and error.filename is None:
            # Errors of writing and syncing do not name the file.
            error.filename = str(path)
        with suppress(OSError):
            scratch.unlink()
        raise
    sync_folder(path.parent)


def read_text(path: Path, *, follow: bool = True) -> str:
    """Return the text of a file of settings or names, in UTF-8; raises as `read_content` does.

    Raises `UnicodeDecodeError` for other encodings.
    """
    return read_content(path, follow=follow).decode("utf-8-sig")


def read_content(path: Path, *, follow: bool = True, max_bytes: int = _MAX_BYTES) -> bytes:
    """Return the bytes of a file: by default one of settings or names, of at most 10 MB.

    A link is followed if `follow`: users may keep their own files elsewhere. Raises `OSError`
    for anything but a regular file, and for a file of more than `max_bytes`.
    """
    with open(path, "rb", opener=partial(open_regular, follow=follow)) as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise NotRegular(errno.EFBIG, f"it has more than {max_bytes:,} bytes", str(path))
    return data
