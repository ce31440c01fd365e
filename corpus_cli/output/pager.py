"""Run the user's pager for long output."""

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping

_READY = {"LESS": "FRX", "LESSCHARSET": "utf-8"}


def command(choice: str, environment: Mapping[str, str]) -> list[str]:
    """Return the command of the pager as words: the choice, else PAGER, else less.

    Empty for `never`, and on a terminal that cannot move its cursor, as in an editor.
    """
    named = choice or environment.get("PAGER") or "less"
    try:
        dumb = environment.get("TERM", "dumb") == "dumb" or "INSIDE_EMACS" in environment
        return [] if dumb or named == "never" else shlex.split(named)
    except ValueError:
        return [named]


def paged(text: str, words: list[str]) -> bool:
    """Show a text in a pager. Return False if that fails and the text must still be shown.

    Leaving the pager early is no failure, and Ctrl-C goes to the pager.
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
        # `communicate` ignores a broken pipe, which means here that the user left the pager.
        started.communicate(text.encode("utf-8", "surrogateescape"))
    finally:
        signal.signal(signal.SIGINT, before)
    return started.returncode <= 0 or bool(interrupts)
