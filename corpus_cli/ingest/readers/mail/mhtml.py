"""Read a page that a browser saved as a single file."""

from collections.abc import Iterator
from contextlib import suppress
from email.message import Message

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.html.inline_frames import inline_frames
from corpus_cli.ingest.readers.mail import message as mail
from corpus_cli.ingest.readers.mail.mail_headers import read_header, read_message_id
from corpus_cli.ingest.readers.port import Document, File, ReadResult
from corpus_cli.model import CLAIMED, Datum

_HTML_TYPE = "text/html"
_ADDRESS_HEADER = "Snapshot-Content-Location"


def read(file: File) -> Iterator[ReadResult]:
    """Yield the results of a saved page, with its frames and without its pictures.

    The date in the header is the day of saving, so it is not used. Raises `SourceError` where
    there is no page.
    """
    message = mail.parse_message(file.data)
    if read_message_id(message) and not message.get(_ADDRESS_HEADER):
        # A mail with pictures has the same structure.
        yield from mail.read_articles(message, file.read_part)
        return
    root = _find_root(message)
    url_data = [Datum("url", url, origin, CLAIMED) for url, origin in _find_address(message, root)]
    address = url_data[0].value if url_data else ""
    page = inline_frames(mail.decode_text(root).encode(), _decode_frames(message, root), address)
    for result in file.read_part("", page, _HTML_TYPE):
        if isinstance(result, Document):
            yield result._replace(metadata=[*url_data, *result.metadata])
        else:
            yield result


def _find_root(message: Message) -> Message:
    """Return the part that the header names as the page, else the first HTML part."""
    pages = [part for part in message.walk() if part.get_content_type() == _HTML_TYPE]
    if not pages:
        raise SourceError("there is no page in it")
    start_id, address = str(message.get_param("start", "")), message.get(_ADDRESS_HEADER)
    matching_pages = (
        part
        for part in pages
        if (start_id and part.get("Content-ID") == start_id)
        or (address and part.get("Content-Location") == address)
    )
    return next(matching_pages, pages[0])


def _decode_frames(message: Message, root: Message) -> dict[str, bytes]:
    """Return the other HTML parts as UTF-8, by each address that a page may call them by."""
    frames: dict[str, bytes] = {}
    for part in message.walk():
        if part.get_content_type() == _HTML_TYPE and part is not root:
            # A part that is no text is no page.
            with suppress(SourceError):
                content = mail.decode_text(part).encode()
                frames |= dict.fromkeys(_list_addresses(part), content)
    return frames


def _list_addresses(part: Message) -> list[str]:
    """Return the addresses by which a page refers to a part."""
    location = read_header(part, "Content-Location").replace(" ", "")
    content_id = str(part.get("Content-ID", "")).strip().strip("<>")
    return [address for address in (content_id and f"cid:{content_id}", location) if address]


def _find_address(message: Message, root: Message) -> Iterator[tuple[str, str]]:
    for part, header_name in ((message, _ADDRESS_HEADER), (root, "Content-Location")):
        url = read_header(part, header_name).replace(" ", "")
        if url.lower().startswith(("http://", "https://")):
            yield url, f"header {header_name}"
            return
