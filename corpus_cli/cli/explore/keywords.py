"""corpus keywords."""

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
from corpus_cli.explore.keywords import REST, KeywordOptions, merge
from corpus_cli.output.answers.words import tabulate_keywords


@helping.command(
    cls=options.QueryCommand,
    examples={
        "corpus keywords Taliban": "compared with all other passages",
        "corpus keywords --since 2025": "what is new since then",
        "corpus keywords Taliban --against Qaeda": "two topics",
    },
)
@click.argument("query", nargs=-1, shell_complete=completion.complete_query)
@helping.option(
    "--against",
    default=REST,
    show_default=True,
    metavar="WHAT",
    group="Output",
    help="What to compare with: rest (all other passages), corpus (all passages) or a query.",
)
@min_option(3, "Only words that occur at least N times.")
@stop_words_option
@limit_option("words")
@options.with_values(*FILTER_OPTIONS, *QUERY_OPTIONS, *LOOK_OPTIONS)
@options.formats("terminal", "plain", "tsv", "csv", "json", "jsonl")
@options.indexes
@options.debug
def keywords(  # noqa: PLR0913 - one parameter an option
    *,
    query: tuple[str, ...],
    against: str,
    minimum: int,
    with_stop_words: bool,
    limit: int,
    style: str | None,
    index: tuple[str, ...],
    values: OptionValues,
) -> int:
    """Show which words are typical of what a query finds.

    A row has a word, how often it occurs in the passages found, in how many articles, how often it
    occurs in those compared with, the log ratio (Hardie 2014: one more means twice as frequent),
    the log-likelihood (Dunning 1993) and a passage as an example. The likelihood says how sure
    the difference is, the ratio how great; from 10.83 on, chance is less than 1 in 1,000. All
    words of the query have to be in the passage. Filters are for the query, not for what it is
    compared with. Near-copies count.

    Exit code: 0 found, 1 nothing found, 2 error, 3 the time limit ended the search, so that
    there may be more.
    """
    keyword_options = KeywordOptions(against, minimum, limit, with_stop_words)
    with session.open_corpora(index) as opened:
        request = session.read_request(values, opened.folder)
        line = " ".join(query)
        corpora = printing.named_corpora(opened)
        all_rows = options_for_each(keyword_options, corpora)
        with session.show_progress("passages") as progress:
            answers = [
                (name, corpus.explore.keywords(line, all_rows, request, progress))
                for name, corpus in corpora
            ]
        answer = merge(answers, keyword_options)
        answer = answer._replace(about=more_rows(answer.about, answer.left_out, "word"))

        def draw() -> printing.Draw:
            from corpus_cli.output.terminal.scored import draw_keywords

            return partial(draw_keywords, keywords=answer)

        return printing.print_answer(opened, values, style, tabulate_keywords(answer), draw)
