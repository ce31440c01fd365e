"""corpus timeline."""

from __future__ import annotations

from functools import partial

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.option_table import FILTER_OPTIONS, LOOK_OPTIONS, QUERY_OPTIONS
from corpus_cli.cli.session import OptionValues
from corpus_cli.explore.timeline import DATES, PERIODS, Dates, Period, TimelineOptions, merge
from corpus_cli.output.answers.timeline import tabulate


@helping.command(
    cls=options.QueryCommand,
    examples={
        "corpus timeline ISIS-K": "month by month",
        "corpus timeline Taliban regime --by day": "articles on both words",
        "corpus timeline drones --dates mentioned": "by the dates in the texts",
    },
)
@click.argument("query", nargs=-1, shell_complete=completion.complete_query)
@helping.option(
    "--by",
    type=click.Choice(PERIODS),
    default="month",
    show_default=True,
    group="Output",
    help="The length of a period.",
)
@helping.option(
    "--dates",
    type=click.Choice(DATES),
    default="published",
    show_default=True,
    group="Output",
    help="Count by the date of the article, or by the dates that the passage mentions.",
)
@options.with_values(*FILTER_OPTIONS, *QUERY_OPTIONS, *LOOK_OPTIONS)
@options.formats("terminal", "plain", "tsv", "csv", "json", "jsonl")
@options.indexes
@options.debug
def timeline(  # noqa: PLR0913 - one parameter an option
    *,
    query: tuple[str, ...],
    by: Period,
    dates: Dates,
    style: str | None,
    index: tuple[str, ...],
    values: OptionValues,
) -> int:
    """Count what a query finds over time, with the best passages.

    A row has a period, the number of passages and of articles found in it, and its best passage.
    All words have to be in the article; --all-terms asks for them in the passage. Periods without
    a match are shown, and what has no date comes last. Near-copies count.

    Dates in a text are read in English; one without a year, a weekday and yesterday are resolved
    by the date of the article.

    Exit code: 0 found, 1 nothing found, 2 error, 3 the time limit ended the search, so that
    there may be more.
    """
    timeline_options = TimelineOptions(by, dates)
    with session.open_corpora(index) as opened:
        request = session.read_request(values, opened.folder)
        line = " ".join(query)
        answer = merge(
            [
                (name, corpus.explore.timeline(line, timeline_options, request))
                for name, corpus in printing.named_corpora(opened)
            ]
        )

        def draw() -> printing.Draw:
            from corpus_cli.output.terminal.timeline import draw_timeline

            return partial(draw_timeline, timeline=answer)

        return printing.print_answer(opened, values, style, tabulate(answer), draw)
