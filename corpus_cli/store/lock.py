"""The lock of a corpus, which admits one writer at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
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
    of it. Raises `CorpusLocked` when the wait is over.
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
        file.truncate(0)
        json.dump(
            {
                "pid": os.getpid(),
                "host": socket.gethostname(),
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


@contextmanager
def translate_write_errors(folder: Path) -> Iterator[None]:
    """Translate errors of writing (full disk, permissions) to `CorpusError`s with advice."""
    try:
        yield
    except (NotRegular, IsADirectoryError) as error:
        raise unreadable_error(error.filename2 or error.filename, error) from error
    except OSError as error:
        raise CorpusError(
            f"{error.filename or folder} cannot be written: {error.strerror}. "
            "Committed changes are kept; free some space or correct the permissions, "
            "and run the command again"
        ) from error


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
            details = json.loads(file.read(_MAX_CHARACTERS))
        process = f"process {details['pid']} on {details['host']} since {details['since']}"
        writer = f"{details['doing']} ({process})"
    except FileNotFoundError:
        return ""
    except NotRegular as error:
        raise unreadable_error(folder / LOCK_FILE, error) from error
    except OSError as error:
        return f"an unknown process ({LOCK_FILE} cannot be read: {error.strerror})"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "another process"
    return writer


def _try_lock(file: IO[str], kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _format_now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")
