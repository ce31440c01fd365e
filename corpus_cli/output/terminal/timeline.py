"""Draw a timeline: a bar and the best passage of each period."""

from collections.abc import Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from corpus_cli.explore.timeline import BestPassage, Timeline, TimelineRow
from corpus_cli.model.ids import SHORT_DIGITS
from corpus_cli.output.plain import at_least
from corpus_cli.output.terminal.page import Page
from corpus_cli.output.terminal.rows import bar
from corpus_cli.text.plurals import plural
from corpus_cli.text.printable import one_line

_PERIOD = 10
_COUNT = 6
_MARGIN = _PERIOD + 2
_FEW_EMPTY = 2
"""Up to so many empty periods are shown one by one."""


def draw_timeline(page: Page, timeline: Timeline) -> None:
    """Add a block for each period; a run of periods without matches is one line."""
    if not timeline.rows:
        return
    most = max((row.passages for row in timeline.rows if row.period), default=1)
    for is_empty, group in groupby(timeline.rows, key=lambda row: not row.passages):
        rows = list(group)
        if is_empty and len(rows) > _FEW_EMPTY:
            page.line(Text(_describe_gap(rows, timeline.by), "dim"))
            continue
        for row in rows:
            _draw_row(page, row, most, partial=timeline.about.partial)


def _describe_gap(rows: Sequence[TimelineRow], by: str) -> str:
    return f"{'⋮':>{_PERIOD}}  {plural(len(rows), by)} without a match"


def _draw_row(page: Page, row: TimelineRow, most: int, *, partial: bool) -> None:
    count = at_least(f"{row.passages:,}", partial=partial)
    articles = plural(row.articles, "article")
    width = max(page.measure // 3, 1)
    line = Text.assemble(
        ((row.period or "undated").ljust(_PERIOD), "bold"),
        count.rjust(_COUNT + len(at_least("", partial=partial))),
        "  ",
        (bar(row.passages, most, width) if row.period and row.passages else "", "cyan"),
        (f"  in {articles}" if row.passages else "", "dim"),
    )
    page.line(line)
    if row.best:
        _draw_best(page, row.best)


def _draw_best(page: Page, best: BestPassage) -> None:
    snippet, citation = best.example
    header = citation.header
    place = f"{header.id[:SHORT_DIGITS]}:{citation.line}"
    # The day counts where the period is a month or a year.
    facts = " · ".join(filter(None, map(one_line, (header.published, header.site, header.title))))
    row = Text(facts, "dim")
    row.truncate(page.measure - _MARGIN - cell_len(place) - 2, overflow="ellipsis")
    linked = page.linked(place, header.sources[0], citation.line)
    page.line(Text.assemble(" " * _MARGIN, linked, "  ", row))
    page.block(page.marked(snippet.text, snippet.spans, ""), _MARGIN)
