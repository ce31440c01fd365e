"""Read articles from JSON, JSON lines and tables."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.days import named
from corpus_cli.ingest.readers.encoding import lines
from corpus_cli.ingest.readers.flow import paired
from corpus_cli.ingest.readers.markup import stripped
from corpus_cli.ingest.readers.port import Document, File, Found, Unread, Written
from corpus_cli.ingest.readers.records.rows import Rows, rows
from corpus_cli.ingest.readers.records.schema import Schema, Value, names, texts
from corpus_cli.ingest.readers.values import datum, unique
from corpus_cli.model import DEK, HEADING, STATED, TITLE, Datum

_ORIGIN = 60
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_PAGE = re.compile(r"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_MARKUP = re.compile(
    r"<(?:p|br|div|h[1-6]|ul|ol|li|blockquote|article|section|table|figure|html|body)"
    r"(?:\s[^<>]*)?/?>|</(?:a|b|i|em|strong|span|q|cite|sup|sub|u)>",
    re.IGNORECASE,
)


def read(file: File) -> Iterator[Found]:
    """Yield the records of a file, one article each.

    Raises `SourceError` if the file is neither JSON nor a table, or has no article. It reads
    the file several times, because only all records show which ids are unique.
    """
    schema = Schema(file.fields)
    every = rows(file, schema)
    ids = Counter(schema.id(row.fields) for row in every())
    if not any("text" in schema.values(row.fields) for row in every()):
        _wanting(every, schema)
    for row in every():
        record = schema.id(row.fields)
        if ids[record] != 1 or not record:
            record = str(row.n) if str(row.n) not in ids else f"record {row.n}"
        values = schema.values(row.fields)
        if schema.whole(values):
            yield _document(file, record, values)
        else:
            yield Unread(record, row.reason or "it has no text")


def _wanting(every: Rows, schema: Schema) -> None:
    """Raise `SourceError` unless titles without a text are what the records consist of."""
    name = next(filter(None, (schema.unnamed(row.fields) for row in every())), "")
    if name or not any(schema.whole(schema.values(row.fields)) for row in every()):
        field_name = " ".join(paired(name).split())[:_ORIGIN] or "NAME"
        raise SourceError(
            "it has no article: none of its records has a text; "
            f"name the field of the text with --field text={field_name}"
        )


def _document(file: File, record: str, values: Mapping[str, Value]) -> Document:
    title = _line(values.get("title"))
    dek = _line(values.get("dek"))
    body, found = _body(file, record, _text(values))
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
    head = [Written(text, kind) for text, kind in ((title, TITLE), (dek, DEK)) if text]
    own = record_metadata(values)
    stated = {one.field for one in own}
    return Document(
        head + body, own + [datum for datum in found if datum.field not in stated], record=record
    )


def _text(values: Mapping[str, Value]) -> str:
    return "\n".join(map(paired, texts(values["text"].value))) if "text" in values else ""


def _line(value: Value | None) -> str:
    """Return a value as one line of plain text; the value may be HTML."""
    text = " ".join(map(paired, texts(value.value))) if value else ""
    if _MARKUP.search(text) or _ENTITY.search(text):
        text = " ".join(line.text for line in stripped(text))
    return " ".join(text.split())


def _body(file: File, record: str, text: str) -> tuple[list[Written], Sequence[Datum]]:
    if not _MARKUP.search(text):
        return [Written(line) for line in lines(text)], ()
    page = text if _PAGE.match(text) else f"<!doctype html><html><body>{text}</body></html>"
    for found in file.read_part(record, page.encode(), "text/html"):
        if isinstance(found, Document) and any(line.text.strip() for line in found.lines):
            return list(found.lines), found.metadata
    return stripped(text), ()


def record_metadata(values: Mapping[str, Value], origin: str = "field") -> list[Datum]:
    """Return the metadata of a record; the origin of a value is `origin` and its field name."""
    return unique(_metadata(values, origin))


def _metadata(values: Mapping[str, Value], where: str) -> Iterator[Datum]:
    for field in names()["fields"]:
        if field in values and field not in ("id", "text", "dek"):
            name = values[field].name
            origin = f"{where} {' '.join(paired(name).split())[:_ORIGIN]}"
            for text in _split(field, values[field]):
                yield from datum(field, text, origin, STATED)


def _split(field: str, value: Value) -> Iterator[str]:
    """Yield the values of a field, one for a title."""
    if field == "title":
        yield _line(value)
        return
    for text in map(paired, texts(value.value)):
        if field == "author":
            yield from _authors(text)
        elif field == "tag":
            yield from (tag.strip(" '\"[]") for tag in re.split("[,;|\n]", text))
        else:
            yield named(text) if field in ("published", "modified") else text


def _authors(text: str) -> Iterator[str]:
    """Yield the names in a byline. A comma divides only full names: `Lee, Ann` is one name."""
    joints = "|".join(map(re.escape, names()["values"]["joints"]))
    openings = "|".join(map(re.escape, names()["values"]["openings"]))
    text = re.sub(rf"^(?:{openings}) ", "", " ".join(text.split()), flags=re.IGNORECASE)
    for part in re.split("[;|]", text.strip("[]")):
        joined = re.search(rf" (?:{joints}) ", part)
        found = re.split(rf",? (?:{joints}) |,", part)
        whole = joined or all(len(name.split()) > 1 for name in found if name)
        for name in found if whole else [part]:
            if not re.match("https?://", name.strip()):
                yield name.strip(" '\"")
