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
from corpus_cli.system.files import NotRegular, open_regular, unreadable

if TYPE_CHECKING:
    from typing import IO

_PAUSE = 0.1


@contextmanager
def exclusive(
    folder: Path, *, wait: float, doing: str, waiting: Callable[[str], None]
) -> Iterator[None]:
    """Hold the lock of a corpus; the system releases it when the process ends.

    Waits up to `wait` seconds for another writer, and calls `waiting` once with a description
    of it. Raises `CorpusLocked` when the wait is over.
    """
    import json
    import socket

    # `status` holds the lock for a moment to see who writes, so wait at least that long.
    until = time.monotonic() + max(wait, _PAUSE)
    # Python opens files close-on-exec, so no child process keeps the lock.
    with open(folder / LOCK_FILE, "a+", encoding="utf-8", opener=open_regular) as file:
        told = False
        while not _taken(file):
            who = holder(folder) or "another process"
            if time.monotonic() >= until:
                raise CorpusLocked(
                    f"{folder} is being written by {who}: wait for it, or wait longer with --wait"
                )
            if not told:
                waiting(f"waiting for {who}")
                told = True
            time.sleep(_PAUSE)
        file.truncate(0)
        json.dump(
            {"pid": os.getpid(), "host": socket.gethostname(), "doing": doing, "since": _now()},
            file,
        )
        file.flush()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                file.truncate(0)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Translate errors of writing (full disk, permissions) to `CorpusError`s with advice."""
    try:
        yield
    except (NotRegular, IsADirectoryError) as error:
        raise unreadable(error.filename2 or error.filename, error) from error
    except OSError as error:
        raise CorpusError(
            f"{error.filename or folder} cannot be written: {error.strerror}. "
            "What was committed stays; make room or mend the permissions and run it again"
        ) from error


def holder(folder: Path) -> str:
    """Describe the process that is writing to a corpus; empty if none is.

    Raises `CorpusUnreadable` if the lock is not a regular file.
    """
    import json

    try:
        with open(folder / LOCK_FILE, encoding="utf-8", opener=open_regular) as file:
            # A killed process released the lock but left its description.
            if _taken(file, fcntl.LOCK_SH):
                return ""
            found = json.load(file)
        who = f"{found['doing']} (process {found['pid']} on {found['host']} since {found['since']})"
    except FileNotFoundError:
        return ""
    except NotRegular as error:
        raise unreadable(folder / LOCK_FILE, error) from error
    except OSError as error:
        return f"unknown ({LOCK_FILE} cannot be read: {error.strerror})"
    except (ValueError, KeyError, TypeError):
        return "another process"
    return who


def _taken(file: IO[str], kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")
