"""corpus with."""

from __future__ import annotations

from functools import partial

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.explore.shared import (
    limit_option,
    min_option,
    more_rows,
    of_kinds,
    per_option,
    read_kinds,
)
from corpus_cli.cli.option_table import FILTER_OPTIONS, LOOK_OPTIONS, QUERY_OPTIONS
from corpus_cli.cli.session import OptionValues
from corpus_cli.explore.answer import options_for_each
from corpus_cli.explore.companions import CompanionOptions, merge
from corpus_cli.explore.name_units import Unit
from corpus_cli.output.answers.companions import tabulate


@helping.command(
    "with",
    cls=options.QueryCommand,
    examples={
        "corpus with ISIS-K": "the names in the same passages",
        "corpus with Taliban --kind person": "the people mentioned with it",
        "corpus with border": "a query in place of a name",
    },
)
@click.argument("query", nargs=-1, required=True, shell_complete=completion.complete_query)
@per_option
@of_kinds
@min_option(1, "Only names that are together with it in at least N.")
@limit_option("names")
@options.with_values(*FILTER_OPTIONS, *QUERY_OPTIONS, *LOOK_OPTIONS)
@options.formats("terminal", "plain", "tsv", "csv", "json", "jsonl")
@options.indexes
@options.debug
def with_(  # noqa: PLR0913 - one parameter an option
    *,
    query: tuple[str, ...],
    per: Unit,
    kind: tuple[str, ...],
    minimum: int,
    limit: int,
    style: str | None,
    index: tuple[str, ...],
    values: OptionValues,
) -> int:
    """Show who is mentioned together with a name or a query.

    A row has a name, its kind, the number of passages with both, the number with the name at all,
    how strongly the two go together, and a passage with both as an example. The strength is the
    log-likelihood ratio (Dunning 1993): from 10.83 on, chance is less than 1 in 1,000; it is
    negative if they are together less often than by chance. Only what the filters leave is
    counted. Near-copies count.

    Exit code: 0 found, 1 nothing found, 2 error, 3 the time limit ended the search, so that
    there may be more.
    """
    companion_options = CompanionOptions(per, read_kinds(kind), minimum, limit)
    with session.open_corpora(index) as opened:
        request = session.read_request(values, opened.folder)
        line = " ".join(query)
        corpora = printing.named_corpora(opened)
        all_rows = options_for_each(companion_options, corpora)
        answers = [
            (name, corpus.explore.companions(line, all_rows, request)) for name, corpus in corpora
        ]
        answer = merge(answers, companion_options)
        answer = answer._replace(about=more_rows(answer.about, answer.left_out, "name"))

        def draw() -> printing.Draw:
            from corpus_cli.output.terminal.scored import draw_companions

            return partial(draw_companions, companions=answer)

        return printing.print_answer(opened, values, style, tabulate(answer), draw)
