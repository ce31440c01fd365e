"""kill -9 at every system call that changes a corpus, SQLite's included."""

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.commands import COMMANDS, find_faults
from tests.faults.tracing import list_changes, needs_strace, run_traced

pytestmark = [pytest.mark.slow, needs_strace]

POINTS = 12
"""How many calls of a command are tried if not all of them are."""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_killed_call_leaves_old_or_new(
    name: str, tmp_path: Path, counts: Callable[..., None], *, thorough: bool
) -> None:
    command = COMMANDS[name]
    start = tmp_path / "start"
    start.mkdir()
    command.prepare(start)
    # The first run of all compiles the names for every corpus, which no later one does.
    for _ in range(2):
        whole = tmp_path / "home"
        shutil.rmtree(whole, ignore_errors=True)
        shutil.copytree(start, whole)
        calls = list_changes(whole, command, tmp_path / "log")
    assert calls
    step = 1 if thorough else max(1, len(calls) // POINTS)
    wrong, killed = [], 0
    for call in calls[::step]:
        home = tmp_path / "home"
        shutil.rmtree(home)
        shutil.copytree(start, home)
        ended = run_traced(
            home, command, "-o/dev/null", f"--inject={call.name}:signal=KILL:when={call.ordinal}"
        )
        if ended.code == -signal.SIGKILL:
            killed += 1
        elif ended.code:
            wrong.append(f"{call}: {ended}")
        wrong += [f"{call}: {fault}" for fault in find_faults(home, command)]
    counts(calls=killed, lost=len(wrong))
    assert not wrong, "\n".join(["", *wrong])
    # Calls that depend on the clock may come once more or less.
    assert killed >= 0.9 * len(calls[::step])
