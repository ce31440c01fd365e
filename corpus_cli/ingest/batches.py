"""Commit an ingest in transactions of bounded size."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import TracebackType
from typing import Self

from corpus_cli.ingest.changes import ArticleRead, IngestChange, apply_to_store
from corpus_cli.ingest.reclassifying import Reclassifiers, reclassify_recurring_lines
from corpus_cli.names.spelling_pairs import update_spelling_pairs
from corpus_cli.store.placing import place_annotations
from corpus_cli.store.store import Store

_MAX_ARTICLES = 1_000
_MAX_CHARACTERS = 32_000_000

_MAX_PENDING = 500
_MAX_PENDING_CHARACTERS = 2_000_000


class Batches:
    """The store transactions of an ingest; one of them is open inside the `with` block.

    Changes are written some hundred at a time, and all before their transaction is committed.
    `on_commit` is called after each commit, so that the engine can follow the store. Its argument
    says whether the commit was the last one.
    """

    def __init__(self, store: Store, on_commit: Callable[[bool], None], jobs: int = 1) -> None:
        self._store = store
        self._reclassifiers = Reclassifiers(jobs)
        self._on_commit = on_commit
        self._pending: list[IngestChange] = []
        self._pending_articles: set[str] = set()
        self._pending_characters = 0
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
        with closing(self._reclassifiers):
            self._transaction.__exit__(kind, error, trace)

    def add(self, change: IngestChange) -> None:
        """Add a change to the open transaction, and commit this if it is full."""
        self._pending.append(change)
        if isinstance(change, ArticleRead):
            article = change.entry.article
            self._pending_articles.add(article.id)
            self._article_count += 1
            length = sum(len(line.text) for line in article.lines)
            self._pending_characters += length
            self._character_count += length
            self.characters += length
        if self._article_count >= _MAX_ARTICLES or self._character_count >= _MAX_CHARACTERS:
            self.commit()
        elif (
            len(self._pending) >= _MAX_PENDING
            or self._pending_characters >= _MAX_PENDING_CHARACTERS
        ):
            self.write()

    def write(self) -> None:
        """Write all changes so far to the open transaction."""
        apply_to_store(self._pending, self._store)
        self._pending.clear()
        self._pending_articles.clear()
        self._pending_characters = 0

    def write_article(self, article: str) -> None:
        """Write all changes so far if an article with this id is among them."""
        if article in self._pending_articles:
            self.write()

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
            self.write()
            reclassify_recurring_lines(self._store, self._reclassifiers)
            if self._is_last:
                self._reclassifiers.close()
                update_spelling_pairs(self._store.name_words)
            place_annotations(self._store)
        self._on_commit(self._is_last)
