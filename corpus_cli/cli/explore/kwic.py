"""corpus kwic."""

from __future__ import annotations

from functools import partial

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.option_table import FILTER_OPTIONS, LOOK_OPTIONS, QUERY_OPTIONS
from corpus_cli.cli.session import OptionValues
from corpus_cli.explore.kwic import KwicOptions, merge, parse_sort
from corpus_cli.output.answers.kwic import tabulate


@helping.command(
    cls=options.QueryCommand,
    examples={
        "corpus kwic ISIS-K": "every match of the name, by article",
        "corpus kwic Taliban --sort R1,R2": "sorted by the words that follow",
        "corpus kwic drones --sentence": "whole sentences",
    },
)
@click.argument("query", nargs=-1, required=True, shell_complete=completion.complete_query)
@helping.option(
    "--sort",
    default="",
    metavar="KEYS",
    group="Output",
    help="Sort by words: L1 is the first to the left, R2 the second to the right, M the match.",
)
@helping.option(
    "--width",
    type=click.IntRange(min=0),
    default=60,
    show_default=True,
    metavar="N",
    group="Output",
    help="Characters of context on each side.",
)
@helping.option(
    "--duplicates", is_flag=True, group="Output", help="Show the matches in near-copies too."
)
@helping.option(
    "--sentence", is_flag=True, group="Output", help="Give the whole sentence as context."
)
@options.with_values(*FILTER_OPTIONS, *QUERY_OPTIONS, *LOOK_OPTIONS)
@options.formats("terminal", "plain", "tsv", "csv", "json", "jsonl")
@options.indexes
@options.debug
def kwic(  # noqa: PLR0913 - one parameter an option
    *,
    query: tuple[str, ...],
    sort: str,
    width: int,
    sentence: bool,
    duplicates: bool,
    style: str | None,
    index: tuple[str, ...],
    values: OptionValues,
) -> int:
    """Show every match of a query in its context, aligned.

    All words have to be in the passage, in any form of a name. Without --sort the articles come
    as in a search, and the matches of each in the order of its text. Tables also have the
    metadata of the article.

    Exit code: 0 found, 1 nothing found, 2 error, 3 the time limit ended the search, so that
    there may be more.
    """
    kwic_options = KwicOptions(width, sentence, parse_sort(sort))
    with session.open_corpora(index) as opened:
        request = session.read_request(values, opened.folder)._replace(duplicates=duplicates)
        line = " ".join(query)
        answers = [
            (name, corpus.explore.kwic(line, kwic_options, request))
            for name, corpus in printing.named_corpora(opened)
        ]
        concordance = merge(answers, kwic_options)

        def draw() -> printing.Draw:
            from corpus_cli.output.terminal.kwic import draw_concordance

            return partial(draw_concordance, concordance=concordance)

        return printing.print_answer(opened, values, style, tabulate(concordance), draw)
