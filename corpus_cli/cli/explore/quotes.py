"""corpus quotes."""

from __future__ import annotations

from functools import partial

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.option_table import FILTER_OPTIONS, LOOK_OPTIONS, QUERY_OPTIONS
from corpus_cli.cli.session import OptionValues
from corpus_cli.explore.quotes import QuotesOptions, merge
from corpus_cli.output.answers.quotes import tabulate


@helping.command(
    cls=options.QueryCommand,
    examples={
        "corpus quotes ISIS-K": "who said what in passages on it",
        "corpus quotes --by Kurilla": "what somebody said",
        "corpus quotes --about emirate --direct": "the word between quotation marks",
    },
)
@click.argument("query", nargs=-1, shell_complete=completion.complete_query)
@helping.option(
    "--by", default="", metavar="NAME", group="Query", help="Said by NAME, in any form."
)
@helping.option(
    "--about",
    default="",
    metavar="QUERY",
    group="Query",
    help="All words of QUERY are in the quotation itself.",
)
@helping.option(
    "--direct", is_flag=True, group="Query", help="Only what stands between quotation marks."
)
@helping.option(
    "--duplicates", is_flag=True, group="Output", help="Show the same words of a speaker again."
)
@options.with_values(*FILTER_OPTIONS, *QUERY_OPTIONS, *LOOK_OPTIONS)
@options.formats("terminal", "plain", "tsv", "csv", "json", "jsonl")
@options.indexes
@options.debug
def quotes(  # noqa: PLR0913 - one parameter an option
    *,
    query: tuple[str, ...],
    by: str,
    about: str,
    direct: bool,
    duplicates: bool,
    style: str | None,
    index: tuple[str, ...],
    values: OptionValues,
) -> int:
    """Show who said what: quotations with speaker, verb and place.

    English texts are read, by patterns. A quotation is direct (whole sentences between quotation
    marks), partial (a sentence with words between them, at least four) or indirect (without).
    A speaker has the fullest name in the article; he and she are read as the person named
    before, where that is clear. The agency is the one that was told: told Reuters.

    The query narrows the passages, all words of which have to be in the passage. Quotations come by
    date; the same words of a speaker in another article are left out and counted.

    Exit code: 0 found, 1 nothing found, 2 error, 3 the time limit ended the search, so that
    there may be more.
    """
    quotes_options = QuotesOptions(by, about, direct, duplicates)
    with session.open_corpora(index) as opened:
        request = session.read_request(values, opened.folder)
        line = " ".join(query)
        with session.show_progress("articles") as progress:
            answers = [
                (name, corpus.explore.quotes(line, quotes_options, request, progress=progress))
                for name, corpus in printing.named_corpora(opened)
            ]
        answer = merge(answers, quotes_options)

        def draw() -> printing.Draw:
            from corpus_cli.output.terminal.quotes import draw_quotes

            return partial(draw_quotes, quotes=answer)

        return printing.print_answer(opened, values, style, tabulate(answer), draw)
