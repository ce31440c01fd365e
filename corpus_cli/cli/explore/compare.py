"""corpus compare."""

from __future__ import annotations

from functools import partial

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.explore.shared import limit_option, min_option, more_rows
from corpus_cli.cli.option_table import FILTER_OPTIONS, LOOK_OPTIONS, QUERY_OPTIONS
from corpus_cli.cli.session import OptionValues
from corpus_cli.explore.answer import options_for_each
from corpus_cli.explore.compare import COMPARE_BY, CompareBy, CompareOptions, merge
from corpus_cli.output.answers.words import tabulate_comparison


@helping.command(
    cls=options.QueryCommand,
    examples={
        "corpus compare Taliban": "which source writes most on it",
        "corpus compare Taliban --by year": "how often, and with which words",
        "corpus compare --by author --words 10": "the words of each author",
    },
)
@click.argument("query", nargs=-1, shell_complete=completion.complete_query)
@helping.option(
    "--by",
    type=click.Choice(COMPARE_BY),
    default="source",
    show_default=True,
    group="Output",
    help="What to compare.",
)
@helping.option(
    "--words",
    type=click.IntRange(min=0),
    default=CompareOptions().words,
    show_default=True,
    metavar="N",
    group="Output",
    help="How many words of each to show.",
)
@min_option(1, "Only those with at least N passages.")
@limit_option("values")
@options.with_values(*FILTER_OPTIONS, *QUERY_OPTIONS, *LOOK_OPTIONS)
@options.formats("terminal", "plain", "tsv", "csv", "json", "jsonl")
@options.indexes
@options.debug
def compare(  # noqa: PLR0913 - one parameter an option
    *,
    query: tuple[str, ...],
    by: CompareBy,
    words: int,
    minimum: int,
    limit: int,
    style: str | None,
    index: tuple[str, ...],
    values: OptionValues,
) -> int:
    """Compare sources, authors or years by what a query finds in them.

    A row has the value, the number of passages and of articles found with it, how many passages
    it has in all, how many of 1,000 of these were found, its typical words, and the first mention:
    the earliest passage found. Typical words are more frequent there than in what is found with
    the other values, those first of which it is surest. All words of the query have to be in the
    passage. The filters choose what is compared. Near-copies count.

    Exit code: 0 found, 1 nothing found, 2 error, 3 the time limit ended the search, so that
    there may be more.
    """
    compare_options = CompareOptions(by, minimum, limit, words)
    with session.open_corpora(index) as opened:
        request = session.read_request(values, opened.folder)
        line = " ".join(query)
        corpora = printing.named_corpora(opened)
        all_rows = options_for_each(compare_options, corpora)
        with session.show_progress("passages") as progress:
            answers = [
                (name, corpus.explore.compare(line, all_rows, request, progress))
                for name, corpus in corpora
            ]
        answer = merge(answers, compare_options)
        answer = answer._replace(about=more_rows(answer.about, answer.left_out, by))

        def draw() -> printing.Draw:
            from corpus_cli.output.terminal.scored import draw_comparison

            return partial(draw_comparison, comparison=answer)

        return printing.print_answer(opened, values, style, tabulate_comparison(answer), draw)
