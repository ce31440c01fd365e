"""Imports are most of a short command: each loads its own."""

import subprocess
import sys
from pathlib import Path

import pytest


def loaded(code: str) -> set[str]:
    script = f"import sys\nsys.argv[0] = 'corpus'\n{code}\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    return {name.partition(".")[0] for name in done.stderr.split()}


HEAVY = {"whoosh", "rich", "hypothesis", "sqlite3", "tomllib", "asyncio", "urllib", "pydoc"}


def test_the_commands_alone_load_nothing_heavy() -> None:
    assert "click" in loaded("import corpus_cli.cli")
    assert not loaded("import corpus_cli.cli") & HEAVY


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_load_click_and_little_else(option: str) -> None:
    code = f"from corpus_cli.cli import main\nmain(['{option}'])"
    more = loaded(code) - loaded("import click")
    # Click sets its help with textwrap, and looks for translations of some words of it.
    assert more <= {"corpus_cli", "textwrap"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_loads_no_corpus(shell: str) -> None:
    code = f"from corpus_cli.cli import main\nmain(['completion', '{shell}'])"
    # pathlib brings urllib along.
    assert not loaded(code) & (HEAVY - {"urllib"})


@pytest.mark.parametrize("command", ["['search', 'Kurilla']", "['search', 'Kurilla', '--jsonl']"])
def test_a_piped_search_does_not_load_rich(here: Path, command: str) -> None:
    found = loaded(f"from corpus_cli.cli import main\nmain({command})")
    assert "whoosh" in found
    assert not found & {"rich", "tomlkit", "numpy"}


def test_list_and_show_do_not_load_whoosh(here: Path) -> None:
    for command in ("['list']", "['show', '20a0']", "['names', 'list']", "['names', 'test', 'US']"):
        found = loaded(f"from corpus_cli.cli import main\nmain({command})")
        assert not found & {"whoosh", "rich", "tomlkit"}


def test_a_search_in_files_does_not_load_whoosh(here: Path) -> None:
    code = "from corpus_cli.cli import main\nmain(['search', 'Kurilla', '--in', 'seeds'])"
    assert not loaded(code) & {"whoosh", "rich"}
