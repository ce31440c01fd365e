"""Read a mail: the message and its attachments."""

import codecs
import mimetypes
import re
from collections.abc import Iterable, Iterator, Sequence
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from typing import NamedTuple

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.codec_names import find_codec
from corpus_cli.ingest.readers.encoding import decode, fits_encoding
from corpus_cli.ingest.readers.html_fragments import parse_html_fragment
from corpus_cli.ingest.readers.mail.mail_headers import (
    decode_words,
    extract_metadata,
    read_charset,
    read_header,
    read_message_id,
)
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
from corpus_cli.model import HEADING, TITLE, Datum

_EMLX_LENGTH = re.compile(rb"\s*(\d{1,12})\s*\n")
_COMMON_HEADER = re.compile(
    rb"^(?:From|To|Cc|Date|Subject|Message-ID|MIME-Version|Received|Reply-To|Content-[\w-]{1,40}|"
    rb"X-[\w-]{1,40}):",
    re.MULTILINE | re.IGNORECASE,
)
_UNINDENTED_FOLD = re.compile(rb"\n(?!From |[!-9;-~]{1,80}:|[ \t\r\n])([^\n])")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_MAX_HEAD_BYTES = 1_000_000
_MAX_HEADER_CHARS = 2_000
_MAX_DEPTH = 20

# A plain text with less of the HTML than this share is a stub that refers to it. Runs of characters
# are compared, because not all languages have blanks between words.
_MIN_COVERAGE = 0.7
_RUN_LENGTH = 4

# Lines times boundaries: the most comparisons that the parser of the standard library makes.
_MAX_COMPARISONS = 50_000_000
_SAMPLE_BYTES = 20_000
_TRANSFER_ENCODING = re.compile(
    r"\s*+\"?(base64|quoted-printable|x-uuencode|uuencode)\b", re.IGNORECASE
)
_PADDED_SOFT_BREAK = re.compile(r"=[ \t]++(?=\r?\n)")
_CONTROL_CHARACTER = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f]")
_UNICODE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_MARKUP_TYPES = ("text/html", "text/rtf", "application/rtf")
_INLINE_TYPES = ("text/plain", *_MARKUP_TYPES)
_TEXT_TYPES = (*_INLINE_TYPES, "text/enriched", "text/richtext", "text/markdown")
_MESSAGE_TYPES = ("message/rfc822", "message/global", "message/news")
_NON_TEXT_TYPES = re.compile(
    r"(?:image|audio|video|font|message)/|text/(?:calendar|x-vcard|vcard|x-amp-html|css)|"
    r"application/(?:ics|pgp-|(?:x-)?pkcs7-)|text/rfc822-headers"
)


class _MessageText(NamedTuple):
    """One text of a message, as plain text, as HTML (or RTF), or as both."""

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


CAPPED_HEADERS = _CappedHeaders()


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
    data = _unify_lines(data)
    blank_line = _BLANK_LINE.search(data)
    head_length = blank_line.start() if blank_line else len(data)
    if head_length > _MAX_HEAD_BYTES:
        raise SourceError("its mail header is too long")
    if data.lower().count(b"boundary") * data.count(b"\n") > _MAX_COMPARISONS:
        raise SourceError("it has too many parts for its length")
    data = _mend_folds(data[:head_length]) + data[head_length:]
    try:
        message: Message = BytesParser(policy=CAPPED_HEADERS).parsebytes(data)
    except Exception as error:
        raise SourceError("it cannot be parsed as a mail") from error
    if not message.keys():
        raise SourceError("it has no mail header")
    return message


def _unify_lines(data: bytes) -> bytes:
    """Return a message as it was sent: without what an editor or a system before 2001 changed.

    That is a byte order mark, UTF-16, blank lines before the header, and CR as the only line end.
    """
    if data.startswith(_UNICODE_MARKS):
        data = decode(data).encode()
    data = data.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
    return data if b"\n" in data else data.replace(b"\r", b"\n")


def _mend_folds(head: bytes) -> bytes:
    """Indent the lines of a header that continue the line above them without a blank.

    The parser of the library would end the header there. A header must follow such a line.
    """
    last = max((match.start() for match in _COMMON_HEADER.finditer(head)), default=0)
    return _UNINDENTED_FOLD.sub(rb"\n \1", head[:last]) + head[last:]


def read_articles(
    message: Message, read_part: PartReader, depth: int = 0, envelope_day: str = ""
) -> Iterator[ReadResult]:
    """Yield the article of a message, then the results of its attachments.

    `depth` counts the messages around this one. `envelope_day` is the day of delivery, which
    counts if the message has no date.
    """
    texts: list[_MessageText] = []
    attachments: list[Message] = []
    _sort_parts(message, texts, attachments)
    bodies = [_choose_body(text, read_part) for text in texts]
    unread = [body.unread for body in bodies if body.unread]
    lone_subject = not (unread or attachments) and read_header(message, "Subject")
    if lone_subject or any(body.lines for body in bodies):
        metadata = extract_metadata(message, _take_sample(texts), envelope_day)
        yield _build_article(list(metadata), bodies)
    elif unread or not attachments:
        yield unread[0] if unread else Unread("", NO_TEXT)
    record_ids = RecordIds()
    for part in attachments:
        yield from _read_attachment(part, read_part, record_ids, depth)


def _take_sample(texts: Sequence[_MessageText]) -> bytes:
    """Return the beginning of the text; a header without an encoding is probably in the same."""
    parts = [part for text in texts for part in (*text.plain, *text.html)]
    return decode_content(parts[0])[:_SAMPLE_BYTES].replace(b"\0", b"") if parts else b""


def decode_text(part: Message) -> str:
    """Decode a part to text, in the encoding of its header where that fits."""
    data, encoding = decode_content(part), read_charset(part)
    codec = find_codec(encoding)
    if codec.startswith("utf-16") and not _is_utf8_text(data):
        return data.decode(codec, "replace").removeprefix("\ufeff")
    return decode(data if data.startswith(_UNICODE_MARKS) else data.replace(b"\0", b""), encoding)


def _is_utf8_text(data: bytes) -> bool:
    try:
        return not _CONTROL_CHARACTER.search(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def decode_content(part: Message) -> bytes:
    """Decode the bytes of a part, or return them as they are if that fails."""
    stated = str(part.get("Content-Transfer-Encoding", ""))
    if coding := _TRANSFER_ENCODING.match(stated):
        part.replace_header("Content-Transfer-Encoding", coding[1].lower())
        if coding[1].lower() == "quoted-printable" and isinstance(part.get_payload(), str):
            # Some servers add blanks to the end of a line.
            part.set_payload(_PADDED_SOFT_BREAK.sub("=", str(part.get_payload())))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


# --- the body ---


def _build_article(stated_data: Sequence[Datum], bodies: Sequence[_Body]) -> Document:
    """Build the article of a message; the metadata of its HTML adds what its header lacks."""
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
        # A message of one part has its text there, even if that has a file name.
        is_only_text = depth == 0 and media_type in _TEXT_TYPES
        if is_only_text or (media_type in _INLINE_TYPES and not _is_attachment(part)):
            is_plain = media_type not in _MARKUP_TYPES
            texts.append(_MessageText([part], []) if is_plain else _MessageText([], [part]))
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
    try:
        part.set_type("text/plain")
    except UnicodeEncodeError:
        # A parameter has bytes that are no text. A part without a type is plain text.
        del part["Content-Type"]
    return [part]


def _merge_forms(texts: Sequence[_MessageText]) -> _MessageText:
    plain = [part for text in texts for part in text.plain]
    return _MessageText(plain, [part for text in texts for part in text.html])


def _choose_body(text: _MessageText, read_part: PartReader) -> _Body:
    """Choose the plain text, unless it is a stub that refers to the HTML."""
    plain = _read_plain(text.plain)
    if not text.html or (plain.lines and _covers_html(plain, text.html)):
        return plain
    html = _read_html(text.html, read_part)
    return html if html.word_count > plain.word_count or not plain.lines else plain


def _covers_html(plain: _Body, parts: Sequence[Message]) -> bool:
    """Return whether a plain text has most of the HTML text, menus and notices included."""
    html_runs = _list_runs(line for part in parts for line in parse_html_fragment(_decode(part)))
    shared_runs = html_runs & _list_runs(plain.lines)
    return len(shared_runs) >= len(html_runs) * _MIN_COVERAGE


def _list_runs(lines: Iterable[DocumentLine]) -> set[str]:
    text = "".join("".join(line.text.split()) for line in lines).casefold()
    return {text[n : n + _RUN_LENGTH] for n in range(len(text) - _RUN_LENGTH + 1)}


def _decode(part: Message) -> str:
    try:
        return decode_text(part)
    except SourceError:
        return ""


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
    """Yield the results of a part that is HTML (or RTF).

    HTML is passed on as UTF-8, or as it was sent if the header states no encoding that fits:
    then the page may state it.
    """
    data, media_type = decode_content(part), part.get_content_type()
    try:
        if media_type == "text/html" and fits_encoding(data, read_charset(part)):
            data = decode_text(part).encode()
        yield from read_part("", data.removeprefix(codecs.BOM_UTF8), media_type)
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
    return " ".join(decode_words(name.replace("\0", "")).split())


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
