"""The lock of a corpus, which admits one writer at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_cli.config import LOCK_FILE
from corpus_cli.errors import CorpusError, CorpusLocked
from corpus_cli.system.files import NotRegular, open_regular, unreadable_error

if TYPE_CHECKING:
    from typing import IO

_RETRY_SECONDS = 0.1
_MAX_CHARACTERS = 10_000
"""How much of a description of a writer is read."""


@contextmanager
def hold_lock(
    folder: Path, *, wait: float, doing: str, waiting: Callable[[str], None]
) -> Iterator[None]:
    """Hold the lock of a corpus; the system releases it when the process ends.

    `doing` is the command that other processes are told holds the lock. Waits up to `wait`
    seconds for another writer, and calls `waiting` once with a description
    of it. Raises `CorpusLocked` when the wait is over, and if a process of another computer may
    be writing.
    """
    import json
    import socket

    # `status` takes the lock for a moment to see who writes, so wait at least that long.
    deadline = time.monotonic() + max(wait, _RETRY_SECONDS)
    # Python opens files close-on-exec, so no child process keeps the lock.
    with open(folder / LOCK_FILE, "a+", encoding="utf-8", opener=open_regular) as file:
        reported = False
        while not _try_lock(file):
            writer = describe_writer(folder) or "another process"
            if time.monotonic() >= deadline:
                raise CorpusLocked(
                    f"{folder} is being written by {writer}: "
                    "wait for it, or wait longer with --wait"
                )
            if not reported:
                waiting(f"waiting for {writer}")
                reported = True
            time.sleep(_RETRY_SECONDS)
        host = socket.gethostname()
        _check_other_hosts(folder, file, host)
        file.truncate(0)
        json.dump(
            {
                "pid": os.getpid(),
                "host": host,
                "doing": doing,
                "since": _format_now(),
            },
            file,
        )
        file.flush()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                file.truncate(0)


def warn_of_network(folder: Path, warn: Callable[[str], None]) -> None:
    """Call `warn` with a sentence if a corpus is on a network file system.

    The processes that use a database of SQLite with a write-ahead log share memory, so all of
    them have to run on one computer (https://sqlite.org/wal.html). A corpus that only one
    computer uses at a time is safe there, so this is no error.
    """
    from corpus_cli.system.mounts import find_network_type

    if network_type := find_network_type(folder):
        warn(
            f"{folder} is on a network file system ({network_type}): write it from one computer "
            "only, and search it from others only while nothing is written"
        )


@contextmanager
def translate_write_errors(folder: Path) -> Iterator[None]:
    """Translate errors of writing (full disk, permissions) to `CorpusError`s with advice."""
    try:
        yield
    except (NotRegular, IsADirectoryError) as error:
        raise unreadable_error(error.filename2 or error.filename, error) from error
    except OSError as error:
        from corpus_cli.system.disk import explain_write_error

        path = error.filename2 or error.filename or folder
        explanation = explain_write_error(path, error)
        raise CorpusError(f"{explanation}; everything committed so far is kept") from error


def describe_writer(folder: Path) -> str:
    """Describe the process that is writing to a corpus; empty if none is.

    Raises `CorpusUnreadable` if the lock is not a regular file.
    """
    import json

    try:
        with open(folder / LOCK_FILE, encoding="utf-8", opener=open_regular) as file:
            # A killed process released the lock but left its description.
            if _try_lock(file, fcntl.LOCK_SH):
                return ""
            writer = _format_writer(json.loads(file.read(_MAX_CHARACTERS)))
    except FileNotFoundError:
        return ""
    except NotRegular as error:
        raise unreadable_error(folder / LOCK_FILE, error) from error
    except OSError as error:
        return f"an unknown process ({LOCK_FILE} cannot be read: {error.strerror})"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "another process"
    return writer


def _format_writer(details: Mapping[str, object]) -> str:
    process = f"process {details['pid']} on {details['host']} since {details['since']}"
    return f"{details['doing']} ({process})"


def _check_other_hosts(folder: Path, file: IO[str], host: str) -> None:
    """Raise `CorpusLocked` if a process of another computer may be writing.

    Some network file systems do not show the locks of one computer to another. On others, and on
    a local disk, a description that stays with a lock that nobody holds is of a killed process.
    """
    import json

    from corpus_cli.system.mounts import find_network_type

    file.seek(0)
    try:
        details = json.loads(file.read(_MAX_CHARACTERS))
        is_of_other_host, writer = details["host"] != host, _format_writer(details)
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    network_type = is_of_other_host and find_network_type(folder)
    if network_type:
        raise CorpusLocked(
            f"{folder} may be being written by {writer}: it is on a network file system "
            f"({network_type}), which may not show the locks of other computers. If that process "
            f"has ended, delete {folder / LOCK_FILE} and run the command again"
        )


def _try_lock(file: IO[str], kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _format_now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")
