"""Read the items of an RSS or Atom feed as records."""

import re
from collections.abc import Iterator, Mapping
from html import escape

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.office.package import parse_xml

_ITEM_TAGS = ("item", "entry")
# An item, or text that is no markup.
_ITEM_TAG = re.compile(
    rb"<!\[CDATA\[(?:(?!\]\]>)[\s\S])*+|<!--(?:(?!-->)[\s\S])*+|(<(?:[a-zA-Z]+:)?(?:item|entry)[\s>])"
)
_CHUNK_BYTES = 65_536
# The names of elements that mean another thing in a feed than in other records.
_FIELDS_BY_TAG = {"encoded": "text", "summary": "description", "published": "date"}


def iter_items(data: bytes) -> Iterator[Mapping[str, object] | None]:
    """Yield the fields of each item of a feed; None after the items above damage."""
    feed = _Feed()
    chunks = (data[start : start + _CHUNK_BYTES] for start in range(0, len(data), _CHUNK_BYTES))
    try:
        parse_xml(chunks, feed)
    except SourceError:
        yield from feed.items
        yield None
    else:
        yield from feed.items


def list_item_lines(data: bytes) -> list[int]:
    """Return the lines that the items of a feed begin in, from 1."""
    lines, line, position = [], 1, 0
    for tag in _ITEM_TAG.finditer(data):
        line += data.count(b"\n", position, tag.start())
        position = tag.start()
        if tag[1]:
            lines.append(line)
    return lines


class _Feed:
    """Collects the items of a feed; the title of the feed is the source of each."""

    def __init__(self) -> None:
        self.items: list[dict[str, object]] = []
        self._item: dict[str, object] | None = None
        self._title = ""
        self._open_tags: list[str] = []
        self._pieces: list[str] = []
        self._depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._depth:
            # XHTML inside a text.
            self._depth += 1
            self._pieces.append(f"<{tag}>")
            return
        self._open_tags.append(tag)
        self._pieces = []
        if tag in _ITEM_TAGS:
            self._item = {"source": self._title} if self._title else {}
        elif tag in ("content", "summary") and attributes.get("type") == "xhtml":
            self._depth = 1
        elif tag == "link" and attributes.get("rel", "alternate") == "alternate":
            self._add("link", attributes.get("href", ""))

    def end(self, tag: str) -> None:
        if self._depth > 1:
            self._depth -= 1
            self._pieces.append(f"</{tag}>")
            return
        self._depth = 0
        self._open_tags.pop()
        text = "".join(self._pieces).strip()
        self._pieces = []
        if tag in _ITEM_TAGS and self._item is not None:
            self.items.append(self._item)
            self._item = None
        elif tag == "title" and self._item is None:
            self._title = self._title or text
        elif tag == "name" and self._open_tags[-1:] == ["author"]:
            self._add("author", text)
        elif self._open_tags[-1:] != ["author"]:
            self._add(_FIELDS_BY_TAG.get(tag, tag), text)

    def data(self, text: str) -> None:
        self._pieces.append(escape(text) if self._depth else text)

    def _add(self, name: str, value: str) -> None:
        """Add a value to the open item; repeated elements make a list."""
        if self._item is None or not value:
            return
        values = self._item.setdefault(name, [])
        if isinstance(values, list):
            values.append(value)
