"""Extract the words of a PDF page and their positions."""

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pypdfium2 import PdfTextPage, raw

from corpus_cli.text.normalise import mend_surrogates

HYPHEN = "-"

_BLANK_CODES = frozenset(b"\0\t\n\r ")
_LINE_END_HYPHEN = 2  # the code by which PDFium replaces a hyphen at the end of a line
_FIRST_PRINTABLE = 32
_FONT_NAME_LENGTH = 128
_MAX_FONT_SIZE = 2_000.0
_BOLD_FONT_NAME = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_MAX_BASELINE_SHIFT = 0.1
_QUARTER_TURN = math.pi / 2


class PdfWord(NamedTuple):
    """A run of characters without a blank: left and right edge, baseline, font size, in points.

    The coordinates are those of the page after it is rotated so that the text is horizontal.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False


class DirectedWords(NamedTuple):
    """The words of a page that are written in one direction.

    Words of a right-to-left script have mirrored coordinates, so that lines start at the left.
    """

    words: list[PdfWord]
    is_mirrored: bool


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


def extract_words(page: PdfTextPage) -> list[DirectedWords]:
    """Return the words of a page by direction; the direction with most words comes first."""
    glyphs = _PageGlyphs(page)
    words_by_turn: dict[int, list[PdfWord]] = {}
    for start, end in _split_runs(glyphs.codes):
        for turn, word in glyphs.build_words(start, end):
            words_by_turn.setdefault(turn, []).append(word)
    return [_direct_words(words) for words in sorted(words_by_turn.values(), key=len, reverse=True)]


def is_right_to_left(text: str) -> bool:
    """Return whether most letters of a text belong to a right-to-left script."""
    if text.isascii():
        return False
    directions = Counter(map(unicodedata.bidirectional, text))
    return directions["R"] + directions["AL"] > directions["L"]


def mirror_words(words: Iterable[PdfWord]) -> list[PdfWord]:
    """Return words with mirrored x coordinates."""
    return [word._replace(x0=-word.x1, x1=-word.x0) for word in words]


def _direct_words(words: list[PdfWord]) -> DirectedWords:
    is_mirrored = is_right_to_left("".join(word.text for word in words))
    return DirectedWords(mirror_words(words) if is_mirrored else words, is_mirrored)


def _split_runs(codes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each run of codes without a blank or a line end inside."""
    start = 0
    for i, code in enumerate(codes):
        if code in _BLANK_CODES or code == _LINE_END_HYPHEN:
            end = i + (code == _LINE_END_HYPHEN)
            if end > start:
                yield start, end
            start = i + 1
    if start < len(codes):
        yield start, len(codes)


def _decode_codes(codes: Sequence[int]) -> str:
    """Return the characters of a run, without control characters."""
    text = "".join(
        HYPHEN if code == _LINE_END_HYPHEN else chr(code)
        for code in codes
        if code == _LINE_END_HYPHEN or code >= _FIRST_PRINTABLE
    )
    return mend_surrogates(text)


def _rotate_back(x: float, y: float, turn: int) -> tuple[float, float]:
    """Turn a point clockwise around the origin by a number of quarter turns."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


class _PageGlyphs:
    """The characters of a page, read with as few calls of PDFium as possible: calls are slow."""

    def __init__(self, page: PdfTextPage) -> None:
        self.page = page
        self.codes = [raw.FPDFText_GetUnicode(page, i) for i in range(page.count_chars())]
        self.fonts_by_object: dict[int, _Font] = {}
        self.box, self.x, self.y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()

    def build_words(self, start: int, end: int) -> Iterator[tuple[int, PdfWord]]:
        """Yield the words of a run and their turns, divided at jumps and changes of baseline."""
        font = self._read_font(start)
        first, last = self._read_glyph(start, font.turn), self._read_glyph(end - 1, font.turn)
        if _are_adjacent(first, last, font.size, end - start):
            yield from self._build_word(start, end, font, first, last)
            return
        word_start, previous = start, first
        for i in range(start + 1, end):
            glyph = self._read_glyph(i, font.turn)
            if not _are_adjacent(previous, glyph, font.size, 2):
                yield from self._build_word(word_start, i, font, first, previous)
                word_start, first, font = i, glyph, self._read_font(i)._replace(turn=font.turn)
            previous = glyph
        yield from self._build_word(word_start, end, font, first, previous)

    def _build_word(
        self, start: int, end: int, font: _Font, first: _Glyph, last: _Glyph
    ) -> Iterator[tuple[int, PdfWord]]:
        codes = self.codes[start:end]
        if is_right_to_left(_decode_codes(codes)):
            # PDFium puts some right-to-left words in reading order, but not all.
            left_edges = [self._read_glyph(i, font.turn).x0 for i in range(start, end)]
            codes = [
                code
                for _, code in sorted(
                    zip(left_edges, codes, strict=True), key=_descending_left_edge
                )
            ]
        if text := _decode_codes(codes):
            extent = min(first.x0, last.x0), max(first.x1, last.x1), first.y
            if not all(map(math.isfinite, extent)):
                extent = 0.0, 0.0, 0.0
            yield font.turn, PdfWord(text, *extent, font.size, font.bold)

    def _read_glyph(self, i: int, turn: int) -> _Glyph:
        raw.FPDFText_GetLooseCharBox(self.page, i, self.box)
        raw.FPDFText_GetCharOrigin(self.page, i, self.x, self.y)
        box, x, y = self.box, self.x.value, self.y.value
        if turn == 0:
            return _Glyph(box.left, box.right, y)
        corner, opposite_corner = (
            _rotate_back(box.left, box.bottom, turn),
            _rotate_back(box.right, box.top, turn),
        )
        return _Glyph(
            min(corner[0], opposite_corner[0]),
            max(corner[0], opposite_corner[0]),
            _rotate_back(x, y, turn)[1],
        )

    def _read_font(self, i: int) -> _Font:
        """Return the font of a character; all characters of one text object share it."""
        text_object = raw.FPDFText_GetTextObject(self.page, i)
        key = ctypes.addressof(text_object.contents) if text_object else 0
        if key not in self.fonts_by_object:
            matrix, name = raw.FS_MATRIX(), ctypes.create_string_buffer(_FONT_NAME_LENGTH)
            raw.FPDFText_GetMatrix(self.page, i, matrix)
            raw.FPDFText_GetFontInfo(self.page, i, name, _FONT_NAME_LENGTH, ctypes.c_int())
            size = raw.FPDFText_GetFontSize(self.page, i) * math.hypot(matrix.c, matrix.d)
            turn = round(math.atan2(matrix.b, matrix.a) / _QUARTER_TURN) % 4
            bold = _BOLD_FONT_NAME.search(name.value.decode("latin-1")) is not None
            self.fonts_by_object[key] = _Font(
                size if 1 < size < _MAX_FONT_SIZE else 1.0, bold, turn
            )
        return self.fonts_by_object[key]


def _descending_left_edge(edge_and_code: tuple[float, int]) -> float:
    return -edge_and_code[0]


def _are_adjacent(first: _Glyph, last: _Glyph, size: float, count: int) -> bool:
    """Return whether the ends of `count` characters share a baseline without a wide gap.

    Each of the characters may be one font size wide.
    """
    return (
        abs(first.x0 - last.x0) <= size * count
        and abs(first.y - last.y) <= _MAX_BASELINE_SHIFT * size
    )
