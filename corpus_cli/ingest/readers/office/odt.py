"""Read OpenDocument texts."""

from collections.abc import Iterator, Mapping

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.flow import COMMENT, CONTENTS, NOTE, PAGE, Flow
from corpus_cli.ingest.readers.office.package import DAMAGED, ENCRYPTED, Package, Values
from corpus_cli.ingest.readers.port import Document, File, Found
from corpus_cli.ingest.readers.values import datum, several, unique
from corpus_cli.model import DEK, HEADING, TITLE, Datum

_CONTENT, _STYLES, _META, _MANIFEST = (
    "content.xml",
    "styles.xml",
    "meta.xml",
    "META-INF/manifest.xml",
)
_MOST_BLANKS = 1_000

# Deleted text, titles of pictures, and the numbers, authors and dates of notes and comments.
_OUT = frozenset(
    [
        "tracked-changes",
        "title",
        "desc",
        "note-citation",
        "creator",
        "date",
        "date-string",
        "initials",
        "sender-initials",
        "script",
        "scripts",
    ]
)
# The kind of the paragraphs inside an element, by its tag.
_INSIDE = {
    "note-body": NOTE,
    "annotation": COMMENT,
    "index-body": CONTENTS,
    "header": PAGE,
    "header-left": PAGE,
    "header-first": PAGE,
    "footer": PAGE,
    "footer-left": PAGE,
    "footer-first": PAGE,
}
_NAMED = {"Title": TITLE, "Subtitle": DEK}
_FIELDS = {
    "title": "title",
    "initial-creator": "author",
    "creator": "author",
    "date": "modified",
    "language": "language",
    "subject": "tag",
    "keyword": "tag",
}


def read(file: File) -> Iterator[Found]:
    """Yield the one article of a text document: its text, headers, footers, notes, comments.

    Raises `SourceError` if the file is damaged, encrypted, too large or has no text.
    """
    package = Package(file.data)
    _open(package)
    styles = _Styles()
    flow = Flow()
    for name in (_STYLES, _CONTENT):
        if name in package.names:
            package.parse(name, styles)
            package.parse(name, _Text(flow, styles.kinds()))
    lines = flow.lines()
    if not lines:
        raise SourceError("there is no text in it")
    yield Document(lines, _metadata(package))


def _open(package: Package) -> None:
    """Raise `SourceError` if the document is encrypted or has no content."""
    if "encrypted-package" in package.names:
        raise SourceError(ENCRYPTED)
    if _MANIFEST in package.names and b"encryption-data" in package.read(_MANIFEST):
        raise SourceError(ENCRYPTED)
    if _CONTENT not in package.names:
        raise SourceError(DAMAGED)


class _Styles:
    """Collects the styles of a document, which imply the kinds of its paragraphs.

    The internal name of a built-in style is English; its display name may be in any language.
    """

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "style" and attributes.get("family") == "paragraph":
            self._parents[attributes.get("name", "")] = attributes.get("parent-style-name", "")

    def end(self, tag: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass

    def kinds(self) -> dict[str, str]:
        """Return the kind of each style by name: its own, else that of its parent."""
        found = dict(_NAMED)
        for start in self._parents:
            at, chain = start, []
            while at in self._parents and at not in found:
                found[at] = ""
                chain.append(at)
                at = self._parents[at]
            found.update(dict.fromkeys(chain, found.get(at, "")))
        return found


class _Text:
    """Adds the paragraphs of a part to a flow."""

    def __init__(self, flow: Flow, styles: Mapping[str, str]) -> None:
        self._flow = flow
        self._styles = styles
        self._kinds = [""]
        self._out = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._out or tag in _OUT:
            self._out += 1
        elif tag in ("p", "h"):
            self._begin(tag, attributes)
        elif tag in _INSIDE:
            self._kinds.append(_INSIDE[tag])
        elif tag == "table-row":
            self._flow.row()
        elif tag == "table-cell":
            self._flow.cell()
        else:
            self._character(tag, attributes)

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._flow.begin(self._kinds[-1])
        self._flow.call(self._styles.get(attributes.get("style-name", ""), ""))
        if tag == "h":
            self._flow.call(f"{HEADING}:{attributes.get('outline-level', '1')[:1]}")

    def _character(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "s":
            count = attributes.get("c", "1")[:4]
            self._flow.write(" " * min(int(count) if count.isdecimal() else 1, _MOST_BLANKS))
        elif tag == "tab":
            self._flow.write("\t")
        elif tag == "line-break":
            self._flow.write(" ")

    def end(self, tag: str) -> None:
        if self._out:
            self._out -= 1
        elif tag in ("p", "h"):
            self._flow.finish()
        elif tag in _INSIDE:
            self._kinds.pop()
        elif tag == "table-row":
            self._flow.done()

    def text(self, text: str) -> None:
        if not self._out:
            self._flow.squeeze(text)


def _metadata(package: Package) -> list[Datum]:
    if _META not in package.names:
        return []
    values = Values()
    package.parse(_META, values)
    # `creator` is the person who saved it last: the author only without `initial-creator`.
    tags = {tag for tag, _, _ in values.found}
    fields = {k: v for k, v in _FIELDS.items() if k != "creator" or "initial-creator" not in tags}
    return unique(
        one
        for tag, value, _ in values.found
        if tag in fields
        for part in (several(value) if fields[tag] == "tag" else [value])
        for one in datum(fields[tag], part, f"{_META} {tag}")
    )
