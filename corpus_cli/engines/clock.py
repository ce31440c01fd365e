"""The time an answer may take, and counts within it."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from time import monotonic

from corpus_cli.engines.port import Candidates, Engine, Verified
from corpus_cli.query.nodes import Bag


class Late(Exception):
    """The time an answer may take is over."""


class Clock:
    """What is left of the seconds an answer may take, all of its parts together; 0: no end."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds if seconds else inf

    @property
    def over(self) -> bool:
        """Whether nothing is left."""
        return monotonic() > self._end

    def left(self) -> float:
        """Seconds, as `Engine.search` takes them: 0 where there is no end."""
        return 0.0 if self._end == inf else max(self._end - monotonic(), 1e-9)

    def check(self) -> None:
        """Raise `Late` when the time is over."""
        if self.over:
            raise Late


Count = Callable[[Bag], int]
"""How many passages match a query. Raises `Late` where that could not be found in time."""


def counting(engine: Engine, clock: Clock, verified: Verified) -> Count:
    """Counts until the time is over."""

    def count(query: Bag) -> int:
        found, _ = engine.search(query, nothing, verified, clock.left())
        if found.partial:
            raise Late
        return found.total

    return count


def nothing(_: Candidates) -> None:
    """Pick none: only the counts are wanted."""
