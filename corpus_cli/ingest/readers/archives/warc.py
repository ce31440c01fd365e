"""Read the pages in a WARC file, the archive of a web crawler."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.archives import limits
from corpus_cli.ingest.readers.archives.http_codings import decode_body
from corpus_cli.ingest.readers.archives.limits import MAX_UNPACKED_BYTES, TOO_LARGE
from corpus_cli.ingest.readers.archives.warc_records import (
    WarcRecord,
    parse_header_fields,
    split_records,
)
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.port import File, ReadResult, Unread
from corpus_cli.ingest.readers.record_ids import RecordIds, prefix_record
from corpus_cli.model import STATED, Datum

_TEXT_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")
_PAGE_TYPES = (*_TEXT_TYPES, "application/pdf")
_RECORD_TYPES = ("response", "resource", "conversion")
_NO_HTTP_HEADER = "it has no HTTP header: fetch it again"
_HTTP_HEADER = re.compile(rb"HTTP/\S+[ \t]+(\d{3})[^\n]*\n(?:(?!\r?\n)[^\n]*+\n)*+\r?\n")
_STATUS_OK = b"200"
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?i:!--|(?:!doctype html|html|head|title|meta|body)\b)"
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';,]+)", re.IGNORECASE)


class _Payload(NamedTuple):
    """The content of a record: bytes, media type, and HTTP codings in order."""

    data: bytes
    media_type: str
    codings: str = ""


def read(file: File) -> Iterator[ReadResult]:
    """Yield every page, text and PDF with status 200; its address is the record id.

    The records after one that cannot be read are still read. Raises `SourceError` where the file
    has no record.
    """
    record_ids = RecordIds()
    remaining, number = MAX_UNPACKED_BYTES, 0
    for number, record in enumerate(split_records(file.data), 1):
        for result, size in _read_record(record, str(number), file, record_ids):
            yield result
            remaining -= size
        if remaining < 0:
            yield Unread(
                "", f"only its first {MAX_UNPACKED_BYTES // 1_000_000} MB were read: split the file"
            )
            return
    if not number:
        raise SourceError("it has no WARC record")


def _read_record(
    record: WarcRecord, number: str, file: File, record_ids: RecordIds
) -> Iterator[tuple[ReadResult, int]]:
    """Yield the results of a record, each with the bytes that were read for it."""
    address, record_id = (
        record.fields.get(name, "").strip("<> ") for name in ("warc-target-uri", "warc-record-id")
    )
    name = address or record_id or number
    if address.endswith("/robots.txt"):
        return
    try:
        payload = _extract_page(record)
    except SourceError as error:
        yield Unread(record_ids.make_unique(name, "{name} {n}"), str(error)), 0
        return
    if payload is None:
        return
    name = record_ids.make_unique(name, "{name} {n}")
    for n, result in enumerate(file.read_part("", payload.data, payload.media_type)):
        yield prefix_record(name, _add_address(result, address)), 0 if n else len(payload.data)


def _extract_page(record: WarcRecord) -> _Payload | None:
    """Return the page in a record, decoded; None if it has none.

    Raises `SourceError` where the page cannot be read.
    """
    if record.fields.get("warc-type", _RECORD_TYPES[0]).lower() not in _RECORD_TYPES:
        return None
    if len(record.block) > limits.MAX_MEMBER_BYTES:
        raise SourceError(TOO_LARGE)
    payload = _extract_payload(record)
    if payload is None or (
        payload.media_type and _parse_media_type(payload.media_type) not in _PAGE_TYPES
    ):
        return None
    if record.reason:
        raise SourceError(record.reason)
    data = decode_body(payload.data, payload.codings)
    media_type = _parse_media_type(payload.media_type) or _sniff_media_type(data)
    charset = _CHARSET.search(payload.media_type)
    if charset and media_type in _TEXT_TYPES:
        data = decode(data, charset[1]).encode()
    return _Payload(data, media_type) if media_type else None


def _extract_payload(record: WarcRecord) -> _Payload | None:
    """Return the content of a record without its HTTP header; None if it is no page."""
    block = bytes(record.block)
    media_type = record.fields.get("content-type", "")
    if _parse_media_type(media_type) not in ("", "application/http"):
        return _Payload(block, media_type)
    header = _HTTP_HEADER.match(block)
    if header is None:
        media_type = _sniff_media_type(block)
        if block and not media_type:
            raise SourceError(record.reason or _NO_HTTP_HEADER)
        return _Payload(block, media_type) if media_type else None
    if header[1] != _STATUS_OK:
        return None
    http_fields = parse_header_fields(header[0])
    codings = (http_fields.get("content-encoding", ""), http_fields.get("transfer-encoding", ""))
    return _Payload(block[header.end() :], http_fields.get("content-type", ""), ",".join(codings))


def _parse_media_type(content_type: str) -> str:
    return re.split("[;,]", content_type)[0].strip().lower()


def _sniff_media_type(data: bytes) -> str:
    """Return the media type that the bytes suggest; empty if they are no page."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    return "text/html" if _HTML_START.match(data) else ""


def _add_address(result: ReadResult, address: str) -> ReadResult:
    if isinstance(result, Unread) or not address:
        return result
    url = Datum("url", address, "WARC-Target-URI", STATED)
    return result._replace(metadata=[url, *result.metadata])
