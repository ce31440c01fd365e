"""Arrange the words of a page as lines in reading order."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, zip_longest
from statistics import median
from typing import NamedTuple

from corpus_cli.ingest.readers.pdf.glyphs import (
    DirectedWords,
    PdfWord,
    is_right_to_left,
    mirror_words,
)

# Lengths in em, the font size; the last is a ratio of font sizes.
_GRID_CELL = 0.175
_BLANK_WIDTH = 0.4
_MIN_GUTTER_HEIGHT = 3.6
_MIN_REPEATED_GUTTER_HEIGHT = 2.2
_MIN_MEAN_ROW_WIDTH = 9.0
_GUTTER_TOLERANCE = 1.0
_BASELINE_TOLERANCE = 0.25
_MIN_OVERLAP = 0.35
_ASCENT = 0.75
_DESCENT = 0.2
_MAX_GAP_IN_WORD = 0.12
_MIN_HEADING_HEIGHT = 2.4
_LINE_DISTANCE = 1.5
_LARGER_RATIO = 1.08

_MAX_DEPTH = 60
_MAX_WORDS_TRIED = 200_000
_MIN_ROWS = 3


class PdfLine(NamedTuple):
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
    first_width: float
    second_x0: float
    is_rotated: bool = False


class _Gutter(NamedTuple):
    """A strip without words between two columns: its x, its lowest and highest y, in points."""

    x: float
    low: float
    high: float


def arrange_lines(
    directed: DirectedWords, page: int, column: int, gutters: list[float]
) -> list[PdfLine]:
    """Return the lines of a page, column by column; the first column has the number `column`.

    A gutter is an empty strip with text on both sides. The x of each is added to `gutters`, in
    points: on later pages a gutter at the same x needs less text beside it.
    """
    words = sorted(directed.words, key=lambda word: (-word.y, word.x0))
    em = median(word.size for word in words)
    return [
        _build_line(
            sorted(row, key=_left_edge),
            _row_text(row, is_page_mirrored=directed.is_mirrored),
            page,
            n,
        )
        for n, region in enumerate(_split_columns(words, em, gutters, _MAX_DEPTH), column)
        for row in _group_rows(region)
    ]


# --- columns ---


def _split_columns(
    words: list[PdfWord], em: float, gutters: list[float], depth: int
) -> Iterator[list[PdfWord]]:
    """Yield the regions of a page in reading order: above a gutter, left, right, below."""
    gutter = _find_gutter(words, em, gutters) if depth else None
    if gutter is None:
        yield words
        return
    if not _is_repeated_gutter(gutter.x, gutters, em):
        gutters.append(gutter.x)
    gutter = _end_above_heading(gutter, words, em)
    regions: tuple[list[PdfWord], ...] = ([], [], [], [])
    for word in words:
        if gutter.low <= word.y <= gutter.high:
            regions[1 if word.x0 < gutter.x else 2].append(word)
        else:
            regions[0 if word.y > gutter.high else 3].append(word)
    for region in filter(None, regions):
        yield from _split_columns(region, em, gutters, depth - 1)


def _find_gutter(words: Sequence[PdfWord], em: float, gutters: Sequence[float]) -> _Gutter | None:
    """Return the tallest empty strip between two columns, or None."""
    strips = sorted(
        _find_strips(words, em, gutters), key=lambda strip: (strip.low - strip.high, strip)
    )
    tried = 0
    previous = _Gutter(-math.inf, 0, 0)
    for strip in strips:
        is_repeated = _is_repeated_gutter(strip.x, gutters, em)
        is_same = strip[1:] == previous[1:] and strip.x - previous.x < 2 * _GRID_CELL * em
        is_same = is_same and is_repeated == _is_repeated_gutter(previous.x, gutters, em)
        previous = strip
        if is_same:
            continue
        strip_words = [word for word in words if strip.low <= word.y <= strip.high]
        left = [word for word in strip_words if word.x0 < strip.x]
        right = [word for word in strip_words if word.x0 >= strip.x]
        if _are_columns(left, right, em, is_repeated=is_repeated):
            return strip
        tried += 1
        if tried > _MAX_WORDS_TRIED / len(words):
            break
    return None


def _is_repeated_gutter(x: float, gutters: Sequence[float], em: float) -> bool:
    return any(abs(x - gutter) < _GUTTER_TOLERANCE * em for gutter in gutters)


def _find_strips(
    words: Sequence[PdfWord], em: float, gutters: Sequence[float]
) -> Iterator[_Gutter]:
    """Yield the empty strips of a page: grid cells that no word covers over some lines.

    A word covers the blank after it as well, because that belongs to its line.
    """
    left_edge = min(word.x0 for word in words)
    cell = _GRID_CELL * em
    count = min(int((max(word.x1 for word in words) - left_edge) / cell) + 1, 2_000)
    top, bottom = words[0].y + em, words[-1].y - em
    free_from = [top] * count
    min_heights = [
        (
            _MIN_REPEATED_GUTTER_HEIGHT
            if _is_repeated_gutter(left_edge + k * cell, gutters, em)
            else _MIN_GUTTER_HEIGHT
        )
        * em
        for k in range(count)
    ]
    for word, next_word in zip_longest(words, words[1:]):
        right = word.x1 + _BLANK_WIDTH * word.size
        if (
            next_word
            and next_word.y == word.y
            and next_word.x0 - right < word.size > _LARGER_RATIO * em
        ):
            right = max(right, next_word.x0)
        first_cell = max(int((word.x0 - left_edge) / cell), 0)
        last_cell = min(int((right - left_edge) / cell), count - 1)
        for k in range(first_cell, last_cell + 1):
            word_top = word.y + _ASCENT * em
            if free_from[k] - word_top > min_heights[k]:
                yield _Gutter(left_edge + k * cell, word_top, free_from[k])
            free_from[k] = min(free_from[k], word.y - _DESCENT * em)
    for k in range(count):
        if free_from[k] - bottom > min_heights[k]:
            yield _Gutter(left_edge + k * cell, bottom, free_from[k])


def _end_above_heading(gutter: _Gutter, words: Sequence[PdfWord], em: float) -> _Gutter:
    """End a gutter above a heading of both columns that is so short that it covers only one.

    The other column is empty beside such a heading, and both columns start at one height
    below it.
    """
    gutter_words = [word for word in words if gutter.low <= word.y <= gutter.high]
    left_words = [word for word in gutter_words if word.x0 < gutter.x]
    right_heights = sorted({word.y for word in gutter_words if word.x0 >= gutter.x}, reverse=True)
    for upper, lower in pairwise(right_heights):
        if upper - lower < _MIN_HEADING_HEIGHT * em:
            continue
        words_between = [word for word in left_words if lower + em / 2 < word.y < upper]
        heading = [word for word in words_between if _is_prominent(word, em)]
        body_heights = [word.y for word in words_between if not _is_prominent(word, em)]
        text_ends = not body_heights or (
            heading
            and min(body_heights) > heading[0].y
            and upper - min(body_heights) < _LINE_DISTANCE * em
        )
        lower_words = [word for word in gutter_words if abs(word.y - lower) < _LINE_DISTANCE * em]
        has_left_column = any(word.x0 < gutter.x for word in lower_words)
        if (
            heading
            and text_ends
            and has_left_column
            and not any(_is_prominent(word, em) for word in lower_words)
        ):
            return gutter._replace(low=heading[0].y + em / 2)
    return gutter


def _is_prominent(word: PdfWord, em: float) -> bool:
    return word.bold or word.size > _LARGER_RATIO * em


def _are_columns(
    left: Sequence[PdfWord], right: Sequence[PdfWord], em: float, *, is_repeated: bool
) -> bool:
    """Return whether the words on both sides of a strip are columns of text, not table cells."""
    if not left or not right:
        return False
    if min(left[0].y, right[0].y) < max(left[-1].y, right[-1].y) - em / 2:
        return False
    if is_repeated:
        return True
    for column in (left, right):
        row_count = len({round(word.y) for word in column})
        if (
            row_count < _MIN_ROWS
            or sum(word.x1 - word.x0 for word in column) < _MIN_MEAN_ROW_WIDTH * em * row_count
        ):
            return False
    return True


# --- lines ---


def _group_rows(words: Sequence[PdfWord]) -> list[list[PdfWord]]:
    """Group words by baseline from top to bottom; superscripts and subscripts join their line."""
    rows: list[list[PdfWord]] = []
    for word in words:
        first_word = rows[-1][0] if rows else None
        if first_word and (
            first_word.y - word.y <= _BASELINE_TOLERANCE * min(word.size, first_word.size)
            or _overlaps(first_word, word)
        ):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _overlaps(above: PdfWord, below: PdfWord) -> bool:
    """Return whether two words differ in size and overlap in height, as a superscript does."""
    low = max(above.y - _DESCENT * above.size, below.y - _DESCENT * below.size)
    high = min(above.y + _ASCENT * above.size, below.y + _ASCENT * below.size)
    return above.size != below.size and high - low > _MIN_OVERLAP * min(above.size, below.size)


def _build_line(row: Sequence[PdfWord], text: str, page: int, column: int) -> PdfLine:
    lengths_by_size: Counter[float] = Counter()
    for word in row:
        lengths_by_size[word.size] += len(word.text)
    size = max(lengths_by_size, key=lengths_by_size.__getitem__)
    y = next(word.y for word in row if word.size == size)
    bold = all(word.bold for word in row)
    first_width, second_x0 = row[0].x1 - row[0].x0, row[min(1, len(row) - 1)].x0
    x1 = max(word.x1 for word in row)
    return PdfLine(text, row[0].x0, x1, y, size, bold, page, column, first_width, second_x0)


def _row_text(row: Iterable[PdfWord], *, is_page_mirrored: bool) -> str:
    """Return the text of a line in reading order, with blanks where there is room for one."""
    is_leftward = is_right_to_left("".join(word.text for word in row))
    row = sorted(row if is_leftward == is_page_mirrored else mirror_words(row), key=_left_edge)
    pieces = [row[0].text]
    for word, next_word in pairwise(row):
        is_touching = next_word.x0 - word.x1 < _MAX_GAP_IN_WORD * min(word.size, next_word.size)
        pieces += [next_word.text] if is_touching else [" ", next_word.text]
    return "".join(_restore_ltr_runs(pieces) if is_leftward else pieces)


def _left_edge(word: PdfWord) -> float:
    return word.x0


def _restore_ltr_runs(pieces: Sequence[str]) -> list[str]:
    """Put the left-to-right runs of a right-to-left line back in reading order."""
    ordered: list[str] = []
    run: list[str] = []
    for text in [*pieces, ""]:
        is_rightward = any(map(str.isalnum, text)) and not is_right_to_left(text)
        if is_rightward or (run and text == " "):
            run.append(text)
            continue
        if run:
            blank = run.pop() if run[-1] == " " else ""
            ordered += [*reversed(run), blank]
            run = []
        ordered.append(text)
    return ordered
