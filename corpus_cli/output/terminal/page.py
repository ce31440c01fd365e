"""A page of safe text: margins, marks and links."""

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
    """What will be shown, line by line; `show` prints it, in a pager where it is long.

    Matches are in colour, and in brackets where there is none or with `mark`. `link` is a
    template of links; colours and links do not depend on each other.
    """

    def __init__(self, *, color: bool, mark: bool, link: str, pager: str) -> None:
        self._color = ColorSystem.STANDARD if color else None
        self._brackets = mark or not color
        self._link = link
        self._pager = pager
        self.width = min(max(shutil.get_terminal_size().columns, NARROWEST), _MOST)
        # Long lines tire the eye: text keeps to a hundred columns.
        self.measure = min(self.width, WIDEST)
        self._lines: list[str] = []
        # It only wraps and resolves styles: what is printed is rendered here.
        self.console = Console(file=StringIO(), width=self.width, markup=False, highlight=False)

    def show(self) -> None:
        """Print what is on the page."""
        show("".join(self._lines), self._pager)
        self._lines.clear()

    def line(self, text: Text) -> None:
        """A line as it is."""
        # rich gives links a random id, and none without colour.
        segments = Text.assemble(text).render(self.console)
        self._lines += [self._rendered(piece, style) for piece, style, _ in segments]
        self._lines.append("\n")

    def block(self, text: Text, margin: int, label: str = "") -> None:
        """A text set behind a margin, with a label in it."""
        for row in text.wrap(self.console, self.measure - margin):
            row.rstrip()
            self.line(Text.assemble((label.rjust(margin - 2).ljust(margin), "dim"), row))
            label = ""

    def marked(self, text: str, spans: Sequence[Span], style: str) -> Text:
        """A text with its spans marked."""
        marked = Text(style=style)
        at = 0
        for span in spans:
            marked.append(inline(text[at : span.start]))
            word = inline(text[span.start : span.end])
            marked.append(f"[{word}]" if self._brackets else word, _MARK)
            at = span.end
        return marked.append(inline(text[at:]))

    def linked(self, text: str, source: Source, line: int = 1, column: int = 1) -> Text:
        """A text that leads to a place in a file; what is in a file of many leads to its start."""
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
    """Printable, line feeds and tabs as blanks, the ends as they are."""
    return printable(text.replace("\n", " ").replace("\t", " "))


def turns(text: str) -> bool:
    """Whether a text has letters that are written from right to left.

    A terminal may move the digits beside them, so what is ours does not stand there.
    """
    return any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in text)


def tail(text: str, room: int) -> str:
    """The end of a text, as much as there is room for."""
    if cell_len(text) <= room:
        return text
    end = text[1 - room :] if room > 1 else ""
    while end and cell_len(end) >= room:
        end = end[1:]
    return f"…{end}"
