"""Read only the articles of files that may match a query."""

from collections.abc import Callable, Sequence

from corpus_cli.engines.clock import Clock
from corpus_cli.model.report import Report
from corpus_cli.names.lookup import NameLookup
from corpus_cli.search.needed_words import needed_words
from corpus_cli.search.request import SearchRequest

ReadFiles = Callable[[str, float], Report]
"""Reads articles with encoded `NeededWords`, within some seconds (0: no limit)."""


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
    need = needed_words(lines, read_names(), request).encode()
    while True:
        report = read_files(need, clock.seconds_left())
        if report.interrupted or not report.passed_over:
            return report
        need_before, need = need, needed_words(lines, read_names(), request).encode()
        if need == need_before:
            return report
