"""Interrupt the main thread when its time is over."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SHORTEST = 0.001


@contextmanager
def raise_after(seconds: float, error: type[Exception]) -> Iterator[None]:
    """Raise an error after some seconds, also in the middle of a wait; 0 sets no limit.

    Only the main thread can be interrupted: in another thread nothing is raised.
    """
    if not seconds or threading.current_thread() is not threading.main_thread():
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
