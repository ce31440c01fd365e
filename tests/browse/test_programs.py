"""Editors and browsers that the app starts."""

import stat
import webbrowser
from pathlib import Path

import pytest

from corpus_cli.browse import programs
from corpus_cli.errors import NotFound, UsageError
from corpus_cli.model import STDIN, Source
from tests.unit.output.made import HEADER


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file to open, and editors that could open it."""
    for name in ("vim", "code", "hx", "kate", "vi"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "a b.txt").write_text("Kabul fell")
    return str(tmp_path / "a b.txt")


@pytest.mark.parametrize(
    ("environment", "command"),
    [
        ({"EDITOR": "vim"}, ["vim", "+7", "PATH"]),
        ({"VISUAL": "code", "EDITOR": "vim"}, ["code", "--goto", "PATH:7"]),
        ({"EDITOR": "hx"}, ["hx", "PATH:7"]),
        ({"EDITOR": "kate -n"}, ["kate", "-n", "--line", "7", "PATH"]),
        ({}, ["vi", "+7", "PATH"]),
    ],
)
def test_an_editor_opens_a_file_at_a_line(
    path: str, environment: dict[str, str], command: list[str]
) -> None:
    header = HEADER._replace(sources=(Source(path),))
    made = programs.editor_command(header, 7, environment)
    assert made == [word.replace("PATH", path) for word in command]


def test_a_record_is_opened_where_it_begins(path: str) -> None:
    header = HEADER._replace(sources=(Source(path, "3"),), record_line=40)
    assert programs.editor_command(header, 7, {"EDITOR": "vim"})[1] == "+40"
    header = header._replace(keeps_lines=True)
    assert programs.editor_command(header, 7, {"EDITOR": "vim"})[1] == "+46"


def test_a_path_with_braces_is_a_path(path: str) -> None:
    odd = Path(path).with_name("{line} {0}.txt")
    odd.write_text("x")
    header = HEADER._replace(sources=(Source(str(odd)),))
    assert programs.editor_command(header, 7, {"EDITOR": "vim"})[2] == str(odd)


@pytest.mark.parametrize("typed", ["emacs", "'vim", "''"])
def test_an_editor_that_cannot_run_is_an_error(path: str, typed: str) -> None:
    with pytest.raises(UsageError, match="editor"):
        programs.editor_command(HEADER._replace(sources=(Source(path),)), 1, {"EDITOR": typed})


@pytest.mark.parametrize("source", ["/no/such/file.txt", STDIN])
def test_a_file_that_is_gone_is_an_error(path: str, source: str) -> None:
    with pytest.raises(NotFound, match="no editor can open it"):
        programs.editor_command(HEADER._replace(sources=(Source(source),)), 1, {"EDITOR": "vim"})


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "file:///etc/passwd", "https://a\x1b[2J", "-x", "http:/a"]
)
def test_only_addresses_of_pages_are_opened(url: str) -> None:
    with pytest.raises(UsageError) as error:
        programs.check_address(url)
    assert "\x1b" not in str(error.value)


def test_an_address_of_a_page_is_opened() -> None:
    assert programs.check_address("HTTPS://example.org/ü") == "HTTPS://example.org/ü"


def test_without_a_browser_the_address_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> webbrowser.BaseBrowser:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", none)
    with pytest.raises(UsageError, match="https://example"):
        programs.browser_needs_terminal("https://example.org")
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("lynx"))
    assert programs.browser_needs_terminal("https://example.org")
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.BackgroundBrowser("firefox"))
    assert not programs.browser_needs_terminal("https://example.org")
