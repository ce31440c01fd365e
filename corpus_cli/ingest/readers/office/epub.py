"""Read EPUB books."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.html_fragments import add_html
from corpus_cli.ingest.readers.metadata_values import drop_repeats, normalise_value
from corpus_cli.ingest.readers.office.package import DAMAGED, ElementTexts, Package
from corpus_cli.ingest.readers.paragraph_flow import NAVIGATION, ParagraphFlow
from corpus_cli.ingest.readers.port import NO_TEXT, Document, File, ReadResult, Unread
from corpus_cli.model import CLAIMED, STATED, Datum

_CONTAINER_PART = "META-INF/container.xml"
_ENCRYPTION_PART = "META-INF/encryption.xml"

_PAGE_NAME = re.compile(r"\.x?html?$", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"(?:^|/)(?:toc|nav)\.x?html?$", re.IGNORECASE)

# What programs write where nobody named the book.
_PLACEHOLDER_TITLE = re.compile(
    r"^\W*(?:unknown|untitled|no title|title)\W*$|\.(?:epub|docx?|html?|indd|pdf|txt)$|_",
    re.IGNORECASE,
)

_FIELDS_BY_TAG = {
    "title": "title",
    "creator": "author",
    "publisher": "source",
    "language": "language",
    "subject": "tag",
    "source": "url",
}


def read(file: File) -> Iterator[ReadResult]:
    """Yield the chapters of a book in reading order as one document, then those not readable.

    Raises `SourceError` if the file is damaged, encrypted, too large or has no text.
    """
    package = Package(file.data)
    book = _PackageDocument()
    document_name = _find_package_document(package)
    unread = list(package.parse_readable(document_name, book))
    folder = posixpath.dirname(document_name)
    encrypted = _read_encrypted_names(package)
    flow = ParagraphFlow()
    chapters = [
        (posixpath.normpath(posixpath.join(folder, href)), is_contents)
        for href, is_contents in book.iter_chapters()
    ]
    for name, is_contents in chapters or _guess_chapters(package):
        try:
            add_html(
                _read_chapter(package, name, encrypted), flow, NAVIGATION if is_contents else ""
            )
        except SourceError as error:
            unread.append(Unread(name, str(error)))
    lines = flow.build_lines()
    if not lines:
        raise SourceError(unread[0].reason if unread else NO_TEXT)
    yield Document(lines, _read_metadata(book.properties))
    yield from unread


def _guess_chapters(package: Package) -> list[tuple[str, bool]]:
    """Return the pages of a book whose package document is damaged, by name."""
    names = (name for name in package.names if _PAGE_NAME.search(name))
    return [(name, bool(_CONTENTS_NAME.search(name))) for name in sorted(names)]


def _read_chapter(package: Package, name: str, encrypted: frozenset[str]) -> str:
    if name in encrypted:
        raise SourceError("it is encrypted: get a copy without copy protection")
    return decode(package.read(name))


def _find_package_document(package: Package) -> str:
    """Return the name of the package document, which lists the parts of the book."""
    candidates: list[str] = []
    if _CONTAINER_PART in package.names:
        container = _AttributeCollector("rootfile", "full-path")
        list(package.parse_readable(_CONTAINER_PART, container))
        candidates = [name for name in container.values if name in package.names]
    if not candidates:
        # The container is damaged or missing.
        candidates = sorted(name for name in package.names if name.endswith(".opf"))
    if not candidates:
        raise SourceError(DAMAGED)
    return candidates[0]


def _read_encrypted_names(package: Package) -> frozenset[str]:
    """Return the names of the encrypted parts."""
    if _ENCRYPTION_PART not in package.names:
        return frozenset()
    references = _AttributeCollector("CipherReference", "URI")
    list(package.parse_readable(_ENCRYPTION_PART, references))
    return frozenset(map(unquote, references.values))


class _AttributeCollector:
    """Collects one attribute of all elements with a tag."""

    def __init__(self, tag: str, attribute: str) -> None:
        self.values: list[str] = []
        self._tag, self._attribute = tag, attribute

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == self._tag and self._attribute in attributes:
            self.values.append(attributes[self._attribute])

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass


class _PackageDocument:
    """Collects the parts of a book, their order and the metadata."""

    def __init__(self) -> None:
        self.properties = ElementTexts()
        self._items_by_id: dict[str, tuple[str, str]] = {}
        self._spine_ids: list[str] = []
        self._contents_addresses: set[str] = set()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.properties.start(tag, attributes)
        href = unquote(attributes.get("href", "")).partition("#")[0]
        if tag == "item":
            self._items_by_id[attributes.get("id", "")] = href, attributes.get("properties", "")
        elif tag == "itemref":
            self._spine_ids.append(attributes.get("idref", ""))
        elif tag == "reference" and attributes.get("type") == "toc":
            self._contents_addresses.add(href)

    def end(self, tag: str) -> None:
        self.properties.end(tag)

    def data(self, text: str) -> None:
        self.properties.data(text)

    def iter_chapters(self) -> Iterator[tuple[str, bool]]:
        """Yield the address of each chapter once, and whether it is a table of contents."""
        for item_id in dict.fromkeys(self._spine_ids):
            href, properties = self._items_by_id.get(item_id, ("", ""))
            if href:
                yield href, "nav" in properties.split() or href in self._contents_addresses


def _read_metadata(properties: ElementTexts) -> list[Datum]:
    return drop_repeats(
        datum
        for tag, value, attributes in properties.elements
        for datum in normalise_value(
            _choose_field(tag, attributes), value, f"EPUB {tag}", _choose_certainty(tag, value)
        )
        if datum.field
    )


def _choose_certainty(tag: str, value: str) -> str:
    """Return how certain a value is: a publisher states the title; a file name is only a claim."""
    is_named = tag == "title" and not _PLACEHOLDER_TITLE.search(value)
    return STATED if is_named else CLAIMED


def _choose_field(tag: str, attributes: Mapping[str, str]) -> str:
    """Return the field of ours that an element of the metadata fills, or an empty string."""
    if tag == "meta":
        return "modified" if attributes.get("property") == "dcterms:modified" else ""
    if tag == "creator" and attributes.get("role", "aut") != "aut":
        return ""
    if tag == "date":
        event = attributes.get("event", "publication")
        return {"publication": "published", "modification": "modified"}.get(event, "")
    return _FIELDS_BY_TAG.get(tag, "")
