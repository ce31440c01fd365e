"""Read files in a child process, within limits."""

import os
import resource
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache, partial
from itertools import chain
from typing import NamedTuple, NoReturn

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.entries import describe_again, describe_document
from corpus_cli.ingest.loading import load
from corpus_cli.ingest.messages import (
    Done,
    Frame,
    Made,
    PassedOver,
    ReadRequest,
    ReclassifyRequest,
    Same,
    decode_request,
    encode_frame,
)
from corpus_cli.ingest.readers.port import Document, Unread
from corpus_cli.ingest.recurring import LineCounts
from corpus_cli.ingest.repair import repair_document
from corpus_cli.ingest.saved_files import load_saved_file
from corpus_cli.model import Source
from corpus_cli.model.articles import MAX_CHARACTERS, MAX_LINES
from corpus_cli.search.word_filter import NeededWords, WordFilter


class Limits(NamedTuple):
    """The limits on reading a file.

    `seconds` is processor time for one article, `memory` is bytes of address space including
    libraries, and `characters` is the length of all text in one file.
    """

    seconds: int = 60
    memory: int = 1_500_000_000
    characters: int = 200_000_000


def main(limits: Limits) -> NoReturn:
    """Answer the requests on standard input until it ends; the first line is the needed words."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # macOS defines this limit but refuses to set it.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    answers = os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints may get into the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    need = sys.stdin.buffer.readline().decode().strip()
    recurring: defaultdict[str, set[int]] = defaultdict(set)
    for line in sys.stdin.buffer:
        _start_timer(limits)
        request = decode_request(line)
        if isinstance(request, ReclassifyRequest):
            frames = _reclassify(request)
        else:
            frames = _reply(request, need, limits, recurring)
        for frame in frames:
            answers.write(encode_frame(frame))
            answers.flush()
            if isinstance(frame, Made | PassedOver):
                _start_timer(limits)
    sys.exit()


def read_frames(
    request: ReadRequest, need: str, limit: int, recurring: defaultdict[str, set[int]]
) -> Iterator[Frame]:
    """Yield the frames of a file, at most `limit` characters of text; an error is an `Unread`.

    Documents that do not meet `need`, an encoded condition on their words, are passed over; if it
    is empty, none are. Those that the request names are added to the lines that are known to be
    `recurring`, by site.
    """
    for site, lines in request.recurring.items():
        recurring[site].update(lines)
    try:
        yield from _read(request, need, limit, LineCounts(recurring))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - any error of a library affects only this file
        yield file_formats.describe_failure("", error)


def _reclassify(request: ReclassifyRequest) -> Iterator[Frame]:
    for article in request.articles:
        yield Made("", describe_again(*article))
    yield Done()


def _reply(
    request: ReadRequest, need: str, limits: Limits, recurring: defaultdict[str, set[int]]
) -> Iterator[Frame]:
    try:
        yield from read_frames(request, need, limits.characters, recurring)
    except MemoryError:
        yield Unread("", f"reading it takes more than {limits.memory / 1e9:g} GB of memory")
    yield Done()


def _read(request: ReadRequest, need: str, limit: int, line_counts: LineCounts) -> Iterator[Frame]:
    data, stamp = load(request.path, request.largest)
    yield stamp
    if stamp.digest == request.digest:
        yield Same()
        return
    characters = 0
    name = os.path.basename(request.path)  # noqa: PTH119 - need not be valid text
    read_beside = partial(load_saved_file, request.path, largest=request.largest)
    for result in file_formats.read(name, data, "", request.fields, read_beside):
        if isinstance(result, Unread):
            yield result
            continue
        article_characters = sum(len(line.text) for line in result.lines)
        if article_characters > MAX_CHARACTERS or len(result.lines) > MAX_LINES:
            yield Unread(
                result.record,
                f"its text has more than {MAX_CHARACTERS:,} characters or {MAX_LINES:,} lines: "
                "split it",
            )
            continue
        characters += article_characters
        if characters > limit:
            raise SourceError(f"it unpacks to more than {limit / 1e6:g} million characters")
        repaired = repair_document(result)
        if need and not _may_match(repaired, need):
            yield PassedOver(result.record)
        else:
            source = Source(request.place, result.record)
            yield Made(result.record, describe_document(repaired, source, line_counts))


def _may_match(document: Document, need: str) -> bool:
    texts = (line.text for line in document.lines)
    return _word_filter(need).may_match(chain(texts, (datum.value for datum in document.metadata)))


@lru_cache(1)
def _word_filter(need: str) -> WordFilter:
    """Return the filter of a condition, which remembers the chunks of the files before."""
    return WordFilter(NeededWords.decode(need))


def _start_timer(limits: Limits) -> None:
    """Make the kernel end this process when its time for an article is over.

    This is processor time, because the process that reads the answers may make this one wait.
    """
    signal.setitimer(signal.ITIMER_PROF, limits.seconds)
