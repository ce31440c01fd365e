"""Child processes that invert articles into segments."""

from __future__ import annotations

import gc
import os
import pickle
import sys
import typing
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from corpus_cli.engines.port import Facts
from corpus_cli.engines.whoosh.layout import SUFFIX
from corpus_cli.engines.whoosh.writer import Inverter
from corpus_cli.model import Passage
from corpus_cli.system.files import path_exists
from corpus_cli.system.processes import Process, started

POSTINGS = 500_000
"""Postings in memory before a segment is written: some 35 MB in each process."""

_CHILD = "from corpus_cli.engines.whoosh.inverters import main; main()"


class Part(NamedTuple):
    """Articles that are inverted together; the bytes do not depend on which process does it.

    The names of its segments start with `stem`.
    """

    folder: Path
    stem: str
    articles: Sequence[tuple[Sequence[Passage], Facts]]

    def invert(self) -> None:
        """Write the segments of this part."""
        collected = gc.isenabled()
        # There are no reference cycles here; searching for them would take a quarter of the time.
        gc.disable()
        try:
            self._invert()
        finally:
            if collected:
                gc.enable()

    def _invert(self) -> None:
        inverter, written = Inverter(), 0
        for passages, facts in self.articles:
            inverter.add(passages, facts)
            if inverter.count > POSTINGS:
                inverter.write(self._path(written))
                inverter, written = Inverter(), written + 1
        if inverter.count:
            inverter.write(self._path(written))

    def segments(self) -> Iterator[str]:
        """Yield the names of the segments that exist, in order."""
        written = 0
        while path_exists(self._path(written)):
            yield self._path(written).name
            written += 1

    def _path(self, written: int) -> Path:
        return self.folder / f"{self.stem}.{written}{SUFFIX}"


class Inverters:
    """Child processes that live until `close`, because they cache what they learn of words.

    If a child dies, this process inverts its part.
    """

    def __init__(self) -> None:
        self._children: list[_Child] = []

    def close(self) -> None:
        """End the children."""
        for child in self._children:
            child.close()
        self._children.clear()

    def invert(self, parts: Iterator[Part], jobs: int) -> Iterator[Part]:
        """Yield each part when it is written, in order; `jobs` parts are in progress at a time."""
        under_way: list[tuple[Part, _Child]] = []
        try:
            for part in parts:
                if len(under_way) == jobs:
                    yield _done(*under_way.pop(0))
                child = self._free({child for _, child in under_way})
                child.ask(part)
                under_way.append((part, child))
            for part, child in under_way:
                yield _done(part, child)
        except BaseException:
            # Nobody reads the pending replies, and the next part must not get one of them.
            self.close()
            raise

    def _free(self, busy: set[_Child]) -> _Child:
        for child in self._children:
            if child not in busy:
                return child
        child = _Child()
        self._children.append(child)
        return child


def _done(part: Part, child: _Child) -> Part:
    if not child.answered():
        part.invert()
    return part


class _Child:
    """A process that inverts parts; a new process replaces one that died."""

    def __init__(self) -> None:
        self._process: Process | None = None

    def ask(self, part: Part) -> None:
        """Send a part to the process, which is started if there is none."""
        process = self._process = self._process or started(_CHILD)
        # If it died since its last reply, `wait_until_written` notices.
        with suppress(OSError):
            pickle.dump(part, process.requests, pickle.HIGHEST_PROTOCOL)
            process.requests.flush()

    def answered(self) -> bool:
        """Wait for the reply and return whether the part is written."""
        if self._process and self._process.answers.read(1):
            return True
        self.close()
        return False

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process:
            process.end()


def main() -> typing.NoReturn:
    """Invert the parts read from standard input, and write a byte for each."""
    answers = os.dup(1)
    while True:
        try:
            part: Part = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
        except EOFError:
            sys.exit()
        part.invert()
        os.write(answers, b"\1")
