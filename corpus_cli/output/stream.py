"""Standard output and what may happen to it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from corpus_cli.errors import CorpusError, ReaderLeft, UsageError
from corpus_cli.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO


def prepare() -> None:
    """UTF-8 out, file names byte for byte, line feeds as they are."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


def write(lines: Iterable[str], end: str = "\n") -> None:
    """Write lines to standard output: exact, but on a terminal printable.

    Raises `ReaderLeft` when nobody reads any more, `CorpusError` when it cannot be written.
    """
    stream = output()
    seen = terminal()
    try:
        for line in lines:
            stream.write(f"{printable(line) if seen else line}{end}")
        stream.flush()
    except OSError as error:
        raise failed(error) from error


def show(text: str, pager: str = "") -> None:
    """Write a text that is printable already, in a pager where it is longer than the screen.

    `pager` is a command or `never`; empty is what the environment says.
    """
    if terminal() and _rows(text) >= _screen().lines:
        from corpus_cli.output.pager import command, paged

        words = command(pager, os.environ)
        if words and paged(text, words):
            return
        if words:
            talk(f"corpus: the pager {words[0]} cannot be used")
    try:
        output().write(text)
        output().flush()
    except OSError as error:
        raise failed(error) from error


def _rows(text: str) -> int:
    """How many rows of the screen a text takes, sequences for colours and links left out."""
    import re

    seen = re.sub(r"\x1b(?:\[[0-9;]*m|\]8;[^\x1b]*\x1b\\)", "", text)
    width = _screen().columns
    return sum(max(1, -(-len(line) // width)) for line in seen.splitlines())


def _screen() -> os.terminal_size:
    import shutil

    return shutil.get_terminal_size()


def read() -> bytes:
    """All of standard input. Raises `UsageError` where it was closed."""
    if sys.stdin is None:
        raise UsageError("standard input is closed: there is nothing to read")
    return sys.stdin.buffer.read()


def output() -> TextIO:
    """Standard output. Raises `CorpusError` where it was closed."""
    if sys.stdout is None:
        raise CorpusError("standard output is closed: there is nowhere to write to")
    return sys.stdout


def failed(error: OSError) -> CorpusError:
    """What an error of writing means; the output is given up, so that no exit trips over it."""
    import errno

    os.dup2(os.open(os.devnull, os.O_WRONLY), output().fileno())
    if error.errno == errno.EPIPE:
        return ReaderLeft()
    return CorpusError(f"the output cannot be written: {error.strerror}")


def talk(line: str) -> None:
    """Say something to the user, on standard error, so that no control character gets through.

    On a terminal a long line is broken between words, but for a command that it ends with.
    """
    if sys.stderr is not None:
        # What cannot be said changes nothing about what was done.
        try:
            sys.stderr.write(f"{_set(printable(line)) if listening() else printable(line)}\n")
            sys.stderr.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _set(line: str) -> str:
    width = _screen().columns
    if len(line) <= width:
        return line
    import textwrap

    indent = line[: len(line) - len(line.lstrip())]
    text, mark, command = line.partition(": corpus ")
    filled = textwrap.fill(
        f"{text}{mark[:1]}",
        width,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return f"{filled}\n{indent}{mark[2:]}{command}" if mark else filled


def terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def listening() -> bool:
    """Whether standard error is a terminal: somebody sees what we say while we work."""
    return sys.stderr is not None and sys.stderr.isatty()
