"""Find running headers, footers and page numbers."""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby, pairwise

from corpus_cli.ingest.readers.pdf.layout import Line

_OUTER = 3
_PLACE = 9.0
_DIGITS = re.compile(r"\d+|^\W*[ivxlc]+\W*$", re.IGNORECASE)


def repeated(lines: Sequence[Line]) -> list[bool]:
    """Return for each line whether it is a running header or footer, or a page number.

    Such a line is at the top or bottom of its page, and another page has the same text, apart
    from numbers, at the same height (within 9 points). Lines in another direction than most
    of their page count as well.
    """
    places: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    outer = _outer(lines)
    for n in outer:
        places[_folded(lines[n].text)].append((lines[n].y, lines[n].page))
    twice: set[tuple[str, float, int]] = set()
    for text, found in places.items():
        found.sort()
        for (low, one), (high, other) in pairwise(found):
            if one != other and high - low <= _PLACE:
                twice |= {(text, low, one), (text, high, other)}
    return [
        line.is_rotated or (n in outer and (_folded(line.text), line.y, line.page) in twice)
        for n, line in enumerate(lines)
    ]


def _outer(lines: Sequence[Line]) -> set[int]:
    """Return the indexes of the lines at the top three and bottom three heights of a page."""
    found: set[int] = set()
    for _, page in groupby(range(len(lines)), key=lambda n: lines[n].page):
        numbers = list(page)
        heights = sorted({round(lines[n].y) for n in numbers})
        ends = {*heights[:_OUTER], *heights[-_OUTER:]}
        found |= {n for n in numbers if round(lines[n].y) in ends}
    return found


def _folded(text: str) -> str:
    return _DIGITS.sub("#", " ".join(text.split())).casefold()
