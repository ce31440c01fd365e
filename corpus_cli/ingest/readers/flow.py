"""Collect the paragraphs of a document as it is parsed."""

import re

from corpus_cli.ingest.readers.port import Written
from corpus_cli.model import BODY, CHROME, HEADING, TITLE

NOTE = f"{BODY}:note"
"""The kind of footnotes and endnotes, which follow the text."""

COMMENT = f"{CHROME}:comment"
CONTENTS = f"{CHROME}:navigation"
"""The kind of menus and tables of contents."""

PAGE = f"{CHROME}:page"
"""The kind of running headers and footers."""

_BREAKS = re.compile(r"[\r\n]+")
_PAIRS = re.compile("[\ud800-\udfff]")


class _Paragraph:
    """A paragraph that is not complete yet."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.pieces: list[str] = []
        self.squeezed = False


class Flow:
    """Collects the paragraphs of a document in reading order; paragraphs may nest.

    A table row with one paragraph in each cell becomes one line, with ` | ` between the cells.
    Any other row lays out a page, and its paragraphs stay separate lines. A kind may include
    the level of a heading: `heading:1`.
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
        """Whether a table row is open."""
        return self._row is not None

    def begin(self, kind: str = "") -> None:
        """Open a paragraph, inside the open paragraph if there is one."""
        self._open.append(_Paragraph(kind))

    def call(self, kind: str) -> None:
        """Set the kind of the open paragraph, unless it has one."""
        if self._open:
            self._open[-1].kind = self._open[-1].kind or kind

    def write(self, text: str) -> None:
        """Add text to the open paragraph; text outside of paragraphs is ignored."""
        if self._open:
            self._open[-1].pieces.append(text)

    def squeeze(self, text: str) -> None:
        """Add text with each run of white space collapsed to one blank; NBSP is kept."""
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
        """Close the open paragraph; a paragraph without text adds no line."""
        if not self._open:
            return
        paragraph = self._open.pop()
        text = _BREAKS.sub(" ", paired("".join(paragraph.pieces)))
        if paragraph.squeezed:
            text = text.strip(" ")
        elif paragraph.kind == NOTE:
            # A blank or a tab separates the number of a note from its text.
            text = text.strip()
        if text.strip():
            line = Written(text, paragraph.kind)
            aside = paragraph.kind in (NOTE, PAGE, COMMENT)
            into = self._row[-1] if self._row and not aside else self._lines
            into.append(line)

    def row(self) -> None:
        """Begin a table row; a row around it then counts as page layout."""
        self._loosen()
        self._row = []

    def cell(self) -> None:
        """Begin a cell of the open row."""
        if self._row is not None:
            self._row.append([])

    def done(self) -> None:
        """End the open row, as one line if each of its cells has one paragraph."""
        cells = [cell for cell in self._row or [] if cell]
        if len(cells) > 1 and all(len(cell) == 1 for cell in cells):
            self._row = None
            self._lines.append(Written(" | ".join(cell[0].text for cell in cells), BODY))
        self._loosen()

    def _loosen(self) -> None:
        self._lines += [line for cell in self._row or [] for line in cell]
        self._row = None

    def lines(self) -> list[Written]:
        """Return all lines, notes and comments last; this closes what is still open.

        If no paragraph has the kind title, the heading that opens the text becomes the title,
        provided that no other heading has its level or a higher one.
        """
        while self._open:
            self.finish()
        self._loosen()
        lines = sorted(self._lines, key=lambda line: line.kind in (NOTE, COMMENT))
        kinds = [line.kind for line in lines if not line.kind.startswith(CHROME)]
        top = min((kind for kind in kinds if kind.startswith(HEADING)), default="")
        titled = bool(top) and TITLE not in kinds and kinds[0] == top and kinds.count(top) == 1
        return [
            line._replace(kind=TITLE if titled and line.kind == top else _plain(line))
            for line in lines
        ]


def _plain(line: Written) -> str:
    """Return the kind of a line without the level of a heading."""
    return HEADING if line.kind.startswith(HEADING) else line.kind


def paired(text: str) -> str:
    """Join surrogate pairs in a text; replace lone surrogates and NUL by U+FFFD."""
    if _PAIRS.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "\ufffd")
