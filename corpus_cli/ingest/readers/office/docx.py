"""Read Word documents."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.flow import COMMENT, CONTENTS, NOTE, PAGE, Flow
from corpus_cli.ingest.readers.office.package import DAMAGED, Package, Values
from corpus_cli.ingest.readers.port import Document, File, Found
from corpus_cli.ingest.readers.values import datum, several, unique
from corpus_cli.model import DEK, HEADING, TITLE, Datum

_MAIN = "word/document.xml"
_CORE = "docProps/core.xml"
_LEVELS = 9

# Deleted or moved text, settings, and the fallback copy of content for older programs.
_OUT = frozenset(
    [
        "del",
        "moveFrom",
        "Fallback",
        "instrText",
        "delText",
        "delInstrText",
        "rPr",
        "tabs",
        "sectPr",
        "pPrChange",
        "fldData",
    ]
)
_CHARACTERS = {
    "tab": "\t",
    "br": " ",
    "cr": " ",
    "ptab": "\t",
    "noBreakHyphen": "\u2011",
    "softHyphen": "\u00ad",
}
# The parts with text and the kind of their paragraphs, in reading order.
_PARTS = {
    "header": PAGE,
    "main": "",
    "footer": PAGE,
    "footnotes": NOTE,
    "endnotes": NOTE,
    "comments": COMMENT,
}
_FIELDS = {
    "title": "title",
    "creator": "author",
    "modified": "modified",
    "language": "language",
    "subject": "tag",
    "keywords": "tag",
}


def read(file: File) -> Iterator[Found]:
    """Yield the one article of a Word document: its text, headers, footers, notes, comments.

    Raises `SourceError` if the file is damaged, encrypted, too large or has no text.
    """
    package = Package(file.data)
    parts = _Parts()
    if "[Content_Types].xml" in package.names:
        package.parse("[Content_Types].xml", parts)
    styles = _Styles()
    for name in parts.called("styles", package.names):
        package.parse(name, styles)
    flow = Flow()
    for part, kind in _PARTS.items():
        for name in parts.called(part, package.names):
            package.parse(name, _Text(flow, styles.kinds(), kind))
    lines = flow.lines()
    if not lines:
        raise SourceError("there is no text in it")
    yield Document(lines, _metadata(package))


class _Parts:
    """Collects the names of the parts of a package by type: `main`, `styles`, `footnotes`."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        what = attributes.get("ContentType", "").removesuffix("+xml").rpartition(".")[2]
        name = attributes.get("PartName", "").removeprefix("/")
        if name:
            self._names.setdefault(what, []).append(name)

    def end(self, tag: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass

    def called(self, what: str, names: frozenset[str]) -> list[str]:
        """Return the names of the parts of one type, of those in `names`.

        Raises `SourceError` if there is no main part.
        """
        found = [name for name in self._names.get(what, []) if name in names]
        if what == "main" and not found:
            if _MAIN not in names:
                raise SourceError(DAMAGED)
            return [_MAIN]
        return found


class _Style(NamedTuple):
    """A style: its name, the id of its parent, its outline level (0 is the highest)."""

    name: str = ""
    parent_id: str = ""
    level: str = ""


class _Styles:
    """Collects the styles of a document, which imply the kinds of its paragraphs."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._id = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        value = attributes.get("val", "")
        if tag == "style":
            self._id = attributes.get("styleId", "")
            self._styles[self._id] = _Style()
        elif self._id and tag in ("name", "basedOn", "outlineLvl"):
            field = {"name": "name", "basedOn": "parent_id", "outlineLvl": "level"}[tag]
            self._styles[self._id] = self._styles[self._id]._replace(**{field: value})

    def end(self, tag: str) -> None:
        if tag == "style":
            self._id = ""

    def text(self, text: str) -> None:
        pass

    def kinds(self) -> dict[str, str]:
        """Return the kind of each style by id: its own, else that of its parent."""
        found: dict[str, str] = {}
        for start in self._styles:
            at, chain = start, []
            while at in self._styles and at not in found:
                found[at] = ""
                chain.append(at)
                if own := _kind(self._styles[at]):
                    found[at] = own
                    break
                at = self._styles[at].parent_id
            for one in chain:
                found[one] = found[one] or found.get(at, "")
        return found


def _kind(style: _Style) -> str:
    # The names of the built-in styles are English in every language, their ids are not.
    name = style.name.lower()
    if name.startswith("toc "):
        return CONTENTS
    return {"title": TITLE, "subtitle": DEK}.get(name) or _outline(style.level)


def _outline(level: str) -> str:
    """Return the kind of a paragraph on an outline level: level 9 is body text."""
    return f"{HEADING}:{level}" if level.isdecimal() and int(level[:3]) < _LEVELS else ""


class _Text:
    """Adds the paragraphs of a part to a flow."""

    def __init__(self, flow: Flow, styles: Mapping[str, str], kind: str) -> None:
        self._flow = flow
        self._styles = styles
        self._kind = kind
        self._out = 0
        self._said = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._out or tag in _OUT:
            self._out += 1
        elif tag == "p":
            self._flow.begin(self._kind)
        elif tag == "pStyle":
            self._flow.call(self._styles.get(attributes.get("val", ""), ""))
        elif tag == "outlineLvl":
            self._flow.call(_outline(attributes.get("val", "")))
        elif tag == "tr":
            self._flow.row()
        elif tag == "tc":
            self._flow.cell()
        elif tag == "t":
            self._said = True
        elif tag in _CHARACTERS:
            self._flow.write(_CHARACTERS[tag])

    def end(self, tag: str) -> None:
        if self._out:
            self._out -= 1
        elif tag == "p":
            self._flow.finish()
        elif tag == "tr":
            self._flow.done()
        elif tag == "t":
            self._said = False

    def text(self, text: str) -> None:
        if self._said and not self._out:
            self._flow.write(text)


def _metadata(package: Package) -> list[Datum]:
    if _CORE not in package.names:
        return []
    values = Values()
    package.parse(_CORE, values)
    return unique(
        one
        for tag, value, _ in values.found
        if tag in _FIELDS
        for part in ([value] if tag in ("title", "language", "modified") else _split(tag, value))
        for one in datum(_FIELDS[tag], part, f"{_CORE} {tag}")
    )


def _split(tag: str, value: str) -> list[str]:
    # Word separates authors with semicolons; a comma may be part of a name.
    return value.split(";") if tag == "creator" else several(value)
