"""Read JSON, JSON lines and tables as rows."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any, NamedTuple

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.port import File
from corpus_cli.ingest.readers.records.schema import Schema

_DELIMITERS = ",;\t|"
_SNIFFED = 65_536
_LARGEST = 2**31 - 1


class Row(NamedTuple):
    """A record of a file: its number and fields, or the reason why it cannot be read.

    `n` counts from 1: the line in JSON lines, else the record.
    """

    n: int
    fields: Mapping[str, object]
    reason: str = ""


Rows = Callable[[], Iterator[Row]]
"""Reads the records of a file from its start, one at a time."""


def rows(file: File, schema: Schema) -> Rows:
    """Return a reader of the records. Raises `SourceError` if the file is not JSON or a table."""
    name, media = file.name.lower(), file.media
    if name.endswith((".csv", ".tsv")) or media in ("text/csv", "text/tab-separated-values"):
        return _table(decode(file.data), schema)
    in_lines = partial(_lines, file.data)
    stated = name.endswith((".jsonl", ".ndjson")) or media == "application/x-ndjson"
    if stated and _any(in_lines):
        return in_lines
    try:
        return partial(_numbered, schema.records(_json(decode(file.data))))
    except ValueError as error:
        if _any(in_lines):
            return in_lines
        raise SourceError(f"it is not JSON: {error}") from error


def _any(read: Rows) -> bool:
    """Return whether any record can be read."""
    return any(not row.reason for row in read())


def _numbered(records: Iterable[object]) -> Iterator[Row]:
    for n, record in enumerate(records, 1):
        yield Row(n, record) if isinstance(record, dict) else Row(n, {}, "it is not a JSON object")


def _lines(data: bytes) -> Iterator[Row]:
    """Yield the records of JSON lines, numbered by line."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = decode(data).encode()
    for n, line in enumerate(BytesIO(data), 1):
        text = line.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\x1e")
        if not text:
            continue
        try:
            value = _json(_decoded(text))
        except (ValueError, SourceError):
            yield Row(n, {}, f"line {n} is not JSON: correct it")
            continue
        found = isinstance(value, dict)
        yield Row(n, value if found else {}, "" if found else f"line {n} is not a JSON object")


def _decoded(line: bytes) -> str:
    # Each line by itself, so that one in another encoding does not affect the others.
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return decode(line)


def _json(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Parse a JSON text, with numbers as strings. Raises `ValueError` if it is not JSON."""
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except RecursionError as error:
        raise ValueError("its values are nested too deeply") from error


def _table(text: str, schema: Schema) -> Rows:
    """Return a reader of a table; it uses the delimiter that yields the most known fields."""
    csv.field_size_limit(_LARGEST)
    headers = {delimiter: _header(text[:_SNIFFED], delimiter) for delimiter in _DELIMITERS}
    best = max(headers, key=lambda d: (len(schema.fields(headers[d])), len(headers[d])))
    return partial(_cells, text, best)


def _header(text: str, delimiter: str) -> list[str]:
    return next(csv.reader(_ended(text), delimiter=delimiter), [])


def _ended(text: str) -> Iterator[str]:
    """Yield the lines of a text with their ends; `StringIO` would take 4 bytes a character."""
    return (line[0] for line in re.finditer(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++", text))


def _cells(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(_ended(text), delimiter=delimiter)
    header = next(reader, [])
    filled = (cells for cells in reader if any(map(str.strip, cells)))
    for n, cells in enumerate(filled, 1):
        yield _row(n, header, cells)


def _row(n: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    if any(map(str.strip, cells[len(header) :])):
        return Row(
            n,
            {},
            f"it has {len(cells)} cells, but the header has {len(header)}: "
            "put cells that contain a delimiter in quotation marks",
        )
    found: dict[str, object] = {}
    for name, cell in zip(header, cells, strict=False):
        # The header may repeat a name: then both cells are its value.
        found[name] = f"{found[name]}\n{cell}" if name in found and cell else found.get(name, cell)
    return Row(n, found)
