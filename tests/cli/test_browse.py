"""`corpus browse` before its screen opens."""

import subprocess
import sys
from pathlib import Path

import pytest

from corpus_cli.cli import browse
from corpus_cli.cli.commands import app
from tests.cli.conftest import Run, spawn


@pytest.fixture
def in_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse, "_require_terminal", lambda: None)


def test_in_a_pipe_it_says_what_to_use(here: Path) -> None:
    ran = spawn("browse", "Kurilla")
    assert (ran.code, ran.out) == (2, "")
    assert "corpus browse needs a terminal" in ran.err
    assert "in a pipe use corpus search" in ran.err


def test_a_dumb_terminal_is_none(monkeypatch: pytest.MonkeyPatch, run: Run, here: Path) -> None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    ran = run("browse")
    assert ran.code == 2
    assert "TERM is dumb" in ran.err


@pytest.mark.usefixtures("in_terminal")
def test_without_the_extra_it_names_it(
    monkeypatch: pytest.MonkeyPatch,
    run: Run,
    here: Path,
) -> None:
    for name in [one for one in sys.modules if one.startswith("corpus_cli.browse")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "textual", None)
    ran = run("browse")
    assert ran.code == 2
    assert "needs the extra browse" in ran.err


@pytest.mark.usefixtures("in_terminal")
def test_a_corpus_that_is_missing_is_an_error_before_the_screen(
    run: Run,
    tmp_path: Path,
) -> None:
    ran = run("browse", "x", "-i", str(tmp_path / "none"))
    assert ran.code == 2
    assert "corpus ingest" in ran.err


def test_it_takes_the_filters_of_a_search() -> None:
    def names(command: str) -> set[str]:
        found = app.get_command(None, command)  # type: ignore[arg-type]
        assert found
        return {name for option in found.params for name in option.opts}

    filters = {"--since", "--until", "--author", "--source", "--tag", "--lang", "--path", "--name"}
    words = {"--all-terms", "--literal", "--no-names", "--no-suggest", "--timeout", "--sort", "-i"}
    assert filters | words <= names("browse")
    assert filters | words <= names("search")


def test_a_search_loads_nothing_of_it(here: Path) -> None:
    code = (
        "import sys; from corpus_cli.cli import main; main(['search', 'Kurilla', '-n', '1']); "
        "print([name for name in sys.modules if 'textual' in name or 'browse' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
