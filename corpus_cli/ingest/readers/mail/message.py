"""Read a mail: the message and its attachments."""

import mimetypes
import re
from collections.abc import Iterator, Sequence
from datetime import date
from email.headerregistry import AddressHeader
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32, default
from email.utils import parsedate
from typing import NamedTuple

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.mail.mail_paragraphs import join_paragraphs
from corpus_cli.ingest.readers.port import (
    NO_TEXT,
    Document,
    DocumentLine,
    File,
    PartReader,
    ReadResult,
    Unread,
)
from corpus_cli.ingest.readers.record_ids import RecordIds, prefix_record
from corpus_cli.model import HEADING, STATED, TITLE, Datum

_EMLX_LENGTH = re.compile(rb"\s*(\d{1,12})\s*\n")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_MAX_HEAD_BYTES = 1_000_000
_MAX_HEADER_CHARS = 2_000
_MAX_DEPTH = 20
_MIN_PLAIN_WORDS = 150
_MIN_HTML_RATIO = 3

# Lines times boundaries: the most comparisons that the parser of the standard library makes.
_MAX_COMPARISONS = 50_000_000

# Encodings whose bytes are all ASCII, so that only the header reveals them.
_SEVEN_BIT_ENCODINGS = ("iso-2022-", "hz", "utf-7")

_MESSAGE_TYPES = ("message/rfc822", "message/global", "message/news")
_NON_TEXT_TYPES = re.compile(
    r"(?:image|audio|video|font|message)/|text/(?:calendar|x-vcard|vcard|x-amp-html|css)|"
    r"application/(?:ics|pgp-|(?:x-)?pkcs7-)|text/rfc822-headers"
)
_URL = re.compile(r"https?://[^\s<>]+")
_LIST_ID = re.compile(r'"?([^"<]*+)"?\s*+<([^<>]*+)>')


class _MessageText(NamedTuple):
    """One text of a message, as plain text, as HTML, or as both."""

    plain: list[Message]
    html: list[Message]


class _Body(NamedTuple):
    """The lines of a text, the metadata of its HTML, and the reason if it has no lines."""

    lines: list[DocumentLine]
    metadata: Sequence[Datum] = ()
    unread: Unread | None = None

    @property
    def word_count(self) -> int:
        return sum(len(line.text.split()) for line in self.lines)


class _CappedHeaders(Compat32):
    """A policy that keeps headers unparsed and cuts them, as long ones take too long to parse."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MAX_HEADER_CHARS]

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return a header as a string, where the base class may return a `Header`."""
        return value


def read(file: File) -> Iterator[ReadResult]:
    """Yield the article of a message, then the results of its attachments.

    Raises `SourceError` for what is not a mail.
    """
    data = file.data
    if file.name.lower().endswith(".emlx") and (length_line := _EMLX_LENGTH.match(data)):
        data = data[length_line.end() :][: int(length_line[1])]
    return read_articles(parse_message(data), file.read_part)


def parse_message(data: bytes) -> Message:
    """Parse a message. Raises `SourceError` for what is not a mail, or has too many parts."""
    blank_line = _BLANK_LINE.search(data)
    if (blank_line.start() if blank_line else len(data)) > _MAX_HEAD_BYTES:
        raise SourceError("its mail header is too long")
    if data.lower().count(b"boundary") * data.count(b"\n") > _MAX_COMPARISONS:
        raise SourceError("it has too many parts for its length")
    try:
        message: Message = BytesParser(policy=_CappedHeaders()).parsebytes(data)
    except Exception as error:
        raise SourceError("it cannot be parsed as a mail") from error
    if not message.keys():
        raise SourceError("it has no mail header")
    return message


def read_articles(message: Message, read_part: PartReader, depth: int = 0) -> Iterator[ReadResult]:
    """Yield the article of a message, then the results of its attachments.

    `depth` counts the messages around this one.
    """
    texts: list[_MessageText] = []
    attachments: list[Message] = []
    _sort_parts(message, texts, attachments)
    bodies = [_choose_body(text, read_part) for text in texts]
    unread = [body.unread for body in bodies if body.unread]
    lone_subject = not (unread or attachments) and read_header(message, "Subject")
    if lone_subject or any(body.lines for body in bodies):
        yield _build_article(message, bodies)
    elif unread or not attachments:
        yield unread[0] if unread else Unread("", NO_TEXT)
    record_ids = RecordIds()
    for part in attachments:
        yield from _read_attachment(part, read_part, record_ids, depth)


def decode_text(part: Message) -> str:
    """Decode a part to text, in the encoding of its header where that fits."""
    data = decode_content(part).replace(b"\0", b"")
    stated_encoding = read_charset(part).lower()
    if stated_encoding.startswith(_SEVEN_BIT_ENCODINGS) and data.isascii():
        try:
            return data.decode(stated_encoding)
        except (LookupError, UnicodeError):
            pass
    return decode(data, stated_encoding)


def decode_content(part: Message) -> bytes:
    """Decode the bytes of a part, or return them as they are if that fails."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def read_charset(part: Message) -> str:
    """Return the encoding that a part states; empty if it states none."""
    try:
        return part.get_content_charset("") or ""
    except (LookupError, UnicodeError):
        return ""


def read_header(message: Message, name: str) -> str:
    """Return a header as text, blanks collapsed; empty if there is none."""
    return " ".join(_decode_header("Subject", _read_raw_header(message, name)).split())


def _read_raw_header(message: Message, name: str) -> str:
    """Return a header as it was sent, with encoded words, its bytes decoded."""
    value = str(message.get(name, "")).encode("utf-8", "surrogateescape").replace(b"\0", b"")
    return " ".join(decode(value, read_charset(message) or "cp1252").split())


def _decode_header(name: str, value: str) -> str:
    try:
        return str(default.header_factory(name, value))
    except Exception:  # noqa: BLE001 - bugs of the library raise any error
        return value


# --- metadata ---


def _extract_metadata(message: Message) -> Iterator[Datum]:
    title = read_header(message, "Subject")
    authors, domain = _parse_senders(message)
    claims = [
        ("title", title, "Subject"),
        *(("author", author, "From") for author in authors),
        ("published", _parse_day(read_header(message, "Date")), "Date"),
        ("source", _parse_list_name(read_header(message, "List-Id")), "List-Id"),
        ("source", domain, "From"),
        ("url", _find_url(read_header(message, "Archived-At")), "Archived-At"),
    ]
    seen_fields = set()
    for field, value, header_name in claims:
        if value and (field == "author" or field not in seen_fields):
            seen_fields.add(field)
            yield Datum(field, value, f"mail header {header_name}", STATED)


def _parse_senders(message: Message) -> tuple[list[str], str]:
    """Return the names of the senders, or their addresses, and the domain of the first."""
    raw_header = _read_raw_header(message, "From")
    try:
        parsed_header = default.header_factory("From", raw_header)
    except Exception:  # noqa: BLE001 - bugs of the library raise any error
        return [raw_header], ""
    addresses = parsed_header.addresses if isinstance(parsed_header, AddressHeader) else ()
    names = [" ".join((address.display_name or address.addr_spec).split()) for address in addresses]
    return names, next((address.domain for address in addresses if address.domain), "")


def _parse_day(value: str) -> str:
    """Return the day of a date in the time zone of the sender, as ISO 8601; empty if none."""
    try:
        year, month, day = (parsedate(value) or (0, 0, 0))[:3]
        return date(year, month, day).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _parse_list_name(value: str) -> str:
    """Return the name of a mailing list: its description, else its address."""
    match = _LIST_ID.match(value)
    return (match[1].strip() or match[2].strip()) if match else value


def _find_url(value: str) -> str:
    match = _URL.search(value)
    return match[0] if match else ""


# --- the body ---


def _build_article(message: Message, bodies: Sequence[_Body]) -> Document:
    """Build the article of a message; the metadata of its HTML adds what its header lacks."""
    stated_data = list(_extract_metadata(message))
    stated_fields = {datum.field for datum in stated_data}
    title = next((datum.value for datum in stated_data if datum.field == "title"), "")
    lines = [_demote_title(line, title) for body in bodies for line in body.lines]
    html_data = [
        datum for body in bodies for datum in body.metadata if datum.field not in stated_fields
    ]
    return Document(
        [DocumentLine(title, TITLE), *lines] if title else lines, [*stated_data, *html_data]
    )


def _demote_title(line: DocumentLine, subject: str) -> DocumentLine:
    """Return a title in the HTML as a repeat of the subject or as a heading below it."""
    if line.kind != TITLE or not subject:
        return line
    repeats_subject = " ".join(line.text.split()) == subject
    return line._replace(kind=f"{TITLE}:repeat" if repeats_subject else HEADING)


def _sort_parts(
    part: Message, texts: list[_MessageText], attachments: list[Message], depth: int = 0
) -> None:
    """Append the parts of a message to its texts and its attachments."""
    media_type = part.get_content_type()
    if part.get_content_maintype() != "multipart":
        if media_type in ("text/plain", "text/html") and not _is_attachment(part):
            texts.append(
                _MessageText([], [part]) if media_type == "text/html" else _MessageText([part], [])
            )
        else:
            attachments.append(part)
        return
    if depth == _MAX_DEPTH:
        attachments.append(part)
        return
    inner_texts: list[_MessageText] = []
    for child in _list_children(part):
        _sort_parts(child, inner_texts, attachments, depth + 1)
    texts += (
        [_merge_forms(inner_texts)]
        if media_type == "multipart/alternative" and inner_texts
        else inner_texts
    )


def _list_children(part: Message) -> list[Message]:
    """Return the parts of a part; a multipart without parts becomes a plain text."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return [child for child in payload if isinstance(child, Message)]
    part.set_type("text/plain")
    return [part]


def _merge_forms(texts: Sequence[_MessageText]) -> _MessageText:
    plain = [part for text in texts for part in text.plain]
    return _MessageText(plain, [part for text in texts for part in text.html])


def _choose_body(text: _MessageText, read_part: PartReader) -> _Body:
    """Choose the plain text, unless it is a stub that refers to the HTML."""
    plain = _read_plain(text.plain)
    if not text.html or plain.word_count >= _MIN_PLAIN_WORDS:
        return plain
    html = _read_html(text.html, read_part)
    return (
        html if html.word_count > plain.word_count * _MIN_HTML_RATIO or not plain.lines else plain
    )


def _read_plain(parts: Sequence[Message]) -> _Body:
    try:
        return _Body([line for part in parts for line in _read_paragraphs(part)])
    except SourceError as error:
        return _Body([], unread=Unread("", str(error)))


def _read_paragraphs(part: Message) -> list[DocumentLine]:
    flowed = _read_parameter(part, "format") == "flowed"
    return join_paragraphs(
        decode_text(part), flowed=flowed, keep_blanks=_read_parameter(part, "delsp") != "yes"
    )


def _read_parameter(part: Message, name: str) -> str:
    return str(part.get_param(name, "")).lower()


def _read_html(parts: Sequence[Message], read_part: PartReader) -> _Body:
    results = [result for part in parts for result in read_html_part(part, read_part)]
    documents = [result for result in results if isinstance(result, Document)]
    unread = [result for result in results if isinstance(result, Unread)]
    return _Body(
        [line for document in documents for line in document.lines],
        [datum for document in documents for datum in document.metadata],
        unread[0] if unread and not documents else None,
    )


def read_html_part(part: Message, read_part: PartReader) -> Iterator[ReadResult]:
    """Yield the results of a part that is HTML, passed on as UTF-8."""
    try:
        yield from read_part("", decode_text(part).encode(), "text/html")
    except SourceError as error:
        yield Unread("", str(error))


# --- attachments ---


def _is_attachment(part: Message) -> bool:
    return bool(_read_filename(part)) or part.get_content_disposition() == "attachment"


def _read_filename(part: Message) -> str:
    try:
        name = part.get_filename("")
    except (LookupError, UnicodeError):
        return ""
    return " ".join(_decode_header("Subject", name.replace("\0", "")).split())


def _read_attachment(
    part: Message, read_part: PartReader, record_ids: RecordIds, depth: int
) -> Iterator[ReadResult]:
    media_type = part.get_content_type()
    name = _read_filename(part)
    if media_type in _MESSAGE_TYPES and part.is_multipart() and depth < _MAX_DEPTH:
        inner_message = _list_children(part)[0]
        record = record_ids.make_unique(name or read_message_id(inner_message) or "message")
        yield from (
            prefix_record(record, result)
            for result in read_articles(inner_message, read_part, depth + 1)
        )
    elif media_type not in _MESSAGE_TYPES and _is_non_text(media_type, name):
        return
    elif media_type in _MESSAGE_TYPES or part.is_multipart():
        yield Unread(
            record_ids.make_unique(name or "part"),
            f"it is nested more than {_MAX_DEPTH} parts deep",
        )
    else:
        yield from read_part(
            record_ids.make_unique(name or "attachment"), decode_content(part), media_type
        )


def _is_non_text(media_type: str, name: str) -> bool:
    """Return whether a part has no text to read: a picture, a calendar, a signature."""
    guessed_type = mimetypes.guess_type(name)[0] or ""
    return bool(_NON_TEXT_TYPES.match(media_type) or _NON_TEXT_TYPES.match(guessed_type))


def read_message_id(message: Message) -> str:
    """Return the Message-ID without its brackets; empty if there is none."""
    return read_header(message, "Message-ID").strip("<> ")
