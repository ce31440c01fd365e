"""Child processes that write segments."""

from __future__ import annotations

import gc
import os
import pickle
import sys
import typing
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from corpus_cli.engines.mentions import mention_finder
from corpus_cli.engines.name_changes import find_mentions
from corpus_cli.engines.port import ArticleContent
from corpus_cli.engines.whoosh.index import SegmentedIndex
from corpus_cli.engines.whoosh.inverter import Inverter
from corpus_cli.engines.whoosh.layout import SEGMENT_SUFFIX
from corpus_cli.engines.whoosh.merging import replace_mentions
from corpus_cli.engines.whoosh.segment import Segment
from corpus_cli.model.name_table import NO_NAMES, NameTable
from corpus_cli.system.files import path_exists
from corpus_cli.system.processes import ChildProcess, start_python

MAX_CHARACTERS = 2_000_000
"""The length of the texts in memory before a segment is written."""

_CHILD_CODE = "from corpus_cli.engines.whoosh.inverters import main; main()"


class InversionPart(NamedTuple):
    """Articles that are inverted together; the bytes do not depend on which process does it.

    The names of its segments start with `stem`. `names` are those whose mentions are indexed.
    """

    folder: Path
    stem: str
    articles: Sequence[ArticleContent]
    names: NameTable

    def run(self) -> None:
        """Write the segments with arrays."""
        self.invert(bulk=True)

    def invert(self, *, bulk: bool = False) -> None:
        """Write the segments of this part, with arrays if there is enough to invert."""
        was_enabled = gc.isenabled()
        # There are no reference cycles here; searching for them would take a quarter of the time.
        gc.disable()
        try:
            self._write_segments(_array_inverter() if bulk else Inverter)
        finally:
            if was_enabled:
                gc.enable()

    def _write_segments(self, inverter_class: type[Inverter]) -> None:
        finder = mention_finder(self.names)
        inverter, index = inverter_class(finder), 0
        for passages, facts in self.articles:
            inverter.add(passages, facts)
            if inverter.characters > MAX_CHARACTERS:
                inverter.write(self._path(index))
                inverter, index = inverter_class(finder), index + 1
        if inverter.characters:
            inverter.write(self._path(index))

    def segment_names(self) -> Iterator[str]:
        """Yield the names of the segments that exist, in order."""
        index = 0
        while path_exists(self._path(index)):
            yield self._path(index).name
            index += 1

    def _path(self, index: int) -> Path:
        return self.folder / f"{self.stem}.{index}{SEGMENT_SUFFIX}"


class MentionsPart(NamedTuple):
    """A segment whose mentions of some names have to be found again, by its terms.

    It is written to `new_path` if they differ.
    """

    path: Path
    removed: Sequence[int]
    stale_names: frozenset[str]
    new_path: Path
    names: NameTable

    def run(self) -> None:
        """Write the new segment, if any."""
        segment = Segment(self.path, self.removed)
        mentions = find_mentions(SegmentedIndex([segment]), self.names, self.stale_names)
        replace_mentions(segment, self.stale_names, mentions, self.new_path)


_Part = TypeVar("_Part", InversionPart, MentionsPart)


def _array_inverter() -> type[Inverter]:
    """Return the inverter for many articles; the simple one where numpy is not installed."""
    try:
        from corpus_cli.engines.whoosh.array_inverter import ArrayInverter
    except ImportError:
        return Inverter
    return ArrayInverter


class InverterPool:
    """Child processes that live until `close`, because they cache the terms of words.

    If a child dies, this process inverts its part.
    """

    def __init__(self) -> None:
        self._children: list[_InverterChild] = []

    def close(self) -> None:
        """End the children."""
        for child in self._children:
            child.close()
        self._children.clear()

    def count(self) -> int:
        """Return the number of children."""
        return len(self._children)

    def run(self, parts: Iterator[_Part], jobs: int) -> Iterator[_Part]:
        """Yield each part when it is written, in order; `jobs` parts are in progress at a time."""
        pending: list[tuple[_Part, _InverterChild]] = []
        try:
            for part in parts:
                if len(pending) == jobs:
                    yield _wait_for_part(*pending.pop(0))
                child = self._find_idle_child({child for _, child in pending})
                child.send(part)
                pending.append((part, child))
            for part, child in pending:
                yield _wait_for_part(part, child)
        except BaseException:
            # Nobody reads the pending replies, and the next part must not get one of them.
            self.close()
            raise

    def _find_idle_child(self, busy: set[_InverterChild]) -> _InverterChild:
        for child in self._children:
            if child not in busy:
                return child
        child = _InverterChild()
        self._children.append(child)
        return child


def _wait_for_part(part: _Part, child: _InverterChild) -> _Part:
    if not child.wait_until_written():
        part.run()
    return part


class _InverterChild:
    """A process that inverts parts; a new process replaces one that died."""

    def __init__(self) -> None:
        self._process: ChildProcess | None = None
        self._names: NameTable | None = None

    def send(self, part: InversionPart | MentionsPart) -> None:
        """Send a part to the process, which is started if there is none.

        The names are sent only if they differ from those of the last part, because they are large.
        """
        process = self._process = self._process or start_python(_CHILD_CODE)
        names = None if part.names is self._names else part.names
        self._names = part.names
        # If it died since its last reply, `wait_until_written` notices.
        with suppress(OSError):
            request = names, part._replace(names=NO_NAMES)
            pickle.dump(request, process.requests, pickle.HIGHEST_PROTOCOL)
            process.requests.flush()

    def wait_until_written(self) -> bool:
        """Wait for the reply and return whether the part is written."""
        if self._process and self._process.replies.read(1):
            return True
        self.close()
        return False

    def close(self) -> None:
        """End the process."""
        process, self._process, self._names = self._process, None, None
        if process:
            process.stop()


def main() -> typing.NoReturn:
    """Invert the parts read from standard input, and write a byte for each."""
    answers = os.dup(1)
    part: InversionPart | MentionsPart
    names: NameTable | None
    last_names = NO_NAMES
    while True:
        try:
            names, part = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
        except EOFError:
            sys.exit()
        last_names = names or last_names
        part._replace(names=last_names).run()
        os.write(answers, b"\1")
