"""Read mailboxes: many messages in one file."""

import re
from collections.abc import Iterator

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.mail import message as mail
from corpus_cli.ingest.readers.port import File, ReadResult, Unread
from corpus_cli.ingest.readers.record_ids import RecordIds, prefix_record

# A separator line has a time; a line of text that begins with "From" hardly has one.
_FROM_LINE = re.compile(rb"^From [^\n]*\d:\d\d[^\n]*\n?", re.MULTILINE)
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def read(file: File) -> Iterator[ReadResult]:
    """Yield the results of every message.

    Its record id is its Message-ID, or its number where it has none or another message has
    the same. Raises `SourceError` where the file has no message.
    """
    record_ids = RecordIds()
    for n, data in enumerate(split_messages(file.data), 1):
        yield from _read_message(n, data, file, record_ids)


def split_messages(data: bytes) -> Iterator[bytes]:
    """Yield the messages of a mailbox as they were sent.

    Raises `SourceError` where no line starts a message.
    """
    separator = _FROM_LINE.search(data)
    if separator is None:
        raise SourceError("it has no line that starts a message")
    while separator is not None:
        next_separator = _FROM_LINE.search(data, separator.end())
        end = next_separator.start() if next_separator else len(data)
        yield _ESCAPED_FROM.sub(rb"\1", data[separator.end() : end])
        separator = next_separator


def _read_message(n: int, data: bytes, file: File, record_ids: RecordIds) -> Iterator[ReadResult]:
    record = str(n)
    try:
        message = mail.parse_message(data)
        record = _choose_record_id(n, mail.read_message_id(message), record_ids)
        yield from (
            prefix_record(record, result) for result in mail.read_articles(message, file.read_part)
        )
    except SourceError as error:
        yield Unread(record, str(error))


def _choose_record_id(n: int, identifier: str, record_ids: RecordIds) -> str:
    unique_id = record_ids.make_unique(identifier)
    return identifier if identifier and unique_id == identifier else str(n)
