"""corpus facets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, cast

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.errors import UsageError, closest_name
from corpus_cli.model import Facet, Facets
from corpus_cli.output import formats, plain, stream
from corpus_cli.search.request import BY, By


@helping.command(
    cls=options.QueryCommand,
    examples={
        "corpus facets Taliban": "by source, author and year",
        "corpus facets ISIS-K --by month --since 2024": "month by month",
        "corpus facets drones --by name --json": "who is named there",
    },
)
@click.argument("query", nargs=-1, shell_complete=completion.query)
@helping.option(
    "--by",
    default="source,author,year",
    shell_complete=completion.listed(BY),
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
    group="Output",
    help="Values of each, 0 for all.",
)
@options.filters
@options.reading
@options.formats("terminal", "plain", "tsv", "csv", "json", "jsonl")
@options.look
@options.index
@options.debug
def facets(
    query: tuple[str, ...],
    by: str,
    limit: int,
    style: str | None,
    index: str | None,
    **given: Any,  # noqa: ANN401 - click's
) -> int:
    """Count what a query finds by source, author, date, tag or name.

    A row is a value, the passages and the articles found that have it. The options that
    narrow a search narrow this as well.

    Exit code: 0 found, 1 nothing found, 2 error, 3 the time ended: there may be more.
    """
    fields = _fields(by)
    with session.open_corpus(index) as corpus:
        chosen = session.read_request(given, corpus.folder)
        found = corpus.facets(" ".join(query), fields, chosen)
        shown, left = _most(found, limit)
        style = printing.output_format(style)
        if style == "terminal":
            printing.make_terminal(corpus.folder, printing.read_look(given)).facets(shown)
        else:
            stream.write(formats.facets(shown, style))
        printing.print_notes(plain.noted(found))
        more = (f"{count} more by {field}: -n 0 shows all" for field, count in left)
        printing.print_notes([plain.at_least(line, partial=found.partial) for line in more])
    return session.exit_code(found=bool(found.total), partial=found.partial)


def _fields(text: str) -> Sequence[By]:
    named = list(dict.fromkeys(filter(None, map(str.strip, text.split(","))))) or [text]
    for name in named:
        if name not in BY:
            near = closest_name(name, BY)
            meant = f"; did you mean {near}?" if near else ""
            raise UsageError(f"--by takes {', '.join(BY)}, not {name!r}{meant}")
    return cast(Sequence[By], named)


def _most(found: Facets, limit: int) -> tuple[Facets, list[tuple[str, int]]]:
    """The first values of each field, and how many are left out; of periods none are."""
    shown: list[Facet] = []
    left = []
    for by, group in groupby(found.facets, key=lambda facet: facet.by):
        held = list(group)
        end = limit if limit and by not in ("year", "month") else len(held)
        shown += held[:end]
        if len(held) > end:
            left.append((by, len(held) - end))
    return found._replace(facets=tuple(shown)), left
