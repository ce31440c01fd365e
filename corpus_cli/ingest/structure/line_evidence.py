"""Weigh for each line of a page whether it is text."""

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from corpus_cli.ingest.structure import boilerplate, clues

# The weights of lines, in words of prose.
_SENTENCE = 8
_ALONE = 15
_MARK = 20
_AGAIN = 12
_STEP = 2
_STEPS = 6

_PHRASE = 3
_REPEATED = 5
_OFTEN = 3
_WRAPPED = 40
_BROAD = 120
_LONGEST = 2_000

_MARKUP = re.compile(r"\s*(#{1,6} |[-*+•] |>|```|\||\d{1,3}[.)] )")
_CUT = re.compile(r"(\.\.|…)[\"'”’“»)\]]*$")
_SENTENCES = re.compile(r"\w[.!?…][\"'”’“»)]* +\w|[。।۔！？]\w")


class Row(NamedTuple):
    """A line that is not blank: its number, its size in words, and its features.

    It is `worded` if it has the wording of menus and boxes, and `marked` if it has their wording
    or form. It is a `credit` if it ends with the credit of a picture, `called` if it calls on
    the reader, `is_repeated` if an earlier line has the same words, and `ended` if it ends like
    a sentence, contains several or continues in the next line.
    """

    n: int
    text: str
    size: int
    marked: bool = False
    worded: bool = False
    credit: bool = False
    called: bool = False
    is_repeated: bool = False
    ended: bool = False

    @property
    def sentence(self) -> bool:
        """Return whether it consists of whole sentences of the text."""
        return self.ended and self.size >= _SENTENCE and not self.marked and not self.is_repeated


def rows(texts: Sequence[str], worded: Container[int]) -> Iterator[Row]:
    """Yield the lines that are not blank; `worded` has the numbers of those worded like menus."""
    keys = {n: boilerplate.comparison_key(text) for n, text in enumerate(texts) if text.strip()}
    often = Counter(keys.values())
    seen: set[str] = set()
    for n, key in keys.items():
        text = texts[n]
        # In a script without blanks, eight characters are at least one word.
        size = max(clues.count_words(text), len(text) // 8)
        credit = n not in worded and boilerplate.is_credit_line(text)
        form = boilerplate.is_figure_line(text) or (often[key] >= _OFTEN and size < clues.PROSE)
        yield Row(
            n,
            text,
            size,
            marked=n in worded or (form and not credit),
            worded=n in worded,
            credit=credit,
            called=boilerplate.is_call(text),
            is_repeated=key in seen and size >= _REPEATED,
            ended=_ended(texts, n, size),
        )
        seen.add(key)


def weigh_rows(rows: Sequence[Row]) -> list[int]:
    """Return the weight of each line in words of prose: above 0 for text, below 0 for chrome.

    Prose is evidence of text, and stronger beside other prose. Menus and repetitions are
    evidence of chrome. So are short lines, each one more than the short line before it.
    """
    plain = [row.sentence and not row.called for row in rows]
    scores, run = [], 0
    for i, row in enumerate(rows):
        has_prose_neighbour = plain[max(0, i - 1) : i + 2].count(True) > plain[i]
        score = 0
        if row.marked or row.is_repeated:
            score, run = -_AGAIN if row.is_repeated else -_MARK, run + 1
        elif plain[i]:
            score = row.size if has_prose_neighbour else max(row.size // 2, row.size - _ALONE)
            run = 0 if has_prose_neighbour or row.size >= clues.PROSE else run
        elif continues(row):
            score = row.size // 2
        elif not (row.credit or row.ended or row.size >= clues.PROSE):
            run += 1
            score = -_STEP * min(run, _STEPS)
        scores.append(score)
    return scores


def _ended(texts: Sequence[str], n: int, size: int) -> bool:
    """Return whether a line ends like a sentence, contains several, or continues in the next."""
    text = texts[n].rstrip()
    if clues.ends_sentence(text) or text.endswith((":", ";")):
        return not _CUT.search(text[-10:])
    return wrapped(texts, n) or (size >= clues.PROSE and bool(_SENTENCES.search(text[:_LONGEST])))


def wrapped(texts: Sequence[str], n: int) -> bool:
    """Return whether a line was wrapped at a width: the next one begins with a small letter."""
    following = texts[n + 1].lstrip()[:1] if n + 1 < len(texts) else ""
    return following.islower() and _WRAPPED <= len(texts[n].rstrip()) <= _BROAD


def continues(row: Row) -> bool:
    """Return whether a line begins with markup, or with a small letter unlike entries of menus."""
    first = next((char for char in row.text[:_WRAPPED] if char.isalpha()), "A")
    return markup(row.text) or (row.size >= _PHRASE and first.islower())


def markup(line: str) -> bool:
    """Return whether a line begins with Markdown: a heading, an item, a quotation or a table."""
    return bool(_MARKUP.match(line))
