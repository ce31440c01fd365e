"""A passage as postings: which terms stand at which positions."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from operator import sub
from typing import Literal, NamedTuple

from corpus_cli.engines.port import Facts
from corpus_cli.engines.scoring import LENGTHS, coarse
from corpus_cli.model import EVIDENCE, Passage
from corpus_cli.text.tokenise import Term, place, terms, tokenise

FieldName = Literal["stems", "words", "facts"]

HEADING = 1 << 15
"""From this position on stand the words of the heading; below it the passage's own."""

TITLE = 1 << 16
"""From this position on stand the words of the title."""

TITLED, ALONE = 2.0, 1.0
"""What a word of the title counts where the passage's own text has it as well, and where not."""

_GAP = 100


class Region(NamedTuple):
    """A range of positions, end exclusive."""

    start: int
    end: int


OWN = Region(0, HEADING)
IN_HEADING = Region(HEADING, TITLE)
IN_TITLE = Region(TITLE, 1 << 32)
ANYWHERE = Region(0, 1 << 32)


Posting = tuple[int, bytes]
"""How a term stands in one passage: a code of its weight and of the bytes of its positions.

The code is one of `CODES`, 0 for one place in the text; `LARGE` where none of them fits.
"""

_SMALL = 16
CODES = tuple((weight, size) for weight in range(1, _SMALL) for size in range(1, _SMALL))
"""Weight, and size of the encoded positions in bytes, by code."""

LARGE = 255


class Inverted(NamedTuple):
    """One field of one passage: its postings, and the code of its length in terms.

    One byte tells the length, in memory as well, so that sums and means of it do not
    depend on whether an engine has stored it in between.
    """

    postings: Mapping[str, Posting]
    coded: int

    @property
    def length(self) -> int:
        """In terms, as coarse as one byte can tell."""
        return LENGTHS[self.coded]


def invert(passage: Passage) -> tuple[Inverted, Inverted]:
    """The stemmed and the unstemmed field of a passage.

    Heading and title are folded into both, in position ranges of their own: as a field
    apart they would rank worse. The length counts them once.
    """
    found: dict[Term, list[int]] = {}
    place(passage.text, found)
    title = passage.title if len(passage.title) <= EVIDENCE else ""
    for text, base in ((passage.heading, HEADING), (title, TITLE)):
        for position, term in _terms(text):
            found.setdefault(term, []).append(position + base)
    words, stems = _Column(), _Column()
    for (word, stem), places in found.items():
        posted = _SINGLE[places[0]] if len(places) == 1 else posting(places)
        if word in words.postings:
            words.merge(word, places)
        else:
            words.postings[word] = posted
            words.length += len(places)
        if stem in stems.postings:
            stems.merge(stem, places)
        elif stem:
            stems.postings[stem] = posted
            stems.length += len(places)
    return stems.inverted(), words.inverted()


@lru_cache(256)
def _terms(text: str) -> Sequence[tuple[int, Term]]:
    """The terms of a heading or title: every passage below it has the same."""
    return tuple(terms(text))


def by_language(facts: Facts, passages: Iterable[Passage]) -> Mapping[str, Inverted]:
    """The metadata of an article inverted for each language its passages are in."""
    return {
        language: invert_facts({**facts, "lang": (language,)} if language else facts)
        for language in {passage.language for passage in passages}
    }


def invert_facts(facts: Facts) -> Inverted:
    """Metadata as terms that carry the name of their field: `author:jalali`.

    Values of one field stand apart, so that a phrase never runs across two of them.
    """
    found: defaultdict[str, list[int]] = defaultdict(list)
    for name, values in facts.items():
        base = 0
        for value in values:
            if name in ("date", "file"):
                found[f"{name}:{as_text(value)}"].append(base)
                continue
            last = 0
            for token in tokenise(value):
                found[f"{name}:{token.term}"].append(base + token.position)
                last = token.position
            base += last + _GAP
    column = _Column()
    for term, where in found.items():
        column.postings[term] = posting([*dict.fromkeys(where)])
    return column.inverted()


def as_text(path: str) -> str:
    """A path as an index of texts has it: bytes of it that are no text are replaced."""
    return re.sub("[\ud800-\udfff]", "\ufffd", path)


def weight(positions: Sequence[int]) -> float:
    """How often a term counts by its ascending positions: once each, in the title otherwise.

    Twice where the passage's own text has it, else `ALONE`: a short passage that says nothing
    of it would come first, for its article's title is most of its words.
    """
    titled = len(positions) - bisect_left(positions, TITLE)
    return len(positions) - titled + titled * (TITLED if positions[0] < HEADING else ALONE)


# A byte below these is a step from the position before; they tell that more follows.
_FAR, _HEADING, _TITLE = 252, 253, 254
_STEP = 4

MARKS = re.compile(bytes((91, _FAR, 45, _TITLE, 93)))
"""Those that are no step."""


def encode(positions: Sequence[int]) -> bytes:
    """Ascending positions as steps of one byte, with marks where heading and title begin."""
    if positions[-1] < HEADING:
        near = [positions[0], *map(sub, positions[1:], positions)]
        if max(near) < _FAR:
            return bytes(near)
    steps = bytearray()
    last = 0
    for position in positions:
        if position >= HEADING > last and position < TITLE:
            steps.append(_HEADING)
            last = HEADING
        elif position >= TITLE > last:
            steps.append(_TITLE)
            last = TITLE
        step = position - last
        if step < _FAR:
            steps.append(step)
        else:
            steps.append(_FAR)
            steps += step.to_bytes(_STEP, "little")
        last = position
    return bytes(steps)


def decode(value: bytes) -> list[int]:
    """The positions that `encode` wrote."""
    if len(value) == 1:
        return [value[0]]
    if max(value) < _FAR:
        return list(accumulate(value))
    found: list[int] = []
    last = at = 0
    while at < len(value):
        step = value[at]
        at += 1
        if step == _HEADING:
            last = HEADING
            continue
        if step == _TITLE:
            last = TITLE
            continue
        if step == _FAR:
            step = int.from_bytes(value[at : at + _STEP], "little")
            at += _STEP
        last += step
        found.append(last)
    return found


def posting(positions: Sequence[int]) -> Posting:
    """The posting of a term that stands at some positions."""
    value = encode(positions)
    return code(int(weight(positions)), len(value)), value


def weighs(posting: Posting) -> int:
    """What a term counts where it stands so."""
    coded, value = posting
    return int(weight(decode(value))) if coded == LARGE else CODES[coded][0]


def code(weight: int, size: int) -> int:
    """The code of a weight, and of so many bytes of positions."""
    return (weight - 1) * (_SMALL - 1) + size - 1 if weight < _SMALL > size else LARGE


class _Single(dict[int, Posting]):
    """The posting of a term that stands at one position: most do, and at few."""

    def __missing__(self, position: int) -> Posting:
        made = posting((position,))
        if len(self) < EVIDENCE:
            self[position] = made
        return made


_SINGLE = _Single()


class _Column:
    """The postings of one field of a passage, and its length, as terms come."""

    def __init__(self) -> None:
        self.postings: dict[str, Posting] = {}
        self.length = 0

    def merge(self, term: str, places: Sequence[int]) -> None:
        """Add more places to a term that is there.

        `attack` and `attacks` have one stem; so may a joined word and its first part, at one
        position: `over-s`, `over`.
        """
        known = decode(self.postings[term][1])
        every = sorted({*known, *places})
        self.postings[term] = posting(every)
        self.length += len(every) - len(known)

    def inverted(self) -> Inverted:
        """What was added."""
        return Inverted(self.postings, coarse(self.length))


def fingerprint_sample() -> str:
    """What a sample text and its metadata become, so that a changed analysis is noticed."""
    sample = (
        "ISIS-K's U.S. NGOs, al-Qaeda: 1,000 terrorists’ 9/11 TROOPS organised generally "
        "Erdoğan Афганистан 领英推荐 policies running counter-terrorism news Isis LeT the"
    )
    known = invert_facts({"author": ("A B",), "date": ("2024-05",), "file": ("a/b.txt",)})
    return " ".join(chain(known.postings, *((str(at), *term) for at, term in terms(sample))))
