"""A power cut between any two calls, and what is lost without each sync."""

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from whoosh.index import open_dir

from tests.faults.child import forked
from tests.faults.commands import (
    CHANGED,
    EMPTY,
    THREE,
    Command,
    find_faults,
)
from tests.faults.conftest import shelve
from tests.faults.power import Disk, State, Step
from tests.faults.tracing import needs_strace, record_steps

pytestmark = [pytest.mark.slow, needs_strace]

STATES = 200
THOROUGH_STATES = 2_000

WITHOUT_LYNX = CHANGED - {"lynx"}
BY_ADA = (WITHOUT_LYNX - {"heron"}) | {"heron by Ada"}
NAMED = BY_ADA | {"name Lynx Group"}
WITHOUT_OTTER = NAMED - {"otter"}


def _shelve(*words: str) -> Callable[[Path], None]:
    return lambda home: shelve(home / "articles", *words)


def _nothing(_: Path) -> None:
    pass


INGEST = ("ingest", "articles")
COMMANDS = (
    Command(INGEST, (EMPTY, THREE), _shelve("ibex", "lynx", "heron")),
    Command(INGEST, (THREE, CHANGED), _shelve("heron", "ibex2", "lynx", "otter")),
    Command(("remove", "articles/lynx.txt"), (CHANGED, WITHOUT_LYNX), _nothing),
    Command(("edit", "articles/heron.txt", "--author", "Ada"), (WITHOUT_LYNX, BY_ADA), _nothing),
    Command(("names", "add", "Lynx Group", "the big cat"), (BY_ADA, NAMED), _nothing),
    Command(("reindex",), (NAMED,), _nothing),
    Command((*INGEST, "--prune"), (NAMED, WITHOUT_OTTER), _shelve("heron", "ibex2", "lynx")),
)
"""Commands that run one after the other on the same corpus."""


class Moment(NamedTuple):
    """A step, the command that it is of, and if that command has ended with it."""

    step: Step
    number: int
    is_last: bool


class Recording(NamedTuple):
    """The steps of all commands, and the folder of articles that each command had."""

    moments: Sequence[Moment]
    articles: Sequence[Path]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    # The first ingest of all compiles the names for every corpus, which no later one does.
    for _ in range(2):
        root = tmp_path_factory.mktemp("recorded")
        home = root / "home"
        home.mkdir()
        moments: list[Moment] = []
        articles = []
        for number, command in enumerate(COMMANDS):
            command.prepare(home)
            articles.append(Path(shutil.copytree(home / "articles", root / f"articles{number}")))
            steps = record_steps(home, command, root / "log")
            moments += [Moment(step, number, step is steps[-1]) for step in steps]
    return Recording(moments, articles)


def test_a_power_cut_leaves_old_or_new(
    recording: Recording, tmp_path: Path, counts: Callable[..., None], *, thorough: bool
) -> None:
    random = Random(23)  # noqa: S311 - repeatable
    states = THOROUGH_STATES if thorough else STATES
    count = len(recording.moments)
    cuts = sorted(random.randrange(count) for _ in range(states))
    # What is acknowledged has to be there even if the power is cut at once.
    cuts += [place for place, moment in enumerate(recording.moments) if moment.is_last]
    disk, wrong = Disk(), []
    for place, moment in enumerate(recording.moments):
        disk.apply(moment.step)
        for _ in range(cuts.count(place)):
            faults = find_faults_after_cut(recording, moment, disk.cut_power(random), tmp_path)
            wrong += [f"after {moment.step.call} {moment.step.path}: {fault}" for fault in faults]
    counts(states=len(cuts), lost=len(wrong))
    assert not wrong, "\n".join(["", *wrong])


EXPENDABLE = {"index/names.db.N", "index/README.new", "index/store.db-journal"}
"""Files whose loss alone loses nothing: two are made again.

SQLite writes the journal only while the store is empty, before there is a write-ahead log.
"""


def describe_sync(path: str) -> str:
    """Return the kind of file or folder that a sync is of: `index/whoosh-N/N-N.segment`."""
    return re.sub(r"\d+", "N", path)


def test_without_any_sync_something_is_lost(
    recording: Recording, tmp_path: Path, counts: Callable[..., None]
) -> None:
    kinds = {
        describe_sync(moment.step.path)
        for moment in recording.moments
        if moment.step.call == "sync"
    }
    assert kinds > EXPENDABLE
    unnoticed = {kind for kind in kinds if not find_loss_without(recording, kind, tmp_path)}
    counts(syncs=len(kinds - unnoticed))
    assert unnoticed == EXPENDABLE


def test_with_every_sync_nothing_is_lost(recording: Recording, tmp_path: Path) -> None:
    assert find_loss_without(recording, "no such file", tmp_path) == ""


def find_loss_without(recording: Recording, kind: str, scratch: Path) -> str:
    """Return what a power cut takes first if no file or folder of a kind is synced."""
    disk = Disk()
    tried = None
    for moment in recording.moments:
        step = moment.step
        if step.call != "sync" or describe_sync(step.path) != kind:
            disk.apply(step)
        if not moment.is_last and step.call not in ("rename", "unlink"):
            continue
        state = disk.lose(lambda path: describe_sync(path) == kind)
        is_whole = state == disk.lose(lambda _: False)
        if (not is_whole or moment.is_last) and (moment.number, moment.is_last, state) != tried:
            tried = moment.number, moment.is_last, state
            for fault in find_faults_after_cut(recording, moment, state, scratch):
                return f"after {step.call} {step.path} of command {moment.number}: {fault}"
    return ""


def find_faults_after_cut(
    recording: Recording, moment: Moment, state: State, scratch: Path
) -> Iterator[str]:
    """Say what is wrong with the files that a power cut left."""
    command = COMMANDS[moment.number]
    home = scratch / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(recording.articles[moment.number], home / "articles")
    for path, content in state.items():
        # A power cut takes the shared memory of SQLite with it.
        if content is None:
            (home / path).mkdir(exist_ok=True)
        elif not path.endswith("-shm"):
            (home / path).write_bytes(content)
    if moment.is_last:
        command = command._replace(states=command.states[-1:])
    yield from _find_faults_of_whoosh(home)
    yield from find_faults(home, command)


def _find_faults_of_whoosh(home: Path) -> Iterator[str]:
    """Say why Whoosh cannot open the highest table of contents, if there is one."""

    def body() -> int:
        open_dir(home / "index").reader().close()
        return 0

    # Where Whoosh fails, it leaves files open.
    if any(home.glob("index/_MAIN_*.toc")) and (ended := forked(body)).code:
        yield f"Whoosh cannot open it: {ended.err}"
