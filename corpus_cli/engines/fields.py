"""Invert passages and metadata into postings."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain, product
from operator import sub
from typing import Literal, NamedTuple

from corpus_cli.engines.scoring import LENGTHS, length_code
from corpus_cli.model import EVIDENCE, Passage
from corpus_cli.text.tokenise import Term, place, terms, tokenise

FieldName = Literal["stems", "words", "facts", "names"]

Facts = Mapping[str, tuple[str, ...]]
"""Metadata that a query can filter by: author, source, tag, lang, path, file, date → values.

`path` and `file` have the same values: `path` is indexed as words, `file` as whole paths.
"""

HEADING = 1 << 15
"""The first position of the heading; the words of the passage's own text are below it."""

TITLE = 1 << 16
"""The first position of the title."""

CAPTIONS = 1 << 17
"""The first position of the captions of an article, which its first passage has."""

TITLED_WEIGHT, TITLE_ONLY_WEIGHT = 2.0, 1.0
"""The weight of a title word that the passage's own text also has, and of any other."""

_VALUE_GAP = 100


class Region(NamedTuple):
    """A range of positions, end exclusive."""

    start: int
    end: int


OWN = Region(0, HEADING)
IN_HEADING = Region(HEADING, TITLE)
IN_TITLE = Region(TITLE, CAPTIONS)
ANYWHERE = Region(0, 1 << 32)


Posting = tuple[int, bytes]
"""The posting of a term in one passage: a code, and the encoded positions.

The code is the index in `CODES` of its weight and size, or `LARGE` if it has none. Code 0 is the
most frequent one: a single position in the text.
"""

MAX_SMALL = 15
CODES = tuple(product(range(1, MAX_SMALL + 1), repeat=2))
"""Weight, and size of the encoded positions in bytes, by code."""

LARGE = 255


class InvertedField(NamedTuple):
    """One field of one passage: its postings, and the code of its length in terms.

    The length is rounded to a code of one byte even in memory, so that sums and means are the
    same whether or not an engine has stored it.
    """

    postings: Mapping[str, Posting]
    length_code: int

    @property
    def length(self) -> int:
        """The length in terms, as precise as one byte can hold."""
        return LENGTHS[self.length_code]


class InvertedPassage(NamedTuple):
    """The stemmed and the unstemmed field of a passage, and the positions of the latter."""

    stems: InvertedField
    words: InvertedField
    positions_by_word: Mapping[str, Sequence[int]]


def invert(passage: Passage) -> InvertedPassage:
    """Invert the text of a passage, with its heading, title and captions.

    These have their own ranges of positions: as a separate field they would rank worse. In the
    length, each word of heading and title counts once.
    """
    positions_by_term = _find_terms(passage)
    by_word = _merge_positions((term.word, at) for term, at in positions_by_term.items())
    by_stem = _merge_positions(
        (term.stem, at) for term, at in positions_by_term.items() if term.stem
    )
    return InvertedPassage(_invert_positions(by_stem), _invert_positions(by_word), by_word)


def weigh_stems(passage: Passage) -> tuple[Mapping[str, int], int]:
    """Return how often each stem of a passage counts, and its length in stems.

    Both are as in the stemmed field of `invert`, without the work of encoding its postings.
    """
    positions_by_term = _find_terms(passage)
    by_stem = _merge_positions(
        (term.stem, at) for term, at in positions_by_term.items() if term.stem
    )
    length = sum(map(_count_without_captions, by_stem.values()))
    weights = {
        # A single position counts once, wherever it is.
        stem: int(weight(positions)) if len(positions) > 1 else 1
        for stem, positions in by_stem.items()
    }
    return weights, LENGTHS[length_code(length)]


def _find_terms(passage: Passage) -> dict[Term, list[int]]:
    """Return the positions of each term in text, heading, title and captions."""
    positions_by_term: dict[Term, list[int]] = {}
    (text, _), *regions = texts_by_region(passage)
    place(text, positions_by_term)
    for region_text, base in regions:
        for position, term in _terms(region_text):
            positions_by_term.setdefault(term, []).append(position + base)
    return positions_by_term


def texts_by_region(passage: Passage) -> Iterator[tuple[str, int]]:
    """Yield the text of a passage, then its heading, title and captions, if it has them.

    Each comes with the position of its first word.
    """
    yield passage.text, 0
    if passage.heading:
        yield passage.heading, HEADING
    if passage.title and len(passage.title) <= EVIDENCE:
        yield passage.title, TITLE
    if passage.captions:
        yield passage.captions, CAPTIONS


def _merge_positions(terms: Iterable[tuple[str, Sequence[int]]]) -> dict[str, Sequence[int]]:
    """Return the positions of each term of a field, which several words may have become.

    `attack` and `attacks` have the same stem.
    """
    merged: dict[str, Sequence[int]] = {}
    for term, positions in terms:
        merged[term] = sorted({*merged[term], *positions}) if term in merged else positions
    return merged


def _invert_positions(positions_by_term: Mapping[str, Sequence[int]]) -> InvertedField:
    length = sum(map(_count_without_captions, positions_by_term.values()))
    postings = {
        term: _SINGLE[positions[0]] if len(positions) == 1 else posting(positions)
        for term, positions in positions_by_term.items()
    }
    return InvertedField(postings, length_code(length))


def _count_without_captions(positions: Sequence[int]) -> int:
    if positions[-1] < CAPTIONS:
        return len(positions)
    return bisect_left(positions, CAPTIONS)


@lru_cache(256)
def _terms(text: str) -> Sequence[tuple[int, Term]]:
    """Return the terms of a heading or title, cached because many passages share it."""
    return tuple(terms(text))


def by_language(facts: Facts, passages: Iterable[Passage]) -> Mapping[str, InvertedField]:
    """Return the inverted metadata of an article for each language of its passages."""
    return {
        language: invert_facts({**facts, "lang": (language,)} if language else facts)
        for language in {passage.language for passage in passages}
    }


def invert_facts(facts: Facts) -> InvertedField:
    """Invert metadata into terms that start with the name of their field: `author:jalali`.

    There is a gap between the values of a field, so that no phrase matches across two of them.
    """
    positions_by_term: defaultdict[str, list[int]] = defaultdict(list)
    for name, values in facts.items():
        base = 0
        for value in values:
            if name in ("date", "file", "modified"):
                positions_by_term[f"{name}:{as_text(value)}"].append(base)
                continue
            last = 0
            for token in tokenise(value):
                positions_by_term[f"{name}:{token.term}"].append(base + token.position)
                last = token.position
            base += last + _VALUE_GAP
    postings = {
        term: posting([*dict.fromkeys(positions)]) for term, positions in positions_by_term.items()
    }
    return InvertedField(postings, length_code(0))


def as_text(path: str) -> str:
    """Return a path as it is indexed: bytes that are not valid text are replaced by U+FFFD."""
    return re.sub("[\ud800-\udfff]", "\ufffd", path)


def weight(positions: Sequence[int]) -> float:
    """Return how often a term counts in a passage, from its ascending positions there.

    A position in text or heading counts once. One in the title counts `TITLED_WEIGHT` if the
    passage's own text has the term too, else `TITLE_ONLY_WEIGHT`: most words of a short passage
    are those of its article's title, so it would come first for what it does not mention. The
    captions of the article count once, and only if neither text nor heading nor title has the
    term.
    """
    # Captions are ever so long: they show that a term is there, not how often.
    counted = bisect_left(positions, CAPTIONS) or 1
    titled = counted - bisect_left(positions, TITLE, hi=counted)
    return (
        counted - titled + titled * (TITLED_WEIGHT if positions[0] < HEADING else TITLE_ONLY_WEIGHT)
    )


# A smaller byte is a step from the previous position. These mark a step of four bytes, the start
# of the heading and the start of the title.
LONG_STEP, HEADING_MARK, TITLE_MARK = 252, 253, 254
STEP_BYTES = 4

MARKS = re.compile(bytes((91, LONG_STEP, 45, TITLE_MARK, 93)))
"""A pattern of the bytes that are marks, not steps."""


def encode(positions: Sequence[int]) -> bytes:
    """Encode ascending positions as one-byte steps, with marks before long steps and regions."""
    if positions[-1] < HEADING:
        one_byte_steps = [positions[0], *map(sub, positions[1:], positions)]
        if max(one_byte_steps) < LONG_STEP:
            return bytes(one_byte_steps)
    steps = bytearray()
    last = 0
    for position in positions:
        if position >= HEADING > last and position < TITLE:
            steps.append(HEADING_MARK)
            last = HEADING
        elif position >= TITLE > last:
            steps.append(TITLE_MARK)
            last = TITLE
        step = position - last
        if step < LONG_STEP:
            steps.append(step)
        else:
            steps.append(LONG_STEP)
            steps += step.to_bytes(STEP_BYTES, "little")
        last = position
    return bytes(steps)


def decode(value: bytes) -> list[int]:
    """Return the positions that `encode` encoded."""
    if len(value) == 1:
        return [value[0]]
    if max(value) < LONG_STEP:
        return list(accumulate(value))
    positions: list[int] = []
    last = at = 0
    while at < len(value):
        step = value[at]
        at += 1
        if step == HEADING_MARK:
            last = HEADING
            continue
        if step == TITLE_MARK:
            last = TITLE
            continue
        if step == LONG_STEP:
            step = int.from_bytes(value[at : at + STEP_BYTES], "little")
            at += STEP_BYTES
        last += step
        positions.append(last)
    return positions


def count_own(value: bytes) -> int:
    """Return how many of the encoded positions are in the passage's own text."""
    mark = MARKS.search(value)
    # Every byte before the first mark is a position in the text.
    if not mark:
        return len(value)
    if value[mark.start()] == LONG_STEP:
        return bisect_left(decode(value), HEADING)
    return mark.start()


def is_in_title(position: int) -> bool:
    """Return whether a position is in the title."""
    return TITLE <= position < CAPTIONS


def starts_in_text(value: bytes) -> bool:
    """Return whether the first of these encoded positions is in the text, not above it."""
    return value[0] < HEADING_MARK


def posting(positions: Sequence[int]) -> Posting:
    """Return the posting of a term with these ascending positions."""
    value = encode(positions)
    return posting_code(int(weight(positions)), len(value)), value


def posting_weight(posting: Posting) -> int:
    """Return the weight of a posting: how often the term counts in the passage."""
    coded, value = posting
    return int(weight(decode(value))) if coded == LARGE else CODES[coded][0]


def posting_code(weight: int, size: int) -> int:
    """Return the code of a weight and a size of positions in bytes, or `LARGE`."""
    return (weight - 1) * MAX_SMALL + size - 1 if weight <= MAX_SMALL >= size else LARGE


class _SinglePostings(dict[int, Posting]):
    """A cache of the postings with a single position, as most postings are."""

    def __missing__(self, position: int) -> Posting:
        single_posting = posting((position,))
        if len(self) < EVIDENCE:
            self[position] = single_posting
        return single_posting


_SINGLE = _SinglePostings()
single_posting = _SINGLE.__getitem__
"""Return the posting of a term with a single position."""


def fingerprint_sample() -> str:
    """Return the terms of a sample text and sample metadata, which show a changed analysis."""
    sample = (
        "ISIS-K's U.S. NGOs, al-Qaeda: 1,000 terrorists’ 9/11 TROOPS organised generally "
        "Erdoğan Афганистан 领英推荐 policies running counter-terrorism news Isis LeT the "
        "Qaʿida 1267/1989 15.08.2021 AK-47s 737s l'Abbé d’Estaing ٢٠٢١ پښتو ｶﾌﾞｰﾙ เจรจา ខ្មែរ"
    )
    facts = invert_facts({"author": ("A B",), "date": ("2024-05",), "file": ("a/b.txt",)})
    return " ".join(chain(facts.postings, *((str(at), *term) for at, term in terms(sample))))
