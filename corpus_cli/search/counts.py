"""Count the matches of a query in the time that is left."""

from collections.abc import Callable

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.engines.plan import Verified, plan_query
from corpus_cli.engines.port import Snapshot
from corpus_cli.query.nodes import Bag

CountMatches = Callable[[Bag], int]
"""A function that counts the passages that match a query, or raises `TimeOver`."""


def count_within(index: Snapshot, clock: Clock, verified: Verified) -> CountMatches:
    """Return a function that counts matches as long as there is time."""

    def count(query: Bag) -> int:
        counts = index.match(plan_query(query, index, verified), clock).counts
        if counts.partial:
            raise TimeOver
        return counts.total

    return count
