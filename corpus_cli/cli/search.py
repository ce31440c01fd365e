"""corpus search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from corpus_cli.cli import asking, completion, helping, options
from corpus_cli.cli.flags import FLAGS, FORMATS
from corpus_cli.model import STDIN
from corpus_cli.output import records

_F = TypeVar("_F", bound=Callable[..., Any])


def _flag(name: str, **look: Any) -> Callable[[_F], _F]:  # noqa: ANN401 - click's
    return options.declared(FLAGS[name], **look)


@helping.command(
    cls=asking.Asking,
    examples={
        "corpus search ISIS-K": "the best passages",
        "corpus search TTP --since 2024 --sort -date": "the latest first",
        "corpus search Kurilla --jsonl | jq -r .path": "for programs",
    },
)
@click.argument("query", nargs=-1, shell_complete=completion.query)
@asking.filters
@asking.reading
@_flag("--semantic", group="Query", help="Rank by meaning, too; see corpus embed.")
@_flag("--limit", group="Hits", help="How many passages to show. [default: 10]")
@_flag("--all", group="Hits", help="Show all of them.")
@_flag("--offset", group="Hits", help="Leave out the first N.")
@_flag(
    "--sort",
    metavar="ORDER",
    group="Hits",
    help="score, date (the earliest first), -date, source or path. [default: score]",
)
@_flag("--per-article", group="Hits", help="At most N of one article.")
@_flag(
    "--group",
    metavar="article",
    group="Hits",
    help="Count articles: each with its best passage, or --per-article of them.",
)
@_flag("--context", group="Hits", help="Show N passages before and after as well.")
@_flag("--duplicates", group="Hits", help="Show each of several near-copies.")
@options.formats(*FORMATS)
@_flag(
    "--fields",
    metavar="A,B,C",
    shell_complete=completion.listed(records.FIELDS),
    group="Output",
    help="Only these fields, in JSON, TSV and CSV.",
)
@_flag("--files", group="Output", help="Paths of the articles found.")
@_flag(
    "--files-without-match",
    group="Output",
    help="Paths of the others.",
)
@_flag("--ids", group="Output", help="Ids of passages; with -l and -L of articles.")
@_flag("--count", group="Output", help="Only how many passages, whatever -n.")
@_flag("--quiet", group="Output", help="Nothing but the exit code.")
@_flag("--null", group="Output", help="End paths and ids in NUL.")
@_flag("--summary", group="Output", help="With --jsonl a last line on the whole.")
@_flag("--explain", group="Output", help="Tell why each hit is one.")
@options.look
@helping.option(
    "--queries",
    metavar="FILE",
    shell_complete=completion.files,
    group="Input",
    help="Ask each line of a file, - is standard input; or JSON lines with id and query.",
)
@helping.option(
    "--in",
    "places",
    multiple=True,
    group="Input",
    metavar="FILES…",
    shell_complete=completion.files,
    help="Search files without an index; - is standard input.",
)
@options.indexes
@options.debug
def search(
    query: tuple[str, ...],
    queries: str | None,
    places: tuple[str, ...],
    index: tuple[str, ...],
    **given: Any,  # noqa: ANN401 - click's
) -> int:
    """Find passages, the best first.

    Words are ranked, any of them may match. "quoted words" stand as written, -word must
    not, +word must; corpus help query tells the rest. A filter is the same as a field in
    the query: --author Hussain is author:Hussain.

    Exit code: 0 found, 1 nothing found, 2 error, 3 done but some files or queries failed, or
    the time ended: there may be more.
    """
    if queries and query:
        raise click.UsageError("either a query or --queries: with a file of queries give no words")
    if queries == STDIN in places:
        raise click.UsageError("standard input is either --queries or --in, not both")
    if given["semantic"] and places:
        raise click.UsageError("--semantic wants vectors, and files of --in have none: ingest them")
    from corpus_cli.cli import searching

    return searching.search(query, queries, places, index, **given)
