"""The fields of one article of a download."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from corpus_cli.ingest.readers.downloads.download_rows import DownloadRow
from corpus_cli.ingest.readers.downloads.layouts import Label, Layout, load_lines
from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.ingest.readers.stated_dates import parse_date
from corpus_cli.ingest.structure import clues
from corpus_cli.model import BYLINE, CHROME, DEK, METADATA, TITLE

COVER = f"{CHROME}:cover"
"""The kind of lines about the download: its cover, its list of articles, its search."""

BY = re.compile(r"(?:by|von|par|por|di|da|door)\s+", re.IGNORECASE)
"""The word before the names in a byline."""

_KINDS_BY_FIELD = {"title": TITLE, "dek": DEK, "author": BYLINE}
_TIME = re.compile(r"\d{1,2}[:.]\d\d")


class ArticleField(NamedTuple):
    """A value of an article: its field ("" if none), its text, its label or place, its lines."""

    name: str
    value: str
    origin: str
    lines: list[DocumentLine]


def read_head(
    layout: Layout, rows: Sequence[DownloadRow], *, is_first: bool
) -> Iterator[ArticleField]:
    """Yield the fields above the text: first those without a label, by their place."""
    labels = (n for n, row in enumerate(rows) if layout.find_header_label(row.text))
    first_label = next(labels, len(rows))
    yield from _read_unlabelled(layout, rows[:first_label], is_first=is_first)
    yield from read_labelled(rows[first_label:], layout.find_header_label, is_head=True)


def _read_unlabelled(
    layout: Layout, rows: Sequence[DownloadRow], *, is_first: bool
) -> Iterator[ArticleField]:
    """Yield the fields without a label, and the lines around them.

    If no place is certain, the lines have no kind, so that none is lost to a search.
    """
    places = _assign_places(layout, rows)
    cover_end = min(places, default=0) if is_first and not layout.is_boundary_first else 0
    if cover_end:
        yield ArticleField("", "", "", [row.line._replace(kind=COVER) for row in rows[:cover_end]])
    for name, group in groupby(range(cover_end, len(rows)), lambda n: places.get(n, "")):
        texts = [rows[n].text for n in group]
        # Only a title is wrapped to several rows.
        texts = [" ".join(texts)] if name == "title" else texts
        kind = _KINDS_BY_FIELD.get(name, METADATA) if places else ""
        yield ArticleField(name, texts[0], "head", [DocumentLine(text, kind) for text in texts])


def _assign_places(layout: Layout, rows: Sequence[DownloadRow]) -> dict[int, str]:
    """Return the fields of rows without a label, by the index of the row."""
    lines = load_lines()
    named = [
        n
        for n, row in enumerate(rows)
        if not (lines.copyright.fullmatch(row.text) or lines.noise.fullmatch(row.text))
    ]
    if not layout.anchor:
        return dict(_assign_upwards(layout.before, rows, named))
    anchors = [n for n in named if layout.is_anchor(rows[n].text)]
    anchors = anchors or [n for n in named if lines.vague_day.fullmatch(rows[n].text)]
    if not anchors:
        return {}
    # A cover above the title may have other dates.
    anchor = anchors[-1] if "title" in layout.before else anchors[0]
    places = {} if "published" in layout.after else {anchor: "published"}
    places |= _assign_upwards(layout.before, rows, [n for n in named if n < anchor])
    places |= _assign_downwards(layout.after, rows, [n for n in named if n > anchor])
    return places


def _assign_upwards(
    fields: Sequence[str], rows: Sequence[DownloadRow], above: list[int]
) -> Iterator[tuple[int, str]]:
    remaining = list(above)
    for field in reversed(fields):
        if not remaining:
            return
        n = remaining[-1]
        if field == "author" and (len(remaining) == 1 or not _is_byline(rows[n].text)):
            continue
        yield remaining.pop(), field
        while field == fields[0] == "title" and remaining and not rows[n].starts_block:
            n = remaining.pop()
            yield n, field


def _assign_downwards(
    fields: Sequence[str], rows: Sequence[DownloadRow], below: list[int]
) -> Iterator[tuple[int, str]]:
    remaining = list(below)
    for field in fields:
        while remaining and _is_before(field, rows[remaining[0]]):
            remaining.pop(0)
        if remaining and field != "edition":
            yield remaining.pop(0), field
        while field == "title" and remaining and not rows[remaining[0]].starts_block:
            yield remaining.pop(0), field


def _is_before(field: str, row: DownloadRow) -> bool:
    """Return whether a row below the anchor cannot be a field yet: an edition, a time."""
    if field == "edition":
        return not row.starts_block or bool(load_lines().edition.fullmatch(row.text))
    if field == "published":
        return not parse_date(row.text)
    return field == "source" and bool(_TIME.match(row.text))


def _is_byline(text: str) -> bool:
    return bool(BY.match(text) or clues.byline(text))


def read_labelled(
    rows: Sequence[DownloadRow], find_label: Callable[[str], Label | None], *, is_head: bool
) -> Iterator[ArticleField]:
    """Yield the fields with a label, and the lines between them.

    `is_head` is true for those above the text, where a title or a byline is that of the article.
    """
    position = 0
    while position < len(rows):
        label = find_label(rows[position].text)
        end = position + 1
        while end < len(rows) and not rows[end].starts_block and not find_label(rows[end].text):
            end += 1
        if label and label.field and not label.value and end == position + 1:
            # A label in a cell or paragraph of its own.
            end += end < len(rows) and not find_label(rows[end].text)
        texts = [row.text for row in rows[position:end]]
        position = end
        if label is None:
            yield ArticleField("", "", "", [DocumentLine(text, METADATA) for text in texts])
            continue
        value = " ".join([label.value, *texts[1:]]).strip()
        lines = [DocumentLine(" ".join(texts), METADATA)]
        if is_head and value and label.field in ("title", "dek"):
            mark = texts[0].removesuffix(label.value).rstrip()
            kind = _KINDS_BY_FIELD[label.field]
            lines = [DocumentLine(mark, METADATA), DocumentLine(value, kind)]
        elif is_head and label.field == "author":
            lines = [lines[0]._replace(kind=BYLINE)]
        yield ArticleField(label.field, value, label.name, lines)
