"""Join the lines of a PDF to paragraphs."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, zip_longest

from corpus_cli.ingest.readers.pdf.dehyphenation import Dehyphenator
from corpus_cli.ingest.readers.pdf.page_lines import PdfLine
from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.model import CHROME, HEADING, TITLE

PAGE_CHROME = f"{CHROME}:page"

# Lengths in em, the font size.
_DEFAULT_LEADING = 1.2
_MAX_LEADING = 1.5
_MAX_GAP = 0.2
_MAX_SUPERSCRIPT_GAP = 0.4
_MIN_INDENT = 0.5
_EDGE_TOLERANCE = 0.3
_MIDDLE_TOLERANCE = 0.15
_MAX_JUSTIFIED_GAP = 0.6
_BLANK_WIDTH = 0.25

# Ratios.
_SIZE_TOLERANCE = 0.06
_HEADING_RATIO = 1.08
_MIN_JUSTIFIED_SHARE = 0.35
_SHORT_SHARE = 0.15
_MIN_WIDE_SHARE = 0.5

_FEW_LINES = 3
_MANY_LINES = 5
_MAX_PARAGRAPHS_BACK = 100
_HYPHENS = ("-", "‐", "\u00ad")
_MAX_HEADING_LENGTH = 200
_SENTENCE_END = re.compile(r"[.!?…:;。！？؟۔][\"'”’»)\]\d]*$|[”»\"]$")
_LIST_LABEL = re.compile(r"(?:[^\w\s(\[“‘\"'«]|\(?(?:\d{1,3}|[A-Za-z])[.)]|\[\d{1,3}\])\s")


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together, and the right edge of their column, in points."""

    lines: list[PdfLine]
    right_edge: float

    @property
    def size(self) -> float:
        return self.lines[0].size

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)


def join_paragraphs(lines: Sequence[PdfLine], chrome_flags: Sequence[bool]) -> list[DocumentLine]:
    """Return the paragraphs of a document; chrome follows the paragraph that it interrupts.

    `chrome_flags` says for each line whether it repeats on the pages; such a line is a paragraph
    of its own, of the kind `chrome:page`.
    """
    chrome_ids = {
        id(line) for line, is_chrome in zip(lines, chrome_flags, strict=True) if is_chrome
    }
    text_lines = [line for line in lines if id(line) not in chrome_ids]
    layout = _Layout(text_lines)
    paragraphs = _join_lines(lines, chrome_ids, layout)
    kinds = [
        PAGE_CHROME if id(paragraph.lines[0]) in chrome_ids else layout.classify(paragraph)
        for paragraph in paragraphs
    ]
    _mark_title(paragraphs, kinds)
    dehyphenator = Dehyphenator([line.text for line in text_lines])
    return [
        DocumentLine(
            dehyphenator.join_lines([line.text for line in paragraph.lines]),
            kind,
            paragraph.lines[0].page,
        )
        for paragraph, kind in zip(paragraphs, kinds, strict=True)
    ]


def _mark_title(paragraphs: Sequence[_Paragraph], kinds: list[str]) -> None:
    """Make the largest heading the title if it is on the first page and none is as large."""
    headings = [n for n, kind in enumerate(kinds) if kind == HEADING]
    if not headings:
        return
    largest = max(headings, key=lambda n: paragraphs[n].size)
    as_large = [
        n for n in headings if paragraphs[n].size > (1 - _SIZE_TOLERANCE) * paragraphs[largest].size
    ]
    if as_large == [largest] and paragraphs[largest].lines[0].page == paragraphs[0].lines[0].page:
        kinds[largest] = TITLE


def _join_lines(
    lines: Sequence[PdfLine], chrome_ids: Container[int], layout: "_Layout"
) -> list[_Paragraph]:
    paragraphs: list[_Paragraph] = []
    column, is_column_start = -1, False
    for is_chrome, run in groupby(lines, key=lambda line: id(line) in chrome_ids):
        if is_chrome:
            paragraphs += [_Paragraph([line], line.x1) for line in run]
            continue
        for block in layout.split_blocks(list(run)):
            is_column_start = is_column_start or block[0].column != column
            column = block[0].column
            block_paragraphs = layout.split_paragraphs(block)
            previous = (
                _paragraph_before_break(paragraphs, block_paragraphs[0], chrome_ids)
                if is_column_start
                else None
            )
            # The paragraph before the break may also continue below small print.
            is_column_start = is_column_start and block[0].size < layout.body_size * (
                1 - _SIZE_TOLERANCE
            )
            if previous and layout.continues(previous, block_paragraphs[0]):
                continuation = block_paragraphs.pop(0)
                previous.lines += continuation.lines
                previous.right_edge = continuation.right_edge
            paragraphs += block_paragraphs
    return paragraphs


def _paragraph_before_break(
    paragraphs: Sequence[_Paragraph], following: _Paragraph, chrome_ids: Container[int]
) -> _Paragraph | None:
    """Return the last paragraph before a column break that is not chrome or small print."""
    for paragraph in paragraphs[: -_MAX_PARAGRAPHS_BACK - 1 : -1]:
        if (
            id(paragraph.lines[0]) in chrome_ids
            or paragraph.size < (1 - _SIZE_TOLERANCE) * following.size
        ):
            continue
        return paragraph
    return None


class _Layout:
    """The layout of a document: font sizes, line distances and column edges, in points."""

    def __init__(self, lines: Sequence[PdfLine]) -> None:
        lengths_by_style: Counter[tuple[float, bool]] = Counter()
        leading_counts: defaultdict[int, Counter[float]] = defaultdict(Counter)
        lines_by_column: defaultdict[tuple[int, int], list[PdfLine]] = defaultdict(list)
        for line in lines:
            lengths_by_style[line.size, line.bold] += len(line.text)
            lines_by_column[line.column, round(line.size)].append(line)
        for line, next_line in pairwise(lines):
            if line.column == next_line.column and _is_same_size(line.size, next_line.size):
                leading_counts[round(line.size)][round((line.y - next_line.y) * 2) / 2] += 1
        self.body_size, self.is_body_bold = max(
            lengths_by_style, key=lengths_by_style.__getitem__, default=(0.0, False)
        )
        self.leadings = {size: counts.most_common(1)[0] for size, counts in leading_counts.items()}
        self.left_edges = {
            key: min(line.x0 for line in column) for key, column in lines_by_column.items()
        }
        self.right_edges = {key: _right_edge(column) for key, column in lines_by_column.items()}
        self._widen_columns(lines_by_column)
        flush_counts: Counter[int] = Counter()
        line_counts: Counter[int] = Counter()
        for key, column in lines_by_column.items():
            line_counts[key[1]] += len(column)
            flush_counts[key[1]] += sum(
                abs(line.x1 - self.right_edges[key]) < _EDGE_TOLERANCE * line.size
                for line in column
            )
        self.justified_sizes = {
            size
            for size in line_counts
            if flush_counts[size] > _MIN_JUSTIFIED_SHARE * line_counts[size]
        }

    def _widen_columns(self, lines_by_column: Mapping[tuple[int, int], Sequence[PdfLine]]) -> None:
        """Make columns of few lines as wide as other columns that start at the same x."""
        widest_edges: defaultdict[tuple[int, int], float] = defaultdict(float)
        starts = {key: (key[1], round(left / key[1])) for key, left in self.left_edges.items()}
        for key, column in lines_by_column.items():
            if len(column) > _MANY_LINES:
                widest_edges[starts[key]] = max(widest_edges[starts[key]], self.right_edges[key])
        for key, column in lines_by_column.items():
            if len(column) <= _MANY_LINES and starts[key] in widest_edges:
                self.right_edges[key] = max(self.right_edges[key], widest_edges[starts[key]])

    def classify(self, paragraph: _Paragraph) -> str:
        """Return HEADING for a short paragraph that is larger or bolder than most of the text."""
        is_larger = paragraph.size > _HEADING_RATIO * self.body_size
        is_bolder = (
            paragraph.bold
            and not self.is_body_bold
            and paragraph.size > (1 - _SIZE_TOLERANCE) * self.body_size
        )
        is_short = sum(len(line.text) for line in paragraph.lines) <= _MAX_HEADING_LENGTH
        return HEADING if is_short and (is_larger or is_bolder) else ""

    def split_blocks(self, lines: Sequence[PdfLine]) -> list[list[PdfLine]]:
        """Split lines into blocks of one column and one size, without gaps."""
        blocks = [[lines[0]]]
        for line, next_line in pairwise(lines):
            if (
                line.column == next_line.column
                and _is_same_size(line.size, next_line.size)
                and self._is_adjacent(line, next_line)
            ):
                blocks[-1].append(next_line)
            else:
                blocks.append([next_line])
        return blocks

    def _is_adjacent(self, line: PdfLine, next_line: PdfLine) -> bool:
        """Return whether lines have no gap between them, or only that of a superscript."""
        gap = line.y - next_line.y - self._usual_leading(line.size)
        if gap <= _MAX_GAP * line.size:
            return line.y > next_line.y
        right_edge = self.right_edges[line.column, round(line.size)]
        is_full = right_edge - line.x1 < _room_needed(next_line) and not _SENTENCE_END.search(
            line.text
        )
        return is_full and gap <= _MAX_SUPERSCRIPT_GAP * line.size

    def _usual_leading(self, size: float) -> float:
        """Return the usual distance between baselines at a font size."""
        leading, count = self.leadings.get(round(size), (_DEFAULT_LEADING * size, 0))
        return (
            leading
            if count >= _FEW_LINES and leading > 0
            else min(max(leading, size), _MAX_LEADING * size)
        )

    def split_paragraphs(self, block: Sequence[PdfLine]) -> list[_Paragraph]:
        """Split a block into paragraphs."""
        right_edge = self._block_right_edge(block)
        paragraphs = [_Paragraph([block[0]], right_edge)]
        is_centred = _is_centred(block)
        left = min(line.x0 for line in block)
        for line, next_line in zip_longest(block[1:], block[2:]):
            previous = paragraphs[-1].lines[-1]
            if is_centred:
                is_new = self._ends_early(previous, line, right_edge + previous.x0 - left)
            else:
                is_new = self._starts_paragraph(paragraphs[-1], line, next_line)
            if is_new and line.size < _HEADING_RATIO * self.body_size:
                paragraphs.append(_Paragraph([line], right_edge))
            else:
                paragraphs[-1].lines.append(line)
        return paragraphs

    def _block_right_edge(self, block: Sequence[PdfLine]) -> float:
        """Return the right edge of a wide or indented block itself, else that of its column."""
        key = block[0].column, round(block[0].size)
        own_edge, left = _right_edge(block), min(line.x0 for line in block)
        edge = max(own_edge, self.right_edges.get(key, own_edge))
        is_wide = len(block) >= _FEW_LINES and own_edge - left > _MIN_WIDE_SHARE * (edge - left)
        is_indented = left > self.left_edges.get(key, left) + _MIN_INDENT * block[0].size
        return own_edge if is_wide or is_indented else edge

    def _starts_paragraph(
        self, paragraph: _Paragraph, line: PdfLine, next_line: PdfLine | None
    ) -> bool:
        """Return whether a line starts a new paragraph; `next_line` is the line after it."""
        previous, em = paragraph.lines[-1], line.size
        indent = line.x0 - previous.x0
        if _LIST_LABEL.match(line.text) and _LIST_LABEL.match(paragraph.lines[0].text):
            return True
        if indent > _MIN_INDENT * em:
            return not (len(paragraph.lines) == 1 and _hangs_under_label(previous, line))
        if indent < -_MIN_INDENT * em and len(paragraph.lines) > 1:
            return True
        if previous.bold != line.bold:
            return paragraph.right_edge - previous.x1 > _room_needed(line)
        if (
            len(paragraph.lines) == 1
            and next_line
            and line.x0 - next_line.x0 > _MIN_INDENT * em > abs(indent)
        ):
            # Both lines are indented and the next is not: each starts a paragraph.
            return paragraph.right_edge - previous.x1 > _room_needed(line) or bool(
                _SENTENCE_END.search(previous.text)
            )
        return self._ends_early(previous, line, paragraph.right_edge)

    def _ends_early(self, line: PdfLine, next_line: PdfLine, right_edge: float) -> bool:
        """Return whether a line is so short that its paragraph must end with it."""
        if line.text.endswith(_HYPHENS):
            return False
        room, needed, ends_sentence = (
            right_edge - line.x1,
            _room_needed(next_line),
            bool(_SENTENCE_END.search(line.text)),
        )
        if round(line.size) in self.justified_sizes:
            return room > _MAX_JUSTIFIED_GAP * line.size and (ends_sentence or room > needed)
        return room > needed and (
            ends_sentence or room > needed + _SHORT_SHARE * (right_edge - line.x0)
        )

    def continues(self, paragraph: _Paragraph, following: _Paragraph) -> bool:
        """Return whether a paragraph continues in the next column."""
        last_line, first_line = paragraph.lines[-1], following.lines[0]
        if (
            not _is_same_size(last_line.size, first_line.size)
            or last_line.bold != first_line.bold
            or first_line.page - last_line.page > 1
        ):
            return False
        if self.classify(paragraph) == HEADING or _LIST_LABEL.match(first_line.text):
            return False
        if last_line.text.endswith(_HYPHENS):
            return True
        if first_line.text[0].islower() and not _SENTENCE_END.search(last_line.text):
            return True
        indent = self._indent(first_line)
        if indent > _MIN_INDENT * first_line.size and (
            len(paragraph.lines) == 1
            or abs(indent - self._indent(last_line)) > _MIN_INDENT * first_line.size
        ):
            return False
        return not self._ends_early(last_line, first_line, paragraph.right_edge)

    def _indent(self, line: PdfLine) -> float:
        """Return the distance of a line from the left edge of its column."""
        return line.x0 - self.left_edges[line.column, round(line.size)]


def _hangs_under_label(line: PdfLine, next_line: PdfLine) -> bool:
    """Return whether the next line is aligned with the text after the label of a line."""
    return (
        bool(_LIST_LABEL.match(line.text))
        and abs(line.second_x0 - next_line.x0) < _EDGE_TOLERANCE * next_line.size
    )


def _is_centred(block: Sequence[PdfLine]) -> bool:
    """Return whether lines of different length share a middle."""
    middles = [line.x0 + line.x1 for line in block]
    lefts = [line.x0 for line in block]
    em = block[0].size
    shares_middle = max(middles) - min(middles) < _MIDDLE_TOLERANCE * em
    return shares_middle and max(lefts) - min(lefts) > _MIN_INDENT * em


def _room_needed(line: PdfLine) -> float:
    """Return the width that the first word of a line would need on the line before, in points."""
    if unicodedata.east_asian_width(line.text[0]) in "WF":
        return line.size
    return line.first_width + _BLANK_WIDTH * line.size


def _right_edge(lines: Sequence[PdfLine]) -> float:
    """Return the right edge of lines: where many of them end, else where the longest ends."""
    em = lines[0].size
    end_counts = Counter(round(line.x1 / (_EDGE_TOLERANCE * em)) for line in lines)
    common_end, count = end_counts.most_common(1)[0]
    if len(lines) > _FEW_LINES and count > _MIN_JUSTIFIED_SHARE * len(lines):
        return max(
            line.x1 for line in lines if round(line.x1 / (_EDGE_TOLERANCE * em)) == common_end
        )
    return max(line.x1 for line in lines)


def _is_same_size(size: float, other_size: float) -> bool:
    """Return whether two font sizes differ by no more than 6%."""
    return abs(size - other_size) <= _SIZE_TOLERANCE * max(size, other_size)
