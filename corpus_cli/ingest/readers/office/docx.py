"""Word documents."""

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

# Deleted, moved away, or the same text again for a program that cannot show the first.
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
# The parts with text and the kind their paragraphs have, in reading order.
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
    """The paragraphs of a document, its headers and footers, notes and comments."""
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
    """The parts of a package by what they are: `main`, `styles`, `footnotes`."""

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
        """The names of the parts of one sort that are there."""
        found = [name for name in self._names.get(what, []) if name in names]
        if what == "main" and not found:
            if _MAIN not in names:
                raise SourceError(DAMAGED)
            return [_MAIN]
        return found


class _Style(NamedTuple):
    name: str = ""
    based: str = ""
    level: str = ""


class _Styles:
    """What the styles of a document say a paragraph is."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._id = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        value = attributes.get("val", "")
        if tag == "style":
            self._id = attributes.get("styleId", "")
            self._styles[self._id] = _Style()
        elif self._id and tag in ("name", "basedOn", "outlineLvl"):
            field = {"name": "name", "basedOn": "based", "outlineLvl": "level"}[tag]
            self._styles[self._id] = self._styles[self._id]._replace(**{field: value})

    def end(self, tag: str) -> None:
        if tag == "style":
            self._id = ""

    def text(self, text: str) -> None:
        pass

    def kinds(self) -> dict[str, str]:
        """The kind of each style by its id: its own, else that of the style it is based on."""
        found: dict[str, str] = {}
        for start in self._styles:
            at, chain = start, []
            while at in self._styles and at not in found:
                found[at] = ""
                chain.append(at)
                if own := _kind(self._styles[at]):
                    found[at] = own
                    break
                at = self._styles[at].based
            for one in chain:
                found[one] = found[one] or found.get(at, "")
        return found


def _kind(style: _Style) -> str:
    # The name of a style that Word brings along is English in every language; its id is not.
    name = style.name.lower()
    if name.startswith("toc "):
        return CONTENTS
    return {"title": TITLE, "subtitle": DEK}.get(name) or _outline(style.level)


def _outline(level: str) -> str:
    """The kind of a paragraph on a level of the outline; the tenth is body text."""
    return f"{HEADING}:{level}" if level.isdecimal() and int(level[:3]) < _LEVELS else ""


class _Text:
    """Writes the paragraphs of a part into a flow."""

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
    # Word writes several authors with semicolons; a comma may be part of a name.
    return value.split(";") if tag == "creator" else several(value)
