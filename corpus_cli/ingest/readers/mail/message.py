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
from corpus_cli.ingest.readers.mail.wrapped import paragraphs
from corpus_cli.ingest.readers.parts import Records, within
from corpus_cli.ingest.readers.port import Document, File, Found, Nested, Unread, Written
from corpus_cli.model import HEADING, STATED, TITLE, Datum

_EMLX = re.compile(rb"\s*(\d{1,12})\s*\n")
_BLANK = re.compile(rb"\n\r?\n")
_LONGEST_HEAD = 1_000_000
_LONGEST_HEADER = 2_000
_DEEPEST = 20
_STUB = 150
_SAYS_MORE = 3

# Lines times boundaries: the most comparisons that the parser of the standard library makes.
_COMPARISONS = 50_000_000

# Encodings whose bytes are all ASCII, so that only the header reveals them.
_SEVEN_BIT = ("iso-2022-", "hz", "utf-7")

_MESSAGES = ("message/rfc822", "message/global", "message/news")
_SILENT = re.compile(
    r"(?:image|audio|video|font|message)/|text/(?:calendar|x-vcard|vcard|x-amp-html|css)|"
    r"application/(?:ics|pgp-|(?:x-)?pkcs7-)|text/rfc822-headers"
)
_URL = re.compile(r"https?://[^\s<>]+")
_LIST = re.compile(r'"?([^"<]*+)"?\s*+<([^<>]*+)>')


class _Choice(NamedTuple):
    """One text of a message, as plain text, as HTML, or as both."""

    plain: list[Message]
    html: list[Message]


class _Body(NamedTuple):
    """The lines of a text, the metadata of its HTML, and the reason if it has no lines."""

    lines: list[Written]
    metadata: Sequence[Datum] = ()
    unread: Unread | None = None

    @property
    def words(self) -> int:
        return sum(len(line.text.split()) for line in self.lines)


class _Capped(Compat32):
    """A policy that keeps headers unparsed and cuts them, as long ones take too long to parse."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return a header as a string, where the base class may return a `Header`."""
        return value


def read(file: File) -> Iterator[Found]:
    """Yield the article of a message, then the results of its attachments.

    Raises `SourceError` for what is not a mail.
    """
    data = file.data
    if file.name.lower().endswith(".emlx") and (count := _EMLX.match(data)):
        data = data[count.end() :][: int(count[1])]
    return articles(parsed(data), file.read_part)


def parsed(data: bytes) -> Message:
    """Parse a message. Raises `SourceError` for what is not a mail, or has too many parts."""
    blank = _BLANK.search(data)
    if (blank.start() if blank else len(data)) > _LONGEST_HEAD:
        raise SourceError("its mail header is too long")
    if data.lower().count(b"boundary") * data.count(b"\n") > _COMPARISONS:
        raise SourceError("it has too many parts for its length")
    try:
        message: Message = BytesParser(policy=_Capped()).parsebytes(data)
    except Exception as error:
        raise SourceError("it cannot be parsed as a mail") from error
    if not message.keys():
        raise SourceError("it has no mail header")
    return message


def articles(message: Message, nested: Nested, depth: int = 0) -> Iterator[Found]:
    """Yield the article of a message, then the results of its attachments.

    `depth` counts the messages around this one.
    """
    choices: list[_Choice] = []
    attached: list[Message] = []
    _sort(message, choices, attached)
    bodies = [_body(text, nested) for text in choices]
    unread = [body.unread for body in bodies if body.unread]
    said = not (unread or attached) and header(message, "Subject")
    if said or any(body.lines for body in bodies):
        yield _article(message, bodies)
    elif unread or not attached:
        yield unread[0] if unread else Unread("", "there is no text in it")
    records = Records()
    for part in attached:
        yield from _attachment(part, nested, records, depth)


def text(part: Message) -> str:
    """Decode a part to text, in the encoding of its header where that fits."""
    data = content(part).replace(b"\0", b"")
    stated = charset(part).lower()
    if stated.startswith(_SEVEN_BIT) and data.isascii():
        try:
            return data.decode(stated)
        except (LookupError, UnicodeError):
            pass
    return decode(data, stated)


def content(part: Message) -> bytes:
    """Return the bytes of a part without its transfer encoding; as they are if that fails."""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def charset(part: Message) -> str:
    """Return the encoding that a part states; empty if it states none."""
    try:
        return part.get_content_charset("") or ""
    except (LookupError, UnicodeError):
        return ""


def header(message: Message, name: str) -> str:
    """Return a header as text, blanks collapsed; empty if there is none."""
    return " ".join(_decoded("Subject", _raw(message, name)).split())


def _raw(message: Message, name: str) -> str:
    """Return a header as it was sent, with encoded words, its bytes decoded."""
    value = str(message.get(name, "")).encode("utf-8", "surrogateescape").replace(b"\0", b"")
    return " ".join(decode(value, charset(message) or "cp1252").split())


def _decoded(name: str, value: str) -> str:
    try:
        return str(default.header_factory(name, value))
    except Exception:  # noqa: BLE001 - bugs of the library raise any error
        return value


# --- metadata ---


def _metadata(message: Message) -> Iterator[Datum]:
    title = header(message, "Subject")
    authors, domain = _senders(message)
    found = [
        ("title", title, "Subject"),
        *(("author", author, "From") for author in authors),
        ("published", _day(header(message, "Date")), "Date"),
        ("source", _list(header(message, "List-Id")), "List-Id"),
        ("source", domain, "From"),
        ("url", _url(header(message, "Archived-At")), "Archived-At"),
    ]
    seen = set()
    for name, value, origin in found:
        if value and (name == "author" or name not in seen):
            seen.add(name)
            yield Datum(name, value, f"mail header {origin}", STATED)


def _senders(message: Message) -> tuple[list[str], str]:
    """Return the names of the senders, or their addresses, and the domain of the first."""
    raw = _raw(message, "From")
    try:
        parsed_header = default.header_factory("From", raw)
    except Exception:  # noqa: BLE001 - bugs of the library raise any error
        return [raw], ""
    found = parsed_header.addresses if isinstance(parsed_header, AddressHeader) else ()
    names = [" ".join((address.display_name or address.addr_spec).split()) for address in found]
    return names, next((address.domain for address in found if address.domain), "")


def _day(value: str) -> str:
    """Return the day of a date in the time zone of the sender, as ISO 8601; empty if none."""
    try:
        year, month, day = (parsedate(value) or (0, 0, 0))[:3]
        return date(year, month, day).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _list(value: str) -> str:
    """Return the name of a mailing list: its description, else its address."""
    found = _LIST.match(value)
    return (found[1].strip() or found[2].strip()) if found else value


def _url(value: str) -> str:
    found = _URL.search(value)
    return found[0] if found else ""


# --- the body ---


def _article(message: Message, bodies: Sequence[_Body]) -> Document:
    """Build the article of a message; the metadata of its HTML adds what its header lacks."""
    stated = list(_metadata(message))
    fields = {datum.field for datum in stated}
    title = next((datum.value for datum in stated if datum.field == "title"), "")
    lines = [_below(line, title) for body in bodies for line in body.lines]
    others = [d for body in bodies for d in body.metadata if d.field not in fields]
    return Document([Written(title, TITLE), *lines] if title else lines, [*stated, *others])


def _below(line: Written, title: str) -> Written:
    """Return a title in the HTML as a repeat of the subject or as a heading below it."""
    if line.kind != TITLE or not title:
        return line
    same = " ".join(line.text.split()) == title
    return line._replace(kind=f"{TITLE}:repeat" if same else HEADING)


def _sort(part: Message, choices: list[_Choice], attached: list[Message], depth: int = 0) -> None:
    """Append the parts of a message to its texts and its attachments."""
    kind = part.get_content_type()
    if part.get_content_maintype() != "multipart":
        if kind in ("text/plain", "text/html") and not _named(part):
            choices.append(_Choice([], [part]) if kind == "text/html" else _Choice([part], []))
        else:
            attached.append(part)
        return
    if depth == _DEEPEST:
        attached.append(part)
        return
    mine: list[_Choice] = []
    for child in _children(part):
        _sort(child, mine, attached, depth + 1)
    choices += [_either(mine)] if kind == "multipart/alternative" and mine else mine


def _children(part: Message) -> list[Message]:
    """Return the parts of a part; a multipart without parts becomes a plain text."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return [child for child in payload if isinstance(child, Message)]
    part.set_type("text/plain")
    return [part]


def _either(choices: Sequence[_Choice]) -> _Choice:
    plain = [part for text in choices for part in text.plain]
    return _Choice(plain, [part for text in choices for part in text.html])


def _body(choice: _Choice, nested: Nested) -> _Body:
    """Choose the plain text, unless it is a stub that refers to the HTML."""
    plain = _plain(choice.plain)
    if not choice.html or plain.words >= _STUB:
        return plain
    html = _html(choice.html, nested)
    return html if html.words > plain.words * _SAYS_MORE or not plain.lines else plain


def _plain(parts: Sequence[Message]) -> _Body:
    try:
        return _Body([line for part in parts for line in _paragraphs(part)])
    except SourceError as error:
        return _Body([], unread=Unread("", str(error)))


def _paragraphs(part: Message) -> list[Written]:
    flowed = _parameter(part, "format") == "flowed"
    return paragraphs(text(part), flowed=flowed, spaced=_parameter(part, "delsp") != "yes")


def _parameter(part: Message, name: str) -> str:
    return str(part.get_param(name, "")).lower()


def _html(parts: Sequence[Message], nested: Nested) -> _Body:
    found = [result for part in parts for result in html(part, nested)]
    documents = [result for result in found if isinstance(result, Document)]
    unread = [result for result in found if isinstance(result, Unread)]
    return _Body(
        [line for document in documents for line in document.lines],
        [datum for document in documents for datum in document.metadata],
        unread[0] if unread and not documents else None,
    )


def html(part: Message, nested: Nested) -> Iterator[Found]:
    """Yield the results of a part that is HTML, passed on as UTF-8."""
    try:
        yield from nested("", text(part).encode(), "text/html")
    except SourceError as error:
        yield Unread("", str(error))


# --- attachments ---


def _named(part: Message) -> bool:
    return bool(_filename(part)) or part.get_content_disposition() == "attachment"


def _filename(part: Message) -> str:
    try:
        name = part.get_filename("")
    except (LookupError, UnicodeError):
        return ""
    return " ".join(_decoded("Subject", name.replace("\0", "")).split())


def _attachment(part: Message, nested: Nested, records: Records, depth: int) -> Iterator[Found]:
    kind = part.get_content_type()
    name = _filename(part)
    if kind in _MESSAGES and part.is_multipart() and depth < _DEEPEST:
        inner = _children(part)[0]
        record = records.unique(name or identifier(inner) or "message")
        yield from (within(record, found) for found in articles(inner, nested, depth + 1))
    elif kind not in _MESSAGES and _silent(kind, name):
        return
    elif kind in _MESSAGES or part.is_multipart():
        yield Unread(
            records.unique(name or "part"), f"it is nested more than {_DEEPEST} parts deep"
        )
    else:
        yield from nested(records.unique(name or "attachment"), content(part), kind)


def _silent(kind: str, name: str) -> bool:
    """Return whether a part has no text to read: a picture, a calendar, a signature."""
    guessed = mimetypes.guess_type(name)[0] or ""
    return bool(_SILENT.match(kind) or _SILENT.match(guessed))


def identifier(message: Message) -> str:
    """Return the Message-ID without its brackets; empty if there is none."""
    return header(message, "Message-ID").strip("<> ")
