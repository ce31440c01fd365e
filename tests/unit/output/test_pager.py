"""A pager shows what is longer than the screen, and nothing is lost without one."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus_cli.output import stream
from corpus_cli.output.pager import command

LONG = "line\n" * 30
TERM = {"TERM": "xterm"}


@pytest.mark.parametrize(
    ("choice", "environment", "words"),
    [
        ("", TERM, ["less"]),
        ("", {**TERM, "PAGER": "more -d"}, ["more", "-d"]),
        ("bat -p 'a b'", {**TERM, "PAGER": "most"}, ["bat", "-p", "a b"]),
        ("never", TERM, []),
        ("", {"TERM": "dumb"}, []),
        ("", {"TERM": "xterm", "INSIDE_EMACS": "28.2,compile"}, []),
        ("it's", TERM, ["it's"]),
    ],
)
def test_the_nearest_choice_counts(
    choice: str, environment: dict[str, str], words: list[str]
) -> None:
    assert command(choice, environment) == words


@pytest.fixture
def pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """A pager that writes down what it reads, and then does something more."""
    monkeypatch.setattr(stream, "terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("COLUMNS", "80")

    def made(more: str) -> str:
        script = tmp_path / "pager"
        script.write_text(f"#!/bin/sh\n{more}\n")
        script.chmod(0o755)
        return str(script)

    return made


def test_only_what_is_longer_than_the_screen_goes_there(
    pager: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = pager('echo "$LESS" >> seen; cat >> seen')
    stream.show(LONG, words)
    assert (tmp_path / "seen").read_text() == f"FRX\n{LONG}"
    stream.show("line\n" * 23, words)
    stream.show("\x1b[1m\x1b]8;;f://x\x1b\\short\x1b]8;;\x1b\\" * 80 + "\n", words)
    assert (tmp_path / "seen").read_text() == f"FRX\n{LONG}"
    stream.show("x" * 80 * 24, words)
    assert (tmp_path / "seen").read_text().endswith("xxx")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("words", ["/there/is/none", "sh -c 'exit 3'"])
def test_a_pager_that_fails_is_done_without(
    pager: Callable[[str], str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pager("")
    stream.show(LONG, words)
    shown = capsys.readouterr()
    assert shown.out == LONG
    assert "cannot be used" in shown.err


def test_who_leaves_early_or_interrupts_has_read_enough(
    pager: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    stream.show("line\n" * 100_000, pager("read one"))
    stream.show("line\n" * 100_000, pager("read one; kill -INT $PPID; sleep .1; exit 2"))
    assert capsys.readouterr() == ("", "")


def test_a_pipe_has_no_pager(
    pager: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = pager("cat > seen")
    monkeypatch.setattr(stream, "terminal", lambda: False)
    written = io.StringIO()
    monkeypatch.setattr("sys.stdout", written)
    stream.show(LONG, words)
    assert written.getvalue() == LONG
    assert not (tmp_path / "seen").exists()
