"""Read spreadsheets: tables of articles, or one article."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from io import BytesIO
from itertools import islice
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.office.core_properties import read_core_properties
from corpus_cli.ingest.readers.office.odt import read_meta
from corpus_cli.ingest.readers.office.package import DAMAGED, Package
from corpus_cli.ingest.readers.paragraph_flow import mend_text
from corpus_cli.ingest.readers.port import (
    ENCRYPTED,
    NO_TEXT,
    Document,
    DocumentLine,
    File,
    ReadResult,
    Unread,
)
from corpus_cli.ingest.readers.record_ids import prefix_record
from corpus_cli.ingest.readers.records.reader import read as read_text_table
from corpus_cli.ingest.readers.records.reader import read_records
from corpus_cli.ingest.readers.records.record_rows import (
    MIN_KNOWN_FIELDS,
    RowReader,
    find_layout,
    read_table,
)
from corpus_cli.ingest.readers.records.schema import RecordSchema
from corpus_cli.ingest.readers.records.table_rows import TableRow
from corpus_cli.model import BODY, HEADING, Datum

_ZIP_MARK, _OLE_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SAMPLE_ROWS = 100
_CELL_MARK = " | "


class _Sheet(NamedTuple):
    """A sheet that is not empty: its name, and its rows with their numbers."""

    name: str
    rows: Sequence[TableRow]


def read(file: File) -> Iterator[ReadResult]:
    """Yield the rows of each sheet that is a table of articles; other sheets are one article.

    A sheet is such a table if its header names two fields of articles. A file that only has the
    suffix of a spreadsheet, as some sites send tables, is read as the table that it is. Raises
    `SourceError` if the file is damaged, encrypted, too large or has no text.
    """
    if not file.data.startswith((_ZIP_MARK, _OLE_MARK)):
        yield from read_text_table(file._replace(name=f"{os.path.splitext(file.name)[0]}.csv"))  # noqa: PTH122 - need not be valid
        return
    metadata, damage = _check_package(file.data)
    sheets, unread = _read_sheets(file.data)
    if not sheets:
        raise SourceError(unread[0].reason if unread else NO_TEXT)
    schemas = [RecordSchema(file.fields) for _ in sheets]
    tables = [_open_table(sheet, schema) for sheet, schema in zip(sheets, schemas, strict=True)]
    if any(tables):
        for sheet, schema, read_rows in zip(sheets, schemas, tables, strict=True):
            results = (
                read_records(file, read_rows, schema)
                if read_rows
                else iter([Document(_list_lines(sheet), metadata)])
            )
            name = sheet.name if len(sheets) > 1 else ""
            yield from (prefix_record(name, result) for result in results)
    else:
        yield Document(_list_all_lines(sheets), metadata)
    yield from [*unread, *damage]


def _check_package(data: bytes) -> tuple[list[Datum], list[Unread]]:
    """Return what the file says of itself. Raises `SourceError` if it unpacks to too much."""
    if not data.startswith(_ZIP_MARK):
        return [], []
    # The library sets no limit.
    Package(data).unpack_all()
    package = Package(data)
    core_data, core_damage = read_core_properties(package)
    meta_data, meta_damage = read_meta(package)
    return core_data + meta_data, core_damage + meta_damage


def _read_sheets(data: bytes) -> tuple[list[_Sheet], list[Unread]]:
    """Return the sheets that are not empty, and those that cannot be read."""
    sheets: list[_Sheet] = []
    unread: list[Unread] = []
    with _mend_errors():
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        names = workbook.sheet_names
    for name in names:
        try:
            rows = _read_rows(workbook, name)
        except SourceError as error:
            unread.append(Unread(name, str(error)))
        else:
            if any(not row.is_blank for row in rows):
                sheets.append(_Sheet(mend_text(name), rows))
    return sheets, unread


def _read_rows(workbook: CalamineWorkbook, name: str) -> list[TableRow]:
    with _mend_errors():
        sheet = workbook.get_sheet_by_name(name)
        first_row = sheet.start[0] + 1 if sheet.start else 1
        return [
            TableRow(n, [_format_cell(cell) for cell in cells])
            for n, cells in enumerate(sheet.iter_rows(), first_row)
        ]


@contextmanager
def _mend_errors() -> Iterator[None]:
    """Raise `SourceError` for the errors of the library, which panics at some damage."""
    try:
        yield
    except PasswordError as error:
        raise SourceError(ENCRYPTED) from error
    except CalamineError as error:
        raise SourceError(DAMAGED) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise SourceError(DAMAGED) from error


def _format_cell(cell: object) -> str:
    """Return the text of a cell: a day in ISO 8601, a whole number without a point."""
    match cell:
        case datetime():
            is_day = cell.time() == time()
            return cell.date().isoformat() if is_day else cell.isoformat(" ", "minutes")
        case date():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return mend_text(str(cell))


def _open_table(sheet: _Sheet, schema: RecordSchema) -> RowReader | None:
    """Return a reader of the articles of a sheet; None if it is no table of articles."""
    layout = find_layout(sheet.rows, "\t", schema)
    if layout.known_count < MIN_KNOWN_FIELDS:
        return None
    below = sheet.rows[layout.header_row :]
    sample = islice(read_table(below, layout._replace(header_row=0), schema), _SAMPLE_ROWS)
    if not any(schema.is_article(schema.extract_values(row.fields)) for row in sample):
        return None
    # A row is no line of the file, as that of a text is.
    return lambda: (row._replace(line=0) for row in read_table(sheet.rows, layout, schema, "row"))


def _list_all_lines(sheets: Sequence[_Sheet]) -> list[DocumentLine]:
    """Return the lines of several sheets, each below its name."""
    if len(sheets) == 1:
        return _list_lines(sheets[0])
    return [
        line
        for sheet in sheets
        for line in (DocumentLine(sheet.name, HEADING), *_list_lines(sheet))
    ]


def _list_lines(sheet: _Sheet) -> list[DocumentLine]:
    """Return the rows of a sheet as lines; a row with one cell may be a title or a paragraph."""
    lines: list[DocumentLine] = []
    for row in sheet.rows:
        cells = [" ".join(cell.split()) for cell in row.cells if cell.strip()]
        if len(cells) == 1:
            paragraphs = next(cell for cell in row.cells if cell.strip()).splitlines()
            lines += [DocumentLine(" ".join(text.split())) for text in paragraphs if text.strip()]
        elif cells:
            lines.append(DocumentLine(_CELL_MARK.join(cells), BODY))
    return lines
