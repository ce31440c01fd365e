"""Count what matches a query in the time that is left."""

from collections.abc import Callable

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.engines.plan import Verified, plan_query
from corpus_cli.engines.port import Candidates, Snapshot
from corpus_cli.query.nodes import Bag

CountMatches = Callable[[Bag], int]
"""A function that counts the passages that match a query, or raises `TimeOver`."""


def count_within(index: Snapshot, clock: Clock, verified: Verified) -> CountMatches:
    """Return a function that counts matches as long as there is time."""

    def count(query: Bag) -> int:
        return _match_all(query, index, clock, verified).counts.total

    return count


def count_articles(query: Bag, index: Snapshot, clock: Clock, verified: Verified) -> int:
    """Return the number of articles that match a query. Raises `TimeOver` if the time ends."""
    return _match_all(query, index, clock, verified).count_articles()


def _match_all(query: Bag, index: Snapshot, clock: Clock, verified: Verified) -> Candidates:
    candidates = index.match(plan_query(query, index, verified), clock)
    if candidates.counts.partial:
        raise TimeOver
    return candidates
