"""Split the download of a database into its articles."""

from collections.abc import Iterator, Sequence

from corpus_cli.ingest.readers.downloads.article import build_article
from corpus_cli.ingest.readers.downloads.article_fields import COVER
from corpus_cli.ingest.readers.downloads.download_rows import DownloadRow, list_rows
from corpus_cli.ingest.readers.downloads.layouts import Layout, load_layouts, load_lines
from corpus_cli.ingest.readers.port import NO_TEXT, Document, DocumentLine, ReadResult, Unread
from corpus_cli.ingest.readers.record_ids import RecordIds
from corpus_cli.ingest.structure.written_dates import find_dates

_MIN_LABELS = 2
_MIN_LABELS_OF_ONE = 3
_MAX_DATE_LENGTH = 120


def split_download(document: Document) -> Iterator[ReadResult]:
    """Yield the articles of a download, or the document as it is if it is none.

    The record id of an article is that of the database, else its number in the file. An article
    that cannot be read is `Unread`; it affects no other.
    """
    layout = _find_layout(document.lines)
    if layout is None:
        yield document
        return
    pieces, cover, closing = _split(layout, list_rows(document.lines))
    record_ids = RecordIds()
    for n, piece in enumerate(pieces, 1):
        article = build_article(layout, piece, is_first=n == 1)
        identifier = article.record if article else ""
        is_unique = identifier and record_ids.make_unique(identifier) == identifier
        record = identifier if is_unique else str(n)
        record = record if len(pieces) > 1 else ""
        if article is None:
            yield Unread(record, NO_TEXT)
            continue
        before = _mark_cover(cover) if n == 1 else []
        after = _mark_cover(closing) if n == len(pieces) else []
        yield Document([*before, *article.lines, *after], article.metadata, record)


def _find_layout(lines: Sequence[DocumentLine]) -> Layout | None:
    """Return the layout of a download: most parts between its boundaries have its labels."""
    rows = list_rows(lines)
    for layout in load_layouts():
        pieces, _, _ = _split(layout, rows)
        min_labels = _MIN_LABELS if len(pieces) > 1 else _MIN_LABELS_OF_ONE
        fitting_count = sum(_fits(layout, piece, min_labels) for piece in pieces)
        if fitting_count * 2 > len(pieces):
            return layout
    return None


def _fits(layout: Layout, rows: Sequence[DownloadRow], min_labels: int) -> bool:
    """Return whether a part has a date and the labels of a layout, or its anchor and its id."""
    texts = [row.text for row in rows]
    labels = {
        label.name
        for text in texts
        if (label := layout.find_header_label(text) or layout.find_trailer_label(text))
    }
    has_date = any(find_dates(text) for text in texts if len(text) <= _MAX_DATE_LENGTH)
    if not layout.header:
        return has_date and any(map(layout.is_anchor, texts))
    return has_date and len(labels) >= min_labels


def _split(
    layout: Layout, rows: Sequence[DownloadRow]
) -> tuple[list[Sequence[DownloadRow]], Sequence[DownloadRow], Sequence[DownloadRow]]:
    """Return the rows of each article, those before the first and those after the last."""
    boundaries = [n for n, row in enumerate(rows) if layout.match_boundary(row.text)]
    if not boundaries:
        return [], rows, []
    if layout.is_boundary_first:
        ends = [*boundaries[1:], len(rows)]
        pieces = [rows[start + 1 : end] for start, end in zip(boundaries, ends, strict=True)]
        cover, closing = rows[: boundaries[0]], rows[:0]
    else:
        starts = [0, *(end + 1 for end in boundaries)]
        pieces = [rows[start : end + 1] for start, end in zip(starts, boundaries, strict=False)]
        cover, closing = rows[:0], rows[starts[-1] :]
        if _fits(layout, closing, _MIN_LABELS):
            # The last article has lost its end.
            pieces, closing = [*pieces, closing], rows[:0]
    return [part for piece in pieces for part in _split_joined(layout, piece)], cover, closing


def _split_joined(layout: Layout, rows: Sequence[DownloadRow]) -> Iterator[Sequence[DownloadRow]]:
    """Yield the articles of a part: two if the boundary between them is missing.

    A label of the header after several of the trailer belongs to another article.
    """
    start, trailer_end, trailer_count = 0, 0, 0
    for n, row in enumerate(rows):
        if layout.find_trailer_label(row.text):
            trailer_count += 1
            trailer_end = n + 1
        elif trailer_end == n and _continues_trailer(row):
            trailer_end = n + 1
        elif trailer_count >= _MIN_LABELS and layout.find_header_label(row.text):
            yield rows[start:trailer_end]
            start, trailer_count = trailer_end, 0
    yield rows[start:]


def _continues_trailer(row: DownloadRow) -> bool:
    is_repeated_kind = load_lines().copyright.fullmatch(row.text) or load_lines().noise.fullmatch(
        row.text
    )
    return not row.starts_block or bool(is_repeated_kind)


def _mark_cover(rows: Sequence[DownloadRow]) -> list[DocumentLine]:
    return [row.line._replace(kind=COVER) for row in rows]
