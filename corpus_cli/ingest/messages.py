"""Encode the messages to and from a child process."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, assert_never

from corpus_cli.ingest.readers.port import Unread
from corpus_cli.ingest.recurring import LinesBySite
from corpus_cli.model import Article, Datum, Definition, Entry, Line, Passage, Stamp, ids


class ReadRequest(NamedTuple):
    """A request to read a file, unless its content still has the digest.

    `place` is the path that is recorded as the source, `path` is the file to open. `largest` is
    in bytes; `fields` maps the user's names of the fields of records to ours. `recurring` are the
    lines that recur, by site, as far as this reader does not know them from earlier requests.
    """

    place: str
    path: str
    digest: str
    largest: int
    fields: Mapping[str, str]
    recurring: LinesBySite = MappingProxyType({})


class ReclassifyRequest(NamedTuple):
    """A request to classify articles again: each with its site, and its lines that recur there."""

    articles: Sequence[tuple[Article, str, frozenset[int]]]


class Made(NamedTuple):
    """An article that was read, with its record id in the file and its entry for the store."""

    record: str
    entry: Entry


class PassedOver(NamedTuple):
    """A document that lacks the needed words, with its record id in the file."""

    record: str


class Same(NamedTuple):
    """The message that the file has not changed."""


class Done(NamedTuple):
    """The message that the whole file was read."""


Frame = Stamp | Same | Made | PassedOver | Unread | Done
"""A message of a child, in this order: the stamp, then `Same` or the results, then `Done`.

There is no stamp if the file cannot be loaded.
"""


def encode_request(request: ReadRequest | ReclassifyRequest) -> bytes:
    """Encode a request as a line of JSON: its kind and its values."""
    match request:
        case ReadRequest():
            return _encode_line(["read", *request])
        case ReclassifyRequest(articles):
            return _encode_line(
                [
                    "reclassify",
                    *(
                        (_encode_lines(article), article.metadata, site, sorted(recurring))
                        for article, site, recurring in articles
                    ),
                ]
            )
        case _:
            assert_never(request)


def decode_request(line: bytes) -> ReadRequest | ReclassifyRequest:
    """Decode a request from a line."""
    kind, *values = _decode_line(line)
    if kind == "read":
        return ReadRequest(*values)
    return ReclassifyRequest(
        [
            (_decode_article(lines, metadata), site, frozenset(recurring))
            for lines, metadata, site, recurring in values
        ]
    )


def encode_frame(frame: Frame) -> bytes:
    """Encode a frame as a line: its kind and its values."""
    match frame:
        case Made(record, entry):
            return _encode_line(["made", record, *_encode_entry(entry)])
        case Stamp() | PassedOver() | Unread() | Same() | Done():
            return _encode_line([type(frame).__name__.lower(), *frame])
        case _:
            assert_never(frame)


def decode_frame(line: bytes) -> Frame:
    """Decode a frame from a line. Raises `ValueError` or `TypeError` if it is not valid.

    A hostile file may have taken over the child, so the line is not trusted.
    """
    kind, *values = _decode_line(line)
    match kind:
        case "made":
            record, *parts = values
            return Made(record, _decode_entry(*parts))
        case "stamp":
            return Stamp(*values)
        case "passedover":
            return PassedOver(*values)
        case "unread":
            return Unread(*values)
        case "same":
            return Same()
        case "done":
            return Done()
    raise ValueError(kind)


def _encode_entry(entry: Entry) -> Sequence[object]:
    return (
        _encode_lines(entry.article),
        entry.article.metadata,
        [(p.start, p.end, p.lines, p.heading, p.page, p.language) for p in entry.passages],
        entry.definitions,
        entry.site,
        sorted(entry.lines),
        sorted(entry.recurring),
        entry.full_sketch.hex(),
        entry.sketch.hex(),
        entry.name_runs,
    )


def _decode_entry(  # noqa: PLR0913, PLR0917 - the parts of an entry
    encoded_lines: Sequence[Sequence[Any]],
    metadata: Sequence[Sequence[str]],
    encoded_passages: Sequence[Sequence[Any]],
    definitions: Sequence[Sequence[Any]],
    site: str,
    hashes: Sequence[int],
    recurring: Sequence[int],
    full_sketch: str,
    sketch: str,
    name_runs: str,
) -> Entry:
    article = _decode_article(encoded_lines, metadata)
    text, title = article.text, "".join(article.values("title")[:1])
    passages = tuple(
        Passage(article.id, n, start, end, (a, b), text[start:end], title, *rest)
        for n, (start, end, (a, b), *rest) in enumerate(encoded_passages, 1)
    )
    decoded_definitions = tuple(Definition(*one) for one in definitions)
    return Entry(
        article,
        passages,
        decoded_definitions,
        site,
        frozenset(hashes),
        frozenset(recurring),
        bytes.fromhex(full_sketch),
        bytes.fromhex(sketch),
        str(name_runs),
    )


def _encode_lines(article: Article) -> Sequence[object]:
    return [line[1:] for line in article.lines]


def _decode_article(
    encoded_lines: Sequence[Sequence[Any]], metadata: Sequence[Sequence[str]]
) -> Article:
    lines = tuple(Line(n, *line) for n, line in enumerate(encoded_lines, 1))
    # The id is computed here, not taken from the child: no article can replace another one.
    text = "\n".join(line.text for line in lines)
    return Article(ids.article_id(text), lines, tuple(Datum(*datum) for datum in metadata))


def _encode_line(values: object) -> bytes:
    # Paths and damaged texts can contain lone surrogates; JSON in ASCII escapes these.
    return json.dumps(values, check_circular=False).encode("ascii") + b"\n"


def _decode_line(line: bytes) -> list[Any]:
    values: list[Any] = json.loads(line)
    return values
