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


HEAVY = {"whoosh", "rich", "hypothesis", "apsw", "tomllib", "asyncio", "urllib", "pydoc"}


def test_the_commands_alone_load_nothing_heavy() -> None:
    assert "click" in loaded("import corpus_cli.cli.commands")
    assert not loaded("import corpus_cli.cli.commands") & HEAVY


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


HEAVIER = {
    *("click", "rich", "whoosh", "tomlkit", "tomllib", "yaml"),
    *("dataclasses", "inspect", "ast", "calendar", "locale", "gettext"),
    *("socket", "ssl", "http", "email", "asyncio", "logging", "subprocess", "threading", "uuid"),
    *("hashlib", "random", "tempfile", "shutil", "difflib", "string", "textwrap", "decimal"),
}


@pytest.mark.parametrize("more", ["", ", '--jsonl'", ", '-n', '3', '-l'"])
def test_a_piped_search_loads_little(here: Path, more: str) -> None:
    found = loaded(f"from corpus_cli.cli import main\nmain(['search', 'Kurilla'{more}])")
    assert "apsw" in found
    assert not found & HEAVIER


MOST_MODULES = 109
"""How many modules of ours a piped search may load: each costs a fifth of a millisecond or more."""

DECLARE_TUPLES = """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith("corpus_cli"):
        own = [v for v in vars(module).values() if getattr(v, "__module__", "") == name]
        is_slow = hasattr(module, "annotations") and any(hasattr(v, "_fields") for v in own)
        print(name, "slow" if is_slow else "", file=sys.stderr)
"""


def test_a_search_has_a_budget_of_modules(here: Path) -> None:
    code = (
        f"from corpus_cli.cli import main\nmain(['search', 'Kurilla'])\n{DECLARE_TUPLES}sys.exit()"
    )
    script = f"import sys\nsys.argv[0] = 'corpus'\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    lines = [line.split() for line in done.stderr.splitlines() if line.startswith("corpus_cli")]
    assert "corpus_cli.search.pipeline" in {name for name, *_ in lines}
    assert len(lines) <= MOST_MODULES
    # `from __future__ import annotations` makes strings of annotations, and `typing` compiles each
    # string of a NamedTuple again at every start.
    assert [name for name, *is_slow in lines if is_slow] == []


def test_a_search_loads_no_room_it_does_not_enter(here: Path) -> None:
    code = "from corpus_cli.cli import main\nmain(['search', 'Kurilla'])\n"
    ours = loaded(f"{code}print(*(n.replace('.', '/') for n in sys.modules), file=sys.stderr)")
    for room in ("cli/commands", "ingest", "output/terminal", "names/merge", "evaluation"):
        assert f"corpus_cli/{room}" not in ours


@pytest.mark.parametrize(
    "command",
    [
        *("['search', 'Kurilla']", "['search', 'ISIS-K', '-n', '3']", "['facets', 'author']"),
        *("['status']", "['ingest', 'seeds']", "['names', 'list']"),
    ],
)
def test_what_commits_nothing_loads_no_whoosh_and_unpickles_nothing(
    here: Path, command: str
) -> None:
    """An ingest that finds nothing new commits nothing."""
    found = loaded(f"from corpus_cli.cli import main\nmain({command})")
    assert "apsw" in found
    assert not found & {"whoosh"}
    if "search" in command:
        assert not found & {"pickle", "_pickle"}


def test_only_the_process_that_commits_loads_whoosh(here: Path, tmp_path: Path) -> None:
    """And it loads none of the modules that read."""
    other = str(tmp_path / "other")
    code = f"from corpus_cli.cli import main\nmain(['ingest', 'seeds', '-i', {other!r}])\n"
    ours = loaded(f"{code}print(*(n.replace('.', '/') for n in sys.modules), file=sys.stderr)")
    assert "whoosh" in ours
    assert "corpus_cli/engines/whoosh/codec" in ours
    for module in ("whoosh_fields", "terms_reader", "passages_reader"):
        assert f"corpus_cli/engines/whoosh/{module}" not in ours
    for module in ("whoosh/searching", "whoosh/qparser", "whoosh/query"):
        assert module not in ours


def test_an_empty_corpus_is_made_without_whoosh(tmp_path: Path) -> None:
    place = str(tmp_path / "index")
    code = (
        f"from pathlib import Path\nfrom corpus_cli import Corpus\nCorpus.create(Path({place!r}))"
    )
    found = loaded(code)
    assert "apsw" in found
    assert "whoosh" not in found


def test_list_and_show_do_not_load_whoosh(here: Path) -> None:
    for command in ("['list']", "['show', '20a0']", "['names', 'list']", "['names', 'test', 'US']"):
        found = loaded(f"from corpus_cli.cli import main\nmain({command})")
        assert not found & {"whoosh", "rich", "tomlkit"}


@pytest.mark.parametrize("command", ["['list']", "['show', '20a0']"])
def test_list_and_show_load_no_room_of_a_search(here: Path, command: str) -> None:
    code = f"from corpus_cli.cli import main\nmain({command})\n"
    ours = loaded(f"{code}print(*(n.replace('.', '/') for n in sys.modules), file=sys.stderr)")
    assert "corpus_cli/store/store" in ours
    for room in ("engines", "query", "names", "ingest", "search/pipeline", "text/tokenise"):
        assert f"corpus_cli/{room}" not in ours


def test_a_search_in_files_does_not_load_whoosh(here: Path) -> None:
    code = "from corpus_cli.cli import main\nmain(['search', 'Kurilla', '--in', 'seeds'])"
    assert not loaded(code) & {"whoosh", "rich"}
