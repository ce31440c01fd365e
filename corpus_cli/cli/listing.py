"""corpus list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from corpus_cli.cli import asking, completion, helping, options, screens, shared
from corpus_cli.corpus import Corpus
from corpus_cli.model import Header, Results
from corpus_cli.output import plain, records, stream
from corpus_cli.query.filters import Filters

ORDERS = ("date", "-date", "title", "source", "path", "id")

_CSV = ("id", "published", "title", "authors", "source", "path", "url", "tags", "language")


@helping.command(
    "list",
    cls=asking.Asking,
    examples={
        "corpus list": "all articles",
        "corpus list --author Hussain --sort -date": "of an author, the latest first",
        "corpus list TTP --format csv > ttp.csv": "those that a query finds",
    },
)
@click.argument("query", nargs=-1, shell_complete=completion.query)
@asking.filters
@asking.reading
@helping.option(
    "--sort",
    "order",
    type=click.Choice(ORDERS),
    metavar="ORDER",
    default="date",
    help="date (the earliest first), -date, title, source, path or id. [default: date]",
)
@options.formats("terminal", "plain", "json", "jsonl", "csv")
@options.look
@options.index
@options.debug
def list_(
    query: tuple[str, ...],
    order: str,
    style: str | None,
    index: str | None,
    **given: Any,  # noqa: ANN401 - click's
) -> int:
    """List the articles, with id, date and title.

    With a query or filters those it finds; exit code 1 if there are none, 3 if the time ended
    and there may be more.
    """
    with shared.opened(index) as corpus:
        chosen = shared.taken(given, shared.Asked([("", corpus)]), limit=0)
        narrowed = bool(query) or chosen.filters != Filters()
        found = corpus.search(" ".join(query), chosen) if narrowed else None
        headers = _sorted(corpus, found, order)
        match shared.chosen(style):
            case "terminal":
                screens.terminal(corpus.folder, **given).listed(headers)
            case "csv":
                from corpus_cli.output import tables

                stream.write(tables.csv(map(records.entry, headers), _CSV))
            case _:
                rows = map(records.entry, headers)
                shared.printed(style, "articles", rows, plain.listed(headers))
        shared.told([*plain.unfinished(found), *plain.talk(found)] if found else [])
    partial = found is not None and found.partial
    return shared.exit_code(found=bool(headers) or not narrowed, partial=partial)


def _sorted(corpus: Corpus, found: Results | None, order: str) -> Sequence[Header]:
    """The headers of articles; what lacks the value they are sorted by comes last."""
    headers = list(map(corpus.store.header, found.articles)) if found else list(corpus.headers())

    def value(header: Header) -> str:
        match order:
            case "title":
                return header.title.casefold()
            case "source":
                return header.site.casefold()
            case "path":
                return header.sources[0].name if header.sources else ""
            case "id":
                return header.id
            case _:
                return header.published

    headers.sort(key=lambda header: header.id)
    headers.sort(key=value, reverse=order == "-date")
    headers.sort(key=lambda header: not value(header))
    return headers
