"""Read pages that Safari saved as a web archive."""

import plistlib
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers.expat import ExpatError

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.html.inline_frames import inline_frames
from corpus_cli.ingest.readers.port import Document, File, ReadResult
from corpus_cli.model import CLAIMED, Datum

_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
_MAX_DEPTH = 4
_DAMAGED = "it is damaged: save the page again"


def read(file: File) -> Iterator[ReadResult]:
    """Yield the results of a saved page, with its frames and without its pictures.

    Raises `SourceError` where there is no page.
    """
    archive = _parse_archive(file.data)
    main = _get_mapping(archive, "WebMainResource")
    address, media_type = _get_text(main, "WebResourceURL"), _get_text(main, "WebResourceMIMEType")
    if media_type not in _PAGE_TYPES:
        raise SourceError("there is no page in it")
    frames = dict(_iter_frames(archive, 0))
    page = inline_frames(_decode_resource(main), frames, address)
    url_data = [Datum("url", address, "WebResourceURL", CLAIMED)] if "://" in address else []
    for result in file.read_part("", page, f"{media_type}; charset=utf-8"):
        if isinstance(result, Document):
            yield result._replace(metadata=[*url_data, *result.metadata])
        else:
            yield result


def _parse_archive(data: bytes) -> Mapping[str, Any]:
    try:
        archive = plistlib.loads(data)
    except (plistlib.InvalidFileException, ExpatError, ValueError, OverflowError) as error:
        raise SourceError(_DAMAGED) from error
    if not isinstance(archive, dict):
        raise SourceError(_DAMAGED)
    return archive


def _iter_frames(archive: Mapping[str, Any], depth: int) -> Iterator[tuple[str, bytes]]:
    """Yield the address and the content of each page in a frame, also of frames in frames."""
    inner_archives = archive.get("WebSubframeArchives")
    if not isinstance(inner_archives, list) or depth > _MAX_DEPTH:
        return
    for inner in inner_archives:
        if isinstance(inner, dict):
            resource = _get_mapping(inner, "WebMainResource")
            if _get_text(resource, "WebResourceMIMEType") in _PAGE_TYPES:
                yield _get_text(resource, "WebResourceURL"), _decode_resource(resource)
            yield from _iter_frames(inner, depth + 1)


def _decode_resource(resource: Mapping[str, Any]) -> bytes:
    """Return the text of a page as UTF-8, whatever its encoding."""
    data = resource.get("WebResourceData")
    if not isinstance(data, bytes):
        raise SourceError(_DAMAGED)
    return decode(data, _get_text(resource, "WebResourceTextEncodingName")).encode()


def _get_mapping(archive: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = archive.get(name)
    return value if isinstance(value, dict) else {}


def _get_text(resource: Mapping[str, Any], name: str) -> str:
    value = resource.get(name)
    return value if isinstance(value, str) else ""
