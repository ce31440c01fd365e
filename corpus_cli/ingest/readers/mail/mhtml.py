"""Pages that a browser saved as a single file."""

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
    """The page of a web archive; its frames and pictures are passed over.

    Its header tells the day on which it was saved: that is no day of publication.
    """
    message = mail.parsed(file.data)
    if mail.identifier(message) and not message.get(_ADDRESS):
        # A mail with pictures has the same form.
        yield from mail.articles(message, file.nested)
        return
    root = _root(message)
    address = [Datum("url", url, origin, CLAIMED) for url, origin in _address(message, root)]
    for found in mail.html(root, file.nested):
        if isinstance(found, Document):
            yield replace(found, metadata=[*address, *found.metadata])
        else:
            yield found


def _root(message: Message) -> Message:
    """The part that is the page: the one the header names, else the first that is HTML."""
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
