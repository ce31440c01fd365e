"""Bring the index up to date with the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from corpus_cli.engines.port import ArticleContent, Engine, article_facts
from corpus_cli.names.lookup import NameLookup
from corpus_cli.store.store import Store, TextsTooLarge

_T = TypeVar("_T")

_ARTICLES_PER_READ = 100
"""How many articles are read from the store at a time."""


class ReadNames(Protocol):
    """Returns what a function reads in the names; None if they have errors."""

    def __call__(self, read: Callable[[NameLookup], _T]) -> _T | None:
        """Read the names."""


def lacks_much(store: Store, engine: Engine) -> bool:
    """Return whether the index lacks so much that it is worth writing during an ingest.

    It lacks half of the articles: so a long ingest writes and merges each passage a few times,
    however many batches it has.
    """
    lag = engine.lag(store)
    return lag.must_be_rebuilt or 2 * lag.changes >= store.count_articles()


def update_index(  # noqa: PLR0913 - what to update, and how
    store: Store,
    engine: Engine,
    read_names: ReadNames,
    *,
    fresh: bool,
    verify: bool,
    jobs: int,
    is_last: bool,
) -> None:
    """Apply the changes of the store that the engine lacks.

    With `verify` every byte of the index is read before anything is added to it. Once is
    enough for all batches of an ingest to bring the mentions of names up to date and to merge
    segments: the one that `is_last`.
    """
    is_behind = fresh
    if not fresh:
        lag = engine.lag(store, verify=verify)
        # The store was restored from an older copy, or the index is damaged.
        fresh = lag.must_be_rebuilt
        is_behind = fresh or bool(lag.changes)
    digest = read_names(NameLookup.digest) if is_last or fresh else None
    if not is_behind and (engine.is_empty() or digest in (None, engine.names_digest())):
        engine.tidy()
        return
    names = read_names(NameLookup.table) if digest else None
    changes = list(store.changes(0) if fresh else engine.lacking(store))
    with engine.writer(store.last_change(), fresh=fresh, names=names, is_last=is_last) as writer:
        for change in changes:
            writer.remove(change.article)
        writer.fill(read_contents(store, [one.article for one in changes if one.live]), jobs)


def read_contents(store: Store, articles: Sequence[str]) -> Iterator[ArticleContent]:
    """Yield the passages of each article, and the metadata to filter it by."""
    batches = [
        articles[start : start + _ARTICLES_PER_READ]
        for start in range(0, len(articles), _ARTICLES_PER_READ)
    ]
    batches.reverse()
    while batches:
        batch = batches.pop()
        try:
            passages_by_article = store.passages_with_captions(batch)
        except TextsTooLarge:
            half = len(batch) // 2
            batches += (batch[half:], batch[:half])
            continue
        headers = store.headers(batch)
        for article, passages in passages_by_article.items():
            yield passages, article_facts(headers[article], store.base_prefix)
