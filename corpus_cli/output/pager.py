"""The program that long answers are read in."""

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping

_READY = {"LESS": "FRX", "LESSCHARSET": "utf-8"}


def command(choice: str, environment: Mapping[str, str]) -> list[str]:
    """The pager that is meant, as words: the choice, PAGER, less.

    No word for `never`, and on a terminal that cannot move its cursor, as an editor's.
    """
    named = choice or environment.get("PAGER") or "less"
    try:
        dumb = environment.get("TERM", "dumb") == "dumb" or "INSIDE_EMACS" in environment
        return [] if dumb or named == "never" else shlex.split(named)
    except ValueError:
        return [named]


def paged(text: str, words: list[str]) -> bool:
    """Let a pager show a text. False if it is missing or fails, and the text is still to show.

    Whoever leaves it before the end has read enough, and Ctrl-C is the pager's.
    """
    try:
        environment = {**_READY, **os.environ}
        started = subprocess.Popen(  # noqa: S603 - the user's own command, and no shell
            words, stdin=subprocess.PIPE, env=environment
        )
    except OSError:
        return False
    interrupts: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    try:
        # It takes the error of a broken pipe as the end, which is what it is here.
        started.communicate(text.encode("utf-8", "surrogateescape"))
    finally:
        signal.signal(signal.SIGINT, before)
    return started.returncode <= 0 or bool(interrupts)
