"""Improve the order of the best candidates."""

from collections.abc import Sequence
from typing import NamedTuple

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.plan import Verified
from corpus_cli.engines.port import Candidates, OrderedCandidates
from corpus_cli.query.nodes import Bag
from corpus_cli.search.feedback import add_feedback
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest


class Reordered(NamedTuple):
    """Candidates in their final order, and notes for the user."""

    candidates: OrderedCandidates
    notes: Sequence[str] = ()


def reorder(  # noqa: PLR0913, PLR0917 - a query, what matches it, and where it is asked
    candidates: Candidates,
    line: str,
    query: Bag,
    verified: Verified,
    moment: Moment,
    request: SearchRequest,
    clock: Clock,
) -> Reordered:
    """Reorder candidates by what the best share and, if that is requested, by meaning."""
    by_words = add_feedback(candidates, query, moment.store)
    if not request.semantic:
        return Reordered(by_words)
    from corpus_cli.search.fusion import FusedCandidates, find_nearest

    nearest = find_nearest(line, query, moment, verified, request, clock)
    return Reordered(FusedCandidates(by_words, nearest), nearest.notes)
