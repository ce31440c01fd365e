"""Find running headers, footers and page numbers."""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby, pairwise

from corpus_cli.ingest.readers.pdf.page_lines import PdfLine

_OUTER_HEIGHTS = 3
_HEIGHT_TOLERANCE = 9.0
_NUMBER = re.compile(r"\d+|^\W*[ivxlc]+\W*$", re.IGNORECASE)


def mark_page_chrome(lines: Sequence[PdfLine]) -> list[bool]:
    """Return for each line whether it is a running header or footer, or a page number.

    Such a line is at the top or bottom of its page, and another page has the same text, apart
    from numbers, at the same height (within 9 points). Lines in another direction than most
    of their page count as well.
    """
    positions_by_text: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    outer_lines = _find_outer_lines(lines)
    for n in outer_lines:
        positions_by_text[_fold_text(lines[n].text)].append((lines[n].y, lines[n].page))
    repeated_lines: set[tuple[str, float, int]] = set()
    for text, positions in positions_by_text.items():
        positions.sort()
        for (low, page), (high, next_page) in pairwise(positions):
            if page != next_page and high - low <= _HEIGHT_TOLERANCE:
                repeated_lines |= {(text, low, page), (text, high, next_page)}
    return [
        line.is_rotated
        or (n in outer_lines and (_fold_text(line.text), line.y, line.page) in repeated_lines)
        for n, line in enumerate(lines)
    ]


def _find_outer_lines(lines: Sequence[PdfLine]) -> set[int]:
    """Return the indexes of the lines at the top three and bottom three heights of a page."""
    outer_lines: set[int] = set()
    for _, page_lines in groupby(range(len(lines)), key=lambda n: lines[n].page):
        indexes = list(page_lines)
        heights = sorted({round(lines[n].y) for n in indexes})
        outer_heights = {*heights[:_OUTER_HEIGHTS], *heights[-_OUTER_HEIGHTS:]}
        outer_lines |= {n for n in indexes if round(lines[n].y) in outer_heights}
    return outer_lines


def _fold_text(text: str) -> str:
    return _NUMBER.sub("#", " ".join(text.split())).casefold()
