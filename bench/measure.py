"""Measure whole processes: seconds, memory, and the size of files on disk."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_EVERY = 0.1
DONE = (0, 3)
"""The exit codes of a finished command: all done, or done but some files failed."""

ANSWERED = (0, 1)
"""The exit codes of an answered query: found, or nothing found."""


class Failed(Exception):
    """A command that failed."""


class Ran(NamedTuple):
    """The cost of a command: seconds by the clock, processor seconds, most MB; and its output."""

    wall: float
    cpu: float
    memory: float
    out: str


def ran(
    command: Sequence[str],
    env: Mapping[str, str] | None = None,
    fine: Sequence[int] = ANSWERED,
) -> Ran:
    """Run a command to its end, with its output into a pipe. Memory is not measured."""
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, env=env
            )
        except OSError as error:
            raise Failed(str(error)) from None
        with process:
            out = process.stdout.read() if process.stdout else b""
            _, status, used = os.wait4(process.pid, 0)
            took = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        errors = said.read().decode(errors="replace").strip()
    if process.returncode not in fine or "Traceback (most recent call" in errors:
        last = (errors.splitlines() or ["silently"])[-1]
        raise Failed(f"{Path(command[0]).name} ended with {process.returncode}: {last}")
    return Ran(took, used.ru_utime + used.ru_stime, 0, out.decode(errors="replace"))


def weighed(
    command: Sequence[str],
    env: Mapping[str, str] | None = None,
    fine: Sequence[int] = ANSWERED,
) -> Ran:
    """Run a command and measure its memory: the highest of a process, or of it and its children.

    A small process starts the command, because the system counts the memory of the starting
    process as that of the command.
    """
    with tempfile.TemporaryDirectory() as scratch:
        told = Path(scratch, "told")
        watch = Watch(told)
        try:
            out = ran([sys.executable, "-S", "-c", _BETWEEN, str(told), *command], env, fine).out
        finally:
            most = watch.stop()
        _, wall, cpu, memory = map(float, told.read_text().split())
    return Ran(wall, cpu, max(memory, most), out)


_BETWEEN = """
import os, sys, time
began = time.perf_counter()
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
with open(sys.argv[1], "w") as told:
    told.write(f"{pid} ")
    told.flush()
    _, status, used = os.wait4(pid, 0)
    took = time.perf_counter() - began
    told.write(f"{took} {used.ru_utime + used.ru_stime} {used.ru_maxrss / 1000}")
sys.exit(os.waitstatus_to_exitcode(status))
"""


class Watch(threading.Thread):
    """A thread that finds the highest memory of a process and its children at one moment, in MB.

    A page that several processes share counts once.
    """

    def __init__(self, told: Path) -> None:
        super().__init__(daemon=True)
        self._told, self._most, self._done = told, 0.0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self._done.wait(_EVERY):
            pid = (self._told.read_text().split() if self._told.exists() else [])[:1]
            if pid:
                self._most = max(self._most, sum(map(_held, _family(int(pid[0])))))

    def stop(self) -> float:
        """Stop the thread. Returns the highest memory."""
        self._done.set()
        self.join()
        return self._most


def _family(pid: int) -> list[int]:
    """Return the ids of a process and its descendants, if the system lists them."""
    found, at = [pid], 0
    while at < len(found):
        for path in Path(f"/proc/{found[at]}/task").glob("*/children"):
            try:
                found += map(int, path.read_text().split())
            except OSError:
                continue
        at += 1
    return found


def _held(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000


def size(place: Path) -> float:
    """Return the MB of a file, of its `.db` files, or of all files in a folder.

    A file with several links counts once.
    """
    paths = [*place.parent.glob(f"{place.name}.db*"), place, *place.rglob("*")]
    files = {one.st_ino: one.st_size for one in (path.stat() for path in paths if path.is_file())}
    return sum(files.values()) / 1e6
