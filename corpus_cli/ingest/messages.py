"""What goes over the pipes to a child process and back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, assert_never

from corpus_cli.ingest.readers.port import Unread
from corpus_cli.ingest.structure.structure import identity
from corpus_cli.model import Article, Datum, Definition, Entry, Line, Passage, Stamp


class Request(NamedTuple):
    """A file to read, unless it is still what its digest says.

    `place` is the path that its articles are said to stand at. `largest` is in bytes; `fields`
    maps the user's names of a record's fields to ours.
    """

    place: str
    path: str
    digest: str
    largest: int
    fields: Mapping[str, str]


class Made(NamedTuple):
    """An article of a file, and all that is recorded of it; `record` says which of the file."""

    record: str
    entry: Entry


class Same(NamedTuple):
    """The file is what it was."""


class Done(NamedTuple):
    """All of the file was read."""


Frame = Stamp | Same | Made | Unread | Done
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
        case Made(record, entry):
            return _line(["made", record, *_taken_apart(entry)])
        case Stamp() | Unread() | Same() | Done():
            return _line([type(frame).__name__.lower(), *frame])
        case _:
            assert_never(frame)


def told(line: bytes) -> Frame:
    """A frame read back. Raises `ValueError` for what is none: a child may be anybody's."""
    kind, *values = _values(line)
    match kind:
        case "made":
            record, *parts = values
            return Made(record, _put_together(*parts))
        case "stamp":
            return Stamp(*values)
        case "unread":
            return Unread(*values)
        case "same":
            return Same()
        case "done":
            return Done()
    raise ValueError(kind)


def _taken_apart(entry: Entry) -> Sequence[object]:
    return (
        [line[1:] for line in entry.article.lines],
        entry.article.metadata,
        [(p.start, p.end, p.lines, p.heading, p.page, p.language) for p in entry.passages],
        entry.definitions,
        entry.site,
        sorted(entry.lines),
        entry.sketch.hex(),
    )


def _put_together(  # noqa: PLR0913, PLR0917 - the parts of an entry
    written: Sequence[Sequence[Any]],
    metadata: Sequence[Sequence[str]],
    pieces: Sequence[Sequence[Any]],
    definitions: Sequence[Sequence[Any]],
    site: str,
    hashes: Sequence[int],
    sketch: str,
) -> Entry:
    lines = tuple(Line(n, *line) for n, line in enumerate(written, 1))
    # Nobody but us says what an article is called: no file can take the place of another.
    article = Article(identity(lines), lines, tuple(Datum(*datum) for datum in metadata))
    text = article.text
    title = "".join(article.values("title")[:1])
    passages = tuple(
        Passage(article.id, n, start, end, (a, b), text[start:end], title, *rest)
        for n, (start, end, (a, b), *rest) in enumerate(pieces, 1)
    )
    told = tuple(Definition(*one) for one in definitions)
    return Entry(article, passages, told, site, frozenset(hashes), bytes.fromhex(sketch))


def _line(values: object) -> bytes:
    # Paths and broken texts hold lone surrogates: what is ASCII survives any pipe.
    return json.dumps(values).encode("ascii") + b"\n"


def _values(line: bytes) -> list[Any]:
    found: list[Any] = json.loads(line)
    return found
