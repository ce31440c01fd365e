"""A passage as postings: which terms stand at which positions."""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Literal, NamedTuple

from corpus_cli.engines.port import Facts
from corpus_cli.engines.scoring import coarse
from corpus_cli.model import EVIDENCE, Passage
from corpus_cli.text.tokenise import terms, tokenise

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


class Posting(NamedTuple):
    """One term of a passage: its positions encoded, how many, and what they count."""

    term: str
    frequency: int
    weight: float
    value: bytes


class Inverted(NamedTuple):
    """One field of one passage: its postings, and its length in terms.

    The length is as coarse as one byte holds it, so that sums and means of it do not
    depend on whether an engine has stored it in between.
    """

    postings: tuple[Posting, ...]
    length: int


def invert(passage: Passage) -> tuple[Inverted, Inverted]:
    """The stemmed and the unstemmed field of a passage.

    Heading and title are folded into both, in position ranges of their own: as a field
    apart they would rank worse. The length counts them once.
    """
    stems: defaultdict[str, list[int]] = defaultdict(list)
    words: defaultdict[str, list[int]] = defaultdict(list)
    own = terms(passage.text)
    for read, base in (
        (own, 0),
        (_terms(passage.heading), HEADING),
        (_terms(passage.title if len(passage.title) <= EVIDENCE else ""), TITLE),
    ):
        for position, word, stemmed in read:
            words[word].append(position + base)
            if stemmed:
                stems[stemmed].append(position + base)
    return _inverted(stems), _inverted(words)


@lru_cache(256)
def _terms(text: str) -> Sequence[tuple[int, str, str]]:
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
                # A name that is no text has no place in an index of texts: it is replaced.
                whole = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                found[f"{name}:{whole}"].append(base)
                continue
            last = 0
            for token in tokenise(value):
                found[f"{name}:{token.term}"].append(base + token.position)
                last = token.position
            base += last + _GAP
    return _inverted(found)


def weight(positions: Sequence[int]) -> float:
    """How often a term counts by its ascending positions: once each, in the title otherwise.

    Twice where the passage's own text has it, else `ALONE`: a short passage that says nothing
    of it would come first, for its article's title is most of its words.
    """
    titled = len(positions) - bisect_left(positions, TITLE)
    return len(positions) - titled + titled * (TITLED if positions[0] < HEADING else ALONE)


def encode(positions: Sequence[int]) -> bytes:
    """Positions as 32-bit integers of this machine."""
    return array("I", positions).tobytes()


def decode(value: bytes) -> "array[int]":
    """The positions that `encode` wrote."""
    return array("I", value)


def _inverted(found: Mapping[str, list[int]]) -> Inverted:
    postings = tuple(_posting(term, where) for term, where in found.items())
    return Inverted(postings, coarse(sum(posting.frequency for posting in postings)))


def _posting(term: str, where: list[int]) -> Posting:
    # A joined word and its first part may have one stem: `over-s`, `over`.
    positions = list(dict.fromkeys(where)) if len(where) > 1 else where
    return Posting(term, len(positions), weight(positions), encode(positions))


def fingerprint_sample() -> str:
    """What a sample text and its metadata become, so that a changed analysis is noticed."""
    sample = (
        "ISIS-K's U.S. NGOs, al-Qaeda: 1,000 terrorists’ 9/11 TROOPS organised generally "
        "Erdoğan Афганистан 领英推荐 policies running counter-terrorism news Isis LeT the"
    )
    known = invert_facts({"author": ("A B",), "date": ("2024-05",), "file": ("a/b.txt",)})
    facts = [posting.term for posting in known.postings]
    return " ".join(chain(facts, *((str(p), w, s) for p, w, s in terms(sample))))
