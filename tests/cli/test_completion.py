"""What a shell is told, shell by shell."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_cli.cli.completion import SHELLS
from corpus_cli.cli.shells import escape_for_bash, split_line
from tests.cli.conftest import Run, spawn
from tests.cli.test_imports import loaded
from tests.conftest import article

HUSSAIN = "Touqir Hussain"


@pytest.fixture
def ask(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Asks what completes a line: the kind, then what the shell is told of each value."""

    def asked(line: str, shell: str = "fish", word: str = "") -> list[str]:
        monkeypatch.setenv("_CORPUS_COMPLETE", shell)
        monkeypatch.setenv("COMP_LINE", line)
        monkeypatch.setenv("COMP_WORD", word)
        ran = run()
        assert (ran.code, ran.err) == (0, "")
        return ran.out.splitlines()

    return asked


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("corpus sta", "status\tShow what the corpus contains and if its index is up to date."),
        ("corpus help for", "formats\t"),
        ("corpus names men", "mentioned\tCount how often the corpus mentions names."),
        ("corpus show 20a", "20a045af8b2e\tThe Case for US Engagement with Afghanistan"),
        ("corpus edit 20a", "20a045af8b2e\tThe Case for US Engagement with Afghanistan"),
        ("corpus search --author Touq", f"{HUSSAIN}\t1 article"),
        ("corpus search --author huss", f"{HUSSAIN}\t1 article"),
        ("corpus search --author '!Touq", f"!{HUSSAIN}\t1 article"),
        ("corpus search --author=Touq", f"--author={HUSSAIN}\t1 article"),
        ("corpus search --source The", "The National Interest\t1 article"),
        ("corpus search --tag cent", "Central Asia\t1 article"),
        ("corpus search --lang ", "en\t5 articles"),
        ("corpus search --name Kurill", "Michael Erik Kurilla\tperson"),
        ("corpus search TTP author:Touq", f'author:"{HUSSAIN}"\t1 article'),
        ("corpus search 'TTP -author:Touq", f'TTP -author:"{HUSSAIN}"\t1 article'),
        ("corpus search lang:", "lang:en\t5 articles"),
        ("corpus search tit", "title:\t"),
        ("corpus names show Kurill", "Michael Erik Kurilla\tperson"),
        ("corpus completion z", "zsh\t"),
    ],
)
def test_what_was_begun_is_completed(
    ask: Callable[..., list[str]], line: str, expected: str
) -> None:
    assert expected in ask(line)[1:]


def test_a_path_is_completed_by_its_beginning_or_a_word(ask: Callable[..., list[str]]) -> None:
    (found,) = ask("corpus show 004_")[1:]
    assert found.partition("\t")[0].endswith("seeds/004_760ad0dd079e025c.txt")
    assert ask("corpus search --path 004_")[1].startswith("seeds/004_760ad0dd079e025c.txt\t")


def test_a_path_that_is_no_text_is_completed() -> None:
    for name in (b"lat\xe9.txt", b"lat\x9b.txt"):
        Path(os.fsdecode(name)).write_text(article(f"Kabul fell {name!r}"))
    spawn("ingest", ".")
    for begun in ("lat", os.fsdecode(b"lat\xe9")):
        ran = spawn(_CORPUS_COMPLETE="bash", COMP_LINE=f"corpus show {begun}", COMP_WORD=begun)
        kind, *found = ran.out.splitlines()
        assert kind == "plain"
        # A terminal might take 9b for a command.
        assert [Path(name.replace("\\", "")).name for name in found] == [
            os.fsdecode(b"lat\xe9.txt")
        ]


def test_the_kind_tells_the_shell_what_to_do(ask: Callable[..., list[str]]) -> None:
    assert ask("corpus show ")[0] == "plain"
    assert ask("corpus search tit")[0] == "open"
    assert ask("corpus ingest ")[0] == "file"


@pytest.mark.parametrize(
    ("line", "word", "expected"),
    [
        ("corpus search --author Touq", "Touq", r"Touqir\ Hussain"),
        ("corpus search --author=Touq", "Touq", r"Touqir\ Hussain"),
        ("corpus search --author 'Touq", "Touq", HUSSAIN),
        ('corpus search --author "Touq', "Touq", HUSSAIN),
        ("corpus search author:Touq", "Touq", r"\"Touqir\ Hussain\""),
        ("corpus search 'author:Touq", "author:Touq", f'author:"{HUSSAIN}"'),
        ('corpus search "author:Touq', "author:Touq", rf"author:\"{HUSSAIN}\""),
        (r"corpus search --author Touqir\ Hu", r"Touqir\ Hu", r"Touqir\ Hussain"),
    ],
)
def test_bash_gets_the_rest_of_its_word_as_it_has_to_be_typed(
    ask: Callable[..., list[str]], line: str, word: str, expected: str
) -> None:
    assert ask(line, "bash", word) == ["plain", expected]


@pytest.mark.parametrize(
    "line", ["corpus xyzzy ", "corpus search --in ", "corpus search -i /nowhere --tag ", "corpus '"]
)
def test_no_error_disturbs_who_types(ask: Callable[..., list[str]], line: str) -> None:
    assert ask(line)[:1] in ([], ["plain"], ["file"])


def test_no_corpus_is_no_error(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_CORPUS_COMPLETE", "zsh")
    monkeypatch.setenv("COMP_LINE", "corpus show ")
    assert run() == (0, "", "")


@pytest.mark.parametrize("quote", ["", "'", '"'])
# Python's shlex knows no `$` in quotation marks, which bash's own have to be kept from.
@given(text=st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="$`")))
def test_what_is_escaped_is_one_word_again(quote: str, text: str) -> None:
    assert shlex.split(f"corpus {quote}x{escape_for_bash(text, quote)}{quote}") == [
        "corpus",
        f"x{text}",
    ]


@given(text=st.text())
def test_any_line_is_split(text: str) -> None:
    words, quote = split_line(f"corpus {text}")
    assert words
    assert quote in ("", "'", '"', "\\")


def test_the_scripts_say_how_to_install_them(run: Run) -> None:
    for shell in SHELLS:
        ran = run("completion", shell)
        assert ran.code == 0
        assert "# Completion of corpus in" in ran.out
        assert f"corpus completion {shell}" in "".join(ran.out.splitlines(keepends=True)[:4])
    assert run("completion", "tcsh").code == 2


def test_asking_loads_nothing_heavy(here: Path) -> None:
    code = (
        "import os; os.environ |= {'_CORPUS_COMPLETE': 'bash', 'COMP_WORD': '', "
        "'COMP_LINE': 'corpus show '}\n"
        "from corpus_cli.cli import main\nmain([])"
    )
    assert not loaded(code) & {"whoosh", "rich", "tomlkit"}
