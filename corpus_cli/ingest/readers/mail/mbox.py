"""Read mailboxes: many messages in one file."""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.mail import message as mail
from corpus_cli.ingest.readers.mail.mail_headers import parse_mail_day, read_message_id
from corpus_cli.ingest.readers.port import Document, File, ReadResult, Unread
from corpus_cli.ingest.readers.record_ids import RecordIds, prefix_record
from corpus_cli.ingest.readers.stated_dates import parse_date

_FROM_LINE = re.compile(rb"^From(?: ([^\r\n]*))?(?:\r?\n|\Z)", re.MULTILINE)
# The time and the year of a separator, in the order of `ctime` or of a mail header.
_TIME = re.compile(rb"\d:\d\d")
_YEAR = re.compile(rb"\b(?:19|20)\d\d\b")
_FULL_DATE = re.compile(
    rb"(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,8}+,? [\w ]{4,24}? \d?\d:\d\d[^\r\n]{0,40}"
)
# The first line of a patch of git: the hash of a commit, and a date that is always the same.
_PATCH = re.compile(rb"[0-9a-f]{40,64} Mon Sep 17 00:00:00 2001")
_HEADER_FIELD = re.compile(rb">?[!-9;-~]+:(?:[ \t\r\n]|[^\s:/])|>From ")
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_CONTENT_LENGTH = re.compile(rb"^Content-Length: *(\d{1,10})\r?$", re.MULTILINE | re.IGNORECASE)
_BLANK_LINE = re.compile(rb"\n\r?\n")
_NO_SEPARATOR = "it has no line that starts a message: give it the suffix .eml if it is one mail"


class _Separator(NamedTuple):
    """The line that starts a message: its place in the file, and what follows `From `."""

    start: int
    end: int
    envelope: bytes


def read(file: File) -> Iterator[ReadResult]:
    """Yield the results of every message.

    Its record id is its Message-ID, or its number where it has none or another message has
    the same. Raises `SourceError` where the file has no message.
    """
    record_ids = RecordIds()
    for n, (data, envelope_day, line) in enumerate(split_messages(file.data), 1):
        for result in _read_message(n, data, envelope_day, file, record_ids):
            yield result._replace(line=line) if isinstance(result, Document) else result


def split_messages(data: bytes) -> Iterator[tuple[bytes, str, int]]:
    """Yield the messages of a mailbox as they were sent, with the day of delivery and the line.

    The first separator decides which lines can be others: after one with a date, a line without
    a date is text, and so is the first line of a patch. Raises `SourceError` where no line
    starts a message.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    data = data if b"\n" in data else data.replace(b"\r", b"\n")
    separator = _find_separator(data, 0, None)
    if separator is None:
        raise SourceError(_NO_SEPARATOR)
    first = separator
    line, position = 1, 0
    while separator is not None:
        length = _read_length(data, separator)
        next_separator = _find_separator(data, separator.end + length, first)
        end = next_separator.start if next_separator else len(data)
        message = data[separator.end : end]
        # Where a header says the length, no line is escaped.
        message = message if length else _ESCAPED_FROM.sub(rb"\1", message)
        line += data.count(b"\n", position, separator.start)
        position = separator.start
        yield message, _read_day(separator), line
        separator = next_separator


def _find_separator(data: bytes, position: int, first: _Separator | None) -> _Separator | None:
    """Return the next separator; the first one of the file may have any form."""
    for match in _FROM_LINE.finditer(data, position):
        separator = _Separator(match.start(), match.end(), (match[1] or b"").strip())
        precedes_header = bool(_HEADER_FIELD.match(data, separator.end))
        if first is None:
            is_separator = precedes_header or bool(_TIME.search(separator.envelope))
        elif _PATCH.match(separator.envelope):
            is_separator = bool(_PATCH.match(first.envelope))
        else:
            is_separator = bool(_FULL_DATE.search(separator.envelope)) or (
                precedes_header
                and data[: separator.start][-2:] in (b"\n\n", b"\r\n")
                and _is_alike(separator.envelope, first.envelope)
            )
        if is_separator:
            return separator
    return None


def _is_alike(envelope: bytes, first: bytes) -> bool:
    """Return whether a separator has a date, or no more than the first of the file has."""
    if _TIME.search(envelope) and _YEAR.search(envelope):
        return True
    is_address = len(envelope.split()) == 1 and b"@" in envelope and b"@" in first
    return not _TIME.search(first) and (is_address or envelope == first)


def _read_length(data: bytes, separator: _Separator) -> int:
    """Return the length of a message that its header says, if a separator follows; else 0."""
    blank_line = _BLANK_LINE.search(data, separator.end)
    if not blank_line:
        return 0
    stated = _CONTENT_LENGTH.search(data, separator.end, blank_line.start())
    end = blank_line.end() + int(stated[1]) if stated else len(data) + 1
    if end > len(data) or not re.match(rb"(?:\r?\n){0,2}(?:From |\Z)", data[end : end + 9]):
        return 0
    return end - separator.end


def _read_day(separator: _Separator) -> str:
    """Return the day of delivery as ISO 8601; empty if the separator has none."""
    if _PATCH.match(separator.envelope):
        return ""
    sender, _, sent = separator.envelope.decode("ascii", "replace").partition(" ")
    return parse_mail_day(sent) or parse_date(sent) or parse_mail_day(f"{sender} {sent}")


def _read_message(
    n: int, data: bytes, envelope_day: str, file: File, record_ids: RecordIds
) -> Iterator[ReadResult]:
    record = str(n)
    try:
        message = mail.parse_message(data)
        record = _choose_record_id(n, read_message_id(message), record_ids)
        articles = mail.read_articles(message, file.read_part, envelope_day=envelope_day)
        yield from (prefix_record(record, result) for result in articles)
    except SourceError as error:
        yield Unread(record, str(error), hides_records=True)


def _choose_record_id(n: int, identifier: str, record_ids: RecordIds) -> str:
    unique_id = record_ids.make_unique(identifier)
    return identifier if identifier and unique_id == identifier else str(n)
