"""Mail: a message, what it quotes, and its attachments."""

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

# Lines times boundaries: what the parser of the standard library compares at the worst.
_COMPARISONS = 50_000_000

# What ASCII bytes do not show: there only the header tells.
_SEVEN_BIT = ("iso-2022-", "hz", "utf-7")

_MESSAGES = ("message/rfc822", "message/global", "message/news")
_SILENT = re.compile(
    r"(?:image|audio|video|font|message)/|text/(?:calendar|x-vcard|vcard|x-amp-html|css)|"
    r"application/(?:ics|pgp-|(?:x-)?pkcs7-)|text/rfc822-headers"
)
_URL = re.compile(r"https?://[^\s<>]+")
_LIST = re.compile(r'"?([^"<]*+)"?\s*+<([^<>]*+)>')


class _Choice(NamedTuple):
    """One text of a message, in the two forms it may come in."""

    plain: list[Message]
    html: list[Message]


class _Body(NamedTuple):
    """The lines of a message, what its HTML says about itself, and why there are none."""

    lines: list[Written]
    metadata: Sequence[Datum] = ()
    unread: Unread | None = None

    @property
    def words(self) -> int:
        return sum(len(line.text.split()) for line in self.lines)


class _Capped(Compat32):
    """Headers as they stand, up to a length from which on parsing them takes too long."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The text of a header, never a `Header` that would have to be told apart."""
        return value


def read(file: File) -> Iterator[Found]:
    """A message, then its attachments. Raises `SourceError` where it has no text at all."""
    data = file.data
    if file.name.lower().endswith(".emlx") and (count := _EMLX.match(data)):
        data = data[count.end() :][: int(count[1])]
    return articles(parsed(data), file.nested)


def parsed(data: bytes) -> Message:
    """A message in its parts. Raises `SourceError` for what is none, or nested without end."""
    blank = _BLANK.search(data)
    if (blank.start() if blank else len(data)) > _LONGEST_HEAD:
        raise SourceError("it has too long a header for a mail")
    if data.lower().count(b"boundary") * data.count(b"\n") > _COMPARISONS:
        raise SourceError("it has too many parts for its length")
    try:
        message: Message = BytesParser(policy=_Capped()).parsebytes(data)
    except Exception as error:
        raise SourceError("it cannot be taken apart as a mail") from error
    if not message.keys():
        raise SourceError("it has no header as a mail has")
    return message


def articles(message: Message, nested: Nested, depth: int = 0) -> Iterator[Found]:
    """The article that a message is, and those that are attached to it."""
    choices: list[_Choice] = []
    attached: list[Message] = []
    _sort(message, choices, attached)
    bodies = [_body(choice, nested) for choice in choices]
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
    """The characters of a part, in the encoding its header states if it can be."""
    data = content(part).replace(b"\0", b"")
    stated = charset(part).lower()
    if stated.startswith(_SEVEN_BIT) and data.isascii():
        try:
            return data.decode(stated)
        except (LookupError, UnicodeError):
            pass
    return decode(data, stated)


def content(part: Message) -> bytes:
    """The bytes of a part, its transfer encoding undone; as they stand if it is broken."""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def charset(part: Message) -> str:
    """The encoding a part states, or nothing."""
    try:
        return part.get_content_charset("") or ""
    except (LookupError, UnicodeError):
        return ""


def header(message: Message, name: str) -> str:
    """A header in characters, blanks collapsed; empty where there is none."""
    return " ".join(_decoded("Subject", _raw(message, name)).split())


def _raw(message: Message, name: str) -> str:
    """A header as it was sent, its bytes read as characters."""
    value = str(message.get(name, "")).encode("utf-8", "surrogateescape").replace(b"\0", b"")
    return " ".join(decode(value, charset(message) or "cp1252").split())


def _decoded(name: str, value: str) -> str:
    try:
        return str(default.header_factory(name, value))
    except Exception:  # noqa: BLE001 - the library raises what its own slips raise
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
    """Who wrote it, by name or else by address, and the domain of the first of them."""
    raw = _raw(message, "From")
    try:
        parsed_header = default.header_factory("From", raw)
    except Exception:  # noqa: BLE001 - the library raises what its own slips raise
        return [raw], ""
    found = parsed_header.addresses if isinstance(parsed_header, AddressHeader) else ()
    names = [" ".join((one.display_name or one.addr_spec).split()) for one in found]
    return names, next((one.domain for one in found if one.domain), "")


def _day(value: str) -> str:
    """The day as the sender writes it, in the sender's own zone."""
    try:
        year, month, day = (parsedate(value) or (0, 0, 0))[:3]
        return date(year, month, day).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _list(value: str) -> str:
    """The name of a mailing list: its words, else its address."""
    found = _LIST.match(value)
    return (found[1].strip() or found[2].strip()) if found else value


def _url(value: str) -> str:
    found = _URL.search(value)
    return found[0] if found else ""


# --- the body ---


def _article(message: Message, bodies: Sequence[_Body]) -> Document:
    """A message: its subject, its lines, and of its HTML's metadata what the header lacks."""
    stated = list(_metadata(message))
    fields = {datum.field for datum in stated}
    title = next((datum.value for datum in stated if datum.field == "title"), "")
    lines = [_below(line, title) for body in bodies for line in body.lines]
    others = [d for body in bodies for d in body.metadata if d.field not in fields]
    return Document([Written(title, TITLE), *lines] if title else lines, [*stated, *others])


def _below(line: Written, title: str) -> Written:
    """A line of a body: the title of its HTML repeats the subject, or is a heading below it."""
    if line.kind != TITLE or not title:
        return line
    same = " ".join(line.text.split()) == title
    return line._replace(kind=f"{TITLE}:repeat" if same else HEADING)


def _sort(part: Message, choices: list[_Choice], attached: list[Message], depth: int = 0) -> None:
    """Tell the texts of a message from what is attached to it."""
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
    """The parts of a part; one that says it has some and has none is a text."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return [child for child in payload if isinstance(child, Message)]
    part.set_type("text/plain")
    return [part]


def _either(choices: Sequence[_Choice]) -> _Choice:
    plain = [part for choice in choices for part in choice.plain]
    return _Choice(plain, [part for choice in choices for part in choice.html])


def _body(choice: _Choice, nested: Nested) -> _Body:
    """The plain text, unless it is a stub that sends one to the HTML."""
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
    found = [one for part in parts for one in html(part, nested)]
    documents = [one for one in found if isinstance(one, Document)]
    unread = [one for one in found if isinstance(one, Unread)]
    return _Body(
        [line for document in documents for line in document.lines],
        [datum for document in documents for datum in document.metadata],
        unread[0] if unread and not documents else None,
    )


def html(part: Message, nested: Nested) -> Iterator[Found]:
    """A part as HTML, in UTF-8 whatever it was sent in."""
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
        yield Unread(records.unique(name or "part"), f"it lies more than {_DEEPEST} parts deep")
    else:
        yield from nested(records.unique(name or "attachment"), content(part), kind)


def _silent(kind: str, name: str) -> bool:
    """Whether a part is no text for anybody: a picture, a calendar, a signature."""
    guessed = mimetypes.guess_type(name)[0] or ""
    return bool(_SILENT.match(kind) or _SILENT.match(guessed))


def identifier(message: Message) -> str:
    """The Message-ID without its brackets; empty where there is none."""
    return header(message, "Message-ID").strip("<> ")
