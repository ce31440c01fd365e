"""Read what Outlook encloses in a mail as `winmail.dat`."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.codec_names import find_code_page_codec
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.port import File, ReadResult, Unread
from corpus_cli.ingest.readers.record_ids import RecordIds

_DAMAGED = "it ends within an attachment: ask for it again"
_HEADER_BYTES = 6
_CHECKSUM_BYTES = 2
_ATTRIBUTE = struct.Struct("<BII")

# Attributes of [MS-OXTNEF].
_CODE_PAGE, _BEGIN_ATTACHMENT, _TITLE, _CONTENT = 0x069007, 0x069002, 0x018010, 0x06800F


class _Attachment(NamedTuple):
    """A file in a `winmail.dat`: its name, and its bytes or None if they are missing."""

    name: str = ""
    content: bytes | None = None


def read(file: File) -> Iterator[ReadResult]:
    """Yield the results of the attached files; the mail around them has the text."""
    record_ids = RecordIds()
    for attachment in _list_attachments(file.data):
        record = record_ids.make_unique(attachment.name or "attachment")
        if attachment.content is None:
            yield Unread(record, _DAMAGED)
        else:
            yield from file.read_part(record, attachment.content, "")


def _list_attachments(data: bytes) -> Iterator[_Attachment]:
    """Yield the attachments; the last one has no content if the file ends within it."""
    attachment: _Attachment | None = None
    codec = ""
    for attribute, value in _list_attributes(data):
        if attribute == _CODE_PAGE and value:
            codec = find_code_page_codec(int.from_bytes(value[:4], "little"))
        elif attribute == _BEGIN_ATTACHMENT:
            if attachment:
                yield attachment
            attachment = _Attachment()
        elif attribute == _TITLE and attachment:
            attachment = attachment._replace(name=_decode_name(value or b"", codec))
        elif attribute == _CONTENT and attachment:
            attachment = attachment._replace(content=value)
    if attachment:
        yield attachment


def _list_attributes(data: bytes) -> Iterator[tuple[int, bytes | None]]:
    """Yield each attribute with its value, or None if the file ends within it."""
    position = _HEADER_BYTES
    while position + _ATTRIBUTE.size <= len(data):
        _, attribute, length = _ATTRIBUTE.unpack_from(data, position)
        start = position + _ATTRIBUTE.size
        position = start + length + _CHECKSUM_BYTES
        yield attribute, data[start : start + length] if start + length <= len(data) else None


def _decode_name(value: bytes, codec: str) -> str:
    try:
        return " ".join(decode(value.rstrip(b"\0"), codec).split())
    except SourceError:
        return ""
