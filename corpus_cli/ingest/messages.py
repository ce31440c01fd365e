"""What goes over the pipes to a child process and back."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, assert_never

from corpus_cli.ingest.readers.port import Document, Unread, Written
from corpus_cli.model import Datum, Stamp


class Request(NamedTuple):
    """A file to read, unless it is still what its digest says.

    `largest` is in bytes; `fields` maps the user's names of a record's fields to ours.
    """

    path: str
    digest: str
    largest: int
    fields: Mapping[str, str]


class Same(NamedTuple):
    """The file is what it was."""


class Done(NamedTuple):
    """All of the file was read."""


Frame = Stamp | Same | Document | Unread | Done
"""An answer is the stamp; `Same`, or what was read; `Done`. Without a stamp nothing was."""


def ask(request: Request) -> bytes:
    """A request as a line."""
    return _line(request)


def asked(line: bytes) -> Request:
    """A request read back."""
    return Request(*_values(line))


def tell(frame: Frame) -> bytes:
    """A frame as a line: its kind and its values."""
    match frame:
        case Document(lines, metadata, record):
            return _line(["document", [*lines], [*metadata], record])
        case Stamp() | Unread() | Same() | Done():
            return _line([type(frame).__name__.lower(), *frame])
        case _:
            assert_never(frame)


def told(line: bytes) -> Frame:
    """A frame read back. Raises `ValueError` for what is none: a child may be anybody's."""
    kind, *values = _values(line)
    match kind:
        case "document":
            lines, metadata, record = values
            written = [Written(*one) for one in lines]
            return Document(written, [Datum(*datum) for datum in metadata], record)
        case "stamp":
            return Stamp(*values)
        case "unread":
            return Unread(*values)
        case "same":
            return Same()
        case "done":
            return Done()
    raise ValueError(kind)


def _line(values: object) -> bytes:
    # Paths and broken texts hold lone surrogates: what is ASCII survives any pipe.
    return json.dumps(values).encode("ascii") + b"\n"


def _values(line: bytes) -> list[Any]:
    found: list[Any] = json.loads(line)
    return found
