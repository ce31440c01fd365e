"""corpus network."""

from __future__ import annotations

from functools import partial

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.explore.shared import (
    SHOWN,
    min_option,
    more_rows,
    of_kinds,
    per_option,
    read_kinds,
)
from corpus_cli.cli.option_table import FILTER_OPTIONS, LOOK_OPTIONS, QUERY_OPTIONS
from corpus_cli.cli.session import OptionValues
from corpus_cli.explore.answer import options_for_each
from corpus_cli.explore.name_units import Unit
from corpus_cli.explore.network import NetworkOptions, merge
from corpus_cli.output.answers.network import format_graphml, tabulate


@helping.command(
    cls=options.QueryCommand,
    examples={
        "corpus network": "the strongest pairs of the corpus",
        "corpus network Taliban --per article": "of what a query finds",
        "corpus network --format graphml": "a graph for Gephi",
    },
)
@click.argument("query", nargs=-1, shell_complete=completion.complete_query)
@per_option
@of_kinds
@min_option(2, "Only pairs that are together in at least N.")
@helping.option(
    "-n",
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    group="Output",
    help=f"How many pairs to show; 0 for all. [default: {SHOWN} on a terminal, else all]",
)
@options.with_values(*FILTER_OPTIONS, *QUERY_OPTIONS, *LOOK_OPTIONS)
@options.formats("terminal", "plain", "tsv", "csv", "json", "jsonl", "graphml")
@options.indexes
@options.debug
def network(  # noqa: PLR0913 - one parameter an option
    *,
    query: tuple[str, ...],
    per: Unit,
    kind: tuple[str, ...],
    minimum: int,
    limit: int | None,
    style: str | None,
    index: tuple[str, ...],
    values: OptionValues,
) -> int:
    """Show which names are mentioned together, all with all.

    A row has two names with their kinds, the number of passages with both, the number with each,
    how strongly the two go together (as in corpus with), and a passage as an example. With a
    query only the passages count that match it. GraphML opens in Gephi; JSON also has the list of
    the names.

    Exit code: 0 found, 1 nothing found, 2 error, 3 the time limit ended the search, so that
    there may be more.
    """
    if limit is None:
        limit = SHOWN if printing.output_format(style) == "terminal" else 0
    network_options = NetworkOptions(per, read_kinds(kind), minimum, limit)
    with session.open_corpora(index) as opened:
        request = session.read_request(values, opened.folder)
        line = " ".join(query)
        corpora = printing.named_corpora(opened)
        all_rows = options_for_each(network_options, corpora)
        answers = [
            (name, corpus.explore.network(line, all_rows, request)) for name, corpus in corpora
        ]
        answer = merge(answers, network_options)
        answer = answer._replace(about=more_rows(answer.about, answer.left_out, "pair"))

        def draw() -> printing.Draw:
            from corpus_cli.output.terminal.scored import draw_network

            return partial(draw_network, network=answer)

        return printing.print_answer(
            opened,
            values,
            style,
            tabulate(answer),
            draw,
            formats={"graphml": lambda: format_graphml(answer)},
        )
