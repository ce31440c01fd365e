"""Draw a concordance: the matches below each other."""

from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from corpus_cli.explore.kwic import Concordance, ConcordanceLine
from corpus_cli.model import Header, Span
from corpus_cli.model.ids import SHORT_DIGITS
from corpus_cli.output.records import shown
from corpus_cli.output.terminal.hits import header_facts, join_parts
from corpus_cli.output.terminal.page import Page, inline, tail
from corpus_cli.text.plurals import plural
from corpus_cli.text.printable import one_line

_PLACE = 5
_ID_PLACE = SHORT_DIGITS + 5
_GAP = 2
_WIDEST_MATCH = 3


def draw_concordance(page: Page, concordance: Concordance) -> None:
    """Add the matches below each other; unless they are sorted, each article has its title."""
    if not concordance.lines:
        return
    counts = (
        plural(len(concordance.lines), "match", "matches"),
        plural(concordance.passages, "passage", "passages"),
        plural(concordance.articles, "article", "articles"),
    )
    page.line(Text(f"{counts[0]} in {counts[1]} of {counts[2]}", "dim"))
    widest = max(cell_len(inline(one.match)) for one in concordance.lines)
    match_width = min(widest, page.width // _WIDEST_MATCH)
    if concordance.is_sorted:
        page.line(Text())
        for one in concordance.lines:
            place = f"{one.citation.header.id[:SHORT_DIGITS]}:{one.citation.line}"
            page.line(_aligned(page, one, match_width, place.ljust(_ID_PLACE)))
        return
    for _, group in groupby(
        concordance.lines, key=lambda one: (one.citation.corpus, one.citation.header.id)
    ):
        one_article = list(group)
        _draw_title(page, one_article[0].citation.header)
        for one in one_article:
            page.line(_aligned(page, one, match_width, f"{one.citation.line:{_PLACE}}"))


def _draw_title(page: Page, header: Header) -> None:
    page.line(Text())
    title = one_line(header.title) or one_line(shown(header.sources[0].name))
    page.block(Text.assemble((title, "bold"), (f"  {header.id[:SHORT_DIGITS]}", "cyan")), 0)
    for row in join_parts(header_facts(header), page.measure):
        page.block(Text(row, "dim"), 0)


def _aligned(page: Page, one: ConcordanceLine, match_width: int, place: str) -> Text:
    """Return the place, the end of the left side, the match, and the start of the right side."""
    brackets = 2 if page.brackets else 0
    side = max((page.width - len(place) - _GAP - match_width - brackets) // 2, 1)
    left = tail(inline(one.left), side)
    linked = page.linked(place, one.citation.header.sources[0], one.citation.line)
    marked = page.marked(one.match, (Span(0, len(one.match), one.why),), "")
    blanks = " " * (_GAP + side - cell_len(left))
    line = Text.assemble(linked, blanks, left, marked, inline(one.right))
    line.truncate(page.width, overflow="ellipsis")
    line.rstrip()
    return line
