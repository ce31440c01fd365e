"""Interrupt the main thread when its time is over."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SHORTEST = 0.001


def can_interrupt() -> bool:
    """Return whether this is the main thread, the only one that can be interrupted."""
    return threading.current_thread() is threading.main_thread()


@contextmanager
def raise_after_processor_time(seconds: float, error: Exception) -> Iterator[None]:
    """Raise an error after some seconds of processor time, also inside a regular expression.

    Only the main thread can be interrupted: in another thread nothing is raised.
    """
    if not can_interrupt():
        yield
        return

    def ring(*_: object) -> None:
        raise error

    handler_before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, handler_before)


@contextmanager
def raise_after(seconds: float, error: type[Exception]) -> Iterator[None]:
    """Raise an error after some seconds, also in the middle of a wait; 0 sets no limit.

    Only the main thread can be interrupted: in another thread nothing is raised.
    """
    if not seconds or not can_interrupt():
        yield
        return

    def ring(*_: object) -> None:
        raise error

    handler_before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, _SHORTEST))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler_before)
