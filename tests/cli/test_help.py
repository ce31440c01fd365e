"""Help that teaches: what it shows is true, and fits."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from corpus_cli.cli import helping
from corpus_cli.cli.commands import COMMANDS, app
from corpus_cli.cli.pages import PAGES
from corpus_cli.corpus import Corpus
from man import make
from tests.cli.conftest import Run
from tests.conftest import DATA, SEEDS


def found(*words: str) -> helping.Context:
    ctx = helping.Context(app, info_name="corpus")
    for word in words:
        assert isinstance(ctx.command, click.Group)
        command = ctx.command.get_command(ctx, word)
        assert command, words
        ctx = helping.Context(command, info_name=word, parent=ctx)
    return ctx


def every(*words: str) -> Iterator[tuple[str, ...]]:
    yield words
    command = found(*words).command
    if isinstance(command, click.Group):
        for name in command.list_commands(found(*words)):
            yield from every(*words, name)


def examples(*words: str) -> dict[str, str]:
    command = found(*words).command
    assert isinstance(command, helping.Command), words
    return dict(command.examples)


def test_the_root_says_of_each_command_what_it_says_itself() -> None:
    for name, line in COMMANDS.items():
        assert helping.sentence(found(name).command) == line
        assert len(line) <= 64, name


@pytest.mark.parametrize("words", list(every()))
def test_help_opens_with_usage_a_sentence_and_three_examples(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ctx = found(*words)
    lines = [line for line in ctx.get_help().splitlines() if line]
    assert lines[0].startswith(f"Usage: {' '.join(('corpus', *words))} ")
    opening = lines.index("Examples:")
    said = " ".join(line.strip() for line in lines[:opening])
    assert said.endswith(helping.sentence(ctx.command))
    assert len(examples(*words)) == 3
    for example, line in zip(examples(*words), lines[opening + 1 :], strict=False):
        assert line.startswith(f"  {example}  ")


@pytest.mark.parametrize("width", [60, 80, 200])
def test_help_fits_the_screen(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for words in every():
        for line in found(*words).get_help().splitlines():
            assert len(line) <= min(width, 84), (words, line)


@pytest.mark.parametrize("words", list(every()))
def test_help_says_in_words_which_values_an_option_takes(words: tuple[str, ...]) -> None:
    text = found(*words).get_help()
    assert not re.search(r"RANGE|INTEGER|FLOAT|x>=", text)


def test_pages_are_read_as_they_are() -> None:
    for name, path in PAGES.items():
        lines = path.read_text("utf-8").splitlines()
        assert lines[0].startswith("# ")
        assert max(map(len, lines)) <= 72, name
        assert name in (app.help or "")


def test_help_is_of_commands_and_topics(run: Run) -> None:
    assert run("help") == run("--help")
    assert run("help", "list") == run("list", "--help")
    assert run("help", "names", "add") == run("names", "add", "--help")
    assert run("help", "query").out == PAGES["query"].read_text("utf-8")
    assert run("help", "names").out.startswith("# Names")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("help", "querry"), "there is no help on querry: did you mean query?"),
        (("help", "xyzzy"), "corpus help lists the commands and topics"),
        (("help", "names", "ad"), "there is no help on ad: did you mean add?"),
        (("serach", "Kabul"), "there is no command serach: did you mean search?"),
        (("names", "shwo"), "corpus names has no command shwo: did you mean show?"),
        (("config", "xyzzy"), "corpus config --help lists them"),
        (("names", "Gaddafi"), "to show a name: corpus names show Gaddafi"),
        (("list", "--jsno"), "corpus list has no option --jsno: did you mean --json? (see corpus "),
        (("search", "x", "--date", "2013"), "has no option --date: did you mean --since?"),
        (("edit", "x", "--date", "2013"), "has no option --date: did you mean --published?"),
        (("list", "-n", "5"), "corpus list has no option -n: corpus list --help lists them"),
        (("completion",), "Choose from: bash, zsh, fish (see corpus completion --help)"),
        (("list", "--limit", "5"), "corpus list has no option --limit: corpus list --help"),
    ],
)
def test_what_is_mistyped_is_an_error_with_the_nearest(
    run: Run, typed: tuple[str, ...], said: str
) -> None:
    ran = run(*typed)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the five articles and a corpus of them."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(SEEDS, home / "seeds")
    with Corpus.create(home / "index") as corpus:
        corpus.ingest([str(home / "seeds")])
    return home


@pytest.fixture
def shell(articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a copy of it, with the other files that examples speak of."""
    shutil.copytree(articles, tmp_path, dirs_exist_ok=True)
    shutil.copytree(articles, tmp_path / "reports")
    shutil.copytree(SEEDS, tmp_path / "articles")
    shutil.copy(DATA / "judged.json", tmp_path)
    (tmp_path / "a.run").write_text("q02 Q0 002_2b5e199f5e6438ca:17 1 2 made\n")
    (tmp_path / "names.toml").write_text('["Border Corps"]\nforms = ["BCO"]\n')
    (tmp_path / "synonyms.txt").write_text("Border Corps, BCO\n")
    (tmp_path / "queries.txt").write_text("Kurilla\nTTP\n")
    program = tmp_path / "bin" / "corpus"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m corpus_cli "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(SEEDS.parent))
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return tmp_path


def tried(line: str) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("words", list(every()), ids=" ".join)
def test_every_example_works(shell: Path, words: tuple[str, ...]) -> None:
    missing = {tool for tool in ("jq", "less") if not shutil.which(tool)}
    for line in examples(*words):
        if line.startswith("corpus names remove ISIS-K 'Daesh"):
            tried("corpus names add ISIS-K 'Daesh Khorasan'")
        if words == ("restore",):
            tried("[ -e corpus.tar.gz ] || corpus backup corpus.tar.gz")
            tried('rm -rf index names.toml "$HOME/reports/index" "$HOME/reports/names.toml"')
        if line.startswith("corpus names remove Kurilla"):
            tried("corpus names add Kurilla 'the general'")
        if words == ("notes",):
            tried("corpus note '20a0#4' 'ask the author'")
        if words in NEED_SAVED:
            for folder in ("", " -i ~/reports/index"):
                tried(f"corpus saved add isis-k ISIS-K --from-start --replace{folder}")
        if words == ("completion",):
            line = re.findall(r"corpus completion \w+", line)[0]  # noqa: PLW2901 - the rest is the shell's
        if not missing & set(shlex.split(line)):
            code, said = tried(line)
            if words == ("browse",):
                # tests/real/test_browse.py runs it in a terminal.
                assert "corpus browse needs a terminal" in said, line
                continue
            # `head` leaves: 141 of a pipe. None of the seeds is like another.
            assert code in ({0, 1} if words in NONE else {0, 141}), (line, said)


NONE = {("duplicates",), ("names", "suggest")}
NEED_SAVED = {("new",), ("saved", "list"), ("saved", "run"), ("saved", "remove")}
"""Commands whose examples speak of a saved search."""


def lines(page: str) -> list[str]:
    text = PAGES[page].read_text("utf-8")
    return re.findall(r"^ {4}(corpus search .*)$", text, re.MULTILINE)


@pytest.fixture
def noted(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Select a copy of the corpus with a note and a tag of a person."""
    shutil.copytree(here, tmp_path / "index")
    monkeypatch.setenv("CORPUS_INDEX", str(tmp_path / "index"))
    with Corpus.open() as corpus:
        corpus.notebook.write("20a0#4", "ask the author")
        corpus.notebook.tag("20a0#9", ["star"])


@pytest.mark.parametrize("line", lines("query"))
@pytest.mark.usefixtures("noted")
def test_every_example_of_the_page_on_queries_finds(run: Run, line: str) -> None:
    ran = run(*shlex.split(line)[1:])
    assert ran.code == 0, ran.err


@pytest.mark.parametrize("page", ["formats", "names"])
def test_every_example_of_the_other_pages_finds(run: Run, here: Path, page: str) -> None:
    assert lines(page)
    for line in lines(page):
        line, *_ = re.split(r" [|>] ", line)  # noqa: PLW2901 - up to the pipe
        ran = run(*shlex.split(line)[1:])
        assert ran.code == 0, (line, ran.err)


def test_every_operator_has_an_example() -> None:
    from corpus_cli.query.nodes import FIELDS

    shown = "\n".join(lines("query"))
    signs = ('"', "+", " -", "AND", "OR", "NOT", "(", "NEAR/", '"~', "*", "?", "~", "\\")
    options = ("--since", "--until", "--author", "--source", "--tag", "--lang", "--path")
    others = ("--name", "--note", "--mytag")
    for sign in (*signs, *options, *others, *(f"{name}:" for name in (*FIELDS, "date", "exact"))):
        assert sign in shown, sign


def test_the_man_pages_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """To make them: python man/make.py."""
    held = {str(path.relative_to(make.FOLDER)): path for path in make.FOLDER.glob("man*/*")}
    made = make.made()
    assert held.keys() == made.keys()
    for name, text in made.items():
        assert held[name].read_text("utf-8") == text, name


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_groff_has_nothing_to_say_about_the_man_pages() -> None:
    pages = sorted(map(str, make.FOLDER.glob("man*/*")))
    for page in pages:
        done = subprocess.run(
            ["groff", "-man", "-ww", "-z", "-Tutf8", page], capture_output=True, check=True
        )
        assert done.stderr == b"", page
