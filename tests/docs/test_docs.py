"""The documents say what the program does."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from corpus_cli import __version__
from corpus_cli.cli.commands import COMMANDS, app
from corpus_cli.config.extras import DISTRIBUTION
from corpus_cli.query.nodes import FIELDS
from tests.conftest import SEEDS

ROOT = SEEDS.parent
README = (ROOT / "README.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    lines = (line.partition(" #")[0].strip() for block in blocks() for line in block.splitlines())
    return [line for line in lines if line.startswith("corpus ")]


def test_the_two_commands_stand_each_on_one_line() -> None:
    one, two = (block.strip() for block in blocks()[:2])
    assert "\n" not in one + two
    assert one.startswith("python3 -m venv .venv && ")
    assert one.endswith("corpus ingest seeds && .venv/bin/corpus search ISIS-K")
    assert two.endswith(".venv/bin/python -m pytest")


@pytest.mark.slow
def test_every_command_of_the_readme_works(tmp_path: Path) -> None:
    """Run in a home whose ~/articles are the five articles."""
    (tmp_path / "articles").symlink_to(SEEDS)
    (tmp_path / "notes").symlink_to(SEEDS)
    (tmp_path / "corpus").write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m corpus_cli "$@"\n'
    )
    (tmp_path / "corpus").chmod(0o755)
    assert commands()[0] == "corpus ingest ~/articles"
    found_nothing = {"corpus search -q Hamas && echo mentioned"}
    for line in commands():
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", line],
            env={
                "HOME": str(tmp_path),
                "PATH": f"{tmp_path}:/usr/bin:/bin",
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if "jq" in line and "jq: command not found" in done.stderr:
            continue
        assert done.returncode == (1 if line in found_nothing else 0), (line, done.stderr)
        assert done.stdout or line in found_nothing | {"corpus status --failed"}, line


def test_every_command_and_option_is_documented_in_its_help() -> None:
    for name in COMMANDS:
        command = app.get_command(click.Context(app), name)
        assert command
        assert command.help, name
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert option.help, (name, option.name)


def test_every_command_stands_in_the_readme() -> None:
    for name in COMMANDS:
        assert re.search(rf"`?corpus {name}\b|`{name}`", README), name


def test_every_field_stands_in_the_page_on_queries() -> None:
    page = (ROOT / "corpus_cli" / "data" / "help" / "query.md").read_text("utf-8")
    for name in (*FIELDS, "date", "exact"):
        assert f"{name}:" in page, name


def test_every_dependency_is_justified_and_pinned() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    extras = PROJECT["project"]["optional-dependencies"].values()
    for requirement in (
        *PROJECT["project"]["dependencies"],
        *(one for extra in extras for one in extra),
    ):
        if requirement.startswith(f"{DISTRIBUTION}["):
            continue
        name, pin, _ = requirement.partition("==")
        assert pin, requirement
        assert f"`{name}`" in page, name


def test_the_distribution_has_one_name() -> None:
    assert PROJECT["project"]["name"] == DISTRIBUTION


def test_every_room_stands_in_the_page_on_architecture() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for path in (ROOT / "corpus_cli").iterdir():
        if path.name not in ("__init__.py", "__main__.py", "__pycache__", "data"):
            assert f"`{path.name}{'/' if path.is_dir() else ''}`" in page, path.name


def test_every_link_between_documents_leads_somewhere() -> None:
    for page in (ROOT, ROOT / "docs"):
        for path in page.glob("*.md"):
            for target in re.findall(r"\]\((?!http)([^)#]+)", path.read_text("utf-8")):
                assert (page / target).exists(), (path.name, target)


def test_the_version_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    app.main(["--version"], standalone_mode=False)
    assert capsys.readouterr().out == f"corpus {__version__}\n"


def test_every_module_opens_with_a_caption() -> None:
    for path in (ROOT / "corpus_cli").rglob("*.py"):
        caption = path.read_text("utf-8").splitlines()[0]
        assert caption.startswith('"""'), path
        assert len(caption.strip('"')) <= 60, path
