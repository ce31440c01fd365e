"""Read the rows of a table, also of a damaged one."""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_MAX_CELL_LENGTH = 2**31 - 1
# A line with its end; `StringIO` would take 4 bytes a character.
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")
_MAX_REREADS = 3
_MAX_TRIED_MARKS = 10
_OPEN_QUOTE = (
    'a quotation mark in it is never closed: close it, or double it ("") if it belongs to the text'
)


class TableRow(NamedTuple):
    """The cells of a row, the line that it begins in, from 1, and what is wrong with it."""

    line: int
    cells: Sequence[str]
    damage: str = ""

    @property
    def is_blank(self) -> bool:
        return not any(map(str.strip, self.cells))


def iter_rows(text: str, delimiter: str, width: int = 0) -> Iterator[TableRow]:
    """Yield the rows of a table; `width` is the number of cells of its header, 0 if unknown.

    A row whose quotation mark is never closed ends with its line, so that it does not take in
    the rows below it. If rereading these takes too long, all other rows are single lines.
    """
    csv.field_size_limit(_MAX_CELL_LENGTH)
    lines = _Lines(text)
    reread = 0
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start, number = lines.position, lines.number
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            reread += lines.position - start
            lines.position, lines.number = start, number
            yield _read_line(next(lines), number + 1, delimiter, width)
            is_costly = reread > _MAX_REREADS * len(text)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            if is_costly:
                yield from (_read_line(line, lines.number, delimiter, width) for line in lines)
        else:
            yield TableRow(number + 1, cells)


class _Lines:
    """The lines of a text with their ends; `position` and `number` are those of the last end."""

    def __init__(self, text: str) -> None:
        self.position = self.number = 0
        self._text = text

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        match = _LINE.match(self._text, self.position)
        if match is None:
            raise StopIteration
        self.position, self.number = match.end(), self.number + 1
        return match[0]


def _read_line(line: str, number: int, delimiter: str, width: int) -> TableRow:
    """Return the row in a single line with misplaced quotation marks."""
    closed = _parse_line(line, delimiter)
    if closed is not None:
        return TableRow(number, closed)
    cells = [cell.rstrip("\r\n") for cell in next(csv.reader([line], delimiter=delimiter))]
    if len(cells) < width:
        # The open quotation mark has hidden the delimiters after it.
        marks = [match.start() for match in re.finditer('"', line)][-_MAX_TRIED_MARKS:]
        lines = (line[:mark] + line[mark + 1 :] for mark in reversed(marks))
        repaired = (_parse_line(without_mark, delimiter) for without_mark in lines)
        cells = next(filter(None, repaired), cells)
    return TableRow(number, cells, _OPEN_QUOTE)


def _parse_line(line: str, delimiter: str) -> list[str] | None:
    """Return the cells of a line; None if a quotation mark in it is not closed."""
    rows = list(csv.reader([line, "end"], delimiter=delimiter))
    return rows[0] if len(rows) > 1 else None
