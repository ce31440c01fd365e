"""corpus collocates."""

from __future__ import annotations

from functools import partial

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.explore.shared import (
    limit_option,
    min_option,
    more_rows,
    stop_words_option,
)
from corpus_cli.cli.option_table import FILTER_OPTIONS, LOOK_OPTIONS, QUERY_OPTIONS
from corpus_cli.cli.session import OptionValues
from corpus_cli.explore.answer import options_for_each
from corpus_cli.explore.collocates import (
    SORTS,
    CollocateOptions,
    SortCollocates,
    merge,
    parse_window,
)
from corpus_cli.output.answers.words import tabulate_collocates


@helping.command(
    cls=options.QueryCommand,
    examples={
        "corpus collocates border": "the words within 5 words of it",
        "corpus collocates Taliban --window 5/0": "within 5 words before it",
        "corpus collocates Taliban -n 0": "all of them, not only 20",
    },
)
@click.argument("query", nargs=-1, required=True, shell_complete=completion.complete_query)
@helping.option(
    "--window",
    default="5",
    show_default=True,
    metavar="N or L/R",
    group="Output",
    help="How many words on each side are near, or how many before and after.",
)
@min_option(3, "Only words that are near at least N times.")
@helping.option(
    "--sort",
    type=click.Choice(SORTS),
    default="dice",
    show_default=True,
    group="Output",
    help="By logDice, by log-likelihood, or by how often a word is near.",
)
@stop_words_option
@limit_option("words")
@options.with_values(*FILTER_OPTIONS, *QUERY_OPTIONS, *LOOK_OPTIONS)
@options.formats("terminal", "plain", "tsv", "csv", "json", "jsonl")
@options.indexes
@options.debug
def collocates(  # noqa: PLR0913 - one parameter an option
    *,
    query: tuple[str, ...],
    window: str,
    minimum: int,
    sort: SortCollocates,
    with_stop_words: bool,
    limit: int,
    style: str | None,
    index: tuple[str, ...],
    values: OptionValues,
) -> int:
    """Show which words are near the matches of a query.

    A row has a word, how often it is near a match, in how many articles, how often it occurs at
    all, logDice (Rychlý 2008), log-likelihood (Dunning 1993), and a passage as an example. LogDice
    puts words first that are seldom without the query; one more means twice as often together.
    From a likelihood of 10.83 on, chance is less than 1 in 1,000. All words of the query have to
    be in the passage. Only what the filters leave is counted. Near-copies count.

    Exit code: 0 found, 1 nothing found, 2 error, 3 the time limit ended the search, so that
    there may be more.
    """
    collocate_options = CollocateOptions(
        parse_window(window), minimum, limit, with_stop_words, sort
    )
    with session.open_corpora(index) as opened:
        request = session.read_request(values, opened.folder)
        line = " ".join(query)
        corpora = printing.named_corpora(opened)
        all_rows = options_for_each(collocate_options, corpora)
        with session.show_progress("passages") as progress:
            answers = [
                (name, corpus.explore.collocates(line, all_rows, request, progress))
                for name, corpus in corpora
            ]
        answer = merge(answers, collocate_options)
        answer = answer._replace(about=more_rows(answer.about, answer.left_out, "word"))

        def draw() -> printing.Draw:
            from corpus_cli.output.terminal.scored import draw_collocates

            return partial(draw_collocates, collocates=answer)

        return printing.print_answer(opened, values, style, tabulate_collocates(answer), draw)
