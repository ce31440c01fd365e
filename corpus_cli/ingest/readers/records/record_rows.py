"""Read JSON, JSON lines, tables and feeds as rows."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from json import JSONDecodeError
from typing import NamedTuple

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.port import File
from corpus_cli.ingest.readers.record_ids import RecordIds
from corpus_cli.ingest.readers.records.feed_items import iter_items, list_item_lines
from corpus_cli.ingest.readers.records.json_values import (
    JsonValue,
    iter_values,
    locate_values,
    parse_json,
)
from corpus_cli.ingest.readers.records.schema import RecordSchema
from corpus_cli.ingest.readers.records.table_rows import TableRow, iter_rows

_FEED_DAMAGED = "the feed is damaged from here on: download it again"
_DELIMITERS = ",;\t|"
_FEED = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s|<\?[^>]*+>|<!--[\s\S]*?-->)*+<(?:[a-z]+:)?(?:rss|feed|RDF)[\s>]"
)
_SAMPLE_LENGTH = 65_536
_DELIMITER_LINE = re.compile(r"\ufeff?sep=([,;|:^~\t])[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)
_MAX_ROWS_ABOVE_HEADER = 10
MIN_KNOWN_FIELDS = 2
"""The number of known fields from which a row is certain to be a header."""


class RecordRow(NamedTuple):
    """A record of a file: its name and fields, or the reason why it cannot be read.

    The name is the line in JSON lines, else the number of the record, from 1. That of damage is
    its line. `line` is the line that the record begins in, from 1; 0 if it is unknown. If
    `hides_records` is true, there may be records in the damage.
    """

    name: str
    fields: Mapping[str, object]
    reason: str = ""
    line: int = 0
    hides_records: bool = False


RowReader = Callable[[], Iterator[RecordRow]]
"""Reads the records of a file from its start, one at a time."""


def open_rows(file: File, schema: RecordSchema) -> RowReader:
    """Return a reader of the records. Raises `SourceError` if it is none of our formats."""
    name, media = file.name.lower(), file.media_type
    if _FEED.match(file.data):
        return partial(_read_feed, file.data)
    if name.endswith((".rss", ".atom")):
        raise SourceError("it is not an RSS or Atom feed: download it again")
    text = decode(file.data)
    if name.endswith((".csv", ".tsv")) or media in ("text/csv", "text/tab-separated-values"):
        return _open_table(text, schema)
    read_values = partial(_read_values, text, schema)
    is_json_lines = name.endswith((".jsonl", ".ndjson")) or media == "application/x-ndjson"
    if is_json_lines and not text.lstrip().startswith("[") and _has_record(read_values):
        return read_values
    try:
        records = schema.find_records(parse_json(text))
        return partial(_number_records, records, locate_values(text, records))
    except ValueError as error:
        if _has_record(read_values):
            return read_values
        if isinstance(error, JSONDecodeError):
            place = f"line {error.lineno}, column {error.colno}"
            raise SourceError(f"it is not JSON from {place} on: correct it") from error
        raise SourceError(f"it is not JSON: {error}") from error


def _has_record(read_rows: RowReader) -> bool:
    """Return whether any record can be read."""
    return any(not row.reason for row in read_rows())


# --- feeds ---


def _read_feed(data: bytes) -> Iterator[RecordRow]:
    lines = list_item_lines(data)
    for n, item in enumerate(iter_items(data), 1):
        yield (
            RecordRow(str(n), item, line=lines[n - 1] if n <= len(lines) else 0)
            if item is not None
            else RecordRow(f"item {n}", {}, _FEED_DAMAGED, hides_records=True)
        )


# --- JSON ---


def _number_records(records: Sequence[object], lines: Sequence[int]) -> Iterator[RecordRow]:
    for n, (record, line) in enumerate(zip(records, lines, strict=True), 1):
        yield (
            RecordRow(str(n), record, line=line)
            if isinstance(record, dict)
            else RecordRow(str(n), {}, "it is not a JSON object")
        )


def _read_values(text: str, schema: RecordSchema) -> Iterator[RecordRow]:
    """Yield the records in the values of a text, named by the lines that they begin in."""
    names = RecordIds()
    for value in iter_values(text):
        for fields, reason in _find_records(value, schema):
            name = names.make_unique(str(value.line), "{name}.{n}")
            yield RecordRow(name, fields, reason, value.line, bool(value.error))


def _find_records(
    value: JsonValue, schema: RecordSchema
) -> Iterator[tuple[Mapping[str, object], str]]:
    """Yield the fields of each record in a value, or the reason why it is not a record."""
    if value.error:
        yield {}, f"line {value.line} {value.error}: correct it"
        return
    records = [record for record in schema.find_records(value.value) if isinstance(record, dict)]
    yield from ((record, "") for record in records)
    if not records and not value.is_inner:
        yield (
            (value.value, "")
            if isinstance(value.value, dict)
            else ({}, f"line {value.line} is not a JSON object")
        )


# --- tables ---


class TableLayout(NamedTuple):
    """How a table is laid out: its delimiter, the row of its header, from 0, and the header.

    `known_count` is the number of fields of ours that the header names.
    """

    delimiter: str
    header_row: int
    header: Sequence[str]
    known_count: int


def _open_table(text: str, schema: RecordSchema) -> RowReader:
    """Return a reader of a table; it uses the delimiter that yields the most known fields.

    A line `sep=;` above the table, which is for spreadsheets, states the delimiter.
    """
    stated = _DELIMITER_LINE.match(text)
    sample = text[:_SAMPLE_LENGTH]
    layouts = [
        find_layout(iter_rows(sample, d), d, schema) for d in (stated[1] if stated else _DELIMITERS)
    ]
    best = max(layouts, key=lambda layout: (layout.known_count, len(layout.header)))
    width = len(best.header)
    return lambda: read_table(iter_rows(text, best.delimiter, width), best, schema)


def find_layout(rows: Iterable[TableRow], delimiter: str, schema: RecordSchema) -> TableLayout:
    """Return the layout of a table with a delimiter: its header is the first row that is not blank.

    If that names no known field, a row below it that names two is the header.
    """
    first_rows = islice(rows, _MAX_ROWS_ABOVE_HEADER)
    filled = [(n, row) for n, row in enumerate(first_rows) if not _is_above_header(row)]
    counts = [len(schema.find_fields(row.cells)) for _, row in filled]
    best = next((i for i, count in enumerate(counts) if count >= MIN_KNOWN_FIELDS), 0)
    if not filled:
        return TableLayout(delimiter, 0, (), 0)
    best = 0 if counts[0] else best
    return TableLayout(delimiter, filled[best][0], filled[best][1].cells, counts[best])


def _is_above_header(row: TableRow) -> bool:
    """Return whether a row is blank, or the line that states the delimiter."""
    is_delimiter_line = row.line == 1 and row.cells[:1] and row.cells[0].lower().startswith("sep=")
    return row.is_blank or bool(is_delimiter_line)


def read_table(
    rows: Iterable[TableRow], layout: TableLayout, schema: RecordSchema, unit: str = "line"
) -> Iterator[RecordRow]:
    """Yield the records of a table, and what is damaged or above its header.

    `unit` is what the numbers of its rows count: lines of a file, or rows of a sheet.
    """
    n = 0
    text_column = next(
        (i for i, name in enumerate(layout.header) if schema.find_fields([name]) == {"text"}),
        len(layout.header) - 1,
    )
    for row_number, row in enumerate(rows):
        if row.is_blank or row_number == layout.header_row:
            continue
        damage = row.damage
        if row_number < layout.header_row:
            if not _is_above_header(row):
                yield RecordRow(
                    f"{unit} {row.line}",
                    {},
                    "it is above the header of the table, so it was left out",
                )
            continue
        n += 1
        cells, surplus = _join_surplus(row.cells, layout, text_column)
        yield RecordRow(str(n), _name_cells(layout.header, cells), line=row.line)
        damage = damage or surplus
        if damage:
            yield RecordRow(f"{unit} {row.line}", {}, damage)


def _join_surplus(
    cells: Sequence[str], layout: TableLayout, text_column: int
) -> tuple[Sequence[str], str]:
    """Return the cells of a row, as many as the header has, and what is wrong if it has more.

    The surplus cells are most likely pieces of the text, which has a delimiter in it.
    """
    width = len(layout.header)
    if not any(map(str.strip, cells[width:])):
        return cells[:width], ""
    end = text_column + len(cells) - width + 1
    joined = layout.delimiter.join(cells[text_column:end])
    return [*cells[:text_column], joined, *cells[end:]], (
        f"it has {len(cells)} cells, but the header has {width}; the surplus was added to the "
        f"cell of {layout.header[text_column]}: put cells that contain a delimiter in quotation "
        "marks"
    )


def _name_cells(header: Sequence[str], cells: Sequence[str]) -> Mapping[str, object]:
    fields: dict[str, object] = {}
    for name, cell in zip(header, cells, strict=False):
        # The header may repeat a name: then both cells are its value.
        fields[name] = (
            f"{fields[name]}\n{cell}" if name in fields and cell else fields.get(name, cell)
        )
    return fields
