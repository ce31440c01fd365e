"""Folders to regular files."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence

from corpus_cli.config import STORE_FILE
from corpus_cli.errors import SourceError
from corpus_cli.ingest import formats
from corpus_cli.ingest.ignoring import Rules
from corpus_cli.ingest.loading import NOT_REGULAR
from corpus_cli.ingest.readers.record_ids import NO_READER
from corpus_cli.model import STDIN

Skip = Callable[[str, str], None]
"""Told a path that was passed over, and why."""

# No path has a NUL in it.
_MISSING = (FileNotFoundError, NotADirectoryError, ValueError)
_HEAD = 512
_SAVED = "_files"


def discover(
    places: Sequence[str],
    skip: Skip,
    fail: Skip,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Iterator[str]:
    """The files of the places, each once, absolute and in order.

    A file that is named is always one; in a folder only those a reader is known for. Hidden
    files, links, pipes, and what a browser saved beside a page are passed over, and so is what
    the globs or an ignore file leave out. `fail` takes the places and folders that could not
    be looked at.
    """
    seen: set[str] = set()
    for place in places:
        root = place if place == STDIN else absolute(place)
        for path in _files(root, Rules.of(root, include, exclude), skip, fail):
            if path not in seen:
                seen.add(path)
                yield path


def is_missing(path: str) -> bool:
    """Whether it is certain that a path leads to nothing."""
    try:
        os.stat(path)  # noqa: PTH116 - need not be valid text
    except _MISSING:
        return True
    except OSError:
        return False
    return False


def absolute(place: str) -> str:
    """A path from the root, its links as they are."""
    return os.path.abspath(place)  # noqa: PTH100 - resolve() would follow links


def _files(place: str, rules: Rules, skip: Skip, fail: Skip) -> Iterator[str]:
    if place == STDIN:
        yield place
        return
    try:
        mode = os.stat(place).st_mode  # noqa: PTH116 - need not be valid text
    except _MISSING:
        fail(place, "it does not exist: name a file or a folder")
        return
    except OSError as error:
        fail(place, _unread(error))
        return
    if not stat.S_ISDIR(mode):
        yield place
        return
    held = {place: rules}
    for folder, names, files in os.walk(
        place, onerror=lambda error: fail(str(error.filename), _unread(error))
    ):
        known = held.pop(folder).below(folder, skip)
        saved = {os.path.splitext(name)[0] + _SAVED for name in files}  # noqa: PTH122
        names[:] = sorted(n for n in names if n not in saved and _wanted(folder, n, known, skip))
        held |= {_path(folder, name): known for name in names}
        for name in sorted(files):
            path = _path(folder, name)
            if name.startswith(".") or not known.lets_in(path):
                continue
            if reason := _unreadable(path, name):
                skip(path, reason)
            else:
                yield path


def _unreadable(path: str, name: str) -> str:
    """Why a file in a folder is passed over; empty if it is not."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return ""  # Who reads it says what is wrong.
    if stat.S_ISLNK(mode):
        return "it is a link"
    if not stat.S_ISREG(mode):
        return NOT_REGULAR
    if formats.known(name) or (formats.suffixed(name) and formats.plugin(name)):
        return ""
    if formats.suffixed(name):
        return NO_READER
    return "" if _reads_as_text_or_known(path, name) else NO_READER


def _reads_as_text_or_known(path: str, name: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - need not be valid text
            head = file.read(_HEAD)
        found = formats.told(name, head)
    except (OSError, SourceError):
        return True
    return found is not None and not (found.text and b"\0" in head)


def _wanted(folder: str, name: str, rules: Rules, skip: Skip) -> bool:
    path = _path(folder, name)
    if os.path.islink(path):  # noqa: PTH114 - need not be valid text
        skip(path, "it is a link")
        return False
    # Our own folder is no article, wherever it stands.
    ours = os.path.exists(_path(path, STORE_FILE))  # noqa: PTH110
    return not name.startswith(".") and not ours and rules.lets_in(path, folder=True)


def _path(folder: str, name: str) -> str:
    return os.path.join(folder, name)  # noqa: PTH118 - names need not be valid text


def _unread(error: OSError) -> str:
    return f"it cannot be read: {error.strerror}"
