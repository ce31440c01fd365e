"""The contract of a reader: its input and its results."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from corpus_cli.model import Datum

NO_TEXT = "there is no text in it"
ENCRYPTED = "it is encrypted: save it without a password"
"""The reason for a file or a record that is readable but has no text."""


class DocumentLine(NamedTuple):
    """One line of a document: a paragraph, a heading, an item of a menu.

    `kind` is the line kind that the format itself states (`title`, `heading`, `body`,
    `chrome:page`), or empty: then it is inferred from the text. `page` counts from 1; it is 0
    in a format without pages. `raw` is the text as the file has it if it was repaired, else empty.
    """

    text: str
    kind: str = ""
    page: int = 0
    raw: str = ""


class Document(NamedTuple):
    """One article as a reader returns it.

    `record` is its record id within the file; it is empty where the file is one article. `line` is
    the line of the file that a record begins in, from 1; it is 0 where the lines of the document
    are those of the file, and in files that are no text. If `keeps_lines` is true, the lines
    of the document are those of the file from there on.
    """

    lines: Sequence[DocumentLine]
    metadata: Sequence[Datum] = ()
    record: str = ""
    line: int = 0
    keeps_lines: bool = False


class Unread(NamedTuple):
    """A record that cannot be read, with the reason; the other records of the file are read.

    `transient` is true where a later attempt may succeed although the file did not change. If
    `hides_records` is true, it is unknown which records are in the part that cannot be read.
    """

    record: str
    reason: str
    transient: bool = False
    hides_records: bool = False


ReadResult = Document | Unread

PartReader = Callable[[str, bytes, str], Iterator[ReadResult]]
"""Reads a part of a file by the reader of its format: record id, bytes, media type or "".

The last step of the record id (after a slash) is the file name of the part. Results have that
record id, followed by `#` and the id of the record within the part if there is one.
"""


def _read_nothing(_: str) -> bytes:
    return b""


class File(NamedTuple):
    """The input of a reader: a file name, its bytes, and its media type if one is stated.

    `read_part` reads a file inside this one. `fields` maps the user's names of the fields of
    records (`headline`) to ours (`title`). `read_beside` reads a file that a browser saved with
    this one, by its relative address; empty if there is none.
    """

    name: str
    data: bytes
    read_part: PartReader
    media_type: str = ""
    fields: Mapping[str, str] = MappingProxyType({})
    read_beside: Callable[[str], bytes] = _read_nothing


Reader = Callable[[File], Iterator[ReadResult]]
"""Yields the results of a file. Raises `SourceError` with the reason where nothing can be read.

Another package adds one by an entry point in the group `corpus.readers`.
"""
