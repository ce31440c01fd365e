"""Read one article of a download: head, text, trailer."""

from collections.abc import Iterator, Sequence

from corpus_cli.ingest.readers.downloads.article_fields import (
    ArticleField,
    read_head,
    read_labelled,
)
from corpus_cli.ingest.readers.downloads.article_values import make_data
from corpus_cli.ingest.readers.downloads.download_rows import DownloadRow, list_blocks
from corpus_cli.ingest.readers.downloads.layouts import TEXT, Layout, load_lines
from corpus_cli.ingest.readers.metadata_values import drop_repeats
from corpus_cli.ingest.readers.port import Document, DocumentLine
from corpus_cli.ingest.readers.wrapped_rows import join_rows
from corpus_cli.ingest.structure import clues
from corpus_cli.model import METADATA

_MAX_HEAD_ROWS = 20
_MAX_UNLABELLED_BLOCKS = 3
_MIN_PUBLISHER_LENGTH = 5
_MAX_ID_LENGTH = 100


def build_article(
    layout: Layout, rows: Sequence[DownloadRow], *, is_first: bool
) -> Document | None:
    """Build the article of a part of a download, or return None if it has no text.

    Its record is the id that the database has for it; empty if there is none. In the first
    part of a layout that marks only ends, rows above the head belong to the cover.
    """
    boundary = layout.match_boundary(rows[-1].text) if rows else None
    identifier = (boundary.groupdict().get("id") or "") if boundary else ""
    inner = rows[:-1] if boundary else rows
    if not inner:
        return None
    start = _find_text(layout, inner)
    end = _find_trailer(layout, inner, start)
    fields = [
        *read_head(layout, inner[:start], is_first=is_first),
        ArticleField("", "", "", list(_join_text(layout, inner[start:end]))),
        *read_labelled(inner[end:], layout.find_trailer_label, is_head=False),
    ]
    metadata = [datum for field in fields for datum in make_data(layout, field)]
    identifier = identifier or next((f.value for f in fields if f.name == "id"), "")
    lines = [line for field in fields for line in field.lines]
    if boundary and "id" in boundary.groupdict():
        lines.append(DocumentLine(rows[-1].text, METADATA))
    return Document(lines, drop_repeats(metadata), " ".join(identifier.split())[:_MAX_ID_LENGTH])


# --- where the text begins and ends ---


def _find_text(layout: Layout, rows: Sequence[DownloadRow]) -> int:
    """Return the index of the first row of the text."""
    labels = [layout.find_header_label(row.text) for row in rows]
    first = next((n for n, label in enumerate(labels) if label), None)
    if first is None:
        return _find_unlabelled_text(layout, rows)
    explicit = next((n for n, label in enumerate(labels) if label and label.field == TEXT), None)
    if explicit is not None:
        return explicit
    end = first
    for n in range(first, len(rows)):
        is_address = load_lines().address.fullmatch(rows[n].text)
        if rows[n].starts_block and not labels[n] and not is_address:
            break
        end = n + 1
    return end


def _find_unlabelled_text(layout: Layout, rows: Sequence[DownloadRow]) -> int:
    """Return the index after the copyright notice or the anchor, else of the first prose."""
    head = rows[:_MAX_HEAD_ROWS]
    notices = [n for n, row in enumerate(head) if load_lines().copyright.fullmatch(row.text)]
    anchors = [n for n, row in enumerate(head) if layout.is_anchor(row.text)]
    prose = next((n for n, row in enumerate(rows) if clues.is_prose(row.text)), len(rows))
    if not anchors:
        return 0
    return notices[0] + 1 if notices and notices[0] > anchors[0] else max(prose, anchors[0] + 1)


def _find_trailer(layout: Layout, rows: Sequence[DownloadRow], start: int) -> int:
    """Return the index of the first row of the trailer.

    Blocks are looked at from the last one upwards, because a paragraph of the text may begin
    with a word that is a label. A few blocks between labels may have none that is listed, but
    prose belongs to a label that may have several paragraphs, or to the text.
    """
    notices = " ".join(row.text for row in rows if load_lines().copyright.fullmatch(row.text))
    end = position = len(rows)
    passed: list[Sequence[DownloadRow]] = []
    for block in reversed(list_blocks(rows[start:])):
        position -= len(block)
        label = layout.find_trailer_label(block[0].text)
        has_prose = any(clues.is_prose(" ".join(row.text for row in one)) for one in passed)
        if label and (not has_prose or label.name in layout.long):
            end, passed = position, []
        elif not label and not passed and _closes_article(block, notices):
            end = position
        else:
            passed.append(block)
        if len(passed) > _MAX_UNLABELLED_BLOCKS:
            break
    return end


def _closes_article(block: Sequence[DownloadRow], notices: str) -> bool:
    """Return whether a block is a copyright notice, a line, an address or the publisher."""
    lines = load_lines()
    return all(
        lines.copyright.fullmatch(row.text)
        or lines.noise.fullmatch(row.text)
        or lines.address.fullmatch(row.text)
        or (len(row.text) >= _MIN_PUBLISHER_LENGTH and row.text.rstrip(".") in notices)
        for row in block
    )


def _join_text(layout: Layout, rows: Sequence[DownloadRow]) -> Iterator[DocumentLine]:
    """Yield the paragraphs of the text, and the labels before them."""
    for block in list_blocks(rows):
        texts = [row.text for row in block]
        label = layout.find_header_label(texts[0])
        if label and label.field == TEXT:
            yield DocumentLine(texts[0].removesuffix(label.value).rstrip(), METADATA)
            # The label counts for the width of the row.
            mark = f"{label.name}: "
            first, *remaining = join_rows([mark + label.value, *texts[1:]])
            yield from map(
                DocumentLine, filter(None, [first.removeprefix(mark).strip(), *remaining])
            )
        else:
            yield from map(DocumentLine, join_rows(texts))
