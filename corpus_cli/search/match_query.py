"""Match a query for answers that are not ranked hits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.plan import plan_query
from corpus_cli.engines.port import Candidates
from corpus_cli.query.nodes import Bag, Not, unparse
from corpus_cli.search.freshness import index_notes
from corpus_cli.search.moment import Moment
from corpus_cli.search.read_query import read_query
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.verified import verify


class QueryMatches(NamedTuple):
    """The passages that match a query, and what a person should know about them.

    `parsed` is the query as it was parsed, empty if all passages were asked for. `clock` is the
    time that is left to read the passages.
    """

    query: Bag
    parsed: str
    candidates: Candidates
    notes: tuple[str, ...]
    clock: Clock

    @property
    def partial(self) -> bool:
        """Return whether the time ended before all passages were compared."""
        return self.candidates.counts.partial


def match_query(line: str, moment: Moment, request: SearchRequest) -> QueryMatches:
    """Return the passages that match a query; all passages if it has no words and no filters.

    Nothing is suggested for unknown words, because what only a suggestion finds does not count.
    """
    clock = Clock(request.seconds)
    query, notes = read_query(line, moment, request, clock, suggests=False)
    counts_everything = not query.nodes and not line.strip()
    if counts_everything:
        query = Bag((Not(query),))
    verified = verify(query, moment, clock)
    candidates = moment.index.match(plan_query(query, moment.index, verified), clock)
    return QueryMatches(
        query, "" if counts_everything else unparse(query), candidates, notes, clock
    )


def match_notes(matches: QueryMatches, moment: Moment) -> Iterator[str]:
    """Yield the notes on a query, on its matches and on the state of the index."""
    yield from matches.notes
    yield from matches.candidates.counts.notes
    yield from index_notes(moment)
