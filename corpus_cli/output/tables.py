"""Format records as TSV and CSV."""

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
    r"""Escape a text for a TSV cell: tab, line feed, return, backslash as `\t \n \r \\`."""
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], text)


def tsv(rows: Iterable[Record], fields: Sequence[str]) -> Iterator[str]:
    """Yield the fields of each row with tabs between, without a header: for cut, awk, fzf."""
    for row in rows:
        yield "\t".join(cell(_text(row.get(field, ""))) for field in fields)


def csv(rows: Iterable[Record], fields: Sequence[str], *, header: bool = True) -> Iterator[str]:
    """Yield the fields of each row as in RFC 4180, but with a line feed alone after a row.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    from csv import writer

    # With both as the line end, csv quotes a cell that contains either.
    row_of = writer(_Echo(), lineterminator="\r\n").writerow
    lines: list[Sequence[object]] = [fields] if header else []
    for line in (*lines, *([_plain(row.get(field, "")) for field in fields] for row in rows)):
        yield str(row_of(line)).removesuffix("\r\n")


class _Echo:
    """A file whose `write` returns its argument."""

    def write(self, text: str) -> str:
        return text


def _plain(value: object) -> object:
    """Return a number unchanged, and a text that looks like a formula after an apostrophe."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = _text(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: object) -> str:
    """Return a value as text: lists with `; ` between, nested values as JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, list):
        return str(value)
    if any(isinstance(one, list | dict) for one in value):
        return escape_json(json.dumps(value, ensure_ascii=False))
    return "; ".join(map(str, value))
