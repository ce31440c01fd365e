"""corpus similar."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.option_table import FILTER_OPTIONS, FORMATS, LOOK_OPTIONS
from corpus_cli.cli.session import OptionValues
from corpus_cli.errors import UsageError
from corpus_cli.explore.similar import Example
from corpus_cli.model import STDIN, Results
from corpus_cli.output import formats, plain, stream
from corpus_cli.search.request import SearchRequest

_MAX_BYTES = 1_000_000


@helping.command(
    examples={
        "corpus similar 20a045af8b2e": "articles like an article",
        "corpus similar 20a0 -n 3": "the three most similar",
        "corpus show 20a0:13 | corpus similar -": "like a text from a pipe",
    },
)
@click.argument("example", metavar="ID|-", shell_complete=completion.complete_articles)
@helping.option(
    "-n",
    "--limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    group="Output",
    help="How many articles to show.",
)
@helping.option("--duplicates", is_flag=True, group="Output", help="Show near-copies too.")
@options.with_values(*FILTER_OPTIONS, *LOOK_OPTIONS)
@options.formats(*FORMATS)
@options.index
@options.debug
def similar(  # noqa: PLR0913 - one parameter an option
    *,
    example: str,
    limit: int,
    duplicates: bool,
    style: str | None,
    index: str | None,
    values: OptionValues,
) -> int:
    """Find articles that are like an article or a text.

    The words that tell the article or the text from the rest of the corpus are searched for; a
    hit is an article with the passage that fits best. An article is named as in corpus show; the
    article itself and its near-copies are left out.

    Exit code: 0 found, 1 nothing found, 2 error, 3 the time limit ended the search.
    """
    with session.open_corpus(index) as corpus:
        request = SearchRequest(
            limit=limit,
            filters=session.read_filters(values),
            all_names=values["all_names"],
            duplicates=duplicates,
            seconds=session.setting("timeout", None, corpus.folder),
        )
        likeness = Example(_read_standard_input()) if example == STDIN else example
        results = corpus.explore.similar(likeness, request)
        _print_hits(results, printing.output_format(style), values, corpus.folder)
        printing.print_notes(
            [
                *results.notes,
                *plain.partial_notes(results),
                *(() if results.hits else ("nothing found",)),
            ]
        )
    return session.exit_code(any_found=bool(results.hits), partial=results.partial)


def _read_standard_input() -> str:
    content = sys.stdin.buffer.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise UsageError(
            f"the text on standard input has more than {_MAX_BYTES:,} bytes: give a part of it"
        )
    return content.decode("utf-8-sig", "replace")


def _print_hits(results: Results, style: str, values: OptionValues, folder: Path | None) -> None:
    if style == "terminal":
        printing.make_terminal(folder, printing.read_look(values)).print_results(results)
    else:
        stream.write(formats.format_results(results, style))
