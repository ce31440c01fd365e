"""Rank passages or articles by id and score alone."""

from __future__ import annotations

from typing import NamedTuple

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.port import Candidates, Engine
from corpus_cli.model import article_of
from corpus_cli.names.lookup import NameLookup
from corpus_cli.search.plan import prepare
from corpus_cli.search.request import SearchRequest
from corpus_cli.store.store import Store


class Ranking(NamedTuple):
    """The ids and scores of passages, or of articles if they are grouped, the best first."""

    ranked: tuple[tuple[str, float], ...]
    notes: tuple[str, ...] = ()


def ranking(
    line: str, store: Store, engine: Engine, names: NameLookup, request: SearchRequest
) -> Ranking:
    """Return the first `limit` passages or articles of a query; near-copies are not folded."""
    clock = Clock(request.seconds)
    query, verified, ordered, notes = prepare(line, store, engine, names, request, clock)

    def choose(candidates: Candidates) -> dict[str, float]:
        scores: dict[str, float] = {}
        for passage, score in ordered(candidates).ranked():
            if len(scores) == request.limit:
                break
            scores.setdefault(article_of(passage) if request.group_by_article else passage, score)
        return scores

    matched, ranked = engine.search(query, choose, verified, clock.seconds_left())
    return Ranking(tuple(ranked.items()), (*notes, *matched.notes))
