"""Read Word documents."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.metadata_values import drop_repeats, normalise_value, split_list
from corpus_cli.ingest.readers.office.package import DAMAGED, ElementTexts, Package
from corpus_cli.ingest.readers.paragraph_flow import (
    COMMENT,
    NAVIGATION,
    NOTE,
    PAGE_CHROME,
    ParagraphFlow,
)
from corpus_cli.ingest.readers.port import NO_TEXT, Document, File, ReadResult, Unread
from corpus_cli.model import DEK, HEADING, TITLE, Datum

_MAIN_PART = "word/document.xml"
_CORE_PROPERTIES = "docProps/core.xml"
_OUTLINE_LEVELS = 9

# Deleted or moved text, settings, and the fallback copy of content for older programs.
_SKIPPED_TAGS = frozenset(
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
_KINDS_BY_PART_TYPE = {
    "header": PAGE_CHROME,
    "main": "",
    "footer": PAGE_CHROME,
    "footnotes": NOTE,
    "endnotes": NOTE,
    "comments": COMMENT,
}
_FIELDS_BY_TAG = {
    "title": "title",
    "creator": "author",
    "modified": "modified",
    "language": "language",
    "subject": "tag",
    "keywords": "tag",
}


def read(file: File) -> Iterator[ReadResult]:
    """Yield the one article of a Word document: its text, headers, footers, notes, comments.

    Of a damaged part, the text before the damage is read, and the part is named afterwards.
    Raises `SourceError` if the file is damaged, encrypted, too large or has no text.
    """
    package = Package(file.data)
    part_names, styles, flow = _PartNames(), _Styles(), ParagraphFlow()
    unread: list[Unread] = []
    if "[Content_Types].xml" in package.names:
        unread += package.parse_readable("[Content_Types].xml", part_names)
    for name in part_names.select("styles", package.names):
        unread += package.parse_readable(name, styles)
    for part_type, kind in _KINDS_BY_PART_TYPE.items():
        for name in part_names.select(part_type, package.names):
            target = _TextTarget(flow, styles.resolve_kinds(), kind)
            unread += package.parse_readable(name, target)
            flow.end_part()
    properties = ElementTexts()
    if _CORE_PROPERTIES in package.names:
        unread += package.parse_readable(_CORE_PROPERTIES, properties)
    lines = flow.build_lines()
    if not lines:
        raise SourceError(unread[0].reason if unread else NO_TEXT)
    yield Document(lines, _read_metadata(properties))
    yield from unread


class _PartNames:
    """Collects the names of the parts of a package by type: `main`, `styles`, `footnotes`."""

    def __init__(self) -> None:
        self._names_by_type: dict[str, list[str]] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        part_type = attributes.get("ContentType", "").removesuffix("+xml").rpartition(".")[2]
        name = attributes.get("PartName", "").removeprefix("/")
        if name:
            self._names_by_type.setdefault(part_type, []).append(name)

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass

    def select(self, part_type: str, names: frozenset[str]) -> list[str]:
        """Return the names of the parts of one type, of those in `names`.

        Raises `SourceError` if there is no main part.
        """
        present = [name for name in self._names_by_type.get(part_type, []) if name in names]
        if part_type == "main" and not present:
            if _MAIN_PART not in names:
                raise SourceError(DAMAGED)
            return [_MAIN_PART]
        return present


class _Style(NamedTuple):
    """A style: its name, the id of its parent, its outline level (0 is the highest)."""

    name: str = ""
    parent_id: str = ""
    level: str = ""


class _Styles:
    """Collects the styles of a document, which imply the kinds of its paragraphs."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._open_style_id = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        value = attributes.get("val", "")
        if tag == "style":
            self._open_style_id = attributes.get("styleId", "")
            self._styles[self._open_style_id] = _Style()
        elif self._open_style_id and tag in ("name", "basedOn", "outlineLvl"):
            field = {"name": "name", "basedOn": "parent_id", "outlineLvl": "level"}[tag]
            self._styles[self._open_style_id] = self._styles[self._open_style_id]._replace(
                **{field: value}
            )

    def end(self, tag: str) -> None:
        if tag == "style":
            self._open_style_id = ""

    def data(self, text: str) -> None:
        pass

    def resolve_kinds(self) -> dict[str, str]:
        """Return the kind of each style by id: its own, else that of its parent."""
        kinds: dict[str, str] = {}
        for style_id in self._styles:
            ancestor_id, chain = style_id, []
            while ancestor_id in self._styles and ancestor_id not in kinds:
                kinds[ancestor_id] = ""
                chain.append(ancestor_id)
                if own_kind := _style_kind(self._styles[ancestor_id]):
                    kinds[ancestor_id] = own_kind
                    break
                ancestor_id = self._styles[ancestor_id].parent_id
            for descendant_id in chain:
                kinds[descendant_id] = kinds[descendant_id] or kinds.get(ancestor_id, "")
        return kinds


def _style_kind(style: _Style) -> str:
    # The names of the built-in styles are English in every language, their ids are not.
    name = style.name.lower()
    if name.startswith("toc "):
        return NAVIGATION
    return {"title": TITLE, "subtitle": DEK}.get(name) or _outline_kind(style.level)


def _outline_kind(level: str) -> str:
    """Return the kind of a paragraph on an outline level: level 9 is body text."""
    return f"{HEADING}:{level}" if level.isdecimal() and int(level[:3]) < _OUTLINE_LEVELS else ""


class _TextTarget:
    """Adds the paragraphs of a part to a flow."""

    def __init__(
        self, flow: ParagraphFlow, kinds_by_style: Mapping[str, str], default_kind: str
    ) -> None:
        self._flow = flow
        self._kinds_by_style = kinds_by_style
        self._default_kind = default_kind
        self._skipped_depth = 0
        self._is_in_text = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipped_depth or tag in _SKIPPED_TAGS:
            self._skipped_depth += 1
        elif tag == "p":
            self._flow.begin_paragraph(self._default_kind)
        elif tag == "pStyle":
            self._flow.set_kind(self._kinds_by_style.get(attributes.get("val", ""), ""))
        elif tag == "outlineLvl":
            self._flow.set_kind(_outline_kind(attributes.get("val", "")))
        elif tag == "tr":
            self._flow.begin_row()
        elif tag == "tc":
            self._flow.begin_cell()
        elif tag == "t":
            self._is_in_text = True
        elif tag in _CHARACTERS:
            self._flow.add_text(_CHARACTERS[tag])

    def end(self, tag: str) -> None:
        if self._skipped_depth:
            self._skipped_depth -= 1
        elif tag == "p":
            self._flow.end_paragraph()
        elif tag == "tr":
            self._flow.end_row()
        elif tag == "t":
            self._is_in_text = False

    def data(self, text: str) -> None:
        if self._is_in_text and not self._skipped_depth:
            self._flow.add_text(text)


def _read_metadata(properties: ElementTexts) -> list[Datum]:
    return drop_repeats(
        datum
        for tag, value, _ in properties.elements
        if tag in _FIELDS_BY_TAG
        for part in (
            [value] if tag in ("title", "language", "modified") else _split_values(tag, value)
        )
        for datum in normalise_value(_FIELDS_BY_TAG[tag], part, f"{_CORE_PROPERTIES} {tag}")
    )


def _split_values(tag: str, value: str) -> list[str]:
    # Word separates authors with semicolons; a comma may be part of a name.
    return value.split(";") if tag == "creator" else split_list(value)
