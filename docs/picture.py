"""Write search.svg and the outputs in pages, from what the program prints on a terminal.

python docs/picture.py
"""

import os
import pty
import re
import shlex
import sys
from contextlib import suppress
from fcntl import ioctl
from io import StringIO
from pathlib import Path
from struct import pack
from subprocess import Popen
from tempfile import TemporaryDirectory
from termios import TIOCSWINSZ

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
EXPLORING = ROOT / "docs" / "exploring.md"
PICTURE = ROOT / "docs" / "search.svg"
SHOWN = "corpus search 'TTP BLA' --per-article 1"
WIDTH = 80

# The first lines of what a command prints are between such marks.
_OUTPUT = re.compile(
    r"(?P<begin><!-- (?P<lines>\d+) lines of `(?P<command>[^`]+)`: made by docs/picture\.py -->\n)"
    r".*?(?P<end><!-- end of output -->)",
    re.DOTALL,
)

# rich's own frame loads a font from the network; any fixed-width font of the reader's does.
_SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font: {char_height}px/{line_height}px ui-monospace, Menlo, "DejaVu Sans Mono", monospace;
}}
.{unique_id}-title {{ font: bold 18px sans-serif; }}
{styles}
</style>
<defs>
{lines}
</defs>
{chrome}
<g class="{unique_id}-matrix" transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
{matrix}
</g>
</svg>
"""


def print_on_terminal(command: str, folder: Path) -> str:
    """Return all that a command of corpus, run in a folder, prints on a terminal.

    The terminal is 80 columns wide and too tall for a pager. A duration differs from run to run,
    so each is written as `… ms`. Raises `RuntimeError` where the command fails.
    """
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, pack("HHHH", 1000, WIDTH, 0, 0))
    home = str(folder)
    process = Popen(
        [sys.executable, "-m", "corpus_cli", *shlex.split(command)[1:]],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={
            "HOME": home,
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm",
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", home),
        },
    )
    os.close(theirs)
    output = b""
    # Linux reports the end of a terminal as an error.
    with suppress(OSError):
        while part := os.read(ours, 65536):
            output += part
    os.close(ours)
    if process.wait():
        raise RuntimeError(f"{command}: {output.decode()}")
    return re.sub(r"\d+ ms", "… ms", output.decode().replace("\r\n", "\n"))


def draw(text: str, title: str) -> str:
    """Return a terminal with a text and its colours as an SVG that needs no other file."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text), soft_wrap=True)
    return console.export_svg(
        title=title, theme=MONOKAI, code_format=_SVG, unique_id="terminal", font_aspect_ratio=0.602
    )


def make_output(folder: Path) -> dict[Path, str]:
    """Return the files this script writes, by their paths; the folder is for a corpus."""
    (folder / "seeds").symlink_to(ROOT / "seeds")
    ingest = _visible(print_on_terminal("corpus ingest seeds", folder))
    search = _visible(print_on_terminal("corpus search ISIS-K", folder))
    first = search.split("\n\n2  ")[0]
    block = f"```text\n{ingest}{first}\n…\n```"
    readme = re.sub(
        r"(?<=<!-- output: made by docs/picture\.py -->\n).*?(?=<!-- end of output -->)",
        lambda _: f"\n{block}\n\n",
        README.read_text("utf-8"),
        flags=re.DOTALL,
    )
    exploring = _OUTPUT.sub(lambda marks: _fill_output(marks, folder), EXPLORING.read_text("utf-8"))
    shown = f"$ {SHOWN}\n{print_on_terminal(SHOWN, folder)}"
    return {README: readme, EXPLORING: exploring, PICTURE: draw(shown, "corpus")}


def _fill_output(marks: re.Match[str], folder: Path) -> str:
    """Return the marks with the first lines of what their command prints between them."""
    lines = _visible(print_on_terminal(marks["command"], folder)).rstrip().split("\n")
    shown = [line.rstrip() for line in lines[: int(marks["lines"])]]
    more = ["…"] if len(lines) > len(shown) else []
    block = "\n".join(["```text", *shown, *more, "```"])
    return f"{marks['begin']}\n{block}\n\n{marks['end']}"


def _visible(text: str) -> str:
    """Return what stays on the screen: no colours, and no progress that is erased."""
    text = re.sub(r"[^\n]*\n[^\n]*\x1b\[1A\x1b\[2K", "", text)
    return Text.from_ansi(text).plain


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        for path, text in make_output(Path(made)).items():
            path.write_text(text, "utf-8")
