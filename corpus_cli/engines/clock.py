"""Limit the time of an answer, and count matches within it."""

from __future__ import annotations

from math import inf
from time import monotonic

DEADLINE = 5.0
"""Seconds after which a search returns the best passages so far, and says so."""


class TimeOver(Exception):
    """The time for an answer is over."""


class Clock:
    """The time limit of an answer, shared by all of its steps; 0 seconds mean no limit."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds if seconds else inf

    @property
    def is_over(self) -> bool:
        """Return whether no time is left."""
        return monotonic() > self._end

    def seconds_left(self) -> float:
        """Return the seconds that are left, as `Engine.search` takes them: 0 means no limit."""
        return 0.0 if self._end == inf else max(self._end - monotonic(), 1e-9)

    def at_least(self, seconds: float) -> Clock:
        """Return a clock that ends with this one, but not before some seconds from now."""
        return Clock(0.0 if self._end == inf else max(self.seconds_left(), seconds))

    def check(self, reserved: float = 0.0) -> None:
        """Raise `TimeOver` if no time is left but some seconds that are reserved."""
        if monotonic() + reserved > self._end:
            raise TimeOver
