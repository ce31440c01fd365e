"""Standard output and what may happen to it."""

import errno
import os
import shutil
import sys
from collections.abc import Iterable
from typing import TextIO

from corpus_cli.errors import CorpusError, ReaderLeft, UsageError
from corpus_cli.text.printable import printable


def prepare() -> None:
    """UTF-8 out, file names byte for byte, line feeds as they are."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


def write(lines: Iterable[str]) -> None:
    """Write lines to standard output: exact, but on a terminal printable.

    Raises `ReaderLeft` when nobody reads any more, `CorpusError` when it cannot be written.
    """
    stream = output()
    seen = terminal()
    try:
        for line in lines:
            stream.write(f"{printable(line) if seen else line}\n")
        stream.flush()
    except OSError as error:
        raise failed(error) from error


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
    os.dup2(os.open(os.devnull, os.O_WRONLY), output().fileno())
    if error.errno == errno.EPIPE:
        return ReaderLeft()
    return CorpusError(f"the output cannot be written: {error.strerror}")


def talk(line: str) -> None:
    """Say something to the user, on standard error, so that no control character gets through.

    On a terminal a long line is broken between words.
    """
    if sys.stderr is not None:
        sys.stderr.write(f"{_set(printable(line)) if listening() else printable(line)}\n")
        sys.stderr.flush()


def _set(line: str) -> str:
    width = shutil.get_terminal_size().columns
    if len(line) <= width:
        return line
    import textwrap

    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )


def terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def listening() -> bool:
    """Whether standard error is a terminal: somebody sees what we say while we work."""
    return sys.stderr is not None and sys.stderr.isatty()
