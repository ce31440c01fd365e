"""Lay out a page of safe text: margins, marks and links."""

import shutil
import unicodedata
from collections.abc import Sequence
from io import StringIO

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from rich.text import Text

from corpus_cli.model import STDIN, Source, Span
from corpus_cli.output.links import link
from corpus_cli.output.stream import show
from corpus_cli.text.printable import printable

NARROWEST, WIDEST = 40, 100
_MOST = 1_000

_MARK = "bold yellow"


class Page:
    """The lines to show; `show` prints them, in a pager if there are many.

    Matches are in colour, and in brackets without colour or with `mark`. `link` is a
    template of links; colours and links do not depend on each other.
    """

    def __init__(self, *, color: bool, mark: bool, link: str, pager: str) -> None:
        self._color = ColorSystem.STANDARD if color else None
        self.brackets = mark or not color
        self._link = link
        self._pager = pager
        self.width = min(max(shutil.get_terminal_size().columns, NARROWEST), _MOST)
        # Long lines tire the eye: text keeps to a hundred columns.
        self.measure = min(self.width, WIDEST)
        self._lines: list[str] = []
        # The console only wraps text and resolves styles; this class renders.
        self.console = Console(file=StringIO(), width=self.width, markup=False, highlight=False)

    def show(self) -> None:
        """Print the page and clear it."""
        show("".join(self._lines), self._pager)
        self._lines.clear()

    def line(self, text: Text) -> None:
        """Add a line without wrapping it."""
        # rich gives links a random id, and none without colour.
        segments = Text.assemble(text).render(self.console)
        self._lines += [self._rendered(piece, style) for piece, style, _ in segments]
        self._lines.append("\n")

    def block(self, text: Text, margin: int, label: str = "") -> None:
        """Add a wrapped text behind a margin, with a label in the margin."""
        for row in text.wrap(self.console, self.measure - margin):
            row.rstrip()
            self.line(Text.assemble((label.rjust(margin - 2).ljust(margin), "dim"), row))
            label = ""

    def marked(self, text: str, spans: Sequence[Span], style: str) -> Text:
        """Return a text with its spans marked."""
        marked = Text(style=style)
        at = 0
        for span in spans:
            marked.append(inline(text[at : span.start]))
            word = inline(text[span.start : span.end])
            marked.append(f"[{word}]" if self.brackets else word, _MARK)
            at = span.end
        return marked.append(inline(text[at:]))

    def linked(self, text: str, source: Source, line: int = 1, column: int = 1) -> Text:
        """Return a text as a link to a position in a file, or to the start of a file of records."""
        if not self._link or source.path == STDIN:
            return Text(text, "cyan")
        place = (1, 1) if source.record else (line, column)
        return Text(text, Style(color="cyan", link=link(self._link, source.path, *place)))

    def _rendered(self, text: str, style: Style | None) -> str:
        if style is None:
            return text
        seen = style.update_link().render(text, color_system=self._color)
        return f"\x1b]8;;{style.link}\x1b\\{seen}\x1b]8;;\x1b\\" if style.link else seen


def inline(text: str) -> str:
    """Return a printable text with blanks for line feeds and tabs; blanks at its ends stay."""
    return printable(text.replace("\n", " ").replace("\t", " "))


def turns(text: str) -> bool:
    """Return whether a text has letters that are written from right to left.

    A terminal may move digits next to them, so our own text is never on the same line.
    """
    return any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in text)


def tail(text: str, room: int) -> str:
    """Return the end of a text that fits into a number of columns."""
    if cell_len(text) <= room:
        return text
    end = text[1 - room :] if room > 1 else ""
    while end and cell_len(end) >= room:
        end = end[1:]
    return f"…{end}"
