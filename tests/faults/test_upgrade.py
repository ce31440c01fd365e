"""kill -9 at every call of an upgrade to longer ids."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from corpus_cli.cli import main
from corpus_cli.config import STORE_FILE
from corpus_cli.text.data import DATA
from tests.conftest import make_older_corpus
from tests.faults.child import Call, corpus, forked, watch
from tests.faults.conftest import generations, is_about_files, names, sound

ARTICLES = 4
"""Of the live articles, those with the word `keeper`."""

Dump = Sequence[str]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home folder with a corpus with short ids."""
    home = tmp_path_factory.mktemp("start")
    make_older_corpus(home / "index")
    # The first search compiles the names, which no later one does.
    assert found(home).startswith(f"{ARTICLES} ")
    return home


@pytest.mark.slow
def test_every_kill_leaves_old_or_new(start: Path, tmp_path: Path) -> None:
    whole = Path(shutil.copytree(start, tmp_path / "whole"))
    code, calls = killed(whole, at=0)
    assert code == 0
    old, new = dump(start), dump(whole)
    assert old != new
    wrong = []
    for n in range(1, len(calls) + 1):
        home = Path(shutil.copytree(start, tmp_path / f"{n}"))
        code, _ = killed(home, at=n)
        assert code == -signal.SIGKILL
        wrong += [f"call {n}, {calls[n - 1]}: {what}" for what in _wrong(home, old, new)]
        shutil.rmtree(home)
    assert not wrong, "\n".join(["", *wrong])


def killed(home: Path, *, at: int) -> tuple[int, list[str]]:
    """Upgrade a corpus, killed before its call `at`: the exit code and the calls."""
    log = home / "log"
    calls: list[str] = []

    def struck(call: Call) -> None:
        calls.append(f"{call.name} {' '.join(call.paths)}")
        if len(calls) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def body() -> int:
        os.chdir(home)
        watch(home / "index", struck)
        code = main(["reindex", "-i", "index"])
        log.write_text("\n".join(calls))
        return code

    code = forked(body).code
    return code, log.read_text().splitlines() if log.exists() else []


def found(home: Path) -> str:
    """Return how many articles a search finds, and what it says."""
    ended = corpus("search", "keeper", "-l", "-i", str(home / "index"))
    assert sound(ended), ended
    # That the files of the articles are gone is not what is asked here.
    said = [line for line in ended.err.splitlines() if not is_about_files(line)]
    return f"{len(ended.out.splitlines())} {''.join(said)}"


def dump(home: Path) -> Dump:
    with closing(sqlite3.connect(home / "index" / STORE_FILE)) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [str(store.execute("PRAGMA user_version").fetchone()), *store.iterdump()]


def _user_tables() -> Dump:
    """Return the statements that make the tables of what users add, as a dump has them."""
    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript((DATA / "user.sql").read_text("utf-8"))
        _, *statements, _ = made.iterdump()
    return statements


def _wrong(home: Path, old: Dump, new: Dump) -> Iterator[str]:
    """What is not as it should be, after a kill and after the next writer."""
    answer, store = found(home), dump(home)
    # The checksums of pages come after everything else, and then the tables of what users add.
    tables = _user_tables()
    without_tables = [line for line in new[1:] if line not in tables]
    assert len(without_tables) == len(new) - 1 - len(tables)
    if store not in (old, ["(5,)", *without_tables], ["(6,)", *without_tables], new):
        yield "the store is neither old nor new"
    cut = store == old and "Complete it with: corpus reindex" in answer
    if answer != f"{ARTICLES} " and not cut:
        yield f"search finds {answer}"
    done = corpus("reindex", "-i", str(home / "index"))
    if done.code or dump(home) != new or found(home) != f"{ARTICLES} ":
        yield f"the next writer does not complete it: {done}, {found(home)}"
    contents = {f"_MAIN_{name.removeprefix('whoosh-')}.toc" for name in generations(home)}
    files = {"CURRENT", "LOCK", "names.db", "store.db", *contents}
    if extra := names(home) - generations(home) - files:
        yield f"the next writer leaves {sorted(extra)}"
