"""Corpora of every earlier version: brought over, or refused with advice; killed in between."""

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus_cli.config import STORE_FILE
from tests.earlier_corpora import FOLDER, LAYOUTS, unpack
from tests.faults.child import corpus
from tests.faults.commands import UPGRADED, Command, find_faults, read_state
from tests.faults.conftest import found
from tests.faults.test_kill import killed

pytestmark = pytest.mark.slow

POINTS = 6
"""How many calls of an upgrade are tried if not all of them are."""

REFUSED = ("store-1", "store-2")
"""Formats that only the first days of the program wrote: nobody has such a corpus."""

READABLE = [name for name in LAYOUTS if name not in REFUSED]
COMMANDS = {"reindex": ("reindex",), "ingest": ("ingest", "articles")}


def test_each_corpus_is_small() -> None:
    assert {path.name.removesuffix(".tar.xz") for path in FOLDER.iterdir()} == set(LAYOUTS)
    assert all(path.stat().st_size < 20_000 for path in FOLDER.iterdir())


@pytest.mark.parametrize("name", REFUSED)
def test_the_first_formats_are_refused_with_advice(name: str, tmp_path: Path) -> None:
    home = unpack(name, tmp_path / "home")
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    for command in (("search", "common"), ("reindex",), ("ingest", str(home / "articles"))):
        ended = corpus(*command, "-i", str(home / "index"))
        assert (ended.code, ended.out) == (2, "")
        assert "written by another version of corpus" in ended.err
        assert "use that version, or ingest into a new folder" in ended.err
    assert {path: path.read_bytes() for path in before} == before
    assert not corpus("ingest", str(home / "articles"), "-i", str(home / "new")).code


@pytest.mark.parametrize("name", READABLE)
def test_a_corpus_is_answered_or_advised_and_then_brought_over(
    name: str, tmp_path: Path, counts: Callable[..., None]
) -> None:
    home = unpack(name, tmp_path / "home")
    words, ended = found(home)
    if words != {"ibex", "heron", "lynx"}:
        assert (words, ended.code) == (set(), 2)
        assert "corpus reindex" in ended.err
    faults = list(find_faults(home, make_command("reindex", home)))
    assert not faults, "\n".join(faults)
    assert read_state(home) == UPGRADED
    counts(upgrades=1)


@pytest.mark.parametrize("doing", COMMANDS)
@pytest.mark.parametrize("name", READABLE)
def test_a_killed_upgrade_leaves_the_corpus_as_it_was_or_brought_over(
    name: str, doing: str, tmp_path: Path, counts: Callable[..., None], *, thorough: bool
) -> None:
    start = unpack(name, tmp_path / "start")
    command = make_command(doing, start)
    # The first run of all compiles the names for every corpus, which no later one does.
    for name_of_run in ("first", "second"):
        whole = Path(shutil.copytree(start, tmp_path / name_of_run))
        code, calls = killed(whole, command, at=0)
        assert code == 0
        assert read_state(whole) == UPGRADED
    wrong = []
    points = range(1, len(calls) + 1, 1 if thorough else max(1, len(calls) // POINTS))
    for number in points:
        home = Path(shutil.copytree(start, tmp_path / "home"))
        code, _ = killed(home, command, at=number)
        assert code == -signal.SIGKILL
        wrong += [f"{number}, {calls[number - 1]}: {what}" for what in find_faults(home, command)]
        shutil.rmtree(home)
    counts(calls=len(points), lost=len(wrong))
    assert not wrong, "\n".join(["", *wrong])


def make_command(doing: str, home: Path) -> Command:
    assert (home / "index" / STORE_FILE).exists()
    return Command(COMMANDS[doing], (UPGRADED,), lambda _: None, is_upgrade=True)
