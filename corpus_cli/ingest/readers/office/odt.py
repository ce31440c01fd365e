"""Read OpenDocument texts."""

from collections.abc import Iterator, Mapping

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
from corpus_cli.ingest.readers.port import (
    ENCRYPTED,
    NO_TEXT,
    Document,
    File,
    ReadResult,
    Unread,
)
from corpus_cli.model import DEK, HEADING, TITLE, Datum

_CONTENT, _STYLES, _META, _MANIFEST = (
    "content.xml",
    "styles.xml",
    "meta.xml",
    "META-INF/manifest.xml",
)
_MAX_BLANKS = 1_000

# Deleted text, titles of pictures, and the numbers, authors and dates of notes and comments.
_SKIPPED_TAGS = frozenset(
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
_KINDS_BY_TAG = {
    "note-body": NOTE,
    "annotation": COMMENT,
    "index-body": NAVIGATION,
    "header": PAGE_CHROME,
    "header-left": PAGE_CHROME,
    "header-first": PAGE_CHROME,
    "footer": PAGE_CHROME,
    "footer-left": PAGE_CHROME,
    "footer-first": PAGE_CHROME,
}
_KINDS_BY_STYLE = {"Title": TITLE, "Subtitle": DEK}
_FIELDS_BY_TAG = {
    "title": "title",
    "initial-creator": "author",
    "creator": "author",
    "date": "modified",
    "language": "language",
    "subject": "tag",
    "keyword": "tag",
}


def read(file: File) -> Iterator[ReadResult]:
    """Yield the one article of a text document: its text, headers, footers, notes, comments.

    Of a damaged part, the text before the damage is read, and the part is named afterwards.
    Raises `SourceError` if the file is damaged, encrypted, too large or has no text.
    """
    package = Package(file.data)
    _check_readable(package)
    styles, flow = _Styles(), ParagraphFlow()
    unread: list[Unread] = []
    for name in (_STYLES, _CONTENT):
        if name in package.names:
            # If it is damaged, the second time says so.
            list(package.parse_readable(name, styles))
            target = _TextTarget(flow, styles.resolve_kinds())
            unread += package.parse_readable(name, target)
            flow.end_part()
    metadata, damage = read_meta(package)
    unread += damage
    lines = flow.build_lines()
    if not lines:
        raise SourceError(unread[-1].reason if unread else NO_TEXT)
    yield Document(lines, metadata)
    yield from unread


def _check_readable(package: Package) -> None:
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
        self._parents_by_style: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "style" and attributes.get("family") == "paragraph":
            self._parents_by_style[attributes.get("name", "")] = attributes.get(
                "parent-style-name", ""
            )

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass

    def resolve_kinds(self) -> dict[str, str]:
        """Return the kind of each style by name: its own, else that of its parent."""
        kinds = dict(_KINDS_BY_STYLE)
        for style in self._parents_by_style:
            ancestor, chain = style, []
            while ancestor in self._parents_by_style and ancestor not in kinds:
                kinds[ancestor] = ""
                chain.append(ancestor)
                ancestor = self._parents_by_style[ancestor]
            kinds.update(dict.fromkeys(chain, kinds.get(ancestor, "")))
        return kinds


class _TextTarget:
    """Adds the paragraphs of a part to a flow."""

    def __init__(self, flow: ParagraphFlow, kinds_by_style: Mapping[str, str]) -> None:
        self._flow = flow
        self._kinds_by_style = kinds_by_style
        self._kind_stack = [""]
        self._skipped_depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipped_depth or tag in _SKIPPED_TAGS:
            self._skipped_depth += 1
        elif tag in ("p", "h"):
            self._begin_paragraph(tag, attributes)
        elif tag in _KINDS_BY_TAG:
            self._kind_stack.append(_KINDS_BY_TAG[tag])
        elif tag == "table-row":
            self._flow.begin_row()
        elif tag == "table-cell":
            self._flow.begin_cell()
        else:
            self._add_character(tag, attributes)

    def _begin_paragraph(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._flow.begin_paragraph(self._kind_stack[-1])
        self._flow.set_kind(self._kinds_by_style.get(attributes.get("style-name", ""), ""))
        if tag == "h":
            self._flow.set_kind(f"{HEADING}:{attributes.get('outline-level', '1')[:1]}")

    def _add_character(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "s":
            count = attributes.get("c", "1")[:4]
            self._flow.add_text(" " * min(int(count) if count.isdecimal() else 1, _MAX_BLANKS))
        elif tag == "tab":
            self._flow.add_text("\t")
        elif tag == "line-break":
            self._flow.add_text(" ")

    def end(self, tag: str) -> None:
        if self._skipped_depth:
            self._skipped_depth -= 1
        elif tag in ("p", "h"):
            self._flow.end_paragraph()
        elif tag in _KINDS_BY_TAG:
            self._kind_stack.pop()
        elif tag == "table-row":
            self._flow.end_row()

    def data(self, text: str) -> None:
        if not self._skipped_depth:
            self._flow.add_collapsed_text(text)


def read_meta(package: Package) -> tuple[list[Datum], list[Unread]]:
    """Return what an OpenDocument file says of itself, and what of that is damaged."""
    properties = ElementTexts()
    damage: list[Unread] = []
    if _META in package.names:
        damage += package.parse_readable(_META, properties)
    # `creator` is the person who saved it last: the author only without `initial-creator`.
    tags = {tag for tag, _, _ in properties.elements}
    fields_by_tag = {
        tag: field
        for tag, field in _FIELDS_BY_TAG.items()
        if tag != "creator" or "initial-creator" not in tags
    }
    data = drop_repeats(
        datum
        for tag, value, _ in properties.elements
        if tag in fields_by_tag
        for part in (split_list(value) if fields_by_tag[tag] == "tag" else [value])
        for datum in normalise_value(fields_by_tag[tag], part, f"{_META} {tag}")
    )
    return data, damage
