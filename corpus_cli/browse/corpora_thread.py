"""Ask corpora in a thread of their own."""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from corpus_cli.browse.open_article import ArticleKey, OpenArticle, read_article
from corpus_cli.browse.state import FACETS
from corpus_cli.corpora import facets_corpora, search_corpora
from corpus_cli.corpus import Corpus
from corpus_cli.errors import UsageError
from corpus_cli.model import Facets, Results
from corpus_cli.output.citations import format_citations
from corpus_cli.output.references import Reference
from corpus_cli.query.filters import Filters
from corpus_cli.search.request import SearchRequest

_T = TypeVar("_T")

_FACET_SECONDS = 2.0
"""The time limit for counting: the next search waits for it."""

_CLOSING_SECONDS = 1.0

NamedFolder = tuple[str, Path]
"""The name that hits of a corpus get, empty if there is only one, and its folder."""


class CorporaThread:
    """One thread that opens corpora, asks them one question after the other, and closes them.

    A connection of SQLite belongs to the thread that opened it. A question that is cancelled
    before its turn is not asked. After an error the corpora are opened again for the next
    question, because they may have been repaired or replaced meanwhile.
    """

    def __init__(self, folders: Sequence[NamedFolder]) -> None:
        self._folders = folders
        self._corpora: list[tuple[str, Corpus]] = []
        self._stack = ExitStack()
        self._executor = ThreadPoolExecutor(1, "corpora")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the corpora, without waiting long for a search that has not ended."""
        closed = self._executor.submit(self._stack.close)
        with suppress(TimeoutError):
            closed.result(_CLOSING_SECONDS)
        self._executor.shutdown(wait=closed.done(), cancel_futures=True)

    def search(self, line: str, request: SearchRequest) -> Future[Results]:
        """Return the articles that match, each with its best passage."""
        return self._executor.submit(self._ask, partial(self._search, line, request))

    def count(self, line: str, request: SearchRequest) -> Future[Facets]:
        """Return the counts by which results can be narrowed."""
        return self._executor.submit(self._ask, partial(self._count, line, request))

    def read(self, key: ArticleKey, line: str, request: SearchRequest) -> Future[OpenArticle]:
        """Return an article with what matches in it."""
        return self._executor.submit(self._ask, partial(self._read, key, line, request))

    def cite(self, reference: Reference, style: str) -> Future[str]:
        """Return the entry of an article in a bibliography; it takes a second to import."""
        return self._executor.submit(lambda: format_citations([reference], style)[0])

    def _ask(self, question: Callable[[], _T]) -> _T:
        """Answer a question; after an error, close the corpora, which may explain the error."""
        try:
            if not self._corpora:
                self._corpora = [
                    (name, self._stack.enter_context(Corpus.open(folder)))
                    for name, folder in self._folders
                ]
            return question()
        except UsageError:
            # The corpora have nothing to do with it.
            raise
        except Exception:
            self._corpora = []
            # A corpus that is closed after an error raises what explains it.
            self._stack.__exit__(*sys.exc_info())
            raise

    def _search(self, line: str, request: SearchRequest) -> Results:
        return search_corpora(self._corpora, line, request)[0]

    def _count(self, line: str, request: SearchRequest) -> Facets:
        seconds = min(request.seconds or _FACET_SECONDS, _FACET_SECONDS)
        # To count all names of a corpus takes longer than people wait to type on.
        is_everything = not line.strip() and request.filters == Filters()
        fields = [by for by in FACETS if by != "name" or not is_everything]
        return facets_corpora(self._corpora, line, fields, request._replace(seconds=seconds))

    def _read(self, key: ArticleKey, line: str, request: SearchRequest) -> OpenArticle:
        return read_article(key, dict(self._corpora)[key.corpus], line, request)
