"""Extract the words of a PDF page and their positions."""

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pypdfium2 import PdfTextPage, raw

HYPHEN = "-"

_BLANK = frozenset(b"\0\t\n\r ")
_LINE_END = 2  # the code by which PDFium replaces a hyphen at the end of a line
_FIRST = 32
_NAME = 128
_LARGEST = 2_000.0
_SURROGATE = re.compile("[\ud800-\udfff]")
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_SHIFT = 0.1
_QUARTER = math.pi / 2


class Word(NamedTuple):
    """A run of characters without a blank: left and right edge, baseline, font size, in points.

    The coordinates are those of the page after it is rotated so that the text is horizontal.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False


class Side(NamedTuple):
    """The words of a page that are written in one direction.

    Words of a right-to-left script have mirrored coordinates, so that lines start at the left.
    """

    words: list[Word]
    mirrored: bool


class _Glyph(NamedTuple):
    """The left edge, right edge and baseline of a character, in points."""

    x0: float
    x1: float
    y: float


class _Font(NamedTuple):
    """The size in points, the weight, and the rotation in quarter turns."""

    size: float
    bold: bool
    turn: int


def words(page: PdfTextPage) -> list[Side]:
    """Return the words of a page by direction; the direction with most words comes first."""
    glyphs = _Glyphs(page)
    turned: dict[int, list[Word]] = {}
    for start, end in _runs(glyphs.codes):
        for turn, word in glyphs.words(start, end):
            turned.setdefault(turn, []).append(word)
    return [_side(found) for found in sorted(turned.values(), key=len, reverse=True)]


def leftward(text: str) -> bool:
    """Return whether most letters of a text belong to a right-to-left script."""
    if text.isascii():
        return False
    found = Counter(map(unicodedata.bidirectional, text))
    return found["R"] + found["AL"] > found["L"]


def mirrored(found: Iterable[Word]) -> list[Word]:
    """Return words with mirrored x coordinates."""
    return [word._replace(x0=-word.x1, x1=-word.x0) for word in found]


def _side(found: list[Word]) -> Side:
    left = leftward("".join(word.text for word in found))
    return Side(mirrored(found) if left else found, left)


def _runs(codes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each run of codes without a blank or a line end inside."""
    start = 0
    for i, code in enumerate(codes):
        if code in _BLANK or code == _LINE_END:
            end = i + (code == _LINE_END)
            if end > start:
                yield start, end
            start = i + 1
    if start < len(codes):
        yield start, len(codes)


def _text(codes: Sequence[int]) -> str:
    """Return the characters of a run, without control characters."""
    text = "".join(
        HYPHEN if code == _LINE_END else chr(code)
        for code in codes
        if code == _LINE_END or code >= _FIRST
    )
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """Rotate a point back by a number of quarter turns."""
    return ((x, y), (-y, x), (-x, -y), (y, -x))[turn]


class _Glyphs:
    """The characters of a page, read with as few calls of PDFium as possible: calls are slow."""

    def __init__(self, page: PdfTextPage) -> None:
        self.page = page
        self.codes = [raw.FPDFText_GetUnicode(page, i) for i in range(page.count_chars())]
        self.fonts: dict[int, _Font] = {}
        self.box, self.x, self.y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()

    def words(self, start: int, end: int) -> Iterator[tuple[int, Word]]:
        """Yield the words of a run and their turns, divided at jumps and changes of baseline."""
        font = self._font(start)
        first, last = self._glyph(start, font.turn), self._glyph(end - 1, font.turn)
        if _level(first, last, font.size, end - start):
            yield from self._word(start, end, font, first, last)
            return
        edge, before = start, first
        for i in range(start + 1, end):
            glyph = self._glyph(i, font.turn)
            if not _level(before, glyph, font.size, 2):
                yield from self._word(edge, i, font, first, before)
                edge, first, font = i, glyph, self._font(i)._replace(turn=font.turn)
            before = glyph
        yield from self._word(edge, end, font, first, before)

    def _word(
        self, start: int, end: int, font: _Font, first: _Glyph, last: _Glyph
    ) -> Iterator[tuple[int, Word]]:
        codes = self.codes[start:end]
        if leftward(_text(codes)):
            # PDFium puts some right-to-left words in reading order, but not all.
            places = [self._glyph(i, font.turn).x0 for i in range(start, end)]
            codes = [code for _, code in sorted(zip(places, codes, strict=True), key=_rightmost)]
        if text := _text(codes):
            place = min(first.x0, last.x0), max(first.x1, last.x1), first.y
            if not all(map(math.isfinite, place)):
                place = 0.0, 0.0, 0.0
            yield font.turn, Word(text, *place, font.size, font.bold)

    def _glyph(self, i: int, turn: int) -> _Glyph:
        raw.FPDFText_GetLooseCharBox(self.page, i, self.box)
        raw.FPDFText_GetCharOrigin(self.page, i, self.x, self.y)
        box, x, y = self.box, self.x.value, self.y.value
        if turn == 0:
            return _Glyph(box.left, box.right, y)
        one, other = _turned(box.left, box.bottom, turn), _turned(box.right, box.top, turn)
        return _Glyph(min(one[0], other[0]), max(one[0], other[0]), _turned(x, y, turn)[1])

    def _font(self, i: int) -> _Font:
        """Return the font of a character; all characters of one text object share it."""
        written = raw.FPDFText_GetTextObject(self.page, i)
        key = ctypes.addressof(written.contents) if written else 0
        if key not in self.fonts:
            matrix, name = raw.FS_MATRIX(), ctypes.create_string_buffer(_NAME)
            raw.FPDFText_GetMatrix(self.page, i, matrix)
            raw.FPDFText_GetFontInfo(self.page, i, name, _NAME, ctypes.c_int())
            size = raw.FPDFText_GetFontSize(self.page, i) * math.hypot(matrix.c, matrix.d)
            turn = round(math.atan2(matrix.b, matrix.a) / _QUARTER) % 4
            bold = _BOLD.search(name.value.decode("latin-1")) is not None
            self.fonts[key] = _Font(size if 1 < size < _LARGEST else 1.0, bold, turn)
        return self.fonts[key]


def _rightmost(glyph: tuple[float, int]) -> float:
    return -glyph[0]


def _level(first: _Glyph, last: _Glyph, size: float, count: int) -> bool:
    """Return whether characters share a baseline and are at most `count` font sizes apart."""
    return abs(first.x0 - last.x0) <= size * count and abs(first.y - last.y) <= _SHIFT * size
