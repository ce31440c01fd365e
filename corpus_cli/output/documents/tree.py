"""The parts of a document, whatever format it is written in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

# Control characters but tab and line feed, separators and controls of direction, and what XML
# cannot contain. Joiners and marks of direction stay: Persian and Urdu are written with them.
_DISTURBING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}]+", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")


class Text(NamedTuple):
    """A piece of text; a `match` is what a query matched."""

    text: str
    style: Literal["", "match", "strong"] = ""


class Link(NamedTuple):
    """A text that leads to an address on the web."""

    text: str
    url: str


class NoteMark(NamedTuple):
    """The number of a note."""

    number: int


Inline: TypeAlias = Text | Link | NoteMark
Inlines: TypeAlias = Sequence[Inline]


class Heading(NamedTuple):
    """A heading; the level of a section is 2, that of the document 1."""

    text: str
    level: int = 2


class Paragraph(NamedTuple):
    """A paragraph; one that `explains` how something was counted is set smaller."""

    content: Inlines
    explains: bool = False


class BlockQuote(NamedTuple):
    """A text of others, and below it who and where it is from.

    `language` is ISO 639-1, empty if unknown.
    """

    content: Inlines
    source: Inlines
    language: str = ""


class Column(NamedTuple):
    """The heading of a column; numbers are set to the right."""

    name: str
    has_numbers: bool = False


class Table(NamedTuple):
    """A table with a caption; each row has a cell for every column."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Inlines]]


class Bar(NamedTuple):
    """A bar of a chart: its label, its length, and what it says in words."""

    label: str
    value: int
    text: str


class BarChart(NamedTuple):
    """A figure of bars, upright for periods; a table after it has the same values.

    A format without figures leaves it out.
    """

    title: str
    description: str
    bars: Sequence[Bar]
    is_upright: bool = False


class Notes(NamedTuple):
    """Numbered notes, from 1, to which the marks of notes lead."""

    items: Sequence[Inlines]


class Listing(NamedTuple):
    """A list without numbers."""

    items: Sequence[Inlines]


Block: TypeAlias = Heading | Paragraph | BlockQuote | Table | BarChart | Notes | Listing


class Document(NamedTuple):
    """A document: its title and its blocks in order."""

    title: str
    blocks: Sequence[Block]


def legible(text: str) -> str:
    """Return a text on one line in which nothing disturbs the text around it.

    What a document cannot contain, and what turns the direction of the text around it, becomes
    U+FFFD.
    """
    return _DISTURBING.sub("\ufffd", _BLANKS.sub(" ", text))


def is_web_address(url: str) -> bool:
    """Return whether an address is one of http or https that can be a link."""
    return _WEB_ADDRESS.fullmatch(url) is not None and legible(url) == url
