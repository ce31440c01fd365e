"""Read PowerPoint presentations."""

import posixpath
import re
from collections.abc import Iterator, Mapping

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.office.core_properties import read_core_properties
from corpus_cli.ingest.readers.office.package import DAMAGED, Package
from corpus_cli.ingest.readers.paragraph_flow import COMMENT, PAGE_CHROME, ParagraphFlow
from corpus_cli.ingest.readers.port import NO_TEXT, Document, File, ReadResult, Unread
from corpus_cli.model import BODY, HEADING, TITLE

_PRESENTATION = "ppt/presentation.xml"
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")

_TITLES = ("title", "ctrTitle")
# The kind of the text in other placeholders: those of headers and footers are on every slide.
_KINDS_BY_PLACEHOLDER = {
    "dt": PAGE_CHROME,
    "ftr": PAGE_CHROME,
    "hdr": PAGE_CHROME,
    "sldNum": PAGE_CHROME,
}
# The parts of a slide that have a text of their own, and the kind of their paragraphs.
_KINDS_BY_RELATION = {
    "diagramData": "",
    "notesSlide": BODY,
    "comments": COMMENT,
    "comment": COMMENT,
}
_BREAKS = {"br": " ", "tab": "\t"}


def read(file: File) -> Iterator[ReadResult]:
    """Yield the one article of a presentation: of each slide the title, the text and the notes.

    Of a damaged part, the text before the damage is read, and the part is named afterwards.
    Raises `SourceError` if the file is damaged, encrypted, too large or has no text.
    """
    package = Package(file.data)
    if _PRESENTATION not in package.names:
        raise SourceError(DAMAGED)
    flow = ParagraphFlow()
    unread: list[Unread] = []
    for n, slide in enumerate(_list_slides(package)):
        title_kind = f"{HEADING}:1" if n else TITLE
        unread += package.parse_readable(slide, _SlideTarget(flow, "", title_kind))
        flow.end_part()
        relations = _read_relations(package, slide)
        for relation, kind in _KINDS_BY_RELATION.items():
            for name in relations.select(relation):
                unread += package.parse_readable(name, _SlideTarget(flow, kind))
                flow.end_part()
    metadata, damage = read_core_properties(package)
    lines = flow.build_lines()
    if not lines:
        raise SourceError(unread[0].reason if unread else NO_TEXT)
    yield Document(lines, metadata)
    yield from unread + damage


def _list_slides(package: Package) -> list[str]:
    """Return the names of the slides as they are shown; those of no known place come last."""
    order = _SlideOrder()
    list(package.parse_readable(_PRESENTATION, order))
    names_by_id = _read_relations(package, _PRESENTATION).names_by_id
    shown = [names_by_id[slide_id] for slide_id in order.slide_ids if slide_id in names_by_id]
    numbers = {name: int(match[1]) for name in package.names if (match := _SLIDE.fullmatch(name))}
    unplaced = sorted(numbers.keys() - set(shown), key=numbers.__getitem__)
    return list(dict.fromkeys(shown)) + unplaced


class _SlideOrder:
    """Collects the ids of the slides of a presentation in the order in which they are shown."""

    def __init__(self) -> None:
        self.slide_ids: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sldId":
            # Without its namespace, the id of the relation has the name of the one before it.
            self.slide_ids.append(attributes.get("id", ""))

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass


class _Relations:
    """Collects the parts that a part refers to, by id and by type."""

    def __init__(self, part: str, names: frozenset[str]) -> None:
        self.names_by_id: dict[str, str] = {}
        self._names_by_type: dict[str, list[str]] = {}
        self._folder = posixpath.dirname(part)
        self._names = names

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        target = posixpath.join("/", self._folder, attributes.get("Target", ""))
        name = posixpath.normpath(target).lstrip("/")
        if name in self._names and attributes.get("TargetMode") != "External":
            relation = attributes.get("Type", "").rpartition("/")[2]
            self.names_by_id[attributes.get("Id", "")] = name
            self._names_by_type.setdefault(relation, []).append(name)

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass

    def select(self, relation: str) -> list[str]:
        """Return the names of the parts of one type of relation."""
        return self._names_by_type.get(relation, [])


def _read_relations(package: Package, part: str) -> _Relations:
    relations = _Relations(part, package.names)
    folder, name = posixpath.split(part)
    relations_part = f"{folder}/_rels/{name}.rels"
    if relations_part in package.names:
        list(package.parse_readable(relations_part, relations))
    return relations


class _SlideTarget:
    """Adds the paragraphs of a slide, its notes, its diagrams or its comments to a flow."""

    def __init__(self, flow: ParagraphFlow, default_kind: str, title_kind: str = "") -> None:
        self._flow = flow
        self._default_kind = default_kind
        self._kinds = {**_KINDS_BY_PLACEHOLDER, **dict.fromkeys(_TITLES, title_kind)}
        self._shape_kind = ""
        self._is_in_text = False
        self._skipped_depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipped_depth or tag == "Fallback":
            self._skipped_depth += 1
        elif tag == "sp":
            self._shape_kind = ""
        elif tag == "ph":
            self._shape_kind = self._kinds.get(attributes.get("type", ""), "")
        elif tag == "p":
            self._flow.begin_paragraph(self._shape_kind or self._default_kind)
        elif tag == "text":
            # A comment of PowerPoint before 2021.
            self._flow.begin_paragraph(self._default_kind)
            self._is_in_text = True
        elif tag == "tr":
            self._flow.begin_row()
        elif tag == "tc":
            self._flow.begin_cell()
        elif tag == "t":
            self._is_in_text = True
        elif tag in _BREAKS:
            self._flow.add_text(_BREAKS[tag])

    def end(self, tag: str) -> None:
        if self._skipped_depth:
            self._skipped_depth -= 1
        elif tag in ("p", "text"):
            self._flow.end_paragraph()
            self._is_in_text = self._is_in_text and tag == "p"
        elif tag == "sp":
            self._shape_kind = ""
        elif tag == "tr":
            self._flow.end_row()
        elif tag == "t":
            self._is_in_text = False

    def data(self, text: str) -> None:
        if self._is_in_text and not self._skipped_depth:
            self._flow.add_text(text)
