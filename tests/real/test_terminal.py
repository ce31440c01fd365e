"""A real terminal (tmux), at several widths."""

import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import SEEDS, article

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed"),
]


class Terminal:
    """A shell in a tmux window of some width."""

    def __init__(self, folder: Path, width: int) -> None:
        self._socket = str(folder / "tmux")
        self._count = 0
        shell = f"cd {shlex.quote(str(folder))}; PS1='$ ' exec bash --norc --noprofile"
        self.tmux("new-session", "-d", "-x", str(width), "-y", "50", shell)
        self.run(f"export PYTHONPATH={shlex.quote(str(SEEDS.parent))}")
        self.run(f'corpus() {{ {shlex.quote(sys.executable)} -m corpus_cli "$@"; }}')

    def tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", self._socket, *arguments]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    def start(self, line: str) -> None:
        """Type a line."""
        self._count += 1
        self.tmux("send-keys", f"clear; {line}; echo end''{self._count} code $?", "Enter")

    def screen(self, *, until: str = "") -> str:
        """What is on the screen once the line is done, or shows something."""
        wanted = until or f"end{self._count}"
        for _ in range(300):
            screen = self.tmux("capture-pane", "-p")
            if wanted in screen:
                return screen
            time.sleep(0.1)
        pytest.fail(f"never saw {wanted}:\n{screen}")

    def run(self, line: str) -> str:
        """Type a line and read what it shows."""
        self.start(line)
        return self.screen()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[[int], Terminal]]:
    """Opens a terminal of a width."""
    opened: list[Terminal] = []

    def open_(width: int) -> Terminal:
        opened.append(Terminal(tmp_path, width))
        return opened[-1]

    yield open_
    for one in opened:
        one.tmux("kill-server")


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_search_is_set_within_the_width(terminal: Callable[[int], Terminal], width: int) -> None:
    shell = terminal(width)
    made = shell.run(f"corpus ingest {shlex.quote(str(SEEDS))}")
    assert "made a corpus in index" in made
    assert "5 added" in made
    screen = shell.run("corpus search IS-KP -n 3")
    assert "IS-KP, also ISIS-K, ISKP, IS-K" in screen
    assert "IS-KP · 9 passages in 3 articles" in screen
    assert "Islamic State of Khurasan Province" in " ".join(screen.split())
    assert "22 Jan 2026 · The National Interest" in screen
    assert "The Case for US Engagement with Afghanistan" in screen
    # A line set to the width leaves no remnant of a word on the next one.
    assert not [line for line in screen.splitlines() if len(line) == 1 and line.isalpha()]


def test_matches_are_marked_by_colour_and_without_it_by_brackets(
    terminal: Callable[[int], Terminal],
) -> None:
    shell = terminal(80)
    shell.run(f"corpus ingest {shlex.quote(str(SEEDS))}")
    assert "[Kurilla]" not in shell.run("corpus search Kurilla -n 1")
    assert "[Kurilla]" in shell.run("NO_COLOR=1 corpus search Kurilla -n 1")
    assert "[Kurilla]" in shell.run("TERM=dumb corpus search Kurilla -n 1")
    assert "([ISKP])" in shell.run("NO_COLOR=1 corpus search IS-KP -n 3")
    screen = shell.run("NO_COLOR=1 corpus search divisons -n 1")
    assert "[divisions]" in screen
    assert "not as typed" in screen
    assert "code 1" in screen


def test_an_article_cannot_drive_the_terminal(
    terminal: Callable[[int], Terminal], tmp_path: Path
) -> None:
    evil = "Kabul \x1b[2J\x1b]0;owned\x07\x1b[1;1Hfell \u202eback"
    (tmp_path / "evil.txt").write_text(article(evil, title="A title of \x1b[31mred"))
    shell = terminal(80)
    shell.run("corpus ingest evil.txt")
    screen = shell.run(
        "echo before; corpus search kabul; corpus list; corpus show evil.txt; "
        "corpus show --raw evil.txt; corpus list --format plain; corpus show $'\\x1b[2Jx'"
    )
    assert r"\x1b[2J" in screen
    assert r"A title of \x1b[31mred" in screen
    assert "before" in screen


def test_ctrl_c_leaves_at_once(terminal: Callable[[int], Terminal], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for n in range(3_000):
        (tmp_path / "in" / f"{n}.txt").write_text(
            article(*(f"Number {n} {word}" for word in "abcdef"))
        )
    shell = terminal(80)
    shell.start("corpus ingest in")
    assert "files" in shell.screen(until="/s")
    shell.tmux("send-keys", "C-c")
    screen = shell.screen()
    assert "interrupted" in screen
    assert "code 130" in screen
    assert "Traceback" not in screen


@pytest.mark.parametrize("width", [80, 200])
def test_progress_is_shown_and_leaves_no_trace(
    terminal: Callable[[int], Terminal], tmp_path: Path, width: int
) -> None:
    (tmp_path / "in").mkdir()
    for n in range(900):
        text = article(*(f"Town{n}{m} fell" for m in range(9)))
        (tmp_path / "in" / f"{n}-\x1b[31m{'long' * 30}.txt").write_text(text)
    shell = terminal(width)
    shell.start("corpus ingest in")
    screen = shell.screen(until="/s 0:0")
    assert re.search(r"\d+/900 files · [\d,]+/s \d:\d\d:\d\d \d+-", screen)
    # What is kept is what was read; the first files are requested before one is.
    while (shown := re.search(r"(\d+)/900 files", screen)) and int(shown[1]) < 20:
        time.sleep(0.05)
        screen = shell.tmux("capture-pane", "-p")
    shell.tmux("send-keys", "C-c")
    screen = shell.screen()
    assert "files ·" not in screen
    assert "interrupted: " in screen
    assert "code 130" in screen
    screen = shell.run("corpus ingest in")
    assert "unchanged" in screen
    assert "code 0" in screen
