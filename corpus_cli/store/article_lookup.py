"""Find the article that a user names by an id or a path."""

from __future__ import annotations

from collections.abc import Sequence

from corpus_cli.errors import NotFound
from corpus_cli.model import article_of
from corpus_cli.model.ids import MIN_PREFIX_DIGITS
from corpus_cli.store.store import Store
from corpus_cli.text.printable import is_valid
from corpus_cli.text.shell import index_option

_MAX_LISTED = 3


def resolve_article(store: Store, name: str) -> str:
    """Return the id of the live article that `name` identifies.

    `name` is an id, the first four or more characters of one, `PATH` or `PATH#RECORD`, or the last
    part of these. An id may be followed by `#` and the number of a passage. Raises `NotFound` if
    there is no such article or several; the message says what to do next.
    """
    article = article_of(name)
    # A path need not be valid text. An id always is, so an invalid one is not looked up.
    article = article if is_valid(article) else ""
    state = store.state(article)
    if state and state.name == "live":
        return article
    for source in store.files.possible_sources(name):
        article_of_source = store.files.article_at(source)
        if article_of_source and article_of_source != article:
            return resolve_article(store, article_of_source)
    is_prefix = len(article) >= MIN_PREFIX_DIGITS
    matches = store.ids(article) if is_prefix else []
    if len(matches) == 1:
        return matches[0]
    if matches:
        what = f"{len(matches):,} ids begin with {article}: give more of one"
        raise NotFound(f"{what}: {_list_ids(store, matches)}")
    # The beginning of an id that was shown once names the same article when that is gone.
    dead = [article] if state else store.dead_ids(article) if is_prefix else []
    if len(dead) == 1:
        raise _explain_dead(store, dead[0])
    articles = store.files.articles_by_last_part(name)
    if len(articles) == 1:
        return articles[0]
    if articles:
        what = f"{len(articles):,} articles have sources called {name}: give the id of one"
        raise NotFound(f"{what}: {_list_ids(store, articles)}")
    list_command = f"corpus list{index_option(store.folder)}"
    raise NotFound(f"no article is called {name}: see all with: {list_command}")


def _list_ids(store: Store, articles: Sequence[str]) -> str:
    """Return the first ids, as short as they may be typed; an ellipsis stands for the others."""
    listed = ", ".join(store.short_ids(articles[:_MAX_LISTED]).values())
    return f"{listed} …" if len(articles) > _MAX_LISTED else listed


def _explain_dead(store: Store, article: str) -> NotFound:
    """Return the error for an article that is not live."""
    state = store.state(article)
    if state and state.successor:
        last = last_successor(store, state.successor)
        return NotFound(f"{store.short_id(article)} was replaced: see {store.short_id(last)}")
    reason = "removed" if state and state.name == "removed" else "pruned: its file is gone"
    return NotFound(f"{store.short_id(article)} was {reason}")


def last_successor(store: Store, article: str) -> str:
    """Return the last article in a chain of successors."""
    visited = {"", article}
    while (state := store.state(article)) and state.successor not in visited:
        article = state.successor
        visited.add(article)
    return article
