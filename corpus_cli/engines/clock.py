"""The time an answer may take, and counts within it."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from time import monotonic

from corpus_cli.engines.port import Candidates, Engine, Verified
from corpus_cli.query.nodes import Bag


class TimeOver(Exception):
    """The time an answer may take is over."""


class Clock:
    """What is left of the seconds an answer may take, all of its parts together; 0: no end."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds if seconds else inf

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return monotonic() > self._end

    def seconds_left(self) -> float:
        """Seconds, as `Engine.search` takes them: 0 where there is no end."""
        return 0.0 if self._end == inf else max(self._end - monotonic(), 1e-9)

    def check(self) -> None:
        """Raise `TimeOver` when the time is over."""
        if self.is_over:
            raise TimeOver


CountMatches = Callable[[Bag], int]
"""How many passages match a query. Raises `Late` where that could not be found in time."""


def count_within(engine: Engine, clock: Clock, verified: Verified) -> CountMatches:
    """Counts until the time is over."""

    def count(query: Bag) -> int:
        matched, _ = engine.search(query, select_nothing, verified, clock.seconds_left())
        if matched.partial:
            raise TimeOver
        return matched.total

    return count


def select_nothing(_: Candidates) -> None:
    """Pick none: only the counts are wanted."""
