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
from corpus_cli.query.nodes import FIELDS
from corpus_cli.system.installation import DISTRIBUTION
from docs import picture
from tests.conftest import SEEDS

ROOT = SEEDS.parent
README = (ROOT / "README.md").read_text("utf-8")
# tests/real/test_recipes.py runs the recipes, by the tools they are for.
PAGES = {
    path.name: path.read_text("utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if path.name != "recipes.md"
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def blocks(page: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[str]:
    """The lines to type, without comments; the two of .ci/run are run there."""
    lines = (
        line.partition(" #")[0].strip() for block in blocks(page) for line in block.split("\n")
    )
    return [line for line in lines if line and not line.startswith("python3 -m venv")]


def test_the_two_commands_stand_each_on_one_line() -> None:
    one, two = (block.strip() for block in blocks(README)[:2])
    assert "\n" not in one + two
    assert one.startswith("python3 -m venv .venv && ")
    assert one.endswith("corpus ingest seeds && .venv/bin/corpus search ISIS-K")
    assert two.startswith("python3 -m venv ")
    assert two.endswith(".venv/bin/python -m pytest")


def test_the_picture_and_the_output_are_those_of_the_program(tmp_path: Path) -> None:
    """Where they differ, `python docs/picture.py` writes them anew; look at the picture."""
    for path, text in picture.make_output(tmp_path).items():
        assert text == path.read_text("utf-8"), path.name


def test_the_picture_needs_no_network() -> None:
    addresses = re.findall(r"https?://[^\s\"')]+", picture.PICTURE.read_text("utf-8"))
    assert addresses == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize("page", ["ranking.md", "performance.md"])
def test_the_figures_of_the_readme_come_from_the_page_it_links(page: str) -> None:
    (line,) = (line for line in re.split(r"\n(?=- )|\n\n", README) if f"(docs/{page})" in line)
    for figure in re.findall(r"\b\d[\d.,]*\d\b", line.replace("nDCG@10", "")):
        assert figure in PAGES[page], figure


@pytest.mark.slow
@pytest.mark.parametrize("page", [name for name, text in PAGES.items() if commands(text)])
def test_every_command_of_a_page_works(page: str, tmp_path: Path) -> None:
    """Run in a home whose ~/articles are the five articles."""
    (tmp_path / "articles").symlink_to(SEEDS)
    (tmp_path / "notes").symlink_to(SEEDS)
    (tmp_path / "corpus").write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m corpus_cli "$@"\n'
    )
    (tmp_path / "corpus").chmod(0o755)
    assert commands(README)[0] == "corpus ingest ~/articles"
    found_nothing = {"corpus search -q Hamas && echo mentioned"}
    silent = {
        "corpus status --failed --skipped",
        "corpus verify || corpus repair",
        'eval "$(corpus completion bash)"',
    }
    for line in dict.fromkeys(["corpus ingest ~/articles", *commands(PAGES[page])]):
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
        if line.startswith("corpus browse"):
            # tests/real/test_browse.py runs it in a terminal.
            assert "needs a terminal" in done.stderr, line
            continue
        assert done.returncode == (1 if line in found_nothing else 0), (line, done.stderr)
        writes = ">" in line or " -o " in line
        assert done.stdout or writes or line in found_nothing | silent, line


def test_the_examples_for_whoosh_run(seeded: Path, tmp_path: Path) -> None:
    """One after the other, in a program that imports only Whoosh."""
    examples = re.findall(r"^```python\n(.*?)^```", PAGES["whoosh.md"], re.MULTILINE | re.DOTALL)
    assert len(examples) == 5
    assert "corpus_cli" not in "".join(examples)
    (tmp_path / "index").symlink_to(seeded)
    for count in range(1, len(examples) + 1):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", "".join(examples[:count])],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr
    lines = done.stdout.splitlines()
    assert "<b class=" in lines[1]
    assert [line.rpartition(" ")[2] for line in lines if line.startswith(("words:", "date:"))] == [
        "4",
        "25",
    ]
    assert "taliban pakistan" in lines
    assert lines[-1].endswith(" passages")


def test_every_command_and_option_is_documented_in_its_help() -> None:
    for name in COMMANDS:
        command = app.get_command(click.Context(app), name)
        assert command
        assert command.help, name
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert option.help, (name, option.name)


def test_every_command_stands_in_a_page() -> None:
    for name in COMMANDS:
        assert any(re.search(rf"\bcorpus {name}\b", text) for text in PAGES.values()), name


def test_every_page_stands_in_the_index() -> None:
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "index.md" or f"]({page.name})" in PAGES["index.md"], page.name


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
