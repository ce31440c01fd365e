"""Read EPUB books."""

import posixpath
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.flow import CONTENTS, Flow
from corpus_cli.ingest.readers.markup import markup
from corpus_cli.ingest.readers.office.package import DAMAGED, Package, Values
from corpus_cli.ingest.readers.port import Document, File, Found, Unread
from corpus_cli.ingest.readers.values import datum, unique
from corpus_cli.model import Datum

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"

_FIELDS = {
    "title": "title",
    "creator": "author",
    "publisher": "source",
    "language": "language",
    "subject": "tag",
    "source": "url",
}


def read(file: File) -> Iterator[Found]:
    """Yield the chapters of a book in reading order as one document, then those not readable.

    Raises `SourceError` if the file is damaged, encrypted, too large or has no text.
    """
    package = Package(file.data)
    book = _Book()
    root = _root(package)
    package.parse(root, book)
    base = posixpath.dirname(root)
    locked = _locked(package)
    flow = Flow()
    unread = []
    for href, contents in book.chapters():
        name = posixpath.normpath(posixpath.join(base, href))
        try:
            markup(_chapter(package, name, locked), flow, CONTENTS if contents else "")
        except SourceError as error:
            unread.append(Unread(name, str(error)))
    lines = flow.lines()
    if not lines:
        raise SourceError(unread[0].reason if unread else "there is no text in it")
    yield Document(lines, _metadata(book.values))
    yield from unread


def _chapter(package: Package, name: str, locked: frozenset[str]) -> str:
    if name in locked:
        raise SourceError("it is encrypted: get a copy without copy protection")
    return decode(package.read(name))


def _root(package: Package) -> str:
    """Return the name of the package document, which lists the parts of the book."""
    if _CONTAINER in package.names:
        container = _Named("rootfile", "full-path")
        package.parse(_CONTAINER, container)
        found = [name for name in container.found if name in package.names]
    else:
        found = sorted(name for name in package.names if name.endswith(".opf"))
    if not found:
        raise SourceError(DAMAGED)
    return found[0]


def _locked(package: Package) -> frozenset[str]:
    """Return the names of the encrypted parts."""
    if _ENCRYPTION not in package.names:
        return frozenset()
    locked = _Named("CipherReference", "URI")
    package.parse(_ENCRYPTION, locked)
    return frozenset(map(unquote, locked.found))


class _Named:
    """Collects one attribute of all elements with a tag."""

    def __init__(self, tag: str, attribute: str) -> None:
        self.found: list[str] = []
        self._tag, self._attribute = tag, attribute

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == self._tag and self._attribute in attributes:
            self.found.append(attributes[self._attribute])

    def end(self, tag: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


class _Book:
    """Collects the parts of a book, their order and the metadata."""

    def __init__(self) -> None:
        self.values = Values()
        self._items: dict[str, tuple[str, str]] = {}
        self._spine: list[str] = []
        self._contents: set[str] = set()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.values.start(tag, attributes)
        href = unquote(attributes.get("href", "")).partition("#")[0]
        if tag == "item":
            self._items[attributes.get("id", "")] = href, attributes.get("properties", "")
        elif tag == "itemref":
            self._spine.append(attributes.get("idref", ""))
        elif tag == "reference" and attributes.get("type") == "toc":
            self._contents.add(href)

    def end(self, tag: str) -> None:
        self.values.end(tag)

    def text(self, text: str) -> None:
        self.values.text(text)

    def chapters(self) -> Iterator[tuple[str, bool]]:
        """Yield the address of each chapter once, and whether it is a table of contents."""
        for item in dict.fromkeys(self._spine):
            href, properties = self._items.get(item, ("", ""))
            if href:
                yield href, "nav" in properties.split() or href in self._contents


def _metadata(values: Values) -> list[Datum]:
    return unique(
        one
        for tag, value, attributes in values.found
        for one in datum(_field(tag, attributes), value, f"EPUB {tag}")
        if one.field
    )


def _field(tag: str, attributes: Mapping[str, str]) -> str:
    """Return the field of ours that an element of the metadata fills, or an empty string."""
    if tag == "meta":
        return "modified" if attributes.get("property") == "dcterms:modified" else ""
    if tag == "creator" and attributes.get("role", "aut") != "aut":
        return ""
    if tag == "date":
        event = attributes.get("event", "publication")
        return {"publication": "published", "modification": "modified"}.get(event, "")
    return _FIELDS.get(tag, "")
