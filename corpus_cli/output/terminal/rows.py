"""Print lists, tables and facets on a page."""

from collections.abc import Iterable, Sequence
from itertools import groupby, zip_longest

from rich.text import Text

from corpus_cli.model import Facets, Header
from corpus_cli.output.plain import at_least
from corpus_cli.output.records import shown
from corpus_cli.output.stream import output
from corpus_cli.output.terminal.page import Page, tail, turns
from corpus_cli.text.printable import one_line

WIDE = 120
"""Width from which a list also shows authors and paths."""

MIDDLING = 80
"""Width from which a list also shows the source."""

_GAP = 2
_LEAST = 8
_PATH = 3
_COUNT = 8
_EIGHTHS = "▏▎▍▌▋▊▉█"


def listed(page: Page, headers: Iterable[Header]) -> None:
    """Print an article per line: id, date, title, source; authors and path if they fit."""
    rows = [(header, _cells(page, header)) for header in headers]
    if not rows:
        return
    lead = max(len(header.id) for header, _ in rows) + 14
    rest = page.width - lead
    widths = [
        min(max(cells[n].cell_len for _, cells in rows), rest // 4)
        for n in range(1, len(rows[0][1]))
    ]
    widths.insert(0, rest - sum(width + _GAP for width in widths if width))
    for header, cells in rows:
        date = (header.published or "–").ljust(10)
        start = Text.assemble((header.id, "cyan"), (f"  {date}  ", "dim"))
        aside = [cell for cell in cells if turns(cell.plain)]
        fitting = [
            _fitted(Text() if turns(cell.plain) else cell, width, left=n == _PATH)
            for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
            if width
        ]
        line = Text.assemble(start, Text(" " * _GAP).join(fitting))
        line.rstrip()
        page.line(line)
        for cell in aside:
            page.block(cell, lead)


def table(page: Page, rows: Iterable[Sequence[str]], header: Sequence[str]) -> None:
    """Print aligned columns; a cell that is too long is wrapped."""
    cells = [[Text(one_line(cell)) for cell in row] for row in rows]
    if not cells:
        return
    if header:
        cells.insert(0, [Text(name, "dim") for name in header])
    most = max(map(len, cells))
    cells = [row + [Text()] * (most - len(row)) for row in cells]
    widths = [max(cell.cell_len for cell in column) for column in zip(*cells, strict=True)]
    while sum(widths) + _GAP * (len(widths) - 1) > page.width and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
    for row in cells:
        wrapped = [
            cell.wrap(page.console, max(width, 1)) for cell, width in zip(row, widths, strict=True)
        ]
        for parts in zip_longest(*wrapped):
            line = Text(" " * _GAP).join(
                _fitted(part or Text(), width) for part, width in zip(parts, widths, strict=True)
            )
            line.rstrip()
            page.line(line)


def print_facets(page: Page, facets: Facets) -> None:
    """Print a block for each field: passages, articles, a bar, the value.

    The value comes last, so that one from right to left does not move the numbers.
    """
    longer = len(at_least("", partial=facets.partial))
    size = _COUNT + longer
    for n, (by, group) in enumerate(groupby(facets.facets, key=lambda facet: facet.by)):
        if n:
            page.line(Text())
        counted = list(group)
        most = max(facet.passages for facet in counted)
        width = max(page.measure // 3 - 4 - 2 * longer, 1)
        blank = " " * (width + _GAP)
        head = "  ".join(name.rjust(size) for name in ("passages", "articles"))
        page.line(Text.assemble((f"{head}  ", "dim"), blank, (one_line(by), "bold")))
        for facet in counted:
            counts = (f"{count:,}" for count in (facet.passages, facet.articles))
            cells = (at_least(count, partial=facets.partial).rjust(size) for count in counts)
            line = Text("".join(f"{cell}  " for cell in cells))
            line.append(bar(facet.passages, most, width).ljust(width + _GAP), "cyan")
            page.line(line.append_text(_value(facet.value, page.measure - line.cell_len)))


def _cells(page: Page, header: Header) -> list[Text]:
    """Return the cells of an article after its id and date."""
    source = header.sources[0]
    title = Text(one_line(header.title) or one_line(shown(source.name)), "bold")
    site = Text(one_line(header.source), "dim")
    if not header.title:
        title = page.linked(title.plain, source)
    if page.width < WIDE:
        return [title, site] if page.width >= MIDDLING else [title]
    authors = Text(one_line(", ".join(header.authors)), "dim")
    return [title, authors, site, page.linked(one_line(shown(source.name)), source)]


def _fitted(text: Text, width: int, *, left: bool = False) -> Text:
    """Return a text cut or padded to a width; with `left` it is cut at its beginning."""
    fitted = text.copy()
    if left:
        fitted.plain = tail(text.plain, width)
    fitted.truncate(width, overflow="ellipsis", pad=True)
    return fitted


def _value(value: str, room: int) -> Text:
    shown_value = Text(one_line(value)) if value else Text("none known", "dim")
    shown_value.truncate(room, overflow="ellipsis")
    return shown_value


def bar(count: int, most: int, width: int) -> str:
    """Return a bar in eighths of a character, or of # if the encoding lacks these."""
    eighths = max(count * width * 8 // max(most, 1), 1)
    try:
        _EIGHTHS.encode(output().encoding or "utf-8")
    except UnicodeEncodeError:
        return "#" * max(eighths // 8, 1)
    full, part = divmod(eighths, 8)
    return _EIGHTHS[7] * full + (_EIGHTHS[part - 1] if part else "")
