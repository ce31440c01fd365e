"""Lines of a page, what each says for or against being text."""

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from corpus_cli.ingest.structure import boilerplate, clues

# What lines weigh, in words of prose.
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
    """A line that is not blank: its number, its words, and what it looks like.

    It is `worded` if its wording is that of menus and boxes, `marked` if that or its form is,
    a `credit` if it ends as captions do, `called` if it wants something of the reader, and
    `is_repeated` if the same words are above it.
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
        """Whether it is one or more whole sentences of the text."""
        return self.ended and self.size >= _SENTENCE and not self.marked and not self.is_repeated


def rows(texts: Sequence[str], worded: Container[int]) -> Iterator[Row]:
    """The lines that are not blank; `worded` are the numbers of those of known wording."""
    keys = {n: boilerplate.comparison_key(text) for n, text in enumerate(texts) if text.strip()}
    often = Counter(keys.values())
    seen: set[str] = set()
    for n, key in keys.items():
        text = texts[n]
        # Where a script has no blanks, eight characters are a word or more.
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
    """What each line says for being text, in words of prose, or against it.

    Prose speaks for it, more so beside other prose; menus and repetitions against it, and short
    lines the more, the more of them follow one another.
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
    """Whether a line ends as a sentence, holds several, or runs on in the next one."""
    text = texts[n].rstrip()
    if clues.ends_sentence(text) or text.endswith((":", ";")):
        return not _CUT.search(text[-10:])
    return wrapped(texts, n) or (size >= clues.PROSE and bool(_SENTENCES.search(text[:_LONGEST])))


def wrapped(texts: Sequence[str], n: int) -> bool:
    """Whether a line was broken for its length: the next one goes on in small letters."""
    following = texts[n + 1].lstrip()[:1] if n + 1 < len(texts) else ""
    return following.islower() and _WRAPPED <= len(texts[n].rstrip()) <= _BROAD


def continues(row: Row) -> bool:
    """Whether a line is marked as an item of a list, or begins small as no entry of a menu does."""
    first = next((char for char in row.text[:_WRAPPED] if char.isalpha()), "A")
    return markup(row.text) or (row.size >= _PHRASE and first.islower())


def markup(line: str) -> bool:
    """Whether a line begins as those of Markdown do: a heading, an item, a quotation, a table."""
    return bool(_MARKUP.match(line))
