"""Find the article that a user names by an id or a path."""

from __future__ import annotations

from corpus_cli.errors import NotFound
from corpus_cli.store.store import Store
from corpus_cli.text.printable import is_valid

_MIN_PREFIX_LENGTH = 4


def resolve_article(store: Store, name: str) -> str:
    """Return the id of the live article that `name` identifies.

    `name` is an id, the first four or more characters of one, `PATH` or `PATH#RECORD`. An id may
    be followed by `#` and the number of a passage. Raises `NotFound` if there is no such article
    or several; the message says what to do next.
    """
    article = name.partition("#")[0]
    # A path need not be valid text. An id always is, so an invalid one is not looked up.
    article = article if is_valid(article) else ""
    state = store.state(article)
    if state and state.name == "live":
        return article
    if state and state.successor:
        raise NotFound(f"{article} was replaced: see {_last_successor(store, state.successor)}")
    if state:
        reason = "removed" if state.name == "removed" else "pruned: its file is gone"
        raise NotFound(f"{article} was {reason}")
    for source in store.files.possible_sources(name):
        article_of_source = store.files.article_at(source)
        if article_of_source and article_of_source != article:
            return resolve_article(store, article_of_source)
    matches = store.ids(article) if len(article) >= _MIN_PREFIX_LENGTH else []
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise NotFound(f"{len(matches)} ids begin with {name}: {', '.join(matches[:3])} …")
    raise NotFound(f"no article is called {name}: see all with: corpus list")


def _last_successor(store: Store, article: str) -> str:
    """Return the last article in a chain of successors."""
    visited = {"", article}
    while (state := store.state(article)) and state.successor not in visited:
        article = state.successor
        visited.add(article)
    return article
