"""Join the lines of a PDF to paragraphs."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, zip_longest

from corpus_cli.ingest.readers.pdf.hyphens import Hyphens
from corpus_cli.ingest.readers.pdf.layout import Line
from corpus_cli.ingest.readers.port import Written
from corpus_cli.model import CHROME, HEADING, TITLE

PAGE = f"{CHROME}:page"

# Lengths in em, the font size.
_LEADING = 1.2
_LOOSE = 1.5
_GAP = 0.2
_RAISED = 0.4
_INDENT = 0.5
_FLUSH = 0.3
_EVEN = 0.15
_SLACK = 0.6
_BLANK = 0.25

# Ratios.
_ALIKE = 0.06
_LARGER = 1.08
_JUSTIFIED = 0.35
_SHORT = 0.15
_HALF = 0.5

_FEW = 3
_MANY = 5
_BACK = 100
_BROKEN = ("-", "‐", "\u00ad")
_HEADING = 200
_ENDED = re.compile(r"[.!?…:;。！？؟۔][\"'”’»)\]\d]*$|[”»\"]$")
_LABEL = re.compile(r"(?:[^\w\s(\[“‘\"'«]|\(?(?:\d{1,3}|[A-Za-z])[.)]|\[\d{1,3}\])\s")


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together, and the right edge of their column, in points."""

    lines: list[Line]
    edge: float

    @property
    def size(self) -> float:
        return self.lines[0].size

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)


def paragraphs(lines: Sequence[Line], chrome: Sequence[bool]) -> list[Written]:
    """Return the paragraphs of a document; chrome follows the paragraph that it interrupts.

    `chrome_flags` says for each line whether it repeats on the pages; such a line is a paragraph
    of its own, of the kind `chrome:page`.
    """
    marked = {id(line) for line, out in zip(lines, chrome, strict=True) if out}
    text = [line for line in lines if id(line) not in marked]
    page = _Setting(text)
    found = _joined(lines, marked, page)
    kinds = [
        PAGE if id(paragraph.lines[0]) in marked else page.kind(paragraph) for paragraph in found
    ]
    _title(found, kinds)
    hyphens = Hyphens([line.text for line in text])
    return [
        Written(
            hyphens.joined([line.text for line in paragraph.lines]), kind, paragraph.lines[0].page
        )
        for paragraph, kind in zip(found, kinds, strict=True)
    ]


def _title(found: Sequence[_Paragraph], kinds: list[str]) -> None:
    """Make the largest heading the title if it is on the first page and none is as large."""
    headings = [n for n, kind in enumerate(kinds) if kind == HEADING]
    if not headings:
        return
    best = max(headings, key=lambda n: found[n].size)
    alike = [n for n in headings if found[n].size > (1 - _ALIKE) * found[best].size]
    if alike == [best] and found[best].lines[0].page == found[0].lines[0].page:
        kinds[best] = TITLE


def _joined(lines: Sequence[Line], marked: Container[int], page: "_Setting") -> list[_Paragraph]:
    found: list[_Paragraph] = []
    column, opening = -1, False
    for out, run in groupby(lines, key=lambda line: id(line) in marked):
        if out:
            found += [_Paragraph([line], line.x1) for line in run]
            continue
        for block in page.blocks(list(run)):
            opening = opening or block[0].column != column
            column = block[0].column
            parts = page.parts(block)
            before = _open(found, parts[0], marked) if opening else None
            # The paragraph before the break may also continue below small print.
            opening = opening and block[0].size < page.size * (1 - _ALIKE)
            if before and page.continues(before, parts[0]):
                more = parts.pop(0)
                before.lines += more.lines
                before.edge = more.edge
            found += parts
    return found


def _open(
    found: Sequence[_Paragraph], part: _Paragraph, marked: Container[int]
) -> _Paragraph | None:
    """Return the last paragraph before a column break that is not chrome or small print."""
    for one in found[: -_BACK - 1 : -1]:
        if id(one.lines[0]) in marked or one.size < (1 - _ALIKE) * part.size:
            continue
        return one
    return None


class _Setting:
    """The layout of a document: font sizes, line distances and column edges, in points."""

    def __init__(self, lines: Sequence[Line]) -> None:
        count: Counter[tuple[float, bool]] = Counter()
        steps: defaultdict[int, Counter[float]] = defaultdict(Counter)
        columns: defaultdict[tuple[int, int], list[Line]] = defaultdict(list)
        for line in lines:
            count[line.size, line.bold] += len(line.text)
            columns[line.column, round(line.size)].append(line)
        for one, other in pairwise(lines):
            if one.column == other.column and _alike(one.size, other.size):
                steps[round(one.size)][round((one.y - other.y) * 2) / 2] += 1
        self.size, self.bold = max(count, key=count.__getitem__, default=(0.0, False))
        self.steps = {size: counts.most_common(1)[0] for size, counts in steps.items()}
        self.left = {key: min(line.x0 for line in column) for key, column in columns.items()}
        self.right = {key: _edge(column) for key, column in columns.items()}
        self._widen(columns)
        flush: Counter[int] = Counter()
        total: Counter[int] = Counter()
        for key, found in columns.items():
            total[key[1]] += len(found)
            flush[key[1]] += sum(
                abs(line.x1 - self.right[key]) < _FLUSH * line.size for line in found
            )
        self.flush = {size for size in total if flush[size] > _JUSTIFIED * total[size]}

    def _widen(self, columns: Mapping[tuple[int, int], Sequence[Line]]) -> None:
        """Make columns of few lines as wide as the others that start at the same x."""
        widest: defaultdict[tuple[int, int], float] = defaultdict(float)
        place = {key: (key[1], round(left / key[1])) for key, left in self.left.items()}
        for key, found in columns.items():
            if len(found) > _MANY:
                widest[place[key]] = max(widest[place[key]], self.right[key])
        for key, found in columns.items():
            if len(found) <= _MANY and place[key] in widest:
                self.right[key] = max(self.right[key], widest[place[key]])

    def kind(self, one: _Paragraph) -> str:
        """Return HEADING for a short paragraph that is larger or bolder than most of the text."""
        larger = one.size > _LARGER * self.size
        heavier = one.bold and not self.bold and one.size > (1 - _ALIKE) * self.size
        short = sum(len(line.text) for line in one.lines) <= _HEADING
        return HEADING if short and (larger or heavier) else ""

    def blocks(self, lines: Sequence[Line]) -> list[list[Line]]:
        """Split lines into blocks of one column and one size, without gaps."""
        found = [[lines[0]]]
        for one, other in pairwise(lines):
            if (
                one.column == other.column
                and _alike(one.size, other.size)
                and self._near(one, other)
            ):
                found[-1].append(other)
            else:
                found.append([other])
        return found

    def _near(self, one: Line, other: Line) -> bool:
        """Return whether lines have no gap between them, or only that of a superscript."""
        gap = one.y - other.y - self._leading(one.size)
        if gap <= _GAP * one.size:
            return one.y > other.y
        edge = self.right[one.column, round(one.size)]
        full = edge - one.x1 < _need(other) and not _ENDED.search(one.text)
        return full and gap <= _RAISED * one.size

    def _leading(self, size: float) -> float:
        """Return the usual distance between baselines at a font size."""
        step, times = self.steps.get(round(size), (_LEADING * size, 0))
        return step if times >= _FEW and step > 0 else min(max(step, size), _LOOSE * size)

    def parts(self, block: Sequence[Line]) -> list[_Paragraph]:
        """Split a block into paragraphs."""
        edge = self._right(block)
        found = [_Paragraph([block[0]], edge)]
        middle = _centred(block)
        left = min(line.x0 for line in block)
        for other, after in zip_longest(block[1:], block[2:]):
            one = found[-1].lines[-1]
            if middle:
                parted = self._short(one, other, edge + one.x0 - left)
            else:
                parted = self._parts(found[-1], other, after)
            if parted and other.size < _LARGER * self.size:
                found.append(_Paragraph([other], edge))
            else:
                found[-1].lines.append(other)
        return found

    def _right(self, block: Sequence[Line]) -> float:
        """Return the right edge of a wide or indented block itself, else that of its column."""
        key = block[0].column, round(block[0].size)
        own, left = _edge(block), min(line.x0 for line in block)
        edge = max(own, self.right.get(key, own))
        wide = len(block) >= _FEW and own - left > _HALF * (edge - left)
        inset = left > self.left.get(key, left) + _INDENT * block[0].size
        return own if wide or inset else edge

    def _parts(self, before: _Paragraph, line: Line, after: Line | None) -> bool:
        """Return whether a line starts a new paragraph; `next_line` is the line after it."""
        one, em = before.lines[-1], line.size
        indent = line.x0 - one.x0
        if _LABEL.match(line.text) and _LABEL.match(before.lines[0].text):
            return True
        if indent > _INDENT * em:
            return not (len(before.lines) == 1 and _hangs(one, line))
        if indent < -_INDENT * em and len(before.lines) > 1:
            return True
        if one.bold != line.bold:
            return before.edge - one.x1 > _need(line)
        if len(before.lines) == 1 and after and line.x0 - after.x0 > _INDENT * em > abs(indent):
            # Both lines are indented and the next is not: each starts a paragraph.
            return before.edge - one.x1 > _need(line) or bool(_ENDED.search(one.text))
        return self._short(one, line, before.edge)

    def _short(self, one: Line, line: Line, edge: float) -> bool:
        """Return whether a line is so short that its paragraph must end with it."""
        if one.text.endswith(_BROKEN):
            return False
        room, need, ended = edge - one.x1, _need(line), bool(_ENDED.search(one.text))
        if round(one.size) in self.flush:
            return room > _SLACK * one.size and (ended or room > need)
        return room > need and (ended or room > need + _SHORT * (edge - one.x0))

    def continues(self, before: _Paragraph, part: _Paragraph) -> bool:
        """Return whether a paragraph continues in the next column."""
        one, line = before.lines[-1], part.lines[0]
        if not _alike(one.size, line.size) or one.bold != line.bold or line.page - one.page > 1:
            return False
        if self.kind(before) == HEADING or _LABEL.match(line.text):
            return False
        if one.text.endswith(_BROKEN):
            return True
        if line.text[0].islower() and not _ENDED.search(one.text):
            return True
        inset = self._inset(line)
        if inset > _INDENT * line.size and (
            len(before.lines) == 1 or abs(inset - self._inset(one)) > _INDENT * line.size
        ):
            return False
        return not self._short(one, line, before.edge)

    def _inset(self, line: Line) -> float:
        """Return the distance of a line from the left edge of its column."""
        return line.x0 - self.left[line.column, round(line.size)]


def _hangs(one: Line, line: Line) -> bool:
    """Return whether the next line is aligned with the text after the label of a line."""
    return bool(_LABEL.match(one.text)) and abs(one.hang - line.x0) < _FLUSH * line.size


def _centred(block: Sequence[Line]) -> bool:
    """Return whether lines of different length share a middle."""
    middles = [line.x0 + line.x1 for line in block]
    lefts = [line.x0 for line in block]
    em = block[0].size
    even = max(middles) - min(middles) < _EVEN * em
    return even and max(lefts) - min(lefts) > _INDENT * em


def _need(line: Line) -> float:
    """Return the width that the first word of a line would need on the line before, in points."""
    if unicodedata.east_asian_width(line.text[0]) in "WF":
        return line.size
    return line.first + _BLANK * line.size


def _edge(lines: Sequence[Line]) -> float:
    """Return the right edge of lines: where many of them end, else where the longest ends."""
    em = lines[0].size
    ends = Counter(round(line.x1 / (_FLUSH * em)) for line in lines)
    end, times = ends.most_common(1)[0]
    if len(lines) > _FEW and times > _JUSTIFIED * len(lines):
        return max(line.x1 for line in lines if round(line.x1 / (_FLUSH * em)) == end)
    return max(line.x1 for line in lines)


def _alike(one: float, other: float) -> bool:
    """Return whether two font sizes differ by no more than 6%."""
    return abs(one - other) <= _ALIKE * max(one, other)
