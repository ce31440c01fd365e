"""Kill or refuse every system call that changes a corpus, SQLite's included."""

import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.faults.commands import COMMANDS, Command, find_faults
from tests.faults.conftest import sound
from tests.faults.tracing import Traced, list_changes, needs_strace, run_traced

pytestmark = [pytest.mark.slow, needs_strace]

POINTS = 12
"""How many calls of a command are tried if not all of them are."""


REFUSALS = {
    "ENOSPC": ("free on its disk", "readonly"),
    "EDQUOT": ("free on its disk", "readonly"),
    "EIO": ("check the disk", "the disk, and"),
    "EROFS": ("read-only", "readonly", "free on its disk", "the disk, and"),
}
"""What a message has to say, for each reason to refuse a call.

Where SQLite cannot open a file to write it, it opens it to read it, and says `readonly` later.
"""


class Prepared(NamedTuple):
    """A command, the home folder that it starts from, and its calls that change files."""

    command: Command
    start: Path
    calls: Sequence[Traced]

    def copy(self, home: Path) -> Path:
        shutil.rmtree(home, ignore_errors=True)
        return Path(shutil.copytree(self.start, home))


@pytest.fixture(scope="module", params=COMMANDS)
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    root = tmp_path_factory.mktemp("prepared")
    start = root / "start"
    start.mkdir()
    command = COMMANDS[request.param]
    command.prepare(start)
    # The first run of all compiles the names for every corpus, which no later one does.
    for home in (root / "first", root / "second"):
        calls = list_changes(Path(shutil.copytree(start, home)), command, root / "log")
    assert calls
    return Prepared(command, start, calls)


def test_a_killed_call_leaves_old_or_new(
    prepared: Prepared, tmp_path: Path, counts: Callable[..., None], *, thorough: bool
) -> None:
    wrong, tried = [], 0
    points = sample(prepared.calls, POINTS, thorough=thorough)
    for call in points:
        home = prepared.copy(tmp_path / "home")
        ended = run_traced(home, prepared.command, *inject(call, "signal=KILL"))
        tried += ended.code == -signal.SIGKILL
        if ended.code not in (0, -signal.SIGKILL):
            wrong.append(f"{call}: {ended}")
        wrong += [f"{call}: {fault}" for fault in find_faults(home, prepared.command)]
    counts(calls=tried, lost=len(wrong))
    assert not wrong, "\n".join(["", *wrong])
    # Calls that depend on the clock may come once more or less.
    assert tried >= 0.9 * len(points)


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_refused_call_is_said_and_leaves_old_or_new(
    prepared: Prepared, reason: str, tmp_path: Path, counts: Callable[..., None], *, thorough: bool
) -> None:
    wrong = []
    points = sample(prepared.calls, POINTS // 4, thorough=thorough)
    for call in points:
        home = prepared.copy(tmp_path / "home")
        ended = run_traced(home, prepared.command, *inject(call, f"error={reason}"))
        if not sound(ended):
            wrong.append(f"{call}: {ended}")
        elif ended.code and not any(words in ended.err for words in REFUSALS[reason]):
            wrong.append(f"{call}: the message is {ended.err}")
        wrong += [f"{call}: {fault}" for fault in find_faults(home, prepared.command)]
    counts(calls=len(points), lost=len(wrong))
    assert not wrong, "\n".join(["", *wrong])


def sample(calls: Sequence[Traced], count: int, *, thorough: bool) -> Sequence[Traced]:
    """Return all calls, or some of them at equal distances."""
    return calls if thorough else calls[:: max(1, len(calls) // count)]


def inject(call: Traced, fault: str) -> tuple[str, ...]:
    """Return options of strace that let a call fail."""
    return "-o/dev/null", f"--inject={call.name}:{fault}:when={call.ordinal}"
