"""Read the pages in a WARC file, the archive of a web crawler."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.archives import unfolding
from corpus_cli.ingest.readers.archives.codings import decoded
from corpus_cli.ingest.readers.archives.framing import Frame, fields, frames
from corpus_cli.ingest.readers.archives.unfolding import TOO_LARGE, UNFOLDED
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.parts import Records, within
from corpus_cli.ingest.readers.port import File, Found, Unread
from corpus_cli.model import STATED, Datum

_TEXTS = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")
_PAGES = (*_TEXTS, "application/pdf")
_TYPES = ("response", "resource", "conversion")
_NO_HTTP = "it has no HTTP header: fetch it again"
_HTTP = re.compile(rb"HTTP/\S+[ \t]+(\d{3})[^\n]*\n(?:(?!\r?\n)[^\n]*+\n)*+\r?\n")
_OK = b"200"
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?i:!--|(?:!doctype html|html|head|title|meta|body)\b)")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';,]+)", re.IGNORECASE)


class _Payload(NamedTuple):
    """The content of a record: bytes, media type, and HTTP codings in order."""

    data: bytes
    media: str
    codings: str = ""


def read(file: File) -> Iterator[Found]:
    """Yield every page, text and PDF with status 200; its address is the record id.

    A record that cannot be read does not stop the others. Raises `SourceError` where the file
    has no record.
    """
    names = Records()
    left, number = UNFOLDED, 0
    for number, frame in enumerate(frames(file.data), 1):
        for found, size in _read(frame, str(number), file, names):
            yield found
            left -= size
        if left < 0:
            yield Unread("", f"it unpacks to more than {UNFOLDED // 1_000_000} MB")
            return
    if not number:
        raise SourceError("it has no WARC record")


def _read(frame: Frame, number: str, file: File, names: Records) -> Iterator[tuple[Found, int]]:
    """Yield the results of a record, each with the bytes that were read for it."""
    address, identifier = (
        frame.fields.get(name, "").strip("<> ") for name in ("warc-target-uri", "warc-record-id")
    )
    name = address or identifier or number
    if address.endswith("/robots.txt"):
        return
    try:
        page = _page(frame)
    except SourceError as error:
        yield Unread(names.unique(name, "{name} {n}"), str(error)), 0
        return
    if page is None:
        return
    name = names.unique(name, "{name} {n}")
    for n, found in enumerate(file.read_part("", page.data, page.media)):
        yield within(name, _addressed(found, address)), 0 if n else len(page.data)


def _page(frame: Frame) -> _Payload | None:
    """Return the page in a record, decoded; None if it has none.

    Raises `SourceError` where the page cannot be read.
    """
    if frame.fields.get("warc-type", _TYPES[0]).lower() not in _TYPES:
        return None
    if len(frame.block) > unfolding.MAX_MEMBER_BYTES:
        raise SourceError(TOO_LARGE)
    payload = _delivered(frame)
    if payload is None or (payload.media and _type(payload.media) not in _PAGES):
        return None
    if frame.reason:
        raise SourceError(frame.reason)
    data = decoded(payload.data, payload.codings)
    media = _type(payload.media) or _sniffed(data)
    charset = _CHARSET.search(payload.media)
    if charset and media in _TEXTS:
        data = decode(data, charset[1]).encode()
    return _Payload(data, media) if media else None


def _delivered(frame: Frame) -> _Payload | None:
    """Return the content of a record without its HTTP header; None if it is no page."""
    block = bytes(frame.block)
    media = frame.fields.get("content-type", "")
    if _type(media) not in ("", "application/http"):
        return _Payload(block, media)
    header = _HTTP.match(block)
    if header is None:
        media = _sniffed(block)
        if block and not media:
            raise SourceError(frame.reason or _NO_HTTP)
        return _Payload(block, media) if media else None
    if header[1] != _OK:
        return None
    http = fields(header[0])
    codings = (http.get("content-encoding", ""), http.get("transfer-encoding", ""))
    return _Payload(block[header.end() :], http.get("content-type", ""), ",".join(codings))


def _type(media: str) -> str:
    return re.split("[;,]", media)[0].strip().lower()


def _sniffed(data: bytes) -> str:
    """Return the media type that the bytes suggest; empty if they are no page."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    return "text/html" if _HTML.match(data) else ""


def _addressed(found: Found, address: str) -> Found:
    if isinstance(found, Unread) or not address:
        return found
    url = Datum("url", address, "WARC-Target-URI", STATED)
    return replace(found, metadata=[url, *found.metadata])
