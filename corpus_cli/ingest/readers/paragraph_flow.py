"""Collect the paragraphs of a document as it is parsed."""

import re

from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.model import BODY, CHROME, HEADING, TITLE
from corpus_cli.text.normalise import mend_surrogates

NOTE = f"{BODY}:note"
"""The kind of footnotes and endnotes, which follow the text."""

COMMENT = f"{CHROME}:comment"
NAVIGATION = f"{CHROME}:navigation"
"""The kind of menus and tables of contents."""

PAGE_CHROME = f"{CHROME}:page"
"""The kind of running headers and footers."""

_LINE_BREAKS = re.compile(r"[\r\n]+")


class _OpenParagraph:
    """A paragraph that is not complete yet."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.pieces: list[str] = []
        self.collapses_space = False


class ParagraphFlow:
    """Collects the paragraphs of a document in reading order; paragraphs may nest.

    A table row with one paragraph in each cell becomes one line, with ` | ` between the cells.
    Any other row lays out a page, and its paragraphs stay separate lines. A kind may include
    the level of a heading: `heading:1`.
    """

    def __init__(self) -> None:
        self._lines: list[DocumentLine] = []
        self._open_paragraphs: list[_OpenParagraph] = []
        self._open_row: list[list[DocumentLine]] | None = None

    @property
    def has_open_paragraph(self) -> bool:
        """Whether a paragraph is open."""
        return bool(self._open_paragraphs)

    @property
    def has_open_row(self) -> bool:
        """Whether a table row is open."""
        return self._open_row is not None

    def begin_paragraph(self, kind: str = "") -> None:
        """Open a paragraph, inside the open paragraph if there is one."""
        self._open_paragraphs.append(_OpenParagraph(kind))

    def set_kind(self, kind: str) -> None:
        """Set the kind of the open paragraph, unless it has one."""
        if self._open_paragraphs:
            self._open_paragraphs[-1].kind = self._open_paragraphs[-1].kind or kind

    def add_text(self, text: str) -> None:
        """Add text to the open paragraph; text outside of paragraphs is ignored."""
        if self._open_paragraphs:
            self._open_paragraphs[-1].pieces.append(text)

    def add_collapsed_text(self, text: str) -> None:
        """Add text with each run of white space collapsed to one blank; NBSP is kept."""
        if not self._open_paragraphs:
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", text)
        self._open_paragraphs[-1].collapses_space = True
        pieces = self._open_paragraphs[-1].pieces
        if not pieces or pieces[-1].endswith(" "):
            text = text.removeprefix(" ")
        if text:
            pieces.append(text)

    def end_paragraph(self) -> None:
        """Close the open paragraph; a paragraph without text adds no line."""
        if not self._open_paragraphs:
            return
        paragraph = self._open_paragraphs.pop()
        text = _LINE_BREAKS.sub(" ", mend_text("".join(paragraph.pieces)))
        if paragraph.collapses_space:
            text = text.strip(" ")
        elif paragraph.kind == NOTE:
            # A blank or a tab separates the number of a note from its text.
            text = text.strip()
        if text.strip():
            line = DocumentLine(text, paragraph.kind)
            is_separate = paragraph.kind in (NOTE, PAGE_CHROME, COMMENT)
            destination = self._open_row[-1] if self._open_row and not is_separate else self._lines
            destination.append(line)

    def begin_row(self) -> None:
        """Begin a table row; a row around it then counts as page layout."""
        self._release_row()
        self._open_row = []

    def begin_cell(self) -> None:
        """Begin a cell of the open row."""
        if self._open_row is not None:
            self._open_row.append([])

    def end_row(self) -> None:
        """End the open row, as one line if each of its cells has one paragraph."""
        cells = [cell for cell in self._open_row or [] if cell]
        if len(cells) > 1 and all(len(cell) == 1 for cell in cells):
            self._open_row = None
            self._lines.append(DocumentLine(" | ".join(cell[0].text for cell in cells), BODY))
        self._release_row()

    def _release_row(self) -> None:
        self._lines += [line for cell in self._open_row or [] for line in cell]
        self._open_row = None

    def end_part(self) -> None:
        """Close what is still open, as in a part that is cut off."""
        while self._open_paragraphs:
            self.end_paragraph()
        self._release_row()

    def build_lines(self) -> list[DocumentLine]:
        """Return all lines, notes and comments last; this closes what is still open.

        If no paragraph has the kind title, the heading that opens the text becomes the title,
        provided that no other heading has its level or a higher one.
        """
        self.end_part()
        lines = sorted(self._lines, key=lambda line: line.kind in (NOTE, COMMENT))
        kinds = [line.kind for line in lines if not line.kind.startswith(CHROME)]
        top_heading = min((kind for kind in kinds if kind.startswith(HEADING)), default="")
        has_title = (
            bool(top_heading)
            and TITLE not in kinds
            and kinds[0] == top_heading
            and kinds.count(top_heading) == 1
        )
        return [
            line._replace(
                kind=TITLE if has_title and line.kind == top_heading else _bare_kind(line)
            )
            for line in lines
        ]


def _bare_kind(line: DocumentLine) -> str:
    """Return the kind of a line without the level of a heading."""
    return HEADING if line.kind.startswith(HEADING) else line.kind


def mend_text(text: str) -> str:
    """Mend the surrogates of a text and replace each NUL by U+FFFD."""
    return mend_surrogates(text).replace("\0", "\ufffd")
