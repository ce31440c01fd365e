"""corpus new."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.option_table import NEWS_OPTIONS, usual_values
from corpus_cli.cli.printing import AnswerPrinter, CorporaAnswer, Presentation
from corpus_cli.cli.saved import consumer_option
from corpus_cli.cli.session import OptionValues
from corpus_cli.errors import CorpusError, UsageError
from corpus_cli.output import stream
from corpus_cli.search.request import SearchRequest

if TYPE_CHECKING:
    from corpus_cli.corpus import Corpus
    from corpus_cli.saved.searches import News, Searches

_OUTPUTS_THAT_SHOW = ("", "ids")


@helping.command(
    examples={
        "corpus new": "of all saved searches",
        "corpus new isis-k --peek": "of one, which stays new",
        "corpus new --consumer cron --jsonl": "for a program of its own",
    }
)
@click.argument("name", required=False, shell_complete=completion.complete_saved)
@click.option(
    "--since-last/--since-added",
    "since_last",
    default=True,
    help="What you have not seen, or all since the search was saved. [default: --since-last]",
)
@click.option("--peek", is_flag=True, help="What is shown stays new.")
@consumer_option
@options.with_values(*NEWS_OPTIONS)
@options.wait
@options.index
@options.debug
def new(  # noqa: PLR0913 - one parameter an option
    *,
    name: str | None,
    since_last: bool,
    peek: bool,
    consumer: str,
    wait: float,
    index: str | None,
    values: OptionValues,
) -> int:
    """Show the passages of saved searches that are new to you.

    Without NAME, those of all saved searches. They count as seen once all output is written. A
    passage is not new if you have seen most of its sentences in an earlier reading of its article,
    or a near-copy of it. -c and -q show no passage, so all stay new.

    Exit code: 0 something is new, 1 nothing is new, 2 error, 3 the time limit ended a search, or
    one cannot be run; what was not looked at stays new.
    """
    values = {**usual_values(), **values}
    with session.open_corpora([index] if index else []) as opened:
        presentation = printing.read_presentation(values, opened.folder)
        corpus = opened.corpora[0][1]
        marks = not peek and presentation.output in _OUTPUTS_THAT_SHOW
        _check_writable(corpus, marks=marks)
        searches = corpus.saving(wait=wait, waiting=stream.talk)
        names = [name] if name is not None else searches.names()
        if not names:
            printing.print_notes(["no search is saved: corpus saved add NAME QUERY saves one"])
        request = SearchRequest(
            limit=presentation.limit if presentation.output in _OUTPUTS_THAT_SHOW else 0,
            sort=presentation.sort,
            context=values["context"],
            list_names=presentation.with_names,
            seconds=session.setting("timeout", values["timeout"], opened.folder),
        )
        printer = AnswerPrinter(presentation, opened)
        shown: list[News] = []
        for each in names:
            started = time.perf_counter()
            try:
                news = searches.new(each, consumer, request, since_added=not since_last)
            except CorpusError as error:
                if name is not None:
                    raise
                printer.print_failures({each: str(error)})
                continue
            milliseconds = round((time.perf_counter() - started) * 1000)
            _print_news(printer, corpus, news, milliseconds, presentation)
            shown.append(news)
        if marks:
            _mark_seen(searches, shown)
        is_partial = printer.has_failures or printer.is_partial
        if stream.listening() and not (printer.has_hits or is_partial or not names):
            # cron mails what it is told, and has nothing to mail then.
            printing.print_notes(["nothing is new"])
    return session.exit_code(any_found=printer.has_hits, partial=is_partial)


def _mark_seen(searches: Searches, shown: Sequence[News]) -> None:
    """Record what was shown as seen. Whatever ends the output before leaves all of it new."""
    try:
        searches.mark_seen(*shown)
    except CorpusError:
        printing.print_notes(["what was shown stays new, because that could not be recorded"])
        raise


def _print_news(
    printer: AnswerPrinter,
    corpus: Corpus,
    news: News,
    milliseconds: int,
    presentation: Presentation,
) -> None:
    """Print the new passages of a saved search, if there are any."""
    results = news.results
    if results.total or results.partial or presentation.output == "count":
        printer.print_answer(CorporaAnswer([(corpus, results)], results, milliseconds))
    is_limited = len(results.hits) == presentation.limit
    if presentation.output in _OUTPUTS_THAT_SHOW and is_limited and not news.change:
        printing.print_notes(
            [f"not all that is new of {news.search.name} is shown: the rest stays new"]
        )


def _check_writable(corpus: Corpus, *, marks: bool) -> None:
    """Raise `UsageError` if what is shown could not be recorded as seen."""
    if marks and corpus.folder and not os.access(corpus.folder, os.W_OK):
        raise UsageError(
            f"{corpus.folder} cannot be written, so nothing in it can count as seen: give --peek "
            "to look at what is new"
        )
