"""Classify stored articles again, in child processes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from corpus_cli.ingest.entries import describe_again
from corpus_cli.ingest.messages import (
    Done,
    Made,
    ReclassifyRequest,
    decode_frame,
    encode_request,
)
from corpus_cli.ingest.reading import start_reader
from corpus_cli.model import Entry
from corpus_cli.store.store import Store
from corpus_cli.system.processes import ChildProcess

_ARTICLES_PER_REQUEST = 25
_MIN_ARTICLES = 50
"""The fewest articles for which children are started."""


def reclassify_recurring_lines(store: Store, reclassifiers: Reclassifiers) -> None:
    """Reclassify the articles with other recurring lines than they were classified by.

    This uses the stored lines and reads no files.
    """
    articles = store.recorder.update_chrome()
    requests = _read_requests(articles, store)
    are_few = len(articles) < _MIN_ARTICLES
    for entries in map(_describe, requests) if are_few else reclassifiers.describe(requests):
        store.recorder.replace(entries)


def _read_requests(articles: Sequence[str], store: Store) -> Iterator[ReclassifyRequest]:
    for start in range(0, len(articles), _ARTICLES_PER_REQUEST):
        batch = articles[start : start + _ARTICLES_PER_REQUEST]
        recurring = store.recurring_lines.chrome_lines(batch)
        yield ReclassifyRequest(
            [
                (article, site, recurring[article.id])
                for article, site in store.articles_as_read(batch)
            ]
        )


class Reclassifiers:
    """Child processes that classify articles again, and live until `close`.

    They are others than those that read files, which are reading the next ones meanwhile. If a
    child dies, this process does its work.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._children: list[_Child] = []

    def close(self) -> None:
        """End the children."""
        for child in self._children:
            child.close()
        self._children.clear()

    def describe(self, requests: Iterable[ReclassifyRequest]) -> Iterator[Sequence[Entry]]:
        """Yield the new entries of the articles of each request, in order.

        Each child has one request at a time: more could make both sides wait for each other.
        """
        if self._jobs == 1:
            yield from map(_describe, requests)
            return
        pending: deque[tuple[ReclassifyRequest, _Child]] = deque()
        try:
            for request in requests:
                if len(pending) < self._jobs:
                    child, entries = self._find_idle_child(len(pending)), None
                else:
                    first, child = pending.popleft()
                    entries = child.wait(first)
                child.send(request)
                pending.append((request, child))
                if entries is not None:
                    yield entries
            for request, child in pending:
                yield child.wait(request)
        except BaseException:
            # Nobody reads the pending replies, and the next request must not get one of them.
            self.close()
            raise

    def _find_idle_child(self, busy: int) -> _Child:
        if len(self._children) == busy:
            self._children.append(_Child())
        return self._children[busy]


class _Child:
    """A process that classifies articles again; a new process replaces one that died."""

    def __init__(self) -> None:
        self._process: ChildProcess | None = None

    def send(self, request: ReclassifyRequest) -> None:
        process = self._process = self._process or start_reader()
        # The process may have died; waiting for it will show that.
        with suppress(OSError):
            process.requests.write(encode_request(request))
            process.requests.flush()

    def wait(self, request: ReclassifyRequest) -> Sequence[Entry]:
        """Return the new entries of the articles of the request that was sent."""
        entries: list[Entry] = []
        for line in self._process.replies if self._process else ():
            try:
                frame = decode_frame(line)
            except (ValueError, TypeError):
                break
            if isinstance(frame, Made):
                entries.append(frame.entry)
                continue
            ids = [article.id for article, _, _ in request.articles]
            if isinstance(frame, Done) and [entry.article.id for entry in entries] == ids:
                return entries
            break
        self.close()
        return _describe(request)

    def close(self) -> None:
        process, self._process = self._process, None
        if process:
            process.stop()


def _describe(request: ReclassifyRequest) -> Sequence[Entry]:
    return [describe_again(*article) for article in request.articles]
