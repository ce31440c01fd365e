"""Record, kill and refuse the system calls of a command, with strace."""

import ctypes
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from corpus_cli.cli import main
from corpus_cli.ingest import batches
from tests.faults.child import Ended, forked
from tests.faults.commands import Command
from tests.faults.power import Step, Truncate, Write

CALLS = (
    *("openat", "write", "writev", "pwrite64", "pwritev", "ftruncate", "fallocate"),
    *("fsync", "fdatasync", "msync", "copy_file_range", "sendfile"),
    *("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat"),
    *("mkdir", "mkdirat", "rmdir", "symlink", "symlinkat"),
)
"""The system calls that change files."""

_PR_SET_PTRACER = 0x59616D61
_SUCCESS = re.compile(r"(\w+)\((.*)\)\s+= (\d+)(?:<([^>]*)>)?")
_OPEN_FILE = re.compile(r"(\d+)<([^>]*)>(?:, )?(.*)")
_NAMED_PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:\\x[0-9a-f]{2})*)"')
_LINE = re.compile(r"(\w+)\((.*)")

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None,
    reason="strace is not installed, so no system call can be killed: apt-get install strace",
)


class Traced(NamedTuple):
    """A call that changes a file below a folder.

    `ordinal` counts the calls of the same name in the process, from 1.
    """

    name: str
    ordinal: int
    text: str


def run_traced(home: Path, command: Command, *options: str) -> Ended:
    """Run a command in a home folder, in a fork that strace traces with some options.

    `"-e", "trace=..."` are among them if other calls than `CALLS` are to be traced.
    """

    def body() -> int:
        os.chdir(home)
        batches._MAX_ARTICLES = command.batch  # noqa: SLF001 - a batch of our size
        _trace_this_process(*options)
        return main([*command.arguments, "-i", "index"])

    return forked(body)


def list_changes(home: Path, command: Command, log: Path) -> list[Traced]:
    """Run a command, and return its calls that change files in the home folder."""
    ended = run_traced(home, command, "-y", "-o", str(log))
    assert ended.code == 0, ended
    return list(_parse(log.read_text("utf-8", "replace"), str(home)))


def _trace_this_process(*options: str) -> None:
    """Let strace trace this process from here on."""
    # Some systems let only the parent of a process trace it.
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
    traced_calls = () if "-e" in options else ("-e", f"trace={','.join(CALLS)}")
    arguments = ["strace", *traced_calls, *options, "-p", str(os.getpid())]
    tracer = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert tracer.stderr
    line = tracer.stderr.readline()
    if b"attached" not in line:
        raise RuntimeError(line.decode())


def _parse(log: str, folder: str) -> Iterator[Traced]:
    numbers: dict[str, int] = {}
    for line in log.splitlines():
        if match := _LINE.match(line):
            name = match[1]
            numbers[name] = numbers.get(name, 0) + 1
            reads = name == "openat" and not re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC)", line)
            # The path of an open file follows its number, as in `5</tmp/index/LOCK>`.
            if not reads and (folder in line or '("index' in line or ', "index' in line):
                yield Traced(name, numbers[name], match[0][:200])


def record_steps(home: Path, command: Command, log: Path) -> list[Step]:
    """Run a command, and return what its calls do to the files below its home folder.

    The articles are left out: no command writes them.
    """
    calls = ",".join((*CALLS, "lseek"))
    ended = run_traced(
        home, command, "-y", "-xx", "-s", "100000000", "-o", str(log), "-e", f"trace={calls}"
    )
    assert ended.code == 0, ended
    recorder = _Recorder(home)
    with log.open(encoding="ascii") as lines:
        for line in lines:
            if match := _SUCCESS.match(line):
                recorder.add(match[1], match[2], int(match[3]), match[4])
    return recorder.steps


class _Recorder:
    """Translate the log of strace to the steps of a model."""

    def __init__(self, home: Path) -> None:
        self.steps: list[Step] = []
        self._home = home
        self._offsets: dict[str, int] = {}
        self._appending = set[str]()

    def add(self, call: str, arguments: str, result: int, opened: str) -> None:
        """Add one call, which succeeded."""
        if call == "openat":
            self._open(arguments, str(result), _decode(opened))
            return
        if match := _OPEN_FILE.match(arguments):
            handle, name, rest = match.groups()
            path = self._relate(_decode(name))
        else:
            handle, path, rest = "", None, ""
        match call:
            case "lseek":
                self._offsets[handle] = result
            case "fsync" | "fdatasync" if path is not None:
                self.steps.append(Step("sync", path))
            case "ftruncate" if path:
                self.steps.append(Step("write", path, Truncate(int(rest))))
            case "write" | "pwrite64" if path:
                data = _decode(rest[1 : rest.index('"', 1)])[:result]
                offset = int(rest.rpartition(", ")[2]) if call == "pwrite64" else None
                self._write(handle, path, os.fsencode(data), offset)
            case "rename" | "renameat" | "renameat2" | "link" | "linkat":
                source, target = self._paths(arguments)
                if source and target:
                    self.steps.append(Step(call.rstrip("at2"), source, None, target))
            case "unlink" | "unlinkat" | "mkdir" | "mkdirat" | "rmdir":
                (name,) = self._paths(arguments)
                removed = "rmdir" if "AT_REMOVEDIR" in arguments else call.removesuffix("at")
                if name:
                    self.steps.append(Step(removed, name))
            case "close":
                pass
            case _ if path or self._home.name in arguments:
                raise NotImplementedError(call)

    def _open(self, arguments: str, handle: str, name: str) -> None:
        self._offsets[handle] = 0
        self._appending.discard(handle)
        path = self._relate(name)
        if not path:
            return
        if "O_APPEND" in arguments:
            self._appending.add(handle)
        if "O_CREAT" in arguments:
            self.steps.append(Step("create", path))
        if "O_TRUNC" in arguments:
            self.steps.append(Step("write", path, Truncate(0)))

    def _write(self, handle: str, path: str, data: bytes, offset: int | None) -> None:
        if offset is None:
            offset = self._offsets.get(handle, 0)
            self._offsets[handle] = offset + len(data)
        # Only LOCK is appended to, and only when it is empty.
        self.steps.append(
            Step("write", path, Write(0 if handle in self._appending else offset, data))
        )

    def _paths(self, arguments: str) -> list[str | None]:
        """Return the paths that a call names, below the home folder."""
        return [
            self._relate(str(Path(_decode(match[1]) or self._home, _decode(match[2]))))
            for match in _NAMED_PATH.finditer(arguments)
        ]

    def _relate(self, name: str) -> str | None:
        """Return a path relative to the home folder; None if it is not below it."""
        path = Path(os.path.normpath(name))
        if path == self._home:
            return ""
        if self._home not in path.parents or self._home / "articles" in (path, *path.parents):
            return None
        return str(path.relative_to(self._home))


def _decode(escaped: str | None) -> str:
    """Return a string that strace wrote with `-xx`: every byte as hexadecimal digits."""
    return os.fsdecode(bytes.fromhex((escaped or "").replace("\\x", "")))
