"""Split a text with several articles between lines of marks."""

import re
from collections.abc import Iterator, Sequence

from corpus_cli.ingest.readers.plain_text import is_separator
from corpus_cli.ingest.readers.port import Document, DocumentLine
from corpus_cli.ingest.structure import clues
from corpus_cli.ingest.structure.structure import structure
from corpus_cli.model import BODY, DEK

# How agencies begin a text: `KABUL, March 5 (Reuters) - `.
_DATELINE = re.compile(
    r"\s*[A-Z][A-Z .,'/-]{2,40}(?:, [A-Z][a-z]{2,8}\.? \d{1,2})? \([A-Z][\w .-]{1,20}\) ?[-–—]"
)
_TEXT = (DEK, BODY)


def split_items(document: Document) -> Iterator[Document]:
    """Yield the articles of a text that are separated by lines of marks, or the document.

    Such lines also divide the sections of one article. So each part must have the shape of an
    article: a title, prose, and above it a date or an author, or the dateline of an agency. The
    record id of an article is its number in the file.
    """
    items = _list_items(document.lines)
    if len(items) > 1 and all(_is_article(lines) for _, lines in items):
        for n, (line, lines) in enumerate(items, 1):
            yield Document(lines, (), str(n), line, keeps_lines=True)
    else:
        yield document


def _list_items(lines: Sequence[DocumentLine]) -> list[tuple[int, Sequence[DocumentLine]]]:
    """Return the parts between separators that are not blank, with the line each begins in."""
    ends = [n for n, line in enumerate(lines) if is_separator(line.text)]
    if not ends:
        return []
    starts = [0, *(end + 1 for end in ends)]
    parts = [
        (start + 1, lines[start:end])
        for start, end in zip(starts, [*ends, len(lines)], strict=True)
    ]
    return [(n, part) for n, part in parts if any(line.text.strip() for line in part)]


def _is_article(lines: Sequence[DocumentLine]) -> bool:
    article = structure(lines)
    # The lines of a text may be wrapped, so no single one need be prose.
    text = " ".join(line.text.strip() for line in article.lines if line.broad in _TEXT)
    has_credit = article.values("published") or article.values("author") or _DATELINE.match(text)
    return bool(article.values("title") and has_credit) and clues.is_prose(text)
