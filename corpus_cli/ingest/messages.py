"""What goes over the pipes to a child process and back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, assert_never

from corpus_cli.ingest.readers.port import Unread
from corpus_cli.ingest.structure.structure import article_id
from corpus_cli.model import Article, Datum, Definition, Entry, Line, Passage, Stamp


class ReadRequest(NamedTuple):
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


def encode_request(request: ReadRequest) -> bytes:
    """A request as a line."""
    return _encode_line(request)


def decode_request(line: bytes) -> ReadRequest:
    """A request read back."""
    return ReadRequest(*_decode_line(line))


def encode_frame(frame: Frame) -> bytes:
    """A frame as a line: its kind and its values."""
    match frame:
        case Made(record, entry):
            return _encode_line(["made", record, *_encode_entry(entry)])
        case Stamp() | Unread() | Same() | Done():
            return _encode_line([type(frame).__name__.lower(), *frame])
        case _:
            assert_never(frame)


def decode_frame(line: bytes) -> Frame:
    """A frame read back. Raises `ValueError` for what is none: a child may be anybody's."""
    kind, *values = _decode_line(line)
    match kind:
        case "made":
            record, *parts = values
            return Made(record, _decode_entry(*parts))
        case "stamp":
            return Stamp(*values)
        case "unread":
            return Unread(*values)
        case "same":
            return Same()
        case "done":
            return Done()
    raise ValueError(kind)


def _encode_entry(entry: Entry) -> Sequence[object]:
    return (
        [line[1:] for line in entry.article.lines],
        entry.article.metadata,
        [(p.start, p.end, p.lines, p.heading, p.page, p.language) for p in entry.passages],
        entry.definitions,
        entry.site,
        sorted(entry.lines),
        entry.sketch.hex(),
    )


def _decode_entry(  # noqa: PLR0913, PLR0917 - the parts of an entry
    encoded_lines: Sequence[Sequence[Any]],
    metadata: Sequence[Sequence[str]],
    encoded_passages: Sequence[Sequence[Any]],
    definitions: Sequence[Sequence[Any]],
    site: str,
    hashes: Sequence[int],
    sketch: str,
) -> Entry:
    lines = tuple(Line(n, *line) for n, line in enumerate(encoded_lines, 1))
    # Nobody but us says what an article is called: no file can take the place of another.
    article = Article(article_id(lines), lines, tuple(Datum(*datum) for datum in metadata))
    text = article.text
    title = "".join(article.values("title")[:1])
    passages = tuple(
        Passage(article.id, n, start, end, (a, b), text[start:end], title, *rest)
        for n, (start, end, (a, b), *rest) in enumerate(encoded_passages, 1)
    )
    decoded_definitions = tuple(Definition(*one) for one in definitions)
    return Entry(
        article, passages, decoded_definitions, site, frozenset(hashes), bytes.fromhex(sketch)
    )


def _encode_line(values: object) -> bytes:
    # Paths and broken texts hold lone surrogates: what is ASCII survives any pipe.
    return json.dumps(values).encode("ascii") + b"\n"


def _decode_line(line: bytes) -> list[Any]:
    values: list[Any] = json.loads(line)
    return values
