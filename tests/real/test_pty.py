"""The whole program on a real pseudo-terminal."""

import os
import pty
import shutil
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path
from subprocess import Popen
from termios import TIOCSWINSZ

import pytest

from tests.conftest import SEEDS, article
from tests.real.test_terminal import Terminal

pytestmark = pytest.mark.slow

LINKS = {"TERM": "xterm-kitty"}
Typed = Callable[..., str]


@pytest.fixture
def typed(seeded: Path) -> Typed:
    """Run a command line on a terminal of some size and read what it is sent."""

    def ran(*words: str, width: int = 80, height: int = 200, **environment: str) -> str:
        ours, theirs = pty.openpty()
        ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        kept = {name: os.environ[name] for name in ("PATH", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
        variables = {"TERM": "xterm", "CORPUS_INDEX": str(seeded), "PYTHONPATH": str(SEEDS.parent)}
        program = Popen(
            [sys.executable, "-m", "corpus_cli", *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**kept, **variables, **environment},
        )
        os.close(theirs)
        seen = b""
        # Linux ends a terminal that nobody writes to with an error.
        with suppress(OSError):
            while part := os.read(ours, 65536):
                seen += part
        os.close(ours)
        assert program.wait(60) == 0
        return seen.decode().replace("\r\n", "\n")

    return ran


def test_colours_and_links_are_switched_apart(typed: Typed) -> None:
    search = ("search", "Kurilla", "-n", "1")
    plain = typed(*search)
    assert "\x1b[1;33mKurilla\x1b[0m" in plain
    assert "\x1b]" not in plain
    linked = typed(*search, **LINKS)
    assert "\x1b]8;;file://" in linked
    assert "\x1b[1;33mKurilla" in linked
    bare = typed(*search, NO_COLOR="1", **LINKS)
    assert "[Kurilla]" in bare
    assert "\x1b]8;;file://" in bare
    assert "\x1b[" not in bare
    dumb = typed(*search, TERM="dumb", KITTY_WINDOW_ID="1")
    assert "[Kurilla]" in dumb
    assert "\x1b" not in dumb
    assert typed(*search, NO_COLOR="1", width=60) != typed(*search, NO_COLOR="1", width=100)
    assert "vscode://file/" in typed("list", CORPUS_HYPERLINK="vscode", width=130)


def test_a_pager_only_for_what_is_longer_than_the_screen(typed: Typed, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text(f"#!/bin/sh\necho paged >> {tmp_path}/seen; cat\n")
    pager.chmod(0o755)
    named = {"CORPUS_PAGER": str(pager)}
    whole = typed("list", **named)
    assert not (tmp_path / "seen").exists()
    assert typed("list", height=4, **named) == whole
    assert (tmp_path / "seen").read_text() == "paged\n"
    assert typed("list", height=4, CORPUS_PAGER="never") == whole
    assert whole in typed("list", height=4, CORPUS_PAGER="/there/is/none")


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("list",),
        ("show", "20a0"),
        ("edit", "20a0"),
        ("names", "show", "ISKP"),
        ("names", "mentioned"),
        ("search", "IS-KP"),
    ],
)
def test_nothing_is_wider_than_sixty_columns(typed: Typed, words: tuple[str, ...]) -> None:
    shown = typed(*words, width=60, NO_COLOR="1", CORPUS_PAGER="never")
    assert max(map(len, shown.splitlines())) <= 60


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_wide_and_right_to_left_letters_are_in_their_cells(tmp_path: Path) -> None:
    (tmp_path / "مقاله.txt").write_text(article("کابل سقوط کرد", "Kabul 领英推荐"))
    shell = Terminal(tmp_path, 60)
    try:
        shell.run(
            "corpus ingest *.txt; corpus edit *.txt --author رشید --title 'سقوط کابل و جنگ' --published 2024-03-01"
        )
        screen = shell.run("NO_COLOR=1 corpus search 领英推荐")
    finally:
        shell.tmux("kill-server")
    lines = screen.splitlines()
    at = lines.index("1  سقوط کابل و جنگ")
    assert [line.strip() for line in lines[at + 1 : at + 4]] == [
        "1 Mar 2024",
        "line 3 of مقاله.txt",
        "رشید",
    ]
    assert lines[at + 4].startswith("   Kabul [领英推荐] ")
