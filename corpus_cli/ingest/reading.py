"""Files to documents: here, or in processes of their own."""

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple, cast

from corpus_cli.errors import SourceError
from corpus_cli.ingest import formats
from corpus_cli.ingest.child import Limits, frames
from corpus_cli.ingest.messages import Done, Frame, Request, ask, told
from corpus_cli.ingest.readers.port import Unread

_PACKAGE = Path(__file__).parent.parent.parent
# -P: what lies in the folder where we stand is data and must not be imported.
_CHILD = "from corpus_cli.ingest.child import Limits, main; main(Limits(%d, %d, %d))"


class Readers:
    """Reads files one after the other, and meanwhile the next ones in child processes.

    Plain text is read here. Whatever else a file is, it is taken apart by a child that has
    bounds on time and memory: what breaks there breaks nothing else.
    """

    def __init__(self, jobs: int, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        self._jobs = jobs
        self._limits = limits
        self._children: list[_Child] = []

    def close(self) -> None:
        """End the children."""
        for child in self._children:
            child.close()

    def read(self, requests: Iterable[Request]) -> Iterator[tuple[str, Iterator[Frame]]]:
        """What each file holds, in order. The frames of one are read before the next is asked for.

        As many files as there are children are under way at a time; the pipes hold what is
        ready, and a child whose pipe is full waits.
        """
        waiting: deque[tuple[Request, _Child | None]] = deque()
        for request in requests:
            waiting.append((request, self._begun(request)))
            if len(waiting) >= self._jobs:
                yield self._next(waiting)
        while waiting:
            yield self._next(waiting)

    def _next(self, waiting: "deque[tuple[Request, _Child | None]]") -> tuple[str, Iterator[Frame]]:
        request, child = waiting.popleft()
        return request.path, child.answer() if child else frames(request, request.largest)

    def _begun(self, request: Request) -> "_Child | None":
        if _plain(request.path):
            return None
        free = next((child for child in self._children if not child.busy), None)
        if free is None:
            free = _Child(self._limits)
            self._children.append(free)
        free.ask(request)
        return free


class _Process(NamedTuple):
    """A child, the pipe to it and the one from it."""

    popen: subprocess.Popen[bytes]
    requests: IO[bytes]
    answers: IO[bytes]


class _Child:
    """A process that reads files for us; a new one takes its place when it dies."""

    def __init__(self, limits: Limits) -> None:
        self.busy = False
        self._limits = limits
        self._process: _Process | None = None

    def ask(self, request: Request) -> None:
        """Let it read a file."""
        self.busy = True
        process = self._process = self._process or _started(self._limits)
        # It may have died since its last answer: then this one tells.
        with suppress(OSError):
            process.requests.write(ask(request))
            process.requests.flush()

    def answer(self) -> Iterator[Frame]:
        """What it found, as it comes."""
        process = self._process
        died = True
        for line in process.answers if process else ():
            try:
                frame = told(line)
            except (ValueError, TypeError):
                died = False
                break
            if isinstance(frame, Done):
                self.busy = False
                return
            yield frame
        code = self.close(died=died)
        self.busy = False
        yield Unread("", _ended(code))

    def close(self, *, died: bool = False) -> int:
        """End the process, unless it did so itself; its exit code."""
        process, self._process = self._process, None
        if not process:
            return 0
        if not died:
            process.popen.kill()
        for pipe in (process.requests, process.answers):
            with suppress(OSError):
                pipe.close()
        return process.popen.wait()


def _started(limits: Limits) -> _Process:
    paths = [str(_PACKAGE), *filter(None, [os.environ.get("PYTHONPATH")])]
    popen = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-P", "-c", _CHILD % limits],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        # Ctrl-C is for us; we end it.
        process_group=0,
    )
    return _Process(popen, cast(IO[bytes], popen.stdin), cast(IO[bytes], popen.stdout))


def _ended(code: int) -> str:
    if code == -signal.SIGPROF:
        return "reading it takes too long"
    if code < 0:
        return f"its reader broke down over it ({signal.Signals(-code).name})"
    return f"its reader ended with exit code {code}"


def _plain(path: str) -> bool:
    """Whether a file is text that is read here."""
    name = os.path.basename(path)  # noqa: PTH119 - need not be valid text
    found = formats.known(name)
    if not (found.text if found else not formats.suffixed(name)):
        return False
    try:
        if not os.path.isfile(path):  # noqa: PTH113 - need not be valid text
            return True
        with open(path, "rb") as file:  # noqa: PTH123 - the same
            found = formats.told(name, file.read(formats.HEAD))
    except (OSError, SourceError):
        return True
    return found is not None and found.text
