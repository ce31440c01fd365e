"""Read articles from JSON, JSON lines and tables."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.encoding import split_lines
from corpus_cli.ingest.readers.html_fragments import has_html_tags, parse_html_fragment
from corpus_cli.ingest.readers.metadata_values import drop_repeats, normalise_value
from corpus_cli.ingest.readers.nul_bytes import report_nul_bytes
from corpus_cli.ingest.readers.paragraph_flow import mend_text
from corpus_cli.ingest.readers.port import Document, DocumentLine, File, ReadResult, Unread
from corpus_cli.ingest.readers.records.record_rows import RowReader, open_rows
from corpus_cli.ingest.readers.records.schema import (
    FieldValue,
    FileDayOrder,
    RecordSchema,
    iter_texts,
    load_field_names,
)
from corpus_cli.ingest.readers.stated_dates import parse_date
from corpus_cli.ingest.structure.written_dates import (
    DayOrder,
    find_ambiguous_date,
    find_day_order,
)
from corpus_cli.model import AMBIGUOUS, DEK, HEADING, STATED, TITLE, Datum

_MAX_NAME_LENGTH = 60
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_HTML_PAGE = re.compile(r"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)


def read(file: File) -> Iterator[ReadResult]:
    """Yield the records of a file, one article each.

    Raises `SourceError` if the file is neither JSON nor a table, or has no article.
    """
    schema = RecordSchema(file.fields)
    yield from read_records(file, open_rows(file, schema), schema)
    yield from report_nul_bytes(file.data)


def read_records(file: File, read_rows: RowReader, schema: RecordSchema) -> Iterator[ReadResult]:
    """Yield the records of a file, whose rows `read_rows` reads, one article each.

    They are read several times, because only all records show which ids are unique. Raises
    `SourceError` if there is no article.
    """
    ids, schema.day_order, has_text = _survey(read_rows, schema)
    if not has_text:
        _check_for_articles(read_rows, schema)
    for row in read_rows():
        record = schema.find_id(row.fields)
        if ids[record] != 1 or not record:
            record = row.name if row.name not in ids else f"record {row.name}"
        values = schema.extract_values(row.fields)
        if schema.is_article(values):
            document = _build_document(file, record, values, schema.day_order)
            ambiguous = find_ambiguous_dates(row.fields, values, schema)
            yield document._replace(line=row.line, metadata=[*document.metadata, *ambiguous])
        else:
            reason = row.reason or "it has no text"
            yield Unread(record, reason, hides_records=row.hides_records)


def _survey(read_rows: RowReader, schema: RecordSchema) -> tuple[Counter[str], FileDayOrder, bool]:
    """Return how often each id occurs, the order of day and month, and whether any text occurs.

    A date such as `25/3/2024` decides the order, unless another one contradicts it.
    """
    ids: Counter[str] = Counter()
    orders: dict[DayOrder, str] = {}
    has_text = False
    for row in read_rows():
        ids[schema.find_id(row.fields)] += 1
        has_text = has_text or schema.has_text(row.fields)
        for text in schema.iter_dates(row.fields):
            if order := find_day_order(text):
                orders.setdefault(order, text)
    day_order = FileDayOrder(*next(iter(orders.items()))) if len(orders) == 1 else FileDayOrder()
    return ids, day_order, has_text


def find_ambiguous_dates(
    fields: Mapping[str, object],
    values: Mapping[str, FieldValue],
    schema: RecordSchema,
    origin: str = "field",
) -> list[Datum]:
    """Return the date of a record that may be either of two days, if it has no other one."""
    if "published" in values:
        return []
    dates = filter(None, map(find_ambiguous_date, schema.iter_dates(fields)))
    return [Datum(AMBIGUOUS, text, origin, STATED) for text in dates][:1]


def _check_for_articles(read_rows: RowReader, schema: RecordSchema) -> None:
    """Raise `SourceError` if an unknown field seems to be the text, or no record is an article."""
    text_field = next(
        filter(None, (schema.find_unknown_text(row.fields) for row in read_rows())), ""
    )
    if text_field or not any(
        schema.is_article(schema.extract_values(row.fields)) for row in read_rows()
    ):
        field_name = " ".join(mend_text(text_field).split())[:_MAX_NAME_LENGTH] or "NAME"
        raise SourceError(
            "it has no article: none of its records has a text; "
            f"name the field of the text with --field text={field_name}"
        )


def _build_document(
    file: File, record: str, values: Mapping[str, FieldValue], day_order: FileDayOrder
) -> Document:
    title = _flatten_value(values.get("title"))
    dek = _flatten_value(values.get("dek"))
    body, page_metadata = _parse_body(file, record, _join_texts(values))
    if title:
        # The record has a title of its own: a title inside its text is a heading.
        body = [line._replace(kind=HEADING) if line.kind == TITLE else line for line in body]
    first = next((n for n, line in enumerate(body) if line.text.strip()), None)
    if first is not None:
        opening = " ".join(body[first].text.split())
        if title and opening.casefold() == title.casefold():
            body[first] = body[first]._replace(kind=f"{TITLE}:repeat")
        # A description is often the opening of the text.
        dek = "" if opening.startswith(dek.rstrip(" .…")) else dek
    head = [DocumentLine(text, kind) for text, kind in ((title, TITLE), (dek, DEK)) if text]
    record_data = record_metadata(values, day_order=day_order)
    stated_fields = {datum.field for datum in record_data}
    return Document(
        head + body,
        record_data + [datum for datum in page_metadata if datum.field not in stated_fields],
        record=record,
    )


def _join_texts(values: Mapping[str, FieldValue]) -> str:
    return "\n".join(map(mend_text, iter_texts(values["text"].value))) if "text" in values else ""


def _flatten_value(value: FieldValue | None) -> str:
    """Return a value as one line of plain text; the value may be HTML."""
    text = " ".join(map(mend_text, iter_texts(value.value))) if value else ""
    if has_html_tags(text) or _ENTITY.search(text):
        text = " ".join(line.text for line in parse_html_fragment(text))
    return " ".join(text.split())


def _parse_body(file: File, record: str, text: str) -> tuple[list[DocumentLine], Sequence[Datum]]:
    if not has_html_tags(text):
        return [DocumentLine(line) for line in split_lines(text)], ()
    page = text if _HTML_PAGE.match(text) else f"<!doctype html><html><body>{text}</body></html>"
    for result in file.read_part(record, page.encode(), "text/html"):
        if isinstance(result, Document) and any(line.text.strip() for line in result.lines):
            return list(result.lines), result.metadata
    return parse_html_fragment(text), ()


def record_metadata(
    values: Mapping[str, FieldValue],
    origin: str = "field",
    day_order: FileDayOrder = FileDayOrder(),  # noqa: B008 - it is immutable
) -> list[Datum]:
    """Return the metadata of a record; the origin of a value is `origin` and its field name."""
    return drop_repeats(_iter_metadata(values, origin, day_order))


def _iter_metadata(
    values: Mapping[str, FieldValue], prefix: str, day_order: FileDayOrder
) -> Iterator[Datum]:
    for field in load_field_names()["fields"]:
        if field in values and field not in ("id", "text", "dek"):
            name = values[field].name
            origin = f"{prefix} {' '.join(mend_text(name).split())[:_MAX_NAME_LENGTH]}"
            if field in ("published", "modified"):
                yield from _read_dates(field, values[field], origin, day_order)
                continue
            for text in _split_values(field, values[field]):
                # Programs that clip pages write the address into the field `source`.
                is_address = (
                    field == "source" and "url" not in values and re.match("https?://", text)
                )
                yield from normalise_value("url" if is_address else field, text, origin, STATED)


def _read_dates(
    field: str, value: FieldValue, origin: str, day_order: FileDayOrder
) -> Iterator[Datum]:
    """Yield the dates of a field; the origin says where the order of day and month is from."""
    for text in map(mend_text, iter_texts(value.value)):
        if day := parse_date(text):
            yield Datum(field, day, origin, STATED)
        elif day := parse_date(text, day_order.order):
            yield Datum(field, day, f"{origin} ({day_order})", STATED)


def _split_values(field: str, value: FieldValue) -> Iterator[str]:
    """Yield the values of a field, one for a title."""
    if field == "title":
        yield _flatten_value(value)
        return
    for text in map(mend_text, iter_texts(value.value)):
        if field == "author":
            yield from _split_authors(text)
        elif field == "tag":
            yield from (tag.strip(" '\"[]") for tag in re.split("[,;|\n]", text))
        else:
            yield text


def _split_authors(text: str) -> Iterator[str]:
    """Yield the names in a byline. A comma divides only full names: `Lee, Ann` is one name."""
    joints = "|".join(map(re.escape, load_field_names()["values"]["joints"]))
    openings = "|".join(map(re.escape, load_field_names()["values"]["openings"]))
    text = re.sub(rf"^(?:{openings}) ", "", " ".join(text.split()), flags=re.IGNORECASE)
    for part in re.split("[;|]", text.strip("[]")):
        has_joint = re.search(rf" (?:{joints}) ", part)
        pieces = re.split(rf",? (?:{joints}) |,", part)
        are_full_names = has_joint or all(len(name.split()) > 1 for name in pieces if name)
        for name in pieces if are_full_names else [part]:
            if not re.match("https?://", name.strip()):
                yield name.strip(" '\"")
