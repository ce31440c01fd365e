"""Paragraphs in the making."""

import re

from corpus_cli.ingest.readers.port import Written
from corpus_cli.model import BODY, CHROME, HEADING, TITLE

NOTE = f"{BODY}:note"
"""A footnote or endnote; they stand after the text."""

COMMENT = f"{CHROME}:comment"
CONTENTS = f"{CHROME}:navigation"
PAGE = f"{CHROME}:page"

_BREAKS = re.compile(r"[\r\n]+")
_PAIRS = re.compile("[\ud800-\udfff]")


class _Paragraph:
    """A paragraph that is being written."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.pieces: list[str] = []
        self.squeezed = False


class Flow:
    """The paragraphs of a text as they come, one inside another if need be.

    A row of a table whose cells hold a paragraph each is one line; a table that lays out a
    page is none, its paragraphs stay apart. A kind `heading:1` tells the level as well.
    """

    def __init__(self) -> None:
        self._lines: list[Written] = []
        self._open: list[_Paragraph] = []
        self._row: list[list[Written]] | None = None

    @property
    def writing(self) -> bool:
        """Whether a paragraph is open."""
        return bool(self._open)

    @property
    def rowed(self) -> bool:
        """Whether a row is open."""
        return self._row is not None

    def begin(self, kind: str = "") -> None:
        """Open a paragraph, inside the one that is open if there is one."""
        self._open.append(_Paragraph(kind))

    def call(self, kind: str) -> None:
        """Give the open paragraph a kind, unless it has one."""
        if self._open:
            self._open[-1].kind = self._open[-1].kind or kind

    def write(self, text: str) -> None:
        """Add to the open paragraph; what stands in none is no text."""
        if self._open:
            self._open[-1].pieces.append(text)

    def squeeze(self, text: str) -> None:
        """Add text in which a run of white space counts as one blank, NBSP apart."""
        if not self._open:
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", text)
        self._open[-1].squeezed = True
        pieces = self._open[-1].pieces
        if not pieces or pieces[-1].endswith(" "):
            text = text.removeprefix(" ")
        if text:
            pieces.append(text)

    def finish(self) -> None:
        """Close the open paragraph; one without text leaves no line."""
        if not self._open:
            return
        paragraph = self._open.pop()
        text = _BREAKS.sub(" ", paired("".join(paragraph.pieces)))
        if paragraph.squeezed:
            text = text.strip(" ")
        elif paragraph.kind == NOTE:
            # Between the number of a note and its text there is a blank or a tab.
            text = text.strip()
        if text.strip():
            line = Written(text, paragraph.kind)
            aside = paragraph.kind in (NOTE, PAGE, COMMENT)
            into = self._row[-1] if self._row and not aside else self._lines
            into.append(line)

    def row(self) -> None:
        """Begin a row. The row around it is no row of values then: it lays out a page."""
        self._loosen()
        self._row = []

    def cell(self) -> None:
        """Begin a cell."""
        if self._row is not None:
            self._row.append([])

    def done(self) -> None:
        """End a row."""
        cells = [cell for cell in self._row or [] if cell]
        if len(cells) > 1 and all(len(cell) == 1 for cell in cells):
            self._row = None
            self._lines.append(Written(" | ".join(cell[0].text for cell in cells), BODY))
        self._loosen()

    def _loosen(self) -> None:
        self._lines += [line for cell in self._row or [] for line in cell]
        self._row = None

    def lines(self) -> list[Written]:
        """All that was written, notes and comments last.

        Where no paragraph is called title, a heading that opens the text is it if it stands
        above all others.
        """
        while self._open:
            self.finish()
        self._loosen()
        lines = sorted(self._lines, key=lambda line: line.kind in (NOTE, COMMENT))
        kinds = [line.kind for line in lines if not line.kind.startswith(CHROME)]
        top = min((kind for kind in kinds if kind.startswith(HEADING)), default="")
        titled = TITLE not in kinds and top == kinds[0] and kinds.count(top) == 1 if top else False
        return [
            line._replace(kind=TITLE if titled and line.kind == top else _plain(line))
            for line in lines
        ]


def _plain(line: Written) -> str:
    return HEADING if line.kind.startswith(HEADING) else line.kind


def paired(text: str) -> str:
    """A text with surrogates put together; U+FFFD for a lone one and for NUL."""
    if _PAIRS.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "\ufffd")
