"""Read a page that a browser saved as a single file."""

from collections.abc import Iterator
from email.message import Message

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.mail import message as mail
from corpus_cli.ingest.readers.port import Document, File, ReadResult
from corpus_cli.model import CLAIMED, Datum

_HTML_TYPE = "text/html"
_ADDRESS_HEADER = "Snapshot-Content-Location"


def read(file: File) -> Iterator[ReadResult]:
    """Yield the results of a saved page, without its frames and pictures.

    The date in the header is the day of saving, so it is not used. Raises `SourceError` where
    there is no page.
    """
    message = mail.parse_message(file.data)
    if mail.read_message_id(message) and not message.get(_ADDRESS_HEADER):
        # A mail with pictures has the same structure.
        yield from mail.read_articles(message, file.read_part)
        return
    root = _find_root(message)
    url_data = [Datum("url", url, origin, CLAIMED) for url, origin in _find_address(message, root)]
    for result in mail.read_html_part(root, file.read_part):
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


def _find_address(message: Message, root: Message) -> Iterator[tuple[str, str]]:
    for part, header_name in ((message, _ADDRESS_HEADER), (root, "Content-Location")):
        url = mail.read_header(part, header_name).replace(" ", "")
        if url.lower().startswith(("http://", "https://")):
            yield url, f"header {header_name}"
            return
