"""corpus search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpus_cli.cli import completion, helping, options
from corpus_cli.cli.option_table import SEARCH_OPTIONS
from corpus_cli.model import STDIN

if TYPE_CHECKING:
    from corpus_cli.cli.session import OptionValues


@helping.command(
    cls=options.QueryCommand,
    examples={
        "corpus search ISIS-K": "the best passages",
        "corpus search TTP --since 2024 --sort -date": "the latest first",
        "corpus search Kurilla --jsonl | jq -r .path": "for programs",
    },
)
@click.argument("query", nargs=-1, shell_complete=completion.complete_query)
@options.with_values(*SEARCH_OPTIONS)
@options.debug
def search(query: tuple[str, ...], values: OptionValues) -> int:
    """Find passages, the best first.

    Any of the words may match. "quoted words" must occur in this order, +word must occur, and
    -word must not; corpus help query describes the whole language. A filter is the same as a
    field in the query: --author Hussain is author:Hussain.

    Exit code: 0 found, 1 nothing found, 2 error, 3 done but some files or queries failed, or
    the time limit ended the search, so that there may be more.
    """
    if values["queries"] and query:
        raise click.UsageError("give either a query or --queries, not both")
    if values["queries"] == STDIN in values["places"]:
        raise click.UsageError("standard input can be --queries or --in, not both")
    from corpus_cli.cli.run_search import run_search

    return run_search(query, values)
