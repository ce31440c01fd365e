"""Draw rows of counts and scores, each with an example."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from corpus_cli.explore.collocates import Collocates
from corpus_cli.explore.companions import Companions
from corpus_cli.explore.compare import CompareBy, ValueComparison
from corpus_cli.explore.examples import CitedExample
from corpus_cli.explore.keywords import Keywords
from corpus_cli.explore.network import Network
from corpus_cli.model.ids import SHORT_DIGITS
from corpus_cli.output.plain import at_least
from corpus_cli.output.terminal.page import Page, inline
from corpus_cli.text.plurals import plural
from corpus_cli.text.printable import one_line

_GAP = 2

_UNKNOWN: Mapping[CompareBy, str] = {
    "source": "no source",
    "author": "no author",
    "year": "undated",
    "month": "undated",
    "tag": "no tag",
}


class ScoredRow(NamedTuple):
    """The numbers of a row as text, what they are of, a remark on it, and an example.

    A `description` is a paragraph between the row and its example.
    """

    numbers: tuple[str, ...]
    label: str
    remark: str = ""
    example: CitedExample | None = None
    description: str = ""


def draw_companions(page: Page, companions: Companions) -> None:
    """Add a row for each name: how often it is together with the query, how often at all."""
    counted = plural(companions.matched, companions.per)
    draw_rows(
        page,
        f"{at_least(counted, partial=companions.about.partial)} of {companions.units:,}",
        ("together", "total", "strength"),
        [
            ScoredRow(
                (f"{row.together:,}", f"{row.total:,}", f"{row.strength:,.1f}"),
                row.name,
                row.kind,
                row.example,
            )
            for row in companions.rows
        ],
    )


def draw_network(page: Page, network: Network) -> None:
    """Add a row for each pair of names, without examples."""
    draw_rows(
        page,
        f"{plural(len(network.names), 'name')} in {plural(network.units, network.per)}",
        ("together", "totals", "strength"),
        [
            ScoredRow(
                (
                    f"{pair.together:,}",
                    f"{pair.first.total:,} {pair.second.total:,}",
                    f"{pair.strength:,.1f}",
                ),
                f"{pair.first.name} – {pair.second.name}",
            )
            for pair in network.pairs
        ],
    )


def draw_collocates(page: Page, collocates: Collocates) -> None:
    """Add a row for each word: how often it is near a match, how often anywhere."""
    counted = plural(collocates.matches, "match", "matches")
    draw_rows(
        page,
        f"{at_least(counted, partial=collocates.about.partial)} in {collocates.words:,} words",
        ("near", "total", "logDice", "likelihood"),
        [
            ScoredRow(
                (
                    f"{row.near:,}",
                    f"{row.total:,}",
                    f"{row.log_dice:.2f}",
                    f"{row.log_likelihood:,.1f}",
                ),
                row.word,
                f"in {plural(row.articles, 'article')}",
                row.example,
            )
            for row in collocates.rows
        ],
    )


def draw_keywords(page: Page, keywords: Keywords) -> None:
    """Add a row for each word: how often it is in what was found, how often elsewhere."""
    counted = plural(keywords.passages, "passage")
    words = f"{keywords.words:,} words, compared with {keywords.reference_words:,}"
    draw_rows(
        page,
        f"{at_least(counted, partial=keywords.about.partial)}: {words}",
        ("count", "reference", "ratio", "likelihood"),
        [
            ScoredRow(
                (
                    f"{row.frequency:,}",
                    f"{row.reference_count:,}",
                    f"{row.log_ratio:.2f}",
                    f"{row.log_likelihood:,.1f}",
                ),
                row.word,
                f"in {plural(row.articles, 'article')}",
                row.example,
            )
            for row in keywords.rows
        ],
    )


def draw_comparison(page: Page, comparison: ValueComparison) -> None:
    """Add a row for each value: its counts, its typical words and the first mention."""
    counted = plural(comparison.passages, "passage")
    articles = plural(comparison.articles, "article")
    draw_rows(
        page,
        f"{counted} of {comparison.of:,}, in {articles}",
        ("passages", "articles", "of 1,000"),
        [
            ScoredRow(
                (f"{row.passages:,}", f"{row.articles:,}", f"{row.rate:,.1f}"),
                row.value or _UNKNOWN[comparison.by],
                f"of {plural(row.of, 'passage')}",
                row.first,
                ", ".join(one.word for one in row.typical),
            )
            for row in comparison.rows
        ],
    )


def draw_rows(page: Page, heading: str, columns: Sequence[str], rows: Sequence[ScoredRow]) -> None:
    """Add a heading and the rows, the numbers right-aligned below the names of their columns.

    The label comes last, so that one from right to left does not move the numbers.
    """
    if not rows:
        return
    widths = [
        max(len(name), *(len(row.numbers[n]) for row in rows)) for n, name in enumerate(columns)
    ]
    gap = " " * _GAP
    page.line(Text(heading, "dim"))
    page.line(Text(gap.join(map(str.rjust, columns, widths)), "dim"))
    for row in rows:
        numbers = gap.join(map(str.rjust, row.numbers, widths))
        line = Text.assemble(numbers, gap, (one_line(row.label), "bold"))
        if row.remark:
            line.append_text(Text(f"{gap}{one_line(row.remark)}", "dim"))
        line.truncate(page.width, overflow="ellipsis")
        page.line(line)
        if row.description:
            page.block(Text(inline(row.description), "green"), _GAP * 2)
        if row.example:
            _draw_example(page, row.example, margin=_GAP * 2)


def _draw_example(page: Page, example: CitedExample, margin: int) -> None:
    citation = example.citation
    place = f"{citation.header.id[:SHORT_DIGITS]}:{citation.line}"
    facts = (citation.header.published, citation.header.site, citation.header.title)
    described = Text(" · ".join(filter(None, map(one_line, facts))), "dim")
    room = page.measure - margin - cell_len(place) - _GAP
    described.truncate(room, overflow="ellipsis")
    linked = page.linked(place, citation.header.sources[0], citation.line)
    page.line(Text.assemble(" " * margin, linked, " " * _GAP, described))
    page.block(page.marked(example.snippet.text, example.snippet.spans, ""), margin)
