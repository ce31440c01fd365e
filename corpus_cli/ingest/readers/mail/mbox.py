"""Read mailboxes: many messages in one file."""

import re
from collections.abc import Iterator

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.mail import message as mail
from corpus_cli.ingest.readers.parts import Records, within
from corpus_cli.ingest.readers.port import File, Found, Unread

# A separator line has a time; a line of text that begins with "From" hardly has one.
_SEPARATOR = re.compile(rb"^From [^\n]*\d:\d\d[^\n]*\n?", re.MULTILINE)
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def read(file: File) -> Iterator[Found]:
    """Yield the results of every message.

    Its record id is its Message-ID, or its number where it has none or another message has
    the same. Raises `SourceError` where the file has no message.
    """
    records = Records()
    for n, data in enumerate(messages(file.data), 1):
        yield from _message(n, data, file, records)


def messages(data: bytes) -> Iterator[bytes]:
    """Yield the messages of a mailbox as they were sent.

    Raises `SourceError` where no line starts a message.
    """
    found = _SEPARATOR.search(data)
    if found is None:
        raise SourceError("it has no line that starts a message")
    while found is not None:
        following = _SEPARATOR.search(data, found.end())
        end = following.start() if following else len(data)
        yield _ESCAPED.sub(rb"\1", data[found.end() : end])
        found = following


def _message(n: int, data: bytes, file: File, records: Records) -> Iterator[Found]:
    record = str(n)
    try:
        message = mail.parsed(data)
        record = _record(n, mail.identifier(message), records)
        yield from (within(record, found) for found in mail.articles(message, file.read_part))
    except SourceError as error:
        yield Unread(record, str(error))


def _record(n: int, identifier: str, records: Records) -> str:
    unique = records.unique(identifier)
    return identifier if identifier and unique == identifier else str(n)
