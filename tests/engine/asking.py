"""Search an engine and return its best matches."""

from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.plan import Verified, plan_query
from corpus_cli.engines.port import Candidates, Engine, MatchCounts, Snapshot
from corpus_cli.model import Match
from corpus_cli.query.nodes import Bag, Mention


class Answer(NamedTuple):
    """The best matches, the counts of all matches, and the ids of all matching articles."""

    matches: tuple[Match, ...]
    found: MatchCounts
    articles: tuple[str, ...]

    @property
    def total(self) -> int:
        return self.found.total


def current(engine: Engine) -> Snapshot:
    """Return the present moment of an engine, which stays readable."""
    with engine.snapshot() as index:
        return index


def matched(
    engine: Engine,
    query: Bag,
    verified: Verified | None = None,
    *,
    ranks_articles: bool = False,
) -> Candidates:
    """Return all passages of an engine that match a query."""
    index = current(engine)
    plan = plan_query(query, index, verified or {}, ranks_articles=ranks_articles)
    return index.match(plan, Clock(0))


def mentions(engine: Engine, mention: Mention) -> Mapping[str, int]:
    """Return how often each passage of an engine mentions a name."""
    return current(engine).mentions(mention)


def posed(engine: Engine, query: Bag, depth: int = 10, verified: Verified | None = None) -> Answer:
    """Search an engine for a query and return the `depth` best matches."""
    candidates = matched(engine, query, verified)
    matches = (candidates.match(passage) for passage, _ in candidates.ranked())
    best = tuple(islice(filter(None, matches), depth))
    return Answer(best, candidates.counts, tuple(candidates.articles()))
