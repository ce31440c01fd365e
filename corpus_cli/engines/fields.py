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
from corpus_cli.engines.scoring import LENGTHS, length_code
from corpus_cli.model import EVIDENCE, Passage
from corpus_cli.text.tokenise import Term, place, terms, tokenise

FieldName = Literal["stems", "words", "facts"]

HEADING = 1 << 15
"""From this position on stand the words of the heading; below it the passage's own."""

TITLE = 1 << 16
"""From this position on stand the words of the title."""

TITLED_WEIGHT, TITLE_ONLY_WEIGHT = 2.0, 1.0
"""What a word of the title counts where the passage's own text has it as well, and where not."""

_VALUE_GAP = 100


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


class InvertedField(NamedTuple):
    """One field of one passage: its postings, and the code of its length in terms.

    One byte tells the length, in memory as well, so that sums and means of it do not
    depend on whether an engine has stored it in between.
    """

    postings: Mapping[str, Posting]
    length_code: int

    @property
    def length(self) -> int:
        """In terms, as coarse as one byte can tell."""
        return LENGTHS[self.length_code]


def invert(passage: Passage) -> tuple[InvertedField, InvertedField]:
    """The stemmed and the unstemmed field of a passage.

    Heading and title are folded into both, in position ranges of their own: as a field
    apart they would rank worse. The length counts them once.
    """
    positions_by_term: dict[Term, list[int]] = {}
    place(passage.text, positions_by_term)
    title = passage.title if len(passage.title) <= EVIDENCE else ""
    for text, base in ((passage.heading, HEADING), (title, TITLE)):
        for position, term in _terms(text):
            positions_by_term.setdefault(term, []).append(position + base)
    words, stems = _FieldPostings(), _FieldPostings()
    for (word, stem), places in positions_by_term.items():
        term_posting = _SINGLE[places[0]] if len(places) == 1 else posting(places)
        if word in words.postings:
            words.merge(word, places)
        else:
            words.postings[word] = term_posting
            words.length += len(places)
        if stem in stems.postings:
            stems.merge(stem, places)
        elif stem:
            stems.postings[stem] = term_posting
            stems.length += len(places)
    return stems.inverted(), words.inverted()


@lru_cache(256)
def _terms(text: str) -> Sequence[tuple[int, Term]]:
    """The terms of a heading or title: every passage below it has the same."""
    return tuple(terms(text))


def by_language(facts: Facts, passages: Iterable[Passage]) -> Mapping[str, InvertedField]:
    """The metadata of an article inverted for each language its passages are in."""
    return {
        language: invert_facts({**facts, "lang": (language,)} if language else facts)
        for language in {passage.language for passage in passages}
    }


def invert_facts(facts: Facts) -> InvertedField:
    """Metadata as terms that carry the name of their field: `author:jalali`.

    Values of one field stand apart, so that a phrase never runs across two of them.
    """
    positions_by_term: defaultdict[str, list[int]] = defaultdict(list)
    for name, values in facts.items():
        base = 0
        for value in values:
            if name in ("date", "file"):
                positions_by_term[f"{name}:{as_text(value)}"].append(base)
                continue
            last = 0
            for token in tokenise(value):
                positions_by_term[f"{name}:{token.term}"].append(base + token.position)
                last = token.position
            base += last + _VALUE_GAP
    column = _FieldPostings()
    for term, where in positions_by_term.items():
        column.postings[term] = posting([*dict.fromkeys(where)])
    return column.inverted()


def as_text(path: str) -> str:
    """A path as an index of texts has it: bytes of it that are no text are replaced."""
    return re.sub("[\ud800-\udfff]", "\ufffd", path)


def weight(positions: Sequence[int]) -> float:
    """Return how often a term counts in a passage, from its ascending positions there.

    A position in text or heading counts once. One in the title counts `TITLED_WEIGHT` if the
    passage's own text has the term too, else `TITLE_ONLY_WEIGHT`: most words of a short passage
    are those of its article's title, so it would come first for what it does not mention.
    """
    titled = len(positions) - bisect_left(positions, TITLE)
    return (
        len(positions)
        - titled
        + titled * (TITLED_WEIGHT if positions[0] < HEADING else TITLE_ONLY_WEIGHT)
    )


# A byte below these is a step from the position before; they tell that more follows.
_LONG_STEP, _HEADING_MARK, _TITLE_MARK = 252, 253, 254
_STEP_BYTES = 4

MARKS = re.compile(bytes((91, _LONG_STEP, 45, _TITLE_MARK, 93)))
"""Those that are no step."""


def encode(positions: Sequence[int]) -> bytes:
    """Ascending positions as steps of one byte, with marks where heading and title begin."""
    if positions[-1] < HEADING:
        one_byte_steps = [positions[0], *map(sub, positions[1:], positions)]
        if max(one_byte_steps) < _LONG_STEP:
            return bytes(one_byte_steps)
    steps = bytearray()
    last = 0
    for position in positions:
        if position >= HEADING > last and position < TITLE:
            steps.append(_HEADING_MARK)
            last = HEADING
        elif position >= TITLE > last:
            steps.append(_TITLE_MARK)
            last = TITLE
        step = position - last
        if step < _LONG_STEP:
            steps.append(step)
        else:
            steps.append(_LONG_STEP)
            steps += step.to_bytes(_STEP_BYTES, "little")
        last = position
    return bytes(steps)


def decode(value: bytes) -> list[int]:
    """The positions that `encode` wrote."""
    if len(value) == 1:
        return [value[0]]
    if max(value) < _LONG_STEP:
        return list(accumulate(value))
    positions: list[int] = []
    last = at = 0
    while at < len(value):
        step = value[at]
        at += 1
        if step == _HEADING_MARK:
            last = HEADING
            continue
        if step == _TITLE_MARK:
            last = TITLE
            continue
        if step == _LONG_STEP:
            step = int.from_bytes(value[at : at + _STEP_BYTES], "little")
            at += _STEP_BYTES
        last += step
        positions.append(last)
    return positions


def posting(positions: Sequence[int]) -> Posting:
    """The posting of a term that stands at some positions."""
    value = encode(positions)
    return posting_code(int(weight(positions)), len(value)), value


def posting_weight(posting: Posting) -> int:
    """What a term counts where it stands so."""
    coded, value = posting
    return int(weight(decode(value))) if coded == LARGE else CODES[coded][0]


def posting_code(weight: int, size: int) -> int:
    """The code of a weight, and of so many bytes of positions."""
    return (weight - 1) * (_SMALL - 1) + size - 1 if weight < _SMALL > size else LARGE


class _SinglePostings(dict[int, Posting]):
    """The posting of a term that stands at one position: most do, and at few."""

    def __missing__(self, position: int) -> Posting:
        single_posting = posting((position,))
        if len(self) < EVIDENCE:
            self[position] = single_posting
        return single_posting


_SINGLE = _SinglePostings()


class _FieldPostings:
    """The postings of one field of a passage, and its length, as terms come."""

    def __init__(self) -> None:
        self.postings: dict[str, Posting] = {}
        self.length = 0

    def merge(self, term: str, places: Sequence[int]) -> None:
        """Add more places to a term that is there.

        `attack` and `attacks` have one stem; so may a joined word and its first part, at one
        position: `over-s`, `over`.
        """
        old_positions = decode(self.postings[term][1])
        all_positions = sorted({*old_positions, *places})
        self.postings[term] = posting(all_positions)
        self.length += len(all_positions) - len(old_positions)

    def inverted(self) -> InvertedField:
        """What was added."""
        return InvertedField(self.postings, length_code(self.length))


def fingerprint_sample() -> str:
    """What a sample text and its metadata become, so that a changed analysis is noticed."""
    sample = (
        "ISIS-K's U.S. NGOs, al-Qaeda: 1,000 terrorists’ 9/11 TROOPS organised generally "
        "Erdoğan Афганистан 领英推荐 policies running counter-terrorism news Isis LeT the"
    )
    facts = invert_facts({"author": ("A B",), "date": ("2024-05",), "file": ("a/b.txt",)})
    return " ".join(chain(facts.postings, *((str(at), *term) for at, term in terms(sample))))
