"""Reads files for another process, within limits."""

import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple, NoReturn

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.entries import describe_article
from corpus_cli.ingest.loading import load
from corpus_cli.ingest.messages import (
    Done,
    Frame,
    Made,
    ReadRequest,
    Same,
    decode_request,
    encode_frame,
)
from corpus_cli.ingest.readers.port import Document, Unread
from corpus_cli.ingest.structure.structure import structure
from corpus_cli.model import Source


class Limits(NamedTuple):
    """What reading a file may take.

    `seconds` of processor time for one article, `memory` in bytes of address space, libraries
    included, `characters` that one file may unfold to.
    """

    seconds: int = 60
    memory: int = 1_500_000_000
    characters: int = 200_000_000


def main(limits: Limits) -> NoReturn:
    """Answer requests on standard input until it ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # macOS knows this limit and refuses to set it.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints is no answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin.buffer:
        _start_timer(limits)
        for frame in _reply(decode_request(line), limits):
            answers.write(encode_frame(frame))
            answers.flush()
            if isinstance(frame, Made):
                _start_timer(limits)
    sys.exit()


def read_frames(request: ReadRequest, limit: int) -> Iterator[Frame]:
    """What a file holds, of `limit` characters at most; what is wrong with it is one of them."""
    try:
        yield from _read(request, limit)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a library's: whatever it is, the others go on
        yield file_formats.describe_failure("", error)


def _reply(request: ReadRequest, limits: Limits) -> Iterator[Frame]:
    try:
        yield from read_frames(request, limits.characters)
    except MemoryError:
        yield Unread("", f"reading it takes more than {limits.memory / 1e9:g} GB of memory")
    yield Done()


def _read(request: ReadRequest, limit: int) -> Iterator[Frame]:
    data, stamp = load(request.path, request.largest)
    yield stamp
    if stamp.digest == request.digest:
        yield Same()
        return
    characters = 0
    name = os.path.basename(request.path)  # noqa: PTH119 - need not be valid text
    for result in file_formats.read(name, data, "", request.fields):
        if isinstance(result, Unread):
            yield result
            continue
        characters += sum(len(line.text) for line in result.lines)
        if characters > limit:
            raise SourceError(f"it unpacks to more than {limit / 1e6:g} million characters")
        yield _describe_document(result, request.place)


def _describe_document(document: Document, place: str) -> Made:
    article = structure(document.lines, document.metadata)
    return Made(document.record, describe_article(article, Source(place, document.record)))


def _start_timer(limits: Limits) -> None:
    """Let the kernel end this process when its time for an article is over.

    Processor time, as the one that reads our answers may make us wait.
    """
    signal.setitimer(signal.ITIMER_PROF, limits.seconds)
