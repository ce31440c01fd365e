"""Verify `exact:` nodes against the texts of passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.plan import plan_query
from corpus_cli.query.nodes import Bag, Exact, Quoted
from corpus_cli.search.moment import Moment
from corpus_cli.text.tokenise import tokenise


def passages_with(node: Exact, moment: Moment, clock: Clock) -> Iterator[str]:
    """Yield the passages that contain the characters of a node. Raises `TimeOver`."""
    # The first and the last word may be parts of longer words; the words between them are complete.
    tokens = tokenise(node.text)
    edges = {token.position for token in (*tokens[:1], *tokens[-1:])}
    inner = [token for token in tokens if token.span == 1 and token.position not in edges]
    between = node.text[inner[0].start : inner[-1].end] if inner else ""
    if tokenise(between):
        plan = plan_query(Bag((Quoted(between),)), moment.index, {})
        articles: Iterable[str] = moment.index.match(plan, Clock(0)).articles()
    else:
        articles = moment.store.ids()
    for article in articles:
        clock.check()
        for passage in moment.store.passages(article):
            if node.text in passage.text:
                yield passage.id
