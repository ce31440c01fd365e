"""kill -9 at every call of Python and SQLite that changes a corpus."""

import os
import shutil
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from whoosh.index import open_dir
from whoosh.query import Term

from corpus_cli.cli import main
from corpus_cli.engines.whoosh.generations import read_manifest
from corpus_cli.ingest import batches
from tests.faults.child import Call, corpus, forked, watch
from tests.faults.commands import CHANGED, COMMANDS, THREE, Command, find_faults
from tests.faults.conftest import COMMON, found


@pytest.fixture(scope="module", params=COMMANDS)
def command(request: pytest.FixtureRequest) -> Command:
    return COMMANDS[request.param]


@pytest.fixture(scope="module")
def start(command: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("start")
    command.prepare(home)
    return home


@pytest.fixture(scope="module")
def calls(command: Command, start: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many calls there are to be killed at."""
    # The first run of all compiles the names for every corpus, which no later one does.
    for _ in range(2):
        home = Path(shutil.copytree(start, tmp_path_factory.mktemp("count") / "home"))
        code, calls = killed(home, command, at=0)
        assert code == 0
    assert calls
    return len(calls)


@pytest.mark.slow
def test_every_kill_leaves_old_or_new(  # noqa: PLR0913 - fixtures
    command: Command,
    start: Path,
    calls: int,
    tmp_path: Path,
    counts: Callable[..., None],
    *,
    thorough: bool,
) -> None:
    points = range(1, calls + 1, 1 if thorough else 3)
    counts(calls=len(points))
    hold(command, start, tmp_path, points)


def test_a_kill_between_the_table_of_contents_and_current(tmp_path: Path) -> None:
    """Whoosh reads a whole generation at each moment, and none of them a second time by its number."""
    command = COMMANDS["ingest"]
    home = tmp_path / "home"
    home.mkdir()
    command.prepare(home)
    _, calls = killed(Path(shutil.copytree(home, tmp_path / "count")), command, at=0)
    renamed = calls.index("rename CURRENT.new CURRENT")
    assert calls.index("rename _MAIN_4.toc.new _MAIN_4.toc") < renamed
    searcher = open_dir(home / "index").searcher()
    code, _ = killed(home, command, at=renamed + 1)
    assert code == -signal.SIGKILL
    assert read_generation(home) == 3
    assert not searcher.up_to_date()
    ahead = searcher.refresh()
    assert ahead.reader().generation() == 4
    assert _words(ahead) == CHANGED
    assert found(home)[0] <= THREE
    assert not corpus("ingest", str(home / "articles"), "-i", str(home / "index")).code
    assert found(home)[0] == CHANGED
    assert not ahead.up_to_date()
    healed = ahead.refresh()
    assert healed.reader().generation() == read_generation(home) == 5
    assert _words(healed) == CHANGED
    assert [path.name for path in (home / "index").glob("_MAIN_4*")] == []
    healed.close()


def read_generation(home: Path) -> int:
    manifest = read_manifest(home / "index")
    return manifest.generation if manifest else 0


def _words(searcher: Any) -> set[str]:
    """Return the words of the articles that Whoosh finds."""
    hits = searcher.search(Term("words", COMMON), limit=None)
    texts = [hit["text"] for hit in hits if hit["text"].startswith("The ")]
    return {text.split()[1] for text in texts}


def hold(command: Command, start: Path, scratch: Path, points: Iterable[int]) -> None:
    """Kill the command at each point; every one that goes wrong is told, not the first alone."""
    wrong = []
    for n in points:
        home = Path(shutil.copytree(start, scratch / f"{n}"))
        code, calls = killed(home, command, at=n)
        assert code == -signal.SIGKILL
        wrong += [f"call {n}, {calls[-1]}: {what}" for what in find_faults(home, command)]
    assert not wrong, "\n".join(["", *wrong])


def killed(home: Path, command: Command, *, at: int) -> tuple[int, list[str]]:
    """Run a command, killed before its call `at`: its exit code and its calls."""
    log = home / "log"
    calls: list[str] = []

    def struck(call: Call) -> None:
        calls.append(f"{call.name} {' '.join(call.paths)}")
        if len(calls) == at:
            log.write_text("\n".join(calls))
            os.kill(os.getpid(), signal.SIGKILL)

    def body() -> int:
        os.chdir(home)
        batches._MAX_ARTICLES = command.batch  # noqa: SLF001 - a batch of our size
        watch(home / "index", struck)
        code = main([*command.arguments, "-i", "index"])
        log.write_text("\n".join(calls))
        return code

    return forked(body).code, log.read_text().splitlines()
