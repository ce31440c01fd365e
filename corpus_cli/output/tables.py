"""Rows of records as TSV and CSV."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from corpus_cli.output.records import Record
from corpus_cli.text.printable import escape_json

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_SPECIAL = re.compile(r"[\\\t\n\r]")

# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA = tuple("=+-@\t\r\n＝＋－＠'")


def cell(text: str) -> str:
    r"""A text that keeps to its cell: tab, line feed, return, backslash as `\t \n \r \\`."""
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], text)


def tsv(rows: Iterable[Record], fields: Sequence[str]) -> Iterator[str]:
    """The fields of each row with tabs between, and no header: for cut, awk and fzf."""
    for row in rows:
        yield "\t".join(cell(_text(row.get(field, ""))) for field in fields)


def csv(rows: Iterable[Record], fields: Sequence[str], *, header: bool = True) -> Iterator[str]:
    """The fields of each row as RFC 4180 has them, but each row ends in a line feed alone.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    from csv import writer

    # Written with both, so that either is quoted where it stands in a cell.
    row_of = writer(_Echo(), lineterminator="\r\n").writerow
    lines: list[Sequence[object]] = [fields] if header else []
    for line in (*lines, *([_plain(row.get(field, "")) for field in fields] for row in rows)):
        yield str(row_of(line)).removesuffix("\r\n")


class _Echo:
    """A file whose `write` answers what it was given."""

    def write(self, text: str) -> str:
        return text


def _plain(value: object) -> object:
    """A number as it is, else a text that is no formula; one apostrophe more tells it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = _text(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: object) -> str:
    """A value in one cell: several with `; ` between, what has parts of its own as JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, list):
        return str(value)
    if any(isinstance(one, list | dict) for one in value):
        return escape_json(json.dumps(value, ensure_ascii=False))
    return "; ".join(map(str, value))
