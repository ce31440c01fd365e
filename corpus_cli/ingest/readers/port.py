"""What a reader is handed, and what it promises."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from corpus_cli.model import Datum


class Written(NamedTuple):
    """One line as a format has it: a paragraph, a heading, a row of a menu.

    `kind` is what the format itself says it is (`title`, `heading`, `body`, `chrome:page`);
    empty where the form of the text has to tell. `page` counts from 1; 0 where there are none.
    """

    text: str
    kind: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One article as a reader found it; `record` says which of the file, empty for all of it."""

    lines: Sequence[Written]
    metadata: Sequence[Datum] = ()
    record: str = ""


class Unread(NamedTuple):
    """A record that cannot be read, and why; the others of its file go on.

    `passing` where it may be read another time though the file did not change.
    """

    record: str
    reason: str
    passing: bool = False


Found = Document | Unread

Nested = Callable[[str, bytes, str], Iterator[Found]]
"""Reads a part of a file by the reader it wants: its record id, its bytes, its media type or "".

The last part of the record id (after a slash) is taken for its name. What is found has that
record id, and those of its own records after a `#`.
"""


@dataclass(frozen=True, slots=True)
class File:
    """What a reader is handed: a name, the bytes, the media type if somebody stated one.

    `fields` maps what the user says are the names of a record's fields (`headline`) to ours
    (`title`). `nested` reads what is inside.
    """

    name: str
    data: bytes
    nested: Nested
    media: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


Reader = Callable[[File], Iterator[Found]]
"""Bytes to documents. Raises `SourceError` with the reason where nothing can be read."""
