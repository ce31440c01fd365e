"""corpus facets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import cast

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.option_table import FILTER_OPTIONS, LOOK_OPTIONS, QUERY_OPTIONS
from corpus_cli.cli.session import OptionValues
from corpus_cli.corpora import facets_corpora
from corpus_cli.errors import UsageError, closest_name
from corpus_cli.model import Facet, Facets
from corpus_cli.output import formats, plain, stream
from corpus_cli.search.request import BY, By


@helping.command(
    cls=options.QueryCommand,
    examples={
        "corpus facets Taliban": "by source, author and year",
        "corpus facets ISIS-K --by month --since 2024": "month by month",
        "corpus facets drones --by name --json": "the names in what is found",
    },
)
@click.argument("query", nargs=-1, shell_complete=completion.complete_query)
@helping.option(
    "--by",
    default="source,author,year",
    shell_complete=completion.complete_list(BY),
    show_default=True,
    metavar="A,B",
    group="Output",
    help=f"What to count by: {', '.join(BY)}.",
)
@helping.option(
    "-n",
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    group="Output",
    help="How many values to show of each; 0 for all.",
)
@options.with_values(*FILTER_OPTIONS, *QUERY_OPTIONS, *LOOK_OPTIONS)
@options.formats("terminal", "plain", "tsv", "csv", "json", "jsonl")
@options.indexes
@options.debug
def facets(  # noqa: PLR0913 - one parameter an option
    *,
    query: tuple[str, ...],
    by: str,
    limit: int,
    style: str | None,
    index: tuple[str, ...],
    values: OptionValues,
) -> int:
    """Count what a query finds, by source, author, date, tag or name.

    A row has a value, and the number of passages and of articles found with it. The filters are
    those of corpus search. The counts of several corpora are added up.

    Exit code: 0 found, 1 nothing found, 2 error, 3 the time limit ended the search, so that
    there may be more.
    """
    fields = _parse_fields(by)
    with session.open_corpora(index) as opened:
        request = session.read_request(values, opened.folder)
        corpora = printing.named_corpora(opened)
        results = facets_corpora(corpora, " ".join(query), fields, request)
        shown, left_out = _limit_values(results, limit)
        style = printing.output_format(style)
        if style == "terminal":
            printing.make_terminal(opened.folder, printing.read_look(values)).print_facets(shown)
        else:
            stream.write(formats.format_facets(shown, style))
        printing.print_notes(plain.facet_notes(results))
        more = (f"{count} more values by {field}: -n 0 shows all" for field, count in left_out)
        printing.print_notes([plain.at_least(line, partial=results.partial) for line in more])
    return session.exit_code(any_found=bool(results.total), partial=results.partial)


def _parse_fields(text: str) -> Sequence[By]:
    names = list(dict.fromkeys(filter(None, map(str.strip, text.split(","))))) or [text]
    for name in names:
        if name not in BY:
            suggestion = closest_name(name, BY)
            hint = f"; did you mean {suggestion}?" if suggestion else ""
            raise UsageError(f"--by takes {', '.join(BY)}, not {name!r}{hint}")
    return cast(Sequence[By], names)


def _limit_values(results: Facets, limit: int) -> tuple[Facets, list[tuple[str, int]]]:
    """Return the first values of each field, but all periods, and how many others each has."""
    kept_facets: list[Facet] = []
    left_out = []
    for by, group in groupby(results.facets, key=lambda facet: facet.by):
        values = list(group)
        end = limit if limit and by not in ("year", "month") else len(values)
        kept_facets += values[:end]
        if len(values) > end:
            left_out.append((by, len(values) - end))
    return results._replace(facets=tuple(kept_facets)), left_out
