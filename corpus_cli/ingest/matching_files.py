"""Read only the articles of files that may match a query."""

from collections.abc import Callable, Sequence

from corpus_cli.engines.clock import Clock
from corpus_cli.model.report import Report
from corpus_cli.names.lookup import NameLookup
from corpus_cli.search.needed_words import needed_words, simplify
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.word_filter import ANYTHING, AnyOf, encode_need

ReadFiles = Callable[[str, float], Report]
"""Reads the articles that meet an encoded condition, within some seconds (0: no limit)."""


def read_matching(
    lines: Sequence[str],
    request: SearchRequest,
    seconds: float,
    read_files: ReadFiles,
    read_names: Callable[[], NameLookup],
) -> Report:
    """Read the articles of files that may match one of several queries.

    Articles can explain an abbreviation that is then a form of a name in a query. If so, the
    files are read again, for the articles that have only that form.
    """
    clock = Clock(seconds)
    need = _encoded_need(lines, request, read_names())
    while True:
        report = read_files(need, clock.seconds_left())
        if report.interrupted or not report.passed_over:
            return report
        need_before, need = need, _encoded_need(lines, request, read_names())
        if need == need_before:
            return report


def _encoded_need(lines: Sequence[str], request: SearchRequest, names: NameLookup) -> str:
    """Return the condition that an article must meet to match a query; empty if all meet it."""
    need = simplify(AnyOf(tuple(needed_words(line, names, request) for line in lines)))
    return "" if need == ANYTHING else encode_need(need)
