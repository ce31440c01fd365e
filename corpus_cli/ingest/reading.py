"""Read files in this process or in child processes."""

import os
import signal
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple, TypeVar

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.child import Limits, read_frames
from corpus_cli.ingest.messages import (
    Done,
    Frame,
    Made,
    PassedOver,
    ReadRequest,
    decode_frame,
    encode_request,
)
from corpus_cli.ingest.readers.port import Unread
from corpus_cli.ingest.recurring import RecurringSoFar
from corpus_cli.system.alarm import can_interrupt, raise_after_processor_time
from corpus_cli.system.processes import ChildProcess, start_python

_CHILD = "from corpus_cli.ingest.child import Limits, main; main(Limits(%d, %d, %d))"


_REQUESTS_AHEAD = 2
# Children read plain text only above this many bytes in all, or above this many in one file.
_MIN_CHILD_BYTES = 500_000
_MAX_LOCAL_BYTES = 100_000


_TOO_LONG = "reading it takes too long"
_TOO_MUCH_MEMORY = "reading it takes more memory than there is"

_T = TypeVar("_T")


def start_reader(need: str = "", limits: Limits = Limits()) -> ChildProcess:  # noqa: B008 - frozen
    """Start a process that reads files, or classifies articles again, within limits."""
    process = start_python(_CHILD % limits)
    # Only here can it be long: a child that waits to reply reads no requests.
    with suppress(OSError):
        process.requests.write(need.encode("ascii") + b"\n")
    return process


class FileFrames(NamedTuple):
    """A requested file, and the frames of its reader as they arrive."""

    path: str
    frames: Iterator[Frame]


class Readers:
    """A pool of child processes that read files ahead and reply in the order of the requests.

    This process reads short plain texts itself, because a child takes time to start: they are too
    short to take much memory, and the time is limited as in a child. A child with limits on time
    and memory reads every other file, so that a crash there affects nothing else. Documents that
    do not meet `need`, an encoded condition on their words, are passed over; if it is empty, none
    are.
    """

    def __init__(self, jobs: int, need: str = "", limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        self._jobs = jobs
        self._need = need
        self._limits = limits
        self._children: list[_ReaderProcess] = []
        self._text_bytes = 0
        self._recurring = RecurringSoFar()
        self._known_lines: defaultdict[str, set[int]] = defaultdict(set)
        self._told = 0

    def close(self) -> None:
        """End the child processes."""
        for child in self._children:
            child.close()

    def read(self, work: Iterable[ReadRequest | _T]) -> Iterator[FileFrames | _T]:
        """Read the requested files and yield their frames; pass all other work on, in order.

        The caller must consume the frames of a file before the next item. Two files for each job
        are requested ahead; a child whose pipe is full waits.
        """
        waiting: deque[_Waiting | _T] = deque()
        requested = 0
        for item in work:
            waiting.append(self._start(item) if isinstance(item, ReadRequest) else item)
            requested += isinstance(item, ReadRequest)
            while waiting and (
                requested >= _REQUESTS_AHEAD * self._jobs or not isinstance(waiting[0], _Waiting)
            ):
                first = waiting.popleft()
                requested -= isinstance(first, _Waiting)
                yield self._reply(first)
        for remaining in waiting:
            yield self._reply(remaining)

    def _start(self, request: ReadRequest) -> "_Waiting":
        end = self._recurring.start_reader()
        if self._has_time() and _is_plain_text(request.path) and self._reads_locally(request.path):
            lines = self._recurring.between(self._told, end)
            self._told = end
            return _Waiting(request._replace(recurring=lines), None)
        free = min(self._children, key=_ReaderProcess.count_pending, default=None)
        if free is None or (free.count_pending() and len(self._children) < self._jobs):
            free = _ReaderProcess(self._need, self._limits, self._recurring)
            self._children.append(free)
        free.request(request, end)
        return _Waiting(request, free)

    def _reply(self, item: "_Waiting | _T") -> FileFrames | _T:
        if not isinstance(item, _Waiting):
            return item
        request, child = item
        frames = child.reply() if child else self._read_locally(request)
        return FileFrames(request.place, self._count_lines(frames))

    def _read_locally(self, request: ReadRequest) -> Iterator[Frame]:
        frames: list[Frame] = []
        try:
            with raise_after_processor_time(self._limits.seconds, SourceError(_TOO_LONG)):
                frames.extend(read_frames(request, self._need, request.largest, self._known_lines))
        except SourceError as error:
            frames.append(Unread("", str(error)))
        except MemoryError:
            frames.append(Unread("", _TOO_MUCH_MEMORY))
        return iter(frames)

    def _count_lines(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Pass the frames of a file on, and count the lines of its articles."""
        for frame in frames:
            if isinstance(frame, Made):
                self._recurring.add(frame.entry.site, frame.entry.lines)
            yield frame
        self._recurring.end_file()

    def _has_time(self) -> bool:
        """Return whether this process may read more; with one job, it always may."""
        return self._jobs == 1 or self._text_bytes < _MIN_CHILD_BYTES

    def _reads_locally(self, path: str) -> bool:
        """Return whether this process reads a plain text: it is short, as are all before it."""
        if not can_interrupt():
            return False
        try:
            size = os.path.getsize(path)  # noqa: PTH202 - need not be valid text
        except OSError:
            return True
        self._text_bytes += size
        return size <= _MAX_LOCAL_BYTES and self._has_time()


class _ReaderProcess:
    """A child process that reads files; a new one replaces it when it dies."""

    def __init__(self, need: str, limits: Limits, recurring: RecurringSoFar) -> None:
        self._need = need
        self._limits = limits
        self._recurring = recurring
        self._process: ChildProcess | None = None
        self._pending: deque[tuple[ReadRequest, int]] = deque()
        self._told = 0

    def count_pending(self) -> int:
        """Return the number of files that it still has to read."""
        return len(self._pending)

    def request(self, request: ReadRequest, end: int) -> None:
        """Request a file, to be read after those requested before.

        Its reader may know that many of the recurring lines.
        """
        self._pending.append((request, end))
        self._send(request, end)

    def reply(self) -> Iterator[Frame]:
        """Yield the frames of its first pending file as they arrive."""
        for restarted in (False, True):
            has_results, died = False, True
            for line in self._process.replies if self._process else ():
                try:
                    frame = decode_frame(line)
                except (ValueError, TypeError):
                    # A line without its end means that the child was killed while it wrote.
                    died = not line.endswith(b"\n")
                    break
                if isinstance(frame, Done):
                    self._pending.popleft()
                    return
                has_results = has_results or isinstance(frame, Made | PassedOver | Unread)
                yield frame
            code = self.close(died=died)
            # SIGKILL comes from outside, not from the file: retry the file, but only once.
            if restarted or has_results or code != -signal.SIGKILL or not died:
                self._pending.popleft()
                yield Unread("", _describe_exit(code))
                break
            self._resume()
        self._resume()

    def _resume(self) -> None:
        """Request all pending files from a new process."""
        for request, end in self._pending:
            self._send(request, end)

    def _send(self, request: ReadRequest, end: int) -> None:
        is_new = self._process is None
        lines = self._recurring.between(0 if is_new else self._told, end)
        self._told = end
        process = self._process = self._process or start_reader(self._need, self._limits)
        # The process may have died since its last reply; the next reply will show that.
        with suppress(OSError):
            process.requests.write(encode_request(request._replace(recurring=lines)))
            process.requests.flush()

    def close(self, *, died: bool = False) -> int:
        """End the process, unless it has died, and return its exit code; 0 if there is none."""
        process, self._process = self._process, None
        if not process:
            return 0
        return process.stop(has_ended=died)


class _Waiting(NamedTuple):
    """A requested file, and the child that reads it; None if this process reads it."""

    request: ReadRequest
    child: _ReaderProcess | None


def _describe_exit(code: int) -> str:
    if code == -signal.SIGPROF:
        return _TOO_LONG
    if code < 0:
        return f"its reader crashed ({signal.Signals(-code).name})"
    return f"its reader ended with exit code {code}"


def _is_plain_text(path: str) -> bool:
    """Return whether a file is a plain text, which this process may read."""
    name = os.path.basename(path)  # noqa: PTH119 - need not be valid text
    file_format = file_formats.format_by_suffix(name)
    if not (file_format.text if file_format else not file_formats.has_suffix(name)):
        return False
    try:
        if not os.path.isfile(path):  # noqa: PTH113 - need not be valid text
            return True
        with open(path, "rb") as file:  # noqa: PTH123 - the same
            file_format = file_formats.detect_format(name, file.read(file_formats.HEAD))
    except (OSError, SourceError):
        return True
    return file_format is not None and file_format.text
