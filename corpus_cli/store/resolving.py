"""What an article is called, and which one is meant by it."""

from __future__ import annotations

from corpus_cli.errors import NotFound
from corpus_cli.store.articles import Store
from corpus_cli.text.printable import is_valid

_SHORTEST_ID = 4


def resolve(store: Store, name: str) -> str:
    """The id of the article that a name means. Raises `NotFound`, with a way on."""
    article = name.partition("#")[0]
    # A path need not be valid text; an id is, and the store is asked for no other.
    article = article if is_valid(article) else ""
    state = store.state(article)
    if state and state.name == "live":
        return article
    if state and state.successor:
        raise NotFound(f"{article} was replaced: see {_living(store, state.successor)}")
    if state:
        how = "removed" if state.name == "removed" else "pruned: its file is gone"
        raise NotFound(f"{article} was {how}")
    for source in store.files.meant(name):
        known = store.files.article(source)
        if known and known != article:
            return resolve(store, known)
    begun = store.ids(article) if len(article) >= _SHORTEST_ID else []
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise NotFound(f"{name} is the beginning of {len(begun)} ids: {', '.join(begun[:3])} …")
    raise NotFound(f"no article is called {name}: see all with: corpus list")


def _living(store: Store, article: str) -> str:
    """The last of a line of successors."""
    seen = {"", article}
    while (state := store.state(article)) and state.successor not in seen:
        article = state.successor
        seen.add(article)
    return article
