"""Read Word documents."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.office.core_properties import read_core_properties
from corpus_cli.ingest.readers.office.package import DAMAGED, Package, PartNames
from corpus_cli.ingest.readers.paragraph_flow import (
    COMMENT,
    NAVIGATION,
    NOTE,
    PAGE_CHROME,
    ParagraphFlow,
)
from corpus_cli.ingest.readers.port import NO_TEXT, Document, File, ReadResult, Unread
from corpus_cli.model import DEK, HEADING, TITLE

_MAIN_PART = "word/document.xml"
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


def read(file: File) -> Iterator[ReadResult]:
    """Yield the one article of a Word document: its text, headers, footers, notes, comments.

    Of a damaged part, the text before the damage is read, and the part is named afterwards.
    Raises `SourceError` if the file is damaged, encrypted, too large or has no text.
    """
    package = Package(file.data)
    part_names, styles, flow = PartNames(), _Styles(), ParagraphFlow()
    unread: list[Unread] = []
    if "[Content_Types].xml" in package.names:
        unread += package.parse_readable("[Content_Types].xml", part_names)
    for name in part_names.select("styles", package.names):
        unread += package.parse_readable(name, styles)
    for part_type, kind in _KINDS_BY_PART_TYPE.items():
        for name in _select_parts(part_names, part_type, package):
            target = _TextTarget(flow, styles.resolve_kinds(), kind)
            unread += package.parse_readable(name, target)
            flow.end_part()
    metadata, damage = read_core_properties(package)
    unread += damage
    lines = flow.build_lines()
    if not lines:
        raise SourceError(unread[0].reason if unread else NO_TEXT)
    yield Document(lines, metadata)
    yield from unread


def _select_parts(part_names: PartNames, part_type: str, package: Package) -> list[str]:
    """Return the names of the parts of one type. Raises `SourceError` without a main part."""
    names = part_names.select(part_type, package.names)
    if part_type == "main" and not names:
        if _MAIN_PART not in package.names:
            raise SourceError(DAMAGED)
        return [_MAIN_PART]
    return names


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
