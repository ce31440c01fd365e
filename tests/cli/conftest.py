"""Run command lines in this process or in a new one."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from corpus_cli.cli import main
from tests.conftest import SEEDS

GOLDEN = Path(__file__).parent / "golden"


class Ran(NamedTuple):
    """The result of a command line: exit code, standard output and standard error."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command line in this process, with its output captured."""
    monkeypatch.setenv("COLUMNS", "80")

    def ran(*arguments: str) -> Ran:
        code = main(arguments)
        return Ran(code, *capsys.readouterr())

    return ran


@pytest.fixture
def here(seeded: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Select the corpus of the five articles, and return its folder.

    The current folder becomes the one above the articles.
    """
    monkeypatch.chdir(SEEDS.parent)
    monkeypatch.setenv("CORPUS_INDEX", str(seeded))
    return seeded


def spawn(*arguments: str, **environment: str) -> Ran:
    """Run a command line in a new process whose output is a pipe."""
    done = subprocess.run(
        [sys.executable, "-m", "corpus_cli", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=60,
    )
    return Ran(done.returncode, os.fsdecode(done.stdout), os.fsdecode(done.stderr))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a function that compares a text with a golden file.

    With `--update-golden` it overwrites the file first.
    """

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        steady = re.sub(r"\d+ ms", "N ms", text)
        if request.config.getoption("--update-golden"):
            path.write_text(steady, "utf-8")
        assert steady == path.read_text("utf-8")

    return compare
