"""Run commands in child processes and watch their calls."""

import os
import signal
import stat
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import apsw

# These are imported once here, because otherwise every child would have to import them.
from corpus_cli.cli import articles, ingest, main, maintenance, search
from corpus_cli.engines.whoosh import engine
from corpus_cli.search import pipeline
from corpus_cli.store import page_sums

LOADED = (articles, engine, ingest, pipeline, search, maintenance)

_SECONDS = 60
_CHANGING = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link"})
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_STATEMENTS = ("BEGIN", "COMMIT", "CREATE", "PRAGMA", "REPLACE", "UPDATE")


class Ended(NamedTuple):
    """The end of a process: its exit code (negative for a signal) and its two outputs."""

    code: int
    out: str
    err: str


class Call(NamedTuple):
    """A call that changes a corpus: its name, and the paths relative to the corpus's folder."""

    name: str
    paths: tuple[str, ...]


Seen = Callable[[Call], None]


def corpus(*arguments: str) -> Ended:
    """Run a command line like `python -m corpus_cli`, in a fork, which needs no new imports."""
    return forked(lambda: main(arguments))


def forked(body: Callable[[], int]) -> Ended:
    """Run a function in a child process; its result is the exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    out, err = os.pipe(), os.pipe()
    pid = os.fork()
    if not pid:
        _become(body, out[1], err[1])
    os.close(out[1])
    os.close(err[1])
    # Reading one pipe after the other is safe: all of standard error fits into its pipe.
    said = []
    for pipe in (out, err):
        with open(pipe[0], encoding="utf-8") as file:  # noqa: PTH123 - an open one
            said.append(file.read())
    return Ended(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), *said)


def watch(root: Path, seen: Seen) -> None:
    """Call `seen` before each call of this process that changes the files of a corpus.

    An error that `seen` raises comes out of that call, except in a call of SQLite. This cannot be
    undone, so use it in a child. `os.fsync` does nothing any more: data on its way to the disk
    survives the kill of a process.
    """
    root = root.absolute()

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in _CHANGING or (event == "open" and _writes(args)):
            paths = list(_paths(root, event, args))
            if paths:
                seen(Call(event.removeprefix("os."), tuple(paths)))

    connect = page_sums.connect

    def fsync(handle: int) -> None:
        seen(Call("fsync", (_place(root, handle) or "?",)))

    def connected(*args: Any, **options: Any) -> apsw.Connection:
        seen(Call("connect", ("store.db",)))
        store = connect(*args, **options)
        store.set_exec_trace(stated)
        return store

    def stated(_: apsw.Cursor, statement: str, __: object) -> bool:
        word = statement.split(maxsplit=1)[0]
        if word in _STATEMENTS:
            seen(Call(word, ("store.db",)))
        return True

    # The originals are declared with overloads, so mypy would not accept an assignment.
    setattr(os, "fsync", fsync)  # noqa: B010
    setattr(page_sums, "connect", connected)  # noqa: B010
    sys.addaudithook(hook)


def _become(body: Callable[[], int], out: int, err: int) -> NoReturn:
    """Run a function as the child of a fork, and exit whatever happens."""
    code = 99
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        signal.alarm(_SECONDS)
        code = body()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - the parent reports it
        os.write(err, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _writes(args: tuple[Any, ...]) -> bool:
    return bool(args[2] & _WRITING)


def _paths(root: Path, event: str, args: tuple[Any, ...]) -> Iterator[str]:
    """Yield the paths of an event that are below the root, relative to it.

    A path may be relative to an open folder.
    """
    count = 2 if event in ("os.rename", "os.link") else 1
    for path in args[:count]:
        if not isinstance(path, str | bytes | os.PathLike):
            continue
        name = os.fsdecode(path)
        handle = args[-1] if event in ("os.remove", "os.rmdir", "os.mkdir") else -1
        base = _place(root, handle) if handle >= 0 and not name.startswith("/") else None
        full = root / base / name if base is not None else Path(name).absolute()
        if full == root or root in full.parents:
            yield str(full.relative_to(root))


def _place(root: Path, handle: int) -> str | None:
    """Return the path of an open file or folder relative to the root, or None if not below it."""
    wanted = os.fstat(handle)
    for path in (root, *sorted(root.rglob("*"))):
        found = path.lstat()
        same = (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino)
        if same and stat.S_IFMT(found.st_mode) == stat.S_IFMT(wanted.st_mode):
            return str(path.relative_to(root))
    return None
