"""Changes to the store, batch by batch."""

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from corpus_cli.ingest.entries import settle
from corpus_cli.model import Entry, Source, Stamp
from corpus_cli.store.articles import Store

_ARTICLES = 1_000
_CHARACTERS = 32_000_000


class Batches:
    """Transactions of bearable size: all of one lands or none, the store first.

    After each, `committed` lets the engine follow. Also what an ingest writes through: every
    method is one change.
    """

    def __init__(self, store: Store, committed: Callable[[], None]) -> None:
        self._store = store
        self._committed = committed
        self._articles = self._characters = 0
        self._transaction = store.transaction()

    def __enter__(self) -> Self:
        self._transaction.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                settle(self._store)
        except BaseException as failure:
            self._transaction.__exit__(type(failure), failure, failure.__traceback__)
            raise
        self._transaction.__exit__(kind, error, trace)
        if error is None:
            self._committed()

    def put(self, entry: Entry, source: Source) -> None:
        """Record an article with all that is known of it as what stands at a source."""
        self._store.put(entry, source)
        self._articles += 1
        self._characters += sum(len(line.text) for line in entry.article.lines)
        if self._articles >= _ARTICLES or self._characters >= _CHARACTERS:
            self.__exit__(None, None, None)
            self._articles = self._characters = 0
            self._transaction = self._store.transaction()
            self._transaction.__enter__()

    def point(self, source: Source, article: str) -> None:
        """Record which article stands at a source."""
        self._store.point(source, article)

    def met(self, path: str, stamp: Stamp) -> None:
        """Remember what a file is, once all of it was read."""
        self._store.files.met(path, stamp)

    def follow(self, path: str, before: Mapping[str, str]) -> None:
        """Let corrections follow articles that moved within a file."""
        self._store.metadata.follow(path, before)

    def fail(self, source: Source, reason: str) -> None:
        """Remember what cannot be read, and why; what was read of it before stays."""
        self._store.files.fail(source, reason)

    def drop(self, source: Source) -> None:
        """Forget a source that went away."""
        self._store.drop(source)

    def forget(self, path: str) -> None:
        """Forget what a file was, and what was wrong with it."""
        self._store.files.forget(path)

    def remove(self, article: str) -> None:
        """Take an article out for good."""
        self._store.remove(article)

    def correct(self, article: str, field: str, values: Sequence[str] | None) -> None:
        """Put values in the place of those that were read."""
        self._store.correct(article, field, values)
