"""Rank passages or articles by id and score alone."""

from __future__ import annotations

from typing import NamedTuple

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.plan import plan_query
from corpus_cli.model import article_of
from corpus_cli.search.feedback import add_feedback
from corpus_cli.search.moment import Moment
from corpus_cli.search.read_query import read_query
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.verified import verify


class Ranking(NamedTuple):
    """The ids and scores of passages, or of articles if they are grouped, the best first."""

    ranked: tuple[tuple[str, float], ...]
    notes: tuple[str, ...] = ()


def ranking(line: str, moment: Moment, request: SearchRequest) -> Ranking:
    """Return the first `limit` passages or articles of a query; near-copies are not folded."""
    clock = Clock(request.seconds)
    query, notes = read_query(line, moment, request, clock)
    verified = verify(query, moment, clock)
    plan = plan_query(query, moment.index, verified, ranks_articles=request.group_by_article)
    candidates = moment.index.match(plan, clock)
    ordered = add_feedback(candidates, query, moment.store)
    scores: dict[str, float] = {}
    for passage, score in ordered.ranked():
        if len(scores) == request.limit:
            break
        scores.setdefault(article_of(passage) if request.group_by_article else passage, score)
    return Ranking(tuple(scores.items()), (*notes, *candidates.counts.notes))
