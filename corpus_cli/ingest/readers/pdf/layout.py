"""Arrange the words of a page as lines in reading order."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, zip_longest
from statistics import median
from typing import NamedTuple

from corpus_cli.ingest.readers.pdf.glyphs import Side, Word, leftward, mirrored

# Lengths in em, the font size; the last is a ratio of font sizes.
_CELL = 0.175
_OWN = 0.4
_LOWEST = 3.6
_LOW = 2.2
_WIDE = 9.0
_NEAR = 1.0
_BASE = 0.25
_OVERLAP = 0.35
_HEAD = 0.75
_FOOT = 0.2
_GLUE = 0.12
_BAR = 2.4
_ONE = 1.5
_LARGER = 1.08

_DEEPEST = 60
_TRIED = 200_000
_ROWS = 3


class Line(NamedTuple):
    """A line of a page: its text, edges and baseline, in points.

    `page` counts from 1, `column` from 0 over the whole document. `first_width` is the width
    of the first word, `second_x0` the left edge of the second. `is_rotated` means that most of
    the page is written in another direction.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    page: int
    column: int
    first: float
    hang: float
    is_rotated: bool = False


class _Gutter(NamedTuple):
    """A strip without words between two columns: its x, its lowest and highest y, in points."""

    x: float
    low: float
    high: float


def lines(side: Side, page: int, column: int, gutters: list[float]) -> list[Line]:
    """Return the lines of a page, column by column; the first column has the number `column`.

    A gutter is an empty strip with text on both sides. The x of each is added to `gutters`, in
    points: on later pages a gutter at the same x needs less text beside it.
    """
    ordered = sorted(side.words, key=lambda word: (-word.y, word.x0))
    em = median(word.size for word in ordered)
    return [
        _line(sorted(row, key=_place), _text(row, page_mirrored=side.mirrored), page, n)
        for n, part in enumerate(_columns(ordered, em, gutters, _DEEPEST), column)
        for row in _rows(part)
    ]


# --- columns ---


def _columns(
    words: list[Word], em: float, gutters: list[float], depth: int
) -> Iterator[list[Word]]:
    """Yield the regions of a page in reading order: above a gutter, left, right, below."""
    gutter = _gutter(words, em, gutters) if depth else None
    if gutter is None:
        yield words
        return
    if not _known(gutter.x, gutters, em):
        gutters.append(gutter.x)
    gutter = _above_heading(gutter, words, em)
    parts: tuple[list[Word], ...] = ([], [], [], [])
    for word in words:
        if gutter.low <= word.y <= gutter.high:
            parts[1 if word.x0 < gutter.x else 2].append(word)
        else:
            parts[0 if word.y > gutter.high else 3].append(word)
    for part in filter(None, parts):
        yield from _columns(part, em, gutters, depth - 1)


def _gutter(words: Sequence[Word], em: float, gutters: Sequence[float]) -> _Gutter | None:
    """Return the tallest empty strip between two columns, or None."""
    strips = sorted(_strips(words, em, gutters), key=lambda strip: (strip.low - strip.high, strip))
    tried = 0
    last = _Gutter(-math.inf, 0, 0)
    for strip in strips:
        known = _known(strip.x, gutters, em)
        same = strip[1:] == last[1:] and strip.x - last.x < 2 * _CELL * em
        same = same and known == _known(last.x, gutters, em)
        last = strip
        if same:
            continue
        within = [word for word in words if strip.low <= word.y <= strip.high]
        left = [word for word in within if word.x0 < strip.x]
        right = [word for word in within if word.x0 >= strip.x]
        if _beside(left, right, em, known=known):
            return strip
        tried += 1
        if tried > _TRIED / len(words):
            break
    return None


def _known(x: float, gutters: Sequence[float], em: float) -> bool:
    return any(abs(x - other) < _NEAR * em for other in gutters)


def _strips(words: Sequence[Word], em: float, gutters: Sequence[float]) -> Iterator[_Gutter]:
    """Yield the empty strips of a page: grid cells that no word covers over some lines.

    A word covers the blank after it as well, because that belongs to its line.
    """
    edge = min(word.x0 for word in words)
    cell = _CELL * em
    count = min(int((max(word.x1 for word in words) - edge) / cell) + 1, 2_000)
    top, bottom = words[0].y + em, words[-1].y - em
    free = [top] * count
    least = [(_LOW if _known(edge + k * cell, gutters, em) else _LOWEST) * em for k in range(count)]
    for word, after in zip_longest(words, words[1:]):
        end = word.x1 + _OWN * word.size
        if after and after.y == word.y and after.x0 - end < word.size > _LARGER * em:
            end = max(end, after.x0)
        first = max(int((word.x0 - edge) / cell), 0)
        last = min(int((end - edge) / cell), count - 1)
        for k in range(first, last + 1):
            high = word.y + _HEAD * em
            if free[k] - high > least[k]:
                yield _Gutter(edge + k * cell, high, free[k])
            free[k] = min(free[k], word.y - _FOOT * em)
    for k in range(count):
        if free[k] - bottom > least[k]:
            yield _Gutter(edge + k * cell, bottom, free[k])


def _above_heading(gutter: _Gutter, words: Sequence[Word], em: float) -> _Gutter:
    """End a gutter above a heading of both columns that is so short that it covers only one.

    The other column is empty beside such a heading, and both columns start at one height
    below it.
    """
    within = [word for word in words if gutter.low <= word.y <= gutter.high]
    left = [word for word in within if word.x0 < gutter.x]
    heights = sorted({word.y for word in within if word.x0 >= gutter.x}, reverse=True)
    for over, under in pairwise(heights):
        if over - under < _BAR * em:
            continue
        band = [word for word in left if under + em / 2 < word.y < over]
        head = [word for word in band if _heavy(word, em)]
        last = [word.y for word in band if not _heavy(word, em)]
        ends = not last or (head and min(last) > head[0].y and over - min(last) < _ONE * em)
        beside = [word for word in within if abs(word.y - under) < _ONE * em]
        level = any(word.x0 < gutter.x for word in beside)
        if head and ends and level and not any(_heavy(word, em) for word in beside):
            return gutter._replace(low=head[0].y + em / 2)
    return gutter


def _heavy(word: Word, em: float) -> bool:
    return word.bold or word.size > _LARGER * em


def _beside(left: Sequence[Word], right: Sequence[Word], em: float, *, known: bool) -> bool:
    """Return whether the words on both sides of a strip are columns of text, not table cells."""
    if not left or not right:
        return False
    if min(left[0].y, right[0].y) < max(left[-1].y, right[-1].y) - em / 2:
        return False
    if known:
        return True
    for side in (left, right):
        rows = len({round(word.y) for word in side})
        if rows < _ROWS or sum(word.x1 - word.x0 for word in side) < _WIDE * em * rows:
            return False
    return True


# --- lines ---


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Group words by baseline from top to bottom; superscripts and subscripts join their line."""
    rows: list[list[Word]] = []
    for word in words:
        over = rows[-1][0] if rows else None
        if over and (over.y - word.y <= _BASE * min(word.size, over.size) or _overlap(over, word)):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _overlap(above: Word, below: Word) -> bool:
    """Return whether words of different sizes are beside rather than above each other."""
    low = max(above.y - _FOOT * above.size, below.y - _FOOT * below.size)
    high = min(above.y + _HEAD * above.size, below.y + _HEAD * below.size)
    return above.size != below.size and high - low > _OVERLAP * min(above.size, below.size)


def _line(row: Sequence[Word], text: str, page: int, column: int) -> Line:
    sizes: Counter[float] = Counter()
    for word in row:
        sizes[word.size] += len(word.text)
    size = max(sizes, key=sizes.__getitem__)
    y = next(word.y for word in row if word.size == size)
    bold = all(word.bold for word in row)
    first, hang = row[0].x1 - row[0].x0, row[min(1, len(row) - 1)].x0
    x1 = max(word.x1 for word in row)
    return Line(text, row[0].x0, x1, y, size, bold, page, column, first, hang)


def _text(row: Iterable[Word], *, page_mirrored: bool) -> str:
    """Return the text of a line in reading order, with blanks where there is room for one."""
    left = leftward("".join(word.text for word in row))
    row = sorted(row if left == page_mirrored else mirrored(row), key=_place)
    written = [row[0].text]
    for word, after in pairwise(row):
        touch = after.x0 - word.x1 < _GLUE * min(word.size, after.size)
        written += [after.text] if touch else [" ", after.text]
    return "".join(_forward(written) if left else written)


def _place(word: Word) -> float:
    return word.x0


def _forward(written: Sequence[str]) -> list[str]:
    """Put the left-to-right runs of a right-to-left line back in reading order."""
    found: list[str] = []
    run: list[str] = []
    for text in [*written, ""]:
        right = any(map(str.isalnum, text)) and not leftward(text)
        if right or (run and text == " "):
            run.append(text)
            continue
        if run:
            blank = run.pop() if run[-1] == " " else ""
            found += [*reversed(run), blank]
            run = []
        found.append(text)
    return found
