"""`corpus browse` in a real terminal (tmux)."""

import os
import re
import shlex
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import SEEDS
from tests.real.test_terminal import Terminal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed"),
]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[[int], Terminal]]:
    """Open a terminal of a width, with a corpus of the five articles."""
    opened: list[Terminal] = []

    def open_(width: int) -> Terminal:
        opened.append(Terminal(tmp_path, width))
        opened[-1].run(f"corpus ingest {shlex.quote(str(SEEDS))}")
        return opened[-1]

    yield open_
    for one in opened:
        one.tmux("kill-server")


def press(shell: Terminal, *keys: str) -> None:
    shell.tmux("send-keys", *keys)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_one_types_a_query_reads_and_quits(terminal: Callable[[int], Terminal], width: int) -> None:
    shell = terminal(width)
    shell.start("corpus browse")
    shell.screen(until="Type what to search for")
    shell.tmux("send-keys", "-l", "--", "IS-KP")
    screen = shell.screen(until="9 passages in 3 articles")
    assert "The Case for US Engagement with Afghanistan" in " ".join(screen.split())
    press(shell, "Enter", "Enter")
    # A key that comes before the article is drawn is for the list.
    assert "match 5 of 7" in shell.screen(until="19  The resurgence")
    press(shell, "n")
    assert "demonstrated" in shell.screen(until="match 6 of 7")
    press(shell, "p")
    shell.screen(until="match 5 of 7")
    press(shell, "c")
    shell.screen(until="printed at the end")
    press(shell, "q")
    # The screen of the shell is back, with the citation.
    screen = shell.screen()
    assert "› IS-KP" not in screen
    assert "code 0" in screen
    assert "Counter-Terrorism Partnership. (n.d.)." in screen


@pytest.mark.parametrize("look", ["NO_COLOR=1", "COLORTERM=truecolor", "TERM=xterm"])
def test_marks_are_seen_in_every_terminal(terminal: Callable[[int], Terminal], look: str) -> None:
    shell = terminal(120)
    shell.start(f"{look} corpus browse Kurilla")
    shell.screen(until="match 4 of 4")
    drawn = shell.tmux("capture-pane", "-p", "-e")
    if look == "NO_COLOR=1":
        assert "Kurilla]" in drawn
        # Of the colours only the default ones (39, 49) are set.
        styles = {one for some in re.findall(r"\x1b\[([0-9;]*)m", drawn) for one in some.split(";")}
        assert styles <= {"", "0", "1", "2", "4", "7", "39", "49"}
        # The selected result is underlined.
        assert "4" in styles
    else:
        assert "\x1b[33m" in drawn
        # The background is that of the terminal, light or dark.
        assert "48;2;" not in drawn
    press(shell, "C-c")
    assert "code 0" in shell.screen()


def test_an_editor_gets_the_terminal_and_gives_it_back(
    terminal: Callable[[int], Terminal], tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "opened $1 ${2##*/}"; read answer; echo "$answer"\n')
    editor.chmod(0o755)
    shell = terminal(120)
    shell.start(f"EDITOR={shlex.quote(str(editor))} corpus browse Kurilla")
    shell.screen(until="match 4 of 4")
    press(shell, "e")
    shell.screen(until="opened +29 001_347e4e07d973289c.txt")
    press(shell, "done", "Enter")
    shell.screen(until="match 4 of 4")
    press(shell, "q")
    assert "code 0" in shell.screen()


def test_a_signal_leaves_the_terminal_as_it_was(
    terminal: Callable[[int], Terminal], tmp_path: Path
) -> None:
    shell = terminal(80)
    shell.start("echo $$ > pid; exec 3>&1; corpus browse Kurilla")
    shell.screen(until="6 passages")
    pid = int((tmp_path / "pid").read_text())
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGINT)
    screen = shell.screen()
    assert "Traceback" not in screen
    time.sleep(0.2)
    press(shell, "echo alive", "Enter")
    shell.screen(until="alive")
