"""Links go where they should, only where they are known, and nothing in a path ends one."""

import re
from pathlib import Path

import pytest

from corpus_cli.errors import UsageError
from corpus_cli.output.links import link, link_template
from corpus_cli.text.data import toml

XTERM = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("environment", "known"),
    [
        ({}, False),
        (XTERM, False),
        ({"TERM": "dumb", "KITTY_WINDOW_ID": "1"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({**XTERM, "VTE_VERSION": "7200"}, True),
        ({**XTERM, "VTE_VERSION": "4205"}, False),
        ({**XTERM, "TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.5.1"}, True),
        ({**XTERM, "TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.0"}, False),
        ({**XTERM, "TERM_PROGRAM": "Apple_Terminal", "TERM_PROGRAM_VERSION": "455"}, False),
        ({"TERM": "tmux", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.4"}, True),
        ({"TERM": "tmux", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.3a"}, False),
        ({**XTERM, "WT_SESSION": "x"}, True),
        ({**XTERM, "WT_SESSION": "x", "FORCE_HYPERLINK": "0"}, False),
        ({**XTERM, "FORCE_HYPERLINK": "1"}, True),
    ],
)
def test_only_terminals_that_are_known_get_links_by_themselves(
    environment: dict[str, str], *, known: bool
) -> None:
    assert bool(link_template("auto", environment, terminal=True)) is known
    assert not link_template("auto", environment, terminal=False)
    assert link_template("always", environment, terminal=False).startswith("file://")
    assert not link_template("never", environment, terminal=True)


def test_an_editor_is_a_choice_for_any_terminal() -> None:
    assert link_template("vscode", XTERM, terminal=True) == "vscode://file{path}:{line}:{column}"
    assert not link_template("vscode", XTERM, terminal=False)
    assert not link_template("vscode", {"TERM": "dumb"}, terminal=True)
    assert not link_template("none", XTERM, terminal=True)
    own = link_template("x://{host}/{wslprefix}{path}?l={line}", XTERM, terminal=True)
    assert re.fullmatch(r"x://[^{}]+/\{path\}\?l=\{line\}", own)
    wsl = {**XTERM, "WT_SESSION": "x", "WSL_DISTRO_NAME": "Ubuntu 24"}
    assert link_template("auto", wsl, terminal=True) == "file://wsl$/Ubuntu%2024{path}"


@pytest.mark.parametrize("alias", sorted(toml("terminal")["links"]))
def test_each_editor_is_led_to_a_path(alias: str) -> None:
    found = link_template(alias, XTERM, terminal=True)
    assert alias == "none" or "/a/b.txt" in link(found, "/a/b.txt", 17, 3)
    assert not set("{}") & set(link(found, "/a/b.txt", 17, 3))


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("vscodee", "did you mean vscode?"),
        ("nonsense", "choose from auto, never, always, default"),
        ("x://{file}", "a link template has no {file}, only {path}"),
        ("x://{line}", "a link template needs {path}"),
        ("{path}", "begin with a scheme, as in file://"),
        ("x://\x1b\\{path}", "ASCII without blanks"),
        ("x:// {path}", "ASCII without blanks"),
        ("file:///a", "a link template needs {path}"),
    ],
)
@pytest.mark.parametrize("terminal", [True, False])
def test_a_wrong_choice_is_said(choice: str, said: str, *, terminal: bool) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        link_template(choice, XTERM, terminal=terminal)


def test_no_character_of_a_path_ends_a_link_or_is_lost(tmp_path: Path) -> None:
    every = "".join(map(chr, [*range(1, 0x300), 0x202E, 0xD800, 0xDCFF, 0x1F600]))
    found = link("f://{path}#{line}", f"/{{line}}{every}", 17, 3)
    assert re.fullmatch(r"f://[A-Za-z0-9/_.~%-]+#17", found)
    assert found.startswith("f:///%7Bline%7D%01%02")
    assert link("{path}", "\udcff", 1, 1).endswith("/%FF")
    assert link("{path}", "a b", 1, 1) == f"{tmp_path}/a%20b"
