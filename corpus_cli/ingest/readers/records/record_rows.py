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
from corpus_cli.ingest.readers.records.schema import RecordSchema

_DELIMITERS = ",;\t|"
_SAMPLE_LENGTH = 65_536
_MAX_CELL_LENGTH = 2**31 - 1


class RecordRow(NamedTuple):
    """A record of a file: its number and fields, or the reason why it cannot be read.

    `n` counts from 1: the line in JSON lines, else the record.
    """

    n: int
    fields: Mapping[str, object]
    reason: str = ""


RowReader = Callable[[], Iterator[RecordRow]]
"""Reads the records of a file from its start, one at a time."""


def open_rows(file: File, schema: RecordSchema) -> RowReader:
    """Return a reader of the records. Raises `SourceError` if the file is not JSON or a table."""
    name, media = file.name.lower(), file.media_type
    if name.endswith((".csv", ".tsv")) or media in ("text/csv", "text/tab-separated-values"):
        return _open_table(decode(file.data), schema)
    read_lines = partial(_read_json_lines, file.data)
    is_json_lines = name.endswith((".jsonl", ".ndjson")) or media == "application/x-ndjson"
    if is_json_lines and _has_record(read_lines):
        return read_lines
    try:
        return partial(_number_records, schema.find_records(_parse_json(decode(file.data))))
    except ValueError as error:
        if _has_record(read_lines):
            return read_lines
        raise SourceError(f"it is not JSON: {error}") from error


def _has_record(read_rows: RowReader) -> bool:
    """Return whether any record can be read."""
    return any(not row.reason for row in read_rows())


def _number_records(records: Iterable[object]) -> Iterator[RecordRow]:
    for n, record in enumerate(records, 1):
        yield (
            RecordRow(n, record)
            if isinstance(record, dict)
            else RecordRow(n, {}, "it is not a JSON object")
        )


def _read_json_lines(data: bytes) -> Iterator[RecordRow]:
    """Yield the records of JSON lines, numbered by line."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = decode(data).encode()
    for n, line in enumerate(BytesIO(data), 1):
        text = line.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\x1e")
        if not text:
            continue
        try:
            value = _parse_json(_decode_line(text))
        except (ValueError, SourceError):
            yield RecordRow(n, {}, f"line {n} is not JSON: correct it")
            continue
        is_object = isinstance(value, dict)
        yield RecordRow(
            n, value if is_object else {}, "" if is_object else f"line {n} is not a JSON object"
        )


def _decode_line(line: bytes) -> str:
    # Each line is decoded by itself, so that one in another encoding affects no other line.
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return decode(line)


def _parse_json(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Parse a JSON text, with numbers as strings. Raises `ValueError` if it is not JSON."""
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except RecursionError as error:
        raise ValueError("its values are nested too deeply") from error


def _open_table(text: str, schema: RecordSchema) -> RowReader:
    """Return a reader of a table; it uses the delimiter that yields the most known fields."""
    csv.field_size_limit(_MAX_CELL_LENGTH)
    headers_by_delimiter = {
        delimiter: _read_header(text[:_SAMPLE_LENGTH], delimiter) for delimiter in _DELIMITERS
    }
    best = max(
        headers_by_delimiter,
        key=lambda d: (
            len(schema.find_fields(headers_by_delimiter[d])),
            len(headers_by_delimiter[d]),
        ),
    )
    return partial(_read_table, text, best)


def _read_header(text: str, delimiter: str) -> list[str]:
    return next(csv.reader(_split_lines(text), delimiter=delimiter), [])


def _split_lines(text: str) -> Iterator[str]:
    """Yield the lines of a text with their ends; `StringIO` would take 4 bytes a character."""
    return (match[0] for match in re.finditer(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++", text))


def _read_table(text: str, delimiter: str) -> Iterator[RecordRow]:
    reader = csv.reader(_split_lines(text), delimiter=delimiter)
    header = next(reader, [])
    filled_rows = (cells for cells in reader if any(map(str.strip, cells)))
    for n, cells in enumerate(filled_rows, 1):
        yield _build_row(n, header, cells)


def _build_row(n: int, header: Sequence[str], cells: Sequence[str]) -> RecordRow:
    if any(map(str.strip, cells[len(header) :])):
        return RecordRow(
            n,
            {},
            f"it has {len(cells)} cells, but the header has {len(header)}: "
            "put cells that contain a delimiter in quotation marks",
        )
    fields: dict[str, object] = {}
    for name, cell in zip(header, cells, strict=False):
        # The header may repeat a name: then both cells are its value.
        fields[name] = (
            f"{fields[name]}\n{cell}" if name in fields and cell else fields.get(name, cell)
        )
    return RecordRow(n, fields)
