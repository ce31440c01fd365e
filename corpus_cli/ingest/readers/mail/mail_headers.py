"""Read the header of a mail: what it says of its text."""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.headerregistry import AddressHeader
from email.message import Message
from email.policy import default
from email.utils import collapse_rfc2231_value, parsedate

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.codec_names import find_codec
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.structure.written_dates import to_iso_day
from corpus_cli.model import CLAIMED, STATED, Datum

_URL = re.compile(r"https?://[^\s<>]+")
_LIST_ID = re.compile(r'"?([^"<]*+)"?\s*+<([^<>]*+)>')
_ENCODED_WORD = r"=\?[^\s?]{1,60}\?[bBqQ]\?[^\s?]*+\?="
_ENCODED_RUN = re.compile(rf"{_ENCODED_WORD}(?:\s*+{_ENCODED_WORD})*+")
# Names that mailers write where they do not know the encoding.
_UNKNOWN_ENCODINGS = ("", "unknown-8bit", "x-unknown", "unknown", "default", "8bit")
# Headers with the date, best first; what is claimed was written by servers on the way.
_DATE_HEADERS = (
    ("Date", STATED),
    ("Resent-Date", STATED),
    ("Injection-Date", CLAIMED),
    ("NNTP-Posting-Date", CLAIMED),
    ("Delivery-Date", CLAIMED),
)


def read_header(message: Message, name: str, sample: bytes = b"") -> str:
    """Return a header as text, blanks collapsed; empty if there is none.

    `sample` is text of the message, from which the encoding of a header without one is guessed.
    """
    return " ".join(decode_words(_read_raw_header(message, name, sample), sample).split())


def decode_words(value: str, sample: bytes = b"") -> str:
    """Decode the encoded words of a header (RFC 2047).

    Neighbours with one encoding are joined before they are decoded, because some programs divide
    a character between two of them.
    """
    return _ENCODED_RUN.sub(lambda run: _decode_run(run[0], sample), value)


def _decode_run(run: str, sample: bytes) -> str:
    try:
        pieces = decode_header(re.sub(r"\?=(?==\?)", "?= ", run))
    except (HeaderParseError, ValueError):
        return ""
    return "".join(
        piece if isinstance(piece, str) else decode_with_sample(piece, encoding or "", sample)
        for piece, encoding in pieces
    )


def decode_with_sample(value: bytes, encoding: str, sample: bytes) -> str:
    """Decode a short text; if its encoding is unknown, in the encoding of a longer text."""
    if encoding.lower() in _UNKNOWN_ENCODINGS and not value.isascii() and not sample.isascii():
        # A line feed keeps a character at the end of the value from joining the first of the text.
        return _decode_leniently(value + b"\n" + sample).partition("\n")[0]
    return _decode_leniently(value, encoding)


def _decode_leniently(value: bytes, encoding: str = "") -> str:
    try:
        return decode(value.replace(b"\0", b""), encoding)
    except SourceError:
        return value.decode("ascii", "replace")


def _read_raw_header(message: Message, name: str, sample: bytes) -> str:
    """Return a header as it was sent, with encoded words, its bytes decoded."""
    value = str(message.get(name, "")).encode("utf-8", "surrogateescape")
    encoding = "" if value.isascii() else _find_encoding(message)
    return " ".join(decode_with_sample(value, encoding, sample).split())


def _find_encoding(message: Message) -> str:
    """Return the first encoding that the message states for a text; empty if it states none."""
    return next(filter(None, map(read_charset, message.walk())), "")


def read_charset(part: Message) -> str:
    """Return the encoding that a part states; empty if it states none.

    Of several, the first that Python has and that is not ASCII.
    """
    try:
        parameters = part.get_params([])
        charsets = [
            collapse_rfc2231_value(value) for name, value in parameters if name.lower() == "charset"
        ]
    except (LookupError, ValueError, TypeError):
        return ""
    usable = (charset for charset in charsets if find_codec(charset) not in ("", "ascii"))
    return next(usable, charsets[0] if charsets else "")


def read_message_id(message: Message) -> str:
    """Return the Message-ID without its brackets; empty if there is none."""
    return read_header(message, "Message-ID").strip("<> ")


def extract_metadata(message: Message, sample: bytes, envelope_day: str = "") -> Iterator[Datum]:
    """Yield what a header says of its message.

    `envelope_day` is the day of delivery, for a message without a date.
    """
    authors, domain = _parse_senders(message, sample)
    claims = [
        ("title", read_header(message, "Subject", sample), "Subject", STATED),
        *(("author", author, "From", STATED) for author in authors),
        *_find_dates(message),
        ("published", envelope_day, "of the mailbox", CLAIMED),
        ("source", _parse_list_name(read_header(message, "List-Id", sample)), "List-Id", STATED),
        ("source", domain, "From", STATED),
        ("url", _find_url(read_header(message, "Archived-At")), "Archived-At", STATED),
    ]
    seen_fields = set()
    for field, value, header_name, certainty in claims:
        if value and (field == "author" or field not in seen_fields):
            seen_fields.add(field)
            yield Datum(field, value, f"mail header {header_name}", certainty)


def _parse_senders(message: Message, sample: bytes) -> tuple[list[str], str]:
    """Return the names of the senders, or their addresses, and the domain of the first."""
    raw_header = _read_raw_header(message, "From", sample)
    # The parser of the library decodes words one by one: each run becomes one word in UTF-8.
    uniform_header = _ENCODED_RUN.sub(
        lambda run: _encode_word(_decode_run(run[0], sample)), raw_header
    )
    try:
        parsed_header = default.header_factory("From", uniform_header)
    except Exception:  # noqa: BLE001 - bugs of the library raise any error
        return [raw_header], ""
    addresses = parsed_header.addresses if isinstance(parsed_header, AddressHeader) else ()
    names = [" ".join((address.display_name or address.addr_spec).split()) for address in addresses]
    return names, next((address.domain for address in addresses if address.domain), "")


def _encode_word(text: str) -> str:
    from base64 import b64encode

    return f"=?utf-8?b?{b64encode(text.encode('utf-8', 'replace')).decode()}?="


def _find_dates(message: Message) -> Iterator[tuple[str, str, str, str]]:
    for name, certainty in _DATE_HEADERS:
        yield "published", parse_mail_day(read_header(message, name)), name, certainty
    # Each server puts its line above those of the servers before it.
    received = [str(value).rpartition(";")[2] for value in message.get_all("Received", [])]
    for value in reversed(received):
        yield "published", parse_mail_day(" ".join(value.split())), "Received", CLAIMED


def parse_mail_day(value: str) -> str:
    """Return the day of a date in the time zone of the sender, as ISO 8601; empty if none."""
    try:
        return to_iso_day(*(parsedate(value) or (0, 0, 0))[:3])
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _parse_list_name(value: str) -> str:
    """Return the name of a mailing list: its description, else its address."""
    match = _LIST_ID.match(value)
    return (match[1].strip() or match[2].strip()) if match else value


def _find_url(value: str) -> str:
    match = _URL.search(value)
    return match[0] if match else ""
