"""Verify `exact:` nodes against the texts of passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.engines.plan import Verified, plan_query
from corpus_cli.query.nodes import Bag, Exact, Quoted, walk
from corpus_cli.search.moment import Moment
from corpus_cli.text.tokenise import tokenise


def verify_exact(query: Bag, moment: Moment, clock: Clock) -> Verified:
    """Return the passages that contain the characters of each `exact:` node, by node.

    Nodes that are not checked before the time ends are missing from the result.
    """
    passages_by_node: dict[Exact, frozenset[str]] = {}
    with suppress(TimeOver):
        for node in walk(query):
            if isinstance(node, Exact) and node not in passages_by_node:
                passages_by_node[node] = frozenset(_passages_with(node, moment, clock))
    return passages_by_node


def _passages_with(node: Exact, moment: Moment, clock: Clock) -> Iterator[str]:
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
