"""Commit an ingest in transactions of bounded size."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from corpus_cli.ingest.entries import reclassify_recurring_lines
from corpus_cli.model import Entry
from corpus_cli.names.spelling_pairs import update_spelling_pairs
from corpus_cli.store.store import Store

_MAX_ARTICLES = 1_000
_MAX_CHARACTERS = 32_000_000


class Batches:
    """The store transactions of an ingest; one of them is open inside the `with` block.

    `on_commit` is called after each commit, so that the engine can follow the store. Its argument
    says whether the commit was the last one.
    """

    def __init__(self, store: Store, on_commit: Callable[[bool], None]) -> None:
        self._store = store
        self._on_commit = on_commit
        self._article_count = self._character_count = 0
        self.characters = 0
        """The characters of all articles so far."""
        self._is_last = True
        self._transaction = self._begin()

    def __enter__(self) -> Self:
        self._transaction.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._transaction.__exit__(kind, error, trace)

    def add(self, entry: Entry) -> None:
        """Count an article that was written to the open transaction."""
        self._article_count += 1
        length = sum(len(line.text) for line in entry.article.lines)
        self._character_count += length
        self.characters += length

    @property
    def is_full(self) -> bool:
        """Return whether the open transaction has reached its limit of articles or characters."""
        return self._article_count >= _MAX_ARTICLES or self._character_count >= _MAX_CHARACTERS

    def commit(self) -> None:
        """Commit the open transaction and begin the next one."""
        self._is_last = False
        self._transaction.__exit__(None, None, None)
        self._is_last = True
        self._article_count = self._character_count = 0
        self._transaction = self._begin()
        self._transaction.__enter__()

    @contextmanager
    def _begin(self) -> Iterator[None]:
        with self._store.transaction():
            yield
            reclassify_recurring_lines(self._store)
            if self._is_last:
                update_spelling_pairs(self._store.name_words)
        self._on_commit(self._is_last)
