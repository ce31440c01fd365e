"""Search an engine and return its best matches."""

from itertools import islice
from typing import NamedTuple

from corpus_cli.engines.port import Candidates, Engine, MatchCounts, Verified
from corpus_cli.model import Match
from corpus_cli.query.nodes import Bag


class Answer(NamedTuple):
    """The best matches, the counts of all matches, and the ids of all matching articles."""

    matches: tuple[Match, ...]
    found: MatchCounts
    articles: tuple[str, ...]

    @property
    def total(self) -> int:
        return self.found.total


def posed(engine: Engine, query: Bag, depth: int = 10, verified: Verified | None = None) -> Answer:
    """Search an engine for a query and return the `depth` best matches."""

    def best(candidates: Candidates) -> tuple[tuple[Match, ...], tuple[str, ...]]:
        matches = (candidates.match(passage) for passage, _ in candidates.ranked())
        return tuple(islice(filter(None, matches), depth)), tuple(candidates.articles())

    found, (matches, articles) = engine.search(query, best, verified or {})
    return Answer(matches, found, articles)
