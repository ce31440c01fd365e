"""Run `corpus search`, however its options were parsed."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from corpus_cli.cli import session
from corpus_cli.cli.printing import (
    AnswerPrinter,
    CorporaAnswer,
    Presentation,
    read_presentation,
)
from corpus_cli.cli.session import OpenCorpora, OptionValues, setting
from corpus_cli.corpora import search_corpora
from corpus_cli.corpus import Corpus
from corpus_cli.engines.clock import Clock
from corpus_cli.errors import InvalidQuery, UsageError
from corpus_cli.model import STDIN, Results
from corpus_cli.output import records
from corpus_cli.query.filters import Filters
from corpus_cli.search.request import SearchRequest
from corpus_cli.text.normalise import mend_surrogates
from corpus_cli.text.plurals import plural
from corpus_cli.text.shell import quote, quote_path

_READING_SHARE = 0.9
"""The share of the time limit after which no more files are read: the rest is for matching."""

_MAX_NUMBER = 10**12
"""More passages than any corpus has, yet far from the largest integer of the machine."""


class BatchQuery(NamedTuple):
    """A query with its id; or, in `error`, why it could not be read."""

    id: str
    line: str
    error: str = ""


def run_search(query: Sequence[str], values: OptionValues) -> int:
    """Answer one query or a file of them. Returns the exit code."""
    started = time.perf_counter()
    _require_query(query, values)
    with session.open_corpora(values["index"], values["places"]) as corpora:
        presentation = read_presentation(values, corpora.folder)
        request = _read_search_request(values, presentation, corpora)
        queries = _read_queries(query, values)
        opened = corpora
        seconds = request.seconds
        if values["places"]:
            clock = Clock(seconds)
            queries = list(queries)
            opened = _read_files(corpora, queries, request, presentation, values)
            request = request._replace(
                passed_over=opened.passed_over,
                seconds=max(clock.seconds_left(), seconds * (1 - _READING_SHARE)),
            )
        printer = AnswerPrinter(presentation, opened)
        printer.print_failures(opened.failed, opened.skipped)
        for name, line, error in queries:
            if error:
                printer.print_failures({values["queries"] or "": error})
                continue
            try:
                results, by_corpus = _search(opened, line, request)
            except InvalidQuery as invalid:
                if values["queries"] is None:
                    raise
                printer.print_failures({values["queries"]: f"query {name}: {invalid}"})
            else:
                milliseconds = round((time.perf_counter() - started) * 1000)
                printer.print_answer(
                    CorporaAnswer(by_corpus, results._replace(id=name), milliseconds)
                )
            # Files are checked for changes once: one check for each of many queries is too slow.
            started = time.perf_counter()
            request = request._replace(check_files=False, seconds=seconds)
    is_partial = printer.has_failures or printer.is_partial
    return session.exit_code(any_found=printer.has_hits, partial=is_partial)


def _read_files(
    opened: OpenCorpora,
    queries: Sequence[BatchQuery],
    request: SearchRequest,
    presentation: Presentation,
    values: OptionValues,
) -> OpenCorpora:
    """Read the files of `--in`: all of them if articles without a match are listed.

    With `-q` the first article that may match is enough if it does.
    """
    is_listing_others = presentation.output == "others"
    lines = [] if is_listing_others else [one.line for one in queries if not one.error]
    clock = Clock(request.seconds * _READING_SHARE)
    read = partial(session.read_files, opened, values["places"], lines, request)
    if presentation.output == "quiet" and _may_end_early(lines, values["places"]):
        first = read(clock.seconds_left(), most=1)
        if first.has_no_article or _search(first, lines[0], request)[0].total:
            return first
    return read(clock.seconds_left())


def _may_end_early(lines: Sequence[str], places: Sequence[str]) -> bool:
    """Return whether a match in one article is one whatever the others are.

    What a query excludes can depend on the names in all articles. If the article does not match,
    the files are read from their start, which a pipe cannot be.
    """
    from corpus_cli.query.nodes import Not, walk
    from corpus_cli.query.parse import parse

    if len(lines) != 1 or STDIN in places:
        return False
    return not any(isinstance(node, Not) for node in walk(parse(lines[0]).query))


def _read_search_request(
    values: OptionValues, presentation: Presentation, opened: OpenCorpora
) -> SearchRequest:
    """Return how to search and which hits to return."""
    output = presentation.output
    limit = min(setting("limit", values["limit"], opened.folder), _MAX_NUMBER)
    request = session.read_request(values, opened.folder)
    if values["places"]:
        # The setting limits how long a corpus is searched; it takes longer to read files.
        request = request._replace(seconds=values["timeout"] or 0.0)
    return request._replace(
        limit=0 if output not in ("", "ids") else None if values["everything"] else limit,
        # -L lists the articles that do not match at all, so it needs all that do.
        sort="score" if output == "others" else presentation.sort,
        group_by_article=values["group"] is not None or output in ("files", "others"),
        list_names=presentation.with_names,
        list_articles=output in ("files", "others"),
        explain=presentation.explain,
        offset=min(values["offset"], _MAX_NUMBER),
        per_article=values["per_article"],
        context=values["context"],
        duplicates=values["duplicates"],
        with_chrome=values["lines_too"] is not None,
    )


def _search(
    opened: OpenCorpora, line: str, request: SearchRequest
) -> tuple[Results, Sequence[tuple[Corpus, Results]]]:
    """Return the merged answer, and that of each corpus."""
    names = [records.shown(name) for name, _ in opened.corpora]
    corpora = [corpus for _, corpus in opened.corpora]
    results, answers = search_corpora([*zip(names, corpora, strict=True)], line, request)
    by_corpus = [*zip(corpora, answers, strict=True)]
    if opened.folder is None and opened.has_no_article and not opened.passed_over:
        results = results._replace(hints=(_explain_nothing_read(opened),), suggestions=())
    if opened.partial:
        results = _mark_partial(corpora[0], opened.passed_over, results)
    return results, by_corpus


def _explain_nothing_read(opened: OpenCorpora) -> str:
    """Say why there is no article in the files that were to be searched."""
    if opened.failed:
        return "none of the files could be read, so nothing was searched"
    return "there is no file that corpus reads, so nothing was searched"


def _mark_partial(corpus: Corpus, passed_over: int, results: Results) -> Results:
    """Mark an answer for which not all files were read."""
    count = corpus.store.count_articles() + passed_over
    note = f"not all files were read: this answer covers {plural(count, 'article')}"
    # The other files may contain the words.
    return results._replace(notes=(note, *results.notes), hints=(), suggestions=(), partial=True)


def _require_query(words: Sequence[str], values: OptionValues) -> None:
    """Raise `UsageError` if there is no query: no word, no filter and no file of queries."""
    if words or values["queries"] is not None or session.read_filters(values) != Filters():
        return
    places = values["places"]
    if not places:
        raise UsageError("the query is missing: give words to search for, or a filter")
    from corpus_cli.ingest.discover import is_missing

    files = [place for place in places if place == STDIN or not is_missing(place)]
    query = " ".join(quote(place) for place in places if place not in files) or "QUERY"
    option = " ".join(map(quote_path, files)) or "FILES"
    raise UsageError(
        "the query is missing, because --in takes all words after it for files; "
        f"put the query before it: corpus search {query} --in {option}"
    )


def _read_queries(words: Sequence[str], values: OptionValues) -> Iterable[BatchQuery]:
    """Return the query of a command line, or those of a file."""
    if values["queries"] is not None:
        return read_query_file(values["queries"])
    return [BatchQuery("", " ".join(words))]


def read_query_file(name: str) -> Iterator[BatchQuery]:
    """Read the queries of a file one by one: plain lines, numbered from 1, or JSON with an id.

    JSON has the fields `query` (or `text`) and `id` (or `_id`, `query_id`). Empty lines are
    skipped. Raises `UsageError` if the file cannot be read or has no query.
    """
    from contextlib import nullcontext
    from pathlib import Path

    if name == STDIN and sys.stdin is None:
        raise UsageError("standard input is closed: there are no queries to read")
    is_empty = True
    try:
        with nullcontext(sys.stdin.buffer) if name == STDIN else Path(name).open("rb") as lines:
            for number, raw in enumerate(lines, 1):
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip()
                if text:
                    is_empty = False
                    yield _parse_query(str(number), text)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from error
    if is_empty:
        raise UsageError(f"{name} contains no query: write one query a line")


def _parse_query(number: str, text: str) -> BatchQuery:
    import json

    if not text.startswith("{"):
        return BatchQuery(number, text)
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        return BatchQuery(number, "", f"line {number} is not valid JSON: {error}")
    line = record.get("query", record.get("text"))
    if not isinstance(line, str):
        example = '{"id": "1", "query": "words"}'
        return BatchQuery(number, "", f"line {number} has no query: write it as {example}")
    value = record.get("id", record.get("_id", record.get("query_id")))
    name = mend_surrogates(str(value)) if isinstance(value, str | int) else ""
    return BatchQuery(" ".join(name.split()) or number, mend_surrogates(line))
