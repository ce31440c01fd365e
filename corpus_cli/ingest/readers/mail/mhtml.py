"""Read a page that a browser saved as a single file."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import Message

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.mail import message as mail
from corpus_cli.ingest.readers.port import Document, File, Found
from corpus_cli.model import CLAIMED, Datum

_HTML = "text/html"
_ADDRESS = "Snapshot-Content-Location"


def read(file: File) -> Iterator[Found]:
    """Yield the results of the main page; its frames and pictures are skipped.

    The date in the header is the day of saving, so it is not used. Raises `SourceError` where
    there is no page.
    """
    message = mail.parsed(file.data)
    if mail.identifier(message) and not message.get(_ADDRESS):
        # A mail with pictures has the same structure.
        yield from mail.articles(message, file.read_part)
        return
    root = _root(message)
    address = [Datum("url", url, origin, CLAIMED) for url, origin in _address(message, root)]
    for found in mail.html(root, file.read_part):
        if isinstance(found, Document):
            yield replace(found, metadata=[*address, *found.metadata])
        else:
            yield found


def _root(message: Message) -> Message:
    """Return the part that the header names as the page, else the first HTML part."""
    pages = [part for part in message.walk() if part.get_content_type() == _HTML]
    if not pages:
        raise SourceError("there is no page in it")
    start, address = str(message.get_param("start", "")), message.get(_ADDRESS)
    named = (
        part
        for part in pages
        if (start and part.get("Content-ID") == start)
        or (address and part.get("Content-Location") == address)
    )
    return next(named, pages[0])


def _address(message: Message, root: Message) -> Iterator[tuple[str, str]]:
    for part, name in ((message, _ADDRESS), (root, "Content-Location")):
        url = mail.header(part, name).replace(" ", "")
        if url.lower().startswith(("http://", "https://")):
            yield url, f"header {name}"
            return
