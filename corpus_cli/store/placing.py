"""Find where annotations are after their articles changed."""

from __future__ import annotations

from collections.abc import Sequence

from corpus_cli.model import Passage
from corpus_cli.model.annotations import MAX_QUOTE, Annotation
from corpus_cli.store.article_lookup import last_successor
from corpus_cli.store.store import Store

_RUN = 8
"""The characters of the runs by which texts are compared, in any language."""

_MIN_SHARE = 0.5
"""The least share of the runs of a quotation that the passage has which it was made of."""

_MAX_COMPARED = 4 * MAX_QUOTE
"""The characters of a passage that are compared."""


def place_annotations(store: Store) -> None:
    """Record where each annotation is now whose article changed, inside a transaction.

    It is on the article that it was written on, or on that which was read in its place; and on the
    passage there that has the most of the quotation. If none has half of it, the annotation is on
    the article. One of an article that is not live stays there, and is placed when that returns.
    """
    annotations = store.annotations.outdated()
    if annotations:
        change = store.last_change()
        places = [(*_find_place(annotation, store), annotation) for annotation in annotations]
        store.annotations.record_places(places, change)


def _find_place(annotation: Annotation, store: Store) -> tuple[str, int | None]:
    anchor = annotation.anchor
    article = _find_article(annotation, store)
    if anchor.passage is None:
        return article, None
    return article, find_passage(anchor.quote, anchor.passage, store.passages(article))


def _find_article(annotation: Annotation, store: Store) -> str:
    for article in (annotation.anchor.article, annotation.now_article):
        if _is_live(article, store):
            return article
        successor = last_successor(store, article)
        if _is_live(successor, store):
            return successor
    return annotation.now_article


def _is_live(article: str, store: Store) -> bool:
    state = store.state(article)
    return state is not None and state.name == "live"


def find_passage(quote: str, number: int, passages: Sequence[Passage]) -> int | None:
    """Return the number of the passage that has the most of a quotation; None if none has half.

    Of passages that have as much, it is the one with the least other text, then the nearest to
    `number`, which the passage had when it was quoted.
    """
    runs = _runs(quote[:MAX_QUOTE])
    best: tuple[float, float, int] | None = None
    best_number: int | None = None
    for passage in passages:
        passage_runs = _runs(passage.text[:_MAX_COMPARED])
        shared = len(runs & passage_runs)
        if shared < _MIN_SHARE * len(runs):
            continue
        fit = (shared / len(runs), shared / len(passage_runs), -abs(passage.n - number))
        if best is None or fit > best:
            best, best_number = fit, passage.n
    return best_number


def _runs(text: str) -> frozenset[str]:
    """Return the runs of characters of a text, however it is broken into lines."""
    folded = " ".join(text.casefold().split())
    return frozenset(folded[n : n + _RUN] for n in range(max(len(folded) - _RUN, 0) + 1))
