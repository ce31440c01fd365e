"""Find the text of a page among its menus and boxes."""

import re
from collections.abc import Container, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from corpus_cli.ingest.structure import boilerplate, clues
from corpus_cli.ingest.structure.line_evidence import (
    Row,
    continues,
    markup,
    rows,
    weigh_rows,
    wrapped,
)
from corpus_cli.text.normalise import fold_text

# Lines between two lines of prose are a box if they have this weight, or this many entries.
_BOX = 25
_LIST = 10
# The most words of an entry of a menu, of a caption with its credit, and of a credit alone.
_ENTRY = 3
_CAPTION = 30
_CREDIT = 8
# The most lines above the first prose that can introduce it.
_LEADS = 4
# The fewest lines worded like menus that prove a page; a repeated title counts as two.
_EVIDENCE = 3
# Words of prose: the most above a title; the fewest below an exact title and below a partial one;
# the fewest without a title.
_MAX_SKIPPED_WORDS = 40
_MIN_TITLED_WORDS = 20
_MIN_UNTITLED_WORDS = 50
_SURE = 150
_LONGEST = 400

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")


class Zones(NamedTuple):
    """The first and last line of a text, its title (-1 for none), and the boxes inside it.

    Lines count from 0.
    """

    start: int
    end: int
    title: int
    boxes: frozenset[int]


def find_zones(texts: Sequence[str], is_chrome: Sequence[bool], title: str) -> Zones | None:
    """Return the zones of a page; None if nothing proves that there is more than the text.

    `is_chrome` has for each line whether its wording alone proves that it is chrome.
    """
    written = [n for n, text in enumerate(texts) if text and not text.isspace()]
    sure = {n for n in written if is_chrome[n] or boilerplate.is_link_label(texts[n])}
    worded = {n for n in written if n in sure or boilerplate.is_menu_line(texts[n])}
    if not worded:
        return None
    lines = list(rows(texts, {n for n in worded if not boilerplate.is_credit_line(texts[n])}))
    scores = weigh_rows(lines)
    title_row, first, end = _block(scores, _titles(lines, title))
    if end < 0:
        return None
    end = _last(lines, end)
    start = title_row if title_row >= 0 else max(0, first - _LEADS)
    before, after = lines[:start], lines[end + 1 :]
    if not _evident(texts, [*before, *after], sure, title_row):
        return None
    if sum(row.worded for row in before) + 2 * (title_row > 0) < _EVIDENCE:
        # Only a little precedes it: a breadcrumb, labels, a title that is not the page's.
        start, title_row = 0, -1
    boxes = {
        *_head(lines, scores, start, first),
        *_boxes(lines, scores, first, end),
        *_pictures(lines, start, end),
    }
    box_lines = frozenset(lines[i].n for i in boxes)
    return Zones(
        lines[start].n, lines[end].n, lines[title_row].n if title_row >= 0 else -1, box_lines
    )


def _evident(
    texts: Sequence[str], outside: Sequence[Row], sure: Container[int], title_row: int
) -> bool:
    """Return whether there is more evidence of a page than of a manuscript.

    The lines around the text are evidence of a page; lines with markup and lines wrapped at a
    width are evidence of a manuscript.
    """
    evidence = sum(row.worded for row in outside) + 2 * (title_row > 0)
    clear = title_row > 0 or any(row.n in sure for row in outside)
    written = sum(markup(text) or wrapped(texts, n) for n, text in enumerate(texts))
    return clear and evidence >= max(_EVIDENCE, written)


def _block(scores: Sequence[int], titles: dict[int, bool]) -> tuple[int, int, int]:
    """Return the rows of the title of the text (-1 for none), its first prose and its end.

    Rows count from 0; an end of -1 means that there is no text. The text is the heaviest run of
    rows, or a run below a title that is not much lighter.
    """
    best, last = _runs(scores)
    gains = [0, *accumulate(max(0, score) for score in scores)]
    top = max(range(len(scores)), key=best.__getitem__)
    if best[top] <= 0:
        return -1, 0, -1
    opens = {}
    for t, j in _below(scores, best, best[top], titles).items():
        skipped_weight = gains[t] - gains[top] if top < t <= last[top] else 0
        if skipped_weight * 2 <= best[j] if titles[t] else skipped_weight <= _MAX_SKIPPED_WORDS:
            opens[t] = j
    if not opens:
        return -1, top, last[top] if best[top] >= _SURE else -1
    repeated = [t for t in opens if t and titles[t]] or list(opens)
    title_row = max(repeated, key=lambda t: (best[opens[t]], t))
    for t in sorted(repeated, reverse=True):
        # The rows between two titles of one run are text if they are more than a caption.
        if (
            last[opens[t]] == last[opens[title_row]]
            and gains[title_row] - gains[t] > _MAX_SKIPPED_WORDS
        ):
            title_row = t
    return title_row, opens[title_row], last[opens[title_row]]


def _runs(scores: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return for each row the weight of the heaviest run that starts there, and its last row."""
    best, last = [0] * len(scores), [0] * len(scores)
    following = 0
    for i in range(len(scores) - 1, -1, -1):
        best[i] = scores[i] + max(0, following)
        last[i] = last[i + 1] if following > 0 else i
        following = best[i]
    return best, last


def _below(
    scores: Sequence[int], best: Sequence[int], most: int, titles: dict[int, bool]
) -> dict[int, int]:
    """Return the first row of text by title: of a heavy run below it, or of a lighter one nearby.

    Titles without text below them are left out.
    """
    heavy, first_prose_by_title = -1, {}
    for t in range(len(scores) - 1, -1, -1):
        if t in titles:
            least = _MIN_TITLED_WORDS if titles[t] else _MIN_UNTITLED_WORDS
            near = range(t + 1, min(t + 1 + clues.PROSE, len(scores)))
            first = next((j for j in near if scores[j] > 0 and best[j] >= least), heavy)
            first = min(first, heavy) if heavy > 0 else first
            if first > 0:
                first_prose_by_title[t] = first
        if scores[t] > 0 and best[t] * 2 >= most:
            heavy = t
    return first_prose_by_title


def _last(lines: Sequence[Row], end: int) -> int:
    """Return the end of a list that follows the last prose directly; without one, of the prose."""
    for i in range(end + 1, len(lines)):
        row = lines[i]
        if row.marked or row.is_repeated or row.credit or i > end + 2:
            break
        if row.size > _ENTRY or row.ended:
            end = i
    return end


def _pictures(lines: Sequence[Row], start: int, end: int) -> Iterator[int]:
    """Yield the rows of credits, and of captions right above a credit on its own line."""
    for i in range(start, end + 1):
        row = lines[i]
        if row.credit and row.size <= _CAPTION:
            yield i
            single = row.size <= _CREDIT and i > 1
            # If blank lines separate paragraphs, two lines without one between belong together.
            if single and lines[i - 1].n == row.n - 1 and lines[i - 2].n < row.n - 2:
                yield i - 1


def _head(lines: Sequence[Row], scores: Sequence[int], start: int, first: int) -> Iterator[int]:
    """Yield the rows between title and first prose, except sentences and what introduces it."""
    leads = True
    for i in range(first - 1, start, -1):
        leads = leads and not lines[i].marked and not lines[i].credit and first - i <= _LEADS
        if not (leads or lines[i].sentence or (scores[i] == 0 and continues(lines[i]))):
            yield i


def _boxes(lines: Sequence[Row], scores: Sequence[int], first: int, end: int) -> Iterator[int]:
    """Yield the rows of long lists, and of heavy boxes from their first marked row on."""
    run: list[int] = []
    for i in range(first, end + 1):
        if scores[i] < 0:
            run.append(i)
            continue
        marked = [k for k, j in enumerate(run) if lines[j].marked]
        box = run[marked[0] :] if marked else []
        if len(run) >= _LIST and sum(lines[j].size for j in run) <= _ENTRY * len(run):
            yield from run
        elif -sum(scores[j] for j in box) >= _BOX:
            yield from box
        run = []


def _titles(lines: Sequence[Row], title: str) -> dict[int, bool]:
    """Return the rows that repeat most of the title of a page, and whether they add nothing to it.

    If no title is stated, the first line is the title.
    """
    wanted = set(_TOKEN.findall(fold_text((title or lines[0].text)[:_LONGEST])))
    is_exact_by_row: dict[int, bool] = {}
    for i, row in enumerate(lines):
        folded = fold_text(row.text) if len(row.text) <= _LONGEST else ""
        # Finding words in most lines takes less time than splitting these lines into words.
        if sum(map(folded.__contains__, wanted)) < max(2, 0.4 * len(wanted)):
            continue
        have = set(_TOKEN.findall(folded))
        same = len(wanted & have)
        if same > 1 and same >= 0.6 * len(have) and same >= 0.4 * len(wanted):
            is_exact_by_row[i] = same >= 0.9 * len(have) and same >= 0.5 * len(wanted)
    return is_exact_by_row
