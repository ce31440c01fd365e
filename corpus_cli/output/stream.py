"""Write to standard output and standard error."""

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
    """Set output to UTF-8 with raw bytes of file names and unchanged line feeds."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


def write(lines: Iterable[str], end: str = "\n") -> None:
    """Write lines to standard output: unchanged in a pipe, printable on a terminal.

    Raises `ReaderLeft` if the pipe is closed, `CorpusError` if writing fails for another reason.
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
    """Write printable text, in a pager if it is longer than the screen.

    `pager` is a command or `never`; if empty, the environment decides.
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
    """Count the rows of the screen that a text takes, without colour and link sequences."""
    import re

    seen = re.sub(r"\x1b(?:\[[0-9;]*m|\]8;[^\x1b]*\x1b\\)", "", text)
    width = _screen().columns
    return sum(max(1, -(-len(line) // width)) for line in seen.splitlines())


def _screen() -> os.terminal_size:
    import shutil

    return shutil.get_terminal_size()


def read() -> bytes:
    """Return all of standard input. Raises `UsageError` if it is closed."""
    if sys.stdin is None:
        raise UsageError("standard input is closed: there is nothing to read")
    return sys.stdin.buffer.read()


def output() -> TextIO:
    """Return standard output. Raises `CorpusError` if it is closed."""
    if sys.stdout is None:
        raise CorpusError("standard output is closed: there is nowhere to write to")
    return sys.stdout


def failed(error: OSError) -> CorpusError:
    """Return the error to raise for a failed write, and drop the output so that exiting works."""
    import errno

    os.dup2(os.open(os.devnull, os.O_WRONLY), output().fileno())
    if error.errno == errno.EPIPE:
        return ReaderLeft()
    return CorpusError(f"the output cannot be written: {error.strerror}")


def talk(line: str) -> None:
    """Write a message to standard error, with control characters escaped.

    On a terminal a long line is wrapped between words; a command at its end stays whole.
    """
    if sys.stderr is not None:
        # A message that cannot be written does not change the result.
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
    """Return whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def listening() -> bool:
    """Return whether standard error is a terminal, where somebody sees progress."""
    return sys.stderr is not None and sys.stderr.isatty()
