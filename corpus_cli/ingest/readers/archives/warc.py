"""Web archives of crawlers: the pages in a WARC file."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.archives.unfolding import LARGEST, TOO_LARGE, UNFOLDED
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.parts import Records, within
from corpus_cli.ingest.readers.port import File, Found, Unread
from corpus_cli.model import STATED, Datum

_HTTP_OK = 200
_TEXTS = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")
_PAGES = (*_TEXTS, "application/pdf")
_WANTED = WarcRecordType.response | WarcRecordType.resource
_CUT = "it is cut off: fetch it once more"


def read(file: File) -> Iterator[Found]:
    """Every page, text and PDF that was fetched, by its address; no error and no redirect."""
    records = Records()
    left = UNFOLDED
    for record in _records(file.data):
        if isinstance(record, Unread):
            yield record
            return
        for found, size in _read(record, file, records):
            yield found
            left -= size
        if left < 0:
            yield Unread("", f"it unfolds to more than {UNFOLDED // 1_000_000} MB")
            return


def _records(data: bytes) -> Iterator[WarcRecord | Unread]:
    """The records, and what is wrong where they end before their time."""
    archive = ArchiveIterator(BytesIO(data), record_types=_WANTED, parse_http=False)
    n = 0
    try:
        for n, record in enumerate(archive, 1):  # noqa: B007 - counted for what follows
            yield record
    except (OSError, ValueError) as error:
        if not n:
            raise SourceError("it cannot be read as a WARC file") from error
        yield Unread("", _CUT)


def _read(record: WarcRecord, file: File, records: Records) -> Iterator[tuple[Found, int]]:
    """What is in a record, each with the bytes that were read for it."""
    address = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    stated = record.content_length
    if stated > LARGEST:
        yield Unread(records.unique(address, "{name} {n}"), TOO_LARGE), 0
        return
    record.freeze()
    whole = record.content_length == stated
    if not _page(record) or address.endswith("/robots.txt"):
        return
    name = records.unique(address, "{name} {n}")
    data = record.reader.read(LARGEST + 1)
    if len(data) > LARGEST or not whole:
        yield Unread(name, _CUT if not whole else TOO_LARGE), len(data)
        return
    for n, found in enumerate(_found(record, data, file)):
        yield within(name, _addressed(found, address)), 0 if n else len(data)


def _page(record: WarcRecord) -> bool:
    """Whether a record was delivered as something that may be an article."""
    record.parse_http(auto_decode="all")
    delivered = not record.is_http or record.http_headers.status_code == _HTTP_OK
    return delivered and _media(record) in _PAGES


def _media(record: WarcRecord) -> str:
    stated = record.http_content_type if record.is_http else record.headers.get("Content-Type")
    return (stated or "").partition(";")[0].strip().lower()


def _found(record: WarcRecord, data: bytes, file: File) -> Iterator[Found]:
    media, charset = _media(record), record.http_charset if record.is_http else None
    try:
        if charset and media in _TEXTS:
            data = decode(data, charset).encode()
        yield from file.nested("", data, media)
    except SourceError as error:
        yield Unread("", str(error))


def _addressed(found: Found, address: str) -> Found:
    if isinstance(found, Unread):
        return found
    url = Datum("url", address, "WARC-Target-URI", STATED)
    return replace(found, metadata=[url, *found.metadata])
