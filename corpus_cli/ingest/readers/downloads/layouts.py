"""The layouts of the downloads."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.ingest.structure.written_dates import read_date_line
from corpus_cli.text.data import toml

TEXT = "text"
"""The field of labels that begin the text of an article."""

DAY = "day"
"""The anchor of layouts in which the first line that is a date is the anchor."""

_MAX_BOUNDARY_LENGTH = 120


class Label(NamedTuple):
    """A label at the start of a row: its name, its field ("" if none), the value after it."""

    name: str
    field: str
    value: str


class Layout(NamedTuple):
    """The layout of a database; the comments in `data/downloads.toml` describe its parts."""

    database: str
    boundary: re.Pattern[str]
    is_boundary_first: bool
    anchor: re.Pattern[str] | str
    before: Sequence[str]
    after: Sequence[str]
    header: Mapping[str, str]
    trailer: Mapping[str, str]
    long: frozenset[str]
    label: re.Pattern[str] | None
    has_inverted_names: bool

    def match_boundary(self, text: str) -> re.Match[str] | None:
        """Return the match of a row that begins or ends an article, or None."""
        text = text.strip()
        return self.boundary.fullmatch(text) if len(text) <= _MAX_BOUNDARY_LENGTH else None

    def is_anchor(self, text: str) -> bool:
        """Return whether a row is the one of the head that others are counted from."""
        if isinstance(self.anchor, str):
            return self.anchor == DAY and read_date_line(text) is not None
        return bool(self.anchor.fullmatch(text.strip()))

    def find_header_label(self, text: str) -> Label | None:
        """Return the label of a field above the text that a row begins with, or None."""
        return self._find_label(text, self.header)

    def find_trailer_label(self, text: str) -> Label | None:
        """Return the label of a field below the text that a row begins with, or None."""
        return self._find_label(text, self.trailer)

    def _find_label(self, text: str, fields: Mapping[str, str]) -> Label | None:
        match = self.label.match(text.strip()) if self.label else None
        if match is None or match["name"] not in fields:
            return None
        return Label(match["name"], fields[match["name"]], match["value"].strip())


class Lines(NamedTuple):
    """Rows that mean the same in every layout."""

    copyright: re.Pattern[str]
    noise: re.Pattern[str]
    edition: re.Pattern[str]
    address: re.Pattern[str]
    vague_day: re.Pattern[str]


def has_boundary(lines: Iterable[DocumentLine]) -> bool:
    """Return whether any line can begin or end an article of a download.

    Most files have none, so this needs neither the layouts nor what reads an article.
    """
    texts = (line.text.strip() for line in lines if len(line.text) <= _MAX_BOUNDARY_LENGTH)
    return any(map(_any_boundary().fullmatch, texts))


@cache
def _any_boundary() -> re.Pattern[str]:
    """Return one pattern for the boundaries of all layouts."""
    patterns = (table.get("begins") or table["ends"] for table in toml("downloads")["layouts"])
    return re.compile("|".join(patterns).replace("(?P<id>", "(?:"))


@cache
def load_layouts() -> tuple[Layout, ...]:
    """Return all layouts."""
    return tuple(map(_make_layout, toml("downloads")["layouts"]))


@cache
def load_lines() -> Lines:
    """Return the patterns of rows that mean the same in every layout."""
    patterns = toml("downloads")["lines"]
    return Lines(**{name: re.compile(text, re.IGNORECASE) for name, text in patterns.items()})


def list_patterns() -> list[re.Pattern[str]]:
    """Return every pattern of every layout."""
    values = [*load_lines(), *(value for layout in load_layouts() for value in layout)]
    return [value for value in values if isinstance(value, re.Pattern)]


def _make_layout(table: Mapping[str, Any]) -> Layout:
    header, trailer = table.get("header", {}), table.get("trailer", {})
    anchor = table.get("anchor", "")
    return Layout(
        table["database"],
        re.compile(table.get("begins") or table["ends"]),
        "begins" in table,
        anchor if anchor in ("", DAY) else re.compile(anchor, re.IGNORECASE),
        table.get("before", ()),
        table.get("after", ()),
        header,
        trailer,
        frozenset(table.get("long", ())),
        _compile_label([*header, *trailer], table["mark"]),
        table.get("inverted_names", False),
    )


def _compile_label(names: Sequence[str], mark: str) -> re.Pattern[str] | None:
    if not names:
        return None
    longest_first = sorted(names, key=len, reverse=True)
    alternatives = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?P<name>{alternatives})(?:{mark}|$)(?P<value>[\s\S]*+)")
