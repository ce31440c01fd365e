"""corpus saved."""

from __future__ import annotations

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.option_table import FILTER_OPTIONS, QUERY_OPTIONS, RUN_OPTIONS, usual_values
from corpus_cli.cli.session import OptionValues
from corpus_cli.errors import SourceError
from corpus_cli.output import plain, stream
from corpus_cli.output.saved import COLUMNS, record_search, table_row
from corpus_cli.saved.options import option_values
from corpus_cli.saved.searches import USUAL_CONSUMER
from corpus_cli.text.plurals import plural
from corpus_cli.text.shell import index_option, quote

_ADD_OPTIONS = tuple(
    spec._replace(help="How long to look at what is there. [default: no limit]")
    if spec.parameter == "timeout"
    else spec
    for spec in QUERY_OPTIONS
)

consumer_option = helping.option(
    "--consumer",
    default=USUAL_CONSUMER,
    metavar="NAME",
    help="Who reads: each has seen other passages, as a person and cron. [default: default]",
)


@click.group(
    cls=helping.Group,
    examples={
        "corpus saved add isis-k ISIS-K": "keep a query",
        "corpus saved list": "all of them, with how much is new",
        "corpus saved run isis-k": "search with it",
    },
)
@options.debug
def saved() -> None:
    """Keep queries; corpus new shows what is new of them.

    They are part of the corpus, with what was seen of them, and so of its backups.
    """


@saved.command(
    cls=options.QueryCommand,
    examples={
        "corpus saved add isis-k ISIS-K": "a name and a query",
        "corpus saved add ttp TTP --source diplomat": "with filters",
        "corpus saved add all Taliban --from-start": "all is new at first",
    },
)
@click.argument("saved_name", metavar="NAME")
@click.argument("query", nargs=-1, shell_complete=completion.complete_query)
@options.with_values(*FILTER_OPTIONS, *_ADD_OPTIONS)
@helping.option("--replace", is_flag=True, help="Put it in place of a saved search NAME.")
@helping.option(
    "--from-start", is_flag=True, help="What is in the corpus now counts as new, not as seen."
)
@options.wait
@options.index
@options.debug
def add(  # noqa: PLR0913 - one parameter an option
    *,
    saved_name: str,
    query: tuple[str, ...],
    replace: bool,
    from_start: bool,
    wait: float,
    index: str | None,
    values: OptionValues,
) -> int:
    """Save a query under a name.

    Its filters and its other options are saved with it, but not --timeout. A date like 30d is
    read anew at each run. What the query finds now counts as seen.
    """
    with session.open_corpus(index) as corpus:
        request = session.read_request(values, corpus.folder)
        # Only a time limit that was typed counts: all that is there has to be looked at.
        request = request._replace(seconds=values["timeout"] or 0.0)
        results = corpus.saving(wait=wait, waiting=stream.talk).add(
            saved_name, " ".join(query), request, replace=replace, from_start=from_start
        )
        option = index_option(corpus.folder) if index else ""
        seen = ("matches now", "match now") if from_start else ("counts as seen", "count as seen")
        count = plural(results.total, f"passage {seen[0]}", f"passages {seen[1]}")
        stream.write([f"saved {saved_name}: {count}"])
        printing.print_notes(
            [*results.notes, f"what is new: corpus new{option} {quote(saved_name)}"]
        )
    return SourceError.exit_code if results.partial else 0


@saved.command(
    "list",
    examples={
        "corpus saved list": "with how much is new",
        "corpus saved list --consumer cron": "new to cron",
        "corpus saved list --jsonl | jq -r .name": "for programs",
    },
)
@consumer_option
@options.formats("terminal", "plain", "tsv", "csv", "json", "jsonl")
@options.index
@options.debug
def list_(consumer: str, style: str | None, index: str | None) -> int:
    """List saved searches, with how many passages of each are new."""
    with session.open_corpus(index) as corpus:
        seconds = session.setting("timeout", None, corpus.folder)
        listed = corpus.saved.list(consumer, seconds)
        style = printing.output_format(style)
        if style == "terminal":
            rows = [table_row(one, short=True) for one in listed]
            if rows:
                printing.print_table(plain.table(rows, *COLUMNS), COLUMNS, corpus.folder)
        elif style in ("tsv", "csv"):
            printing.print_cells(map(table_row, listed), COLUMNS, style, several=False)
        else:
            lines = plain.table(map(table_row, listed), *COLUMNS)
            printing.print_rows(style, "saved_searches", map(record_search, listed), lines)
        errors = [one.new.error for one in listed if one.new.error]
        printing.print_notes(errors)
        if not listed:
            printing.print_notes(["no search is saved: corpus saved add NAME QUERY saves one"])
    return SourceError.exit_code if errors else 0


@saved.command(
    examples={
        "corpus saved run isis-k": "search with it",
        "corpus saved run isis-k --sort -date -n 50": "the latest first",
        "corpus saved run isis-k --jsonl | jq -r .path": "for programs",
    }
)
@click.argument("name", shell_complete=completion.complete_saved)
@options.with_values(*RUN_OPTIONS)
@options.index
@options.debug
def run(name: str, index: str | None, values: OptionValues) -> int:
    """Search with a saved query and its options.

    The answer is that of corpus search. What it shows does not count as seen.
    """
    with session.open_corpus(index) as corpus:
        search = corpus.saved.get(name)
    from corpus_cli.cli.run_search import run_search

    typed = {**usual_values(), **values, "index": (index,) if index else ()}
    words = [search.query] if search.query else []
    return run_search(words, {**typed, **option_values(search.request)})


@saved.command(
    examples={
        "corpus saved remove isis-k": "with what was seen of it",
        "corpus saved remove isis-k --wait 600": "wait up to ten minutes",
        "corpus saved remove isis-k -i ~/reports/index": "in this corpus",
    }
)
@click.argument("name", shell_complete=completion.complete_saved)
@options.wait
@options.index
@options.debug
def remove(name: str, wait: float, index: str | None) -> int:
    """Remove a saved search; no article changes."""
    with session.open_corpus(index) as corpus:
        corpus.saving(wait=wait, waiting=stream.talk).remove(name)
        stream.write([f"removed {name}"])
    return 0
