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

CALLS = (
    *("openat", "write", "writev", "pwrite64", "pwritev", "ftruncate", "fallocate"),
    *("fsync", "fdatasync", "msync", "copy_file_range", "sendfile"),
    *("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat"),
    *("mkdir", "mkdirat", "rmdir", "symlink", "symlinkat"),
)
"""The system calls that change files."""

_PR_SET_PTRACER = 0x59616D61
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
    """Run a command in a home folder, in a fork that strace traces with some options."""

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
    arguments = ["strace", "-e", f"trace={','.join(CALLS)}", *options, "-p", str(os.getpid())]
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
