"""corpus search."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import click

from corpus_cli import config
from corpus_cli.cli import asking, batch, completion, helping, options
from corpus_cli.cli.answers import Answer, Told
from corpus_cli.corpus import Corpus
from corpus_cli.errors import SourceError, UsageError
from corpus_cli.model import STDIN
from corpus_cli.output import records
from corpus_cli.search.options import SORTS, Options

FORMATS = tuple(filter(None, config.SETTINGS["format"].choices))

_MOST = 10**12
"""More than any corpus has, and a number that a machine can add to."""

_flag = helping.option
_number = partial(helping.option, type=click.IntRange(min=0), default=0, metavar="N", group="Hits")


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
@_flag("--semantic", is_flag=True, group="Query", help="Rank by meaning, too; see corpus embed.")
@_number("-n", "--limit", default=None, help="How many passages to show. [default: 10]")
@_flag("--all", "everything", is_flag=True, group="Hits", help="Show all of them.")
@_number("--offset", help="Leave out the first N.")
@_flag(
    "--sort",
    type=click.Choice(SORTS),
    metavar="ORDER",
    group="Hits",
    help="score, date (the earliest first), -date, source or path. [default: score]",
)
@_number("--per-article", help="At most N of one article.")
@_flag(
    "--group",
    type=click.Choice(["article"]),
    metavar="article",
    group="Hits",
    help="Count articles: each with its best passage, or --per-article of them.",
)
@_number("-C", "--context", help="Show N passages before and after as well.")
@_flag("--duplicates", is_flag=True, group="Hits", help="Show each of several near-copies.")
@options.formats(*FORMATS)
@_flag(
    "--fields",
    metavar="A,B,C",
    shell_complete=completion.listed(records.FIELDS),
    group="Output",
    help="Only these fields, in JSON, TSV and CSV.",
)
@_flag("-l", "--files", "files", is_flag=True, group="Output", help="Paths of the articles found.")
@_flag(
    "-L",
    "--files-without-match",
    "others",
    is_flag=True,
    group="Output",
    help="Paths of the others.",
)
@_flag("--ids", is_flag=True, group="Output", help="Ids of passages; with -l and -L of articles.")
@_flag("-c", "--count", is_flag=True, group="Output", help="Only how many passages, whatever -n.")
@_flag("-q", "--quiet", is_flag=True, group="Output", help="Nothing but the exit code.")
@_flag("-0", "--null", is_flag=True, group="Output", help="End paths and ids in NUL.")
@_flag("--summary", is_flag=True, group="Output", help="With --jsonl a last line on the whole.")
@_flag("--explain", is_flag=True, group="Output", help="Tell why each hit is one.")
@options.look
@_flag(
    "--queries",
    metavar="FILE",
    shell_complete=completion.files,
    group="Input",
    help="Ask each line of a file, - is standard input; or JSON lines with id and query.",
)
@_flag(
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

    Exit code: 0 found, 1 nothing found, 2 error, 3 done but some files or queries failed.
    """
    began = time.perf_counter()
    if queries and query:
        raise click.UsageError("either a query or --queries: with a file of queries give no words")
    if queries == STDIN in places:
        raise click.UsageError("standard input is either --queries or --in, not both")
    if given["semantic"] and places:
        raise click.UsageError("--semantic wants vectors, and files of --in have none: ingest them")
    with options.corpora(index, places) as asked:
        told = Told(given, asked)
        chosen = asking.taken(given, asked, **_shown(given, told, asked.settled))
        told.failed(asked.failed, asked.skipped)
        for one in _lines(query, queries, chosen):
            if one.error:
                told.failed({queries or "": one.error})
            else:
                told.answer(_answer(asked.corpora, one, chosen, began))
            # Once is enough, and before each of a thousand questions too much.
            began, chosen = time.perf_counter(), replace(chosen, check=False)
    return SourceError.exit_code if told.failures else 0 if told.found else 1


def _shown(given: dict[str, Any], told: Told, settled: Callable[[str, Any], Any]) -> dict[str, Any]:
    """Which hits are to be found, from the options that say so."""
    limit = min(settled("limit", given["limit"]), _MOST)
    sort = settled("sort", given["sort"])
    if given["semantic"] and sort != "score":
        raise UsageError(f"--semantic has an order of its own, not {sort}: give --sort score")
    return {
        "limit": 0 if told.kind not in ("", "ids") else None if given["everything"] else limit,
        "sort": sort,
        "grouped": given["group"] is not None or told.kind in ("files", "others"),
        "mentioned": told.names,
        "explained": told.explain,
        "offset": min(given["offset"], _MOST),
        **{name: given[name] for name in ("per_article", "context", "duplicates", "semantic")},
    }


def _lines(query: tuple[str, ...], file: str | None, chosen: Options) -> Iterator[batch.Asked]:
    if file is None:
        return iter([batch.Asked("", asking.line(query, chosen.filters))])
    return batch.queries(file)


def _answer(
    corpora: Sequence[tuple[str, Corpus]], one: batch.Asked, chosen: Options, began: float
) -> Answer:
    if len(corpora) == 1:
        each = [(corpora[0][1], corpora[0][1].search(one.line, chosen))]
        found = each[0][1]
    else:
        from corpus_cli.search.merging import apart, merged

        each = [(corpus, corpus.search(one.line, apart(chosen))) for _, corpus in corpora]
        names = (records.shown(name) for name, _ in corpora)
        found = merged([*zip(names, (result for _, result in each), strict=True)], chosen)
    took = round((time.perf_counter() - began) * 1000)
    return Answer(each, replace(found, id=one.id), took)
