"""Find the abbreviations that a text explains."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from corpus_cli.text.data import listed
from corpus_cli.text.normalise import fold, unify
from corpus_cli.text.stem import stop_words

LONGEST = 12
"""The most characters of an abbreviation."""

_BRACKET = re.compile(r"\(([^()\n]{2,120})\)")
_SHORT = re.compile(r"[^\W_][\w&./'-]*")
_BEFORE = re.compile(r"(?:^|(?<=[\s\"'(]))[^\W\d_][\w&./-]*(?=[\"']?\s*$)")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# A full stop ends a sentence after a small letter; after a capital it may be `U.S.`.
_END = re.compile(r"[;:!?()\[\]\n]|(?<=[^\W\d_A-Z]{2})\.\s|\.[\"']\s")
# `Robert Aderholt (R-AL)` is a party and a state.
_SEAT = re.compile(r"[A-Z]-")
_CAPITALS = 2
_MORE_WORDS = 5
_SKIPPED = 1.0
_INSIDE = 0.1


class Explained(NamedTuple):
    """An abbreviation, its long form, and where the abbreviation begins, in code points."""

    short: str
    long: str
    at: int


def explained(text: str) -> Iterator[Explained]:
    """Yield the abbreviations that a text explains, as `Long Name (LN)` or `LN (Long Name)`.

    After A. Schwartz and M. Hearst, "A simple algorithm for identifying abbreviation
    definitions in biomedical text" (PSB 2003), with two changes: a word gives its first
    letter before any other, and particles may be passed over (`Tehreek-e-Taliban`).
    """
    if "(" not in text:
        return
    same = unify(text)
    for bracket in _BRACKET.finditer(same):
        inside = bracket[1].strip(" \"'")
        first = re.split(r"[,;]|(?<!\s)\s++(?:or|and)\s", inside, maxsplit=1)[0].strip(" \"'")
        left = _clause(same, bracket.start())
        short = first.removeprefix("the ").removesuffix("'s").strip(" \"'")
        if _is_short(short):
            if long := _long(short, left):
                yield Explained(short, text[long.start : long.end], bracket.start(1))
        elif before := _BEFORE.search(left.text):
            written = before[0].strip(" \"'")
            whole = _Clause(first, bracket.start(1) + same[bracket.start(1) :].find(first))
            if _is_short(written) and (long := _long(written, whole, whole=True)):
                at = left.start + before.start()
                yield Explained(written, text[long.start : long.end], at)


_FAR = 1_000


class _Clause(NamedTuple):
    text: str
    start: int


class _Range(NamedTuple):
    start: int
    end: int


def _clause(text: str, end: int) -> _Clause:
    """Return the text from the last end of a sentence to a bracket, at most `_FAR` characters."""
    near = max(0, end - _FAR)
    start = max((end_match.end() for end_match in _END.finditer(text, near, end)), default=near)
    return _Clause(text[start:end], start)


def _is_short(written: str) -> bool:
    letters = sum(map(str.isalpha, written))
    return (
        bool(_SHORT.fullmatch(written))
        and len(written) <= LONGEST
        and sum(map(str.isupper, written)) >= _CAPITALS
        and 2 * sum(map(str.isupper, written)) >= letters
        and not _SEAT.match(written)
    )


def _long(short: str, clause: _Clause, *, whole: bool = False) -> _Range | None:
    """Return the range of the long form: the cheapest match, of equal ones the shortest."""
    signs = fold("".join(filter(str.isalnum, short.removesuffix("s"))))
    # The 2 of ILC2 is not its last letter: group 2 innate lymphoid cells.
    letters = "".join(filter(str.isalpha, signs))
    return _fitted(short, signs, clause, whole=whole) or (
        _fitted(short, letters, clause, whole=whole) if letters != signs else None
    )


def _fitted(short: str, letters: str, clause: _Clause, *, whole: bool) -> _Range | None:
    words = list(_WORD.finditer(clause.text))
    most = min(len(letters) + _MORE_WORDS, 2 * len(letters) + 2)
    if whole and len(words) > most:
        return None
    words = words[-most:]
    folded = tuple(fold(word[0]) for word in words)
    best: tuple[float, int] | None = None
    for i in range(len(words) - 1):
        if whole and any(word not in _particles() for word in folded[:i]):
            break
        if short in (word[0] for word in words[i:]):
            continue
        if words[i][0] in stop_words():
            continue
        if letters and folded[i].startswith(letters[0]):
            cost = _cost(letters, folded[i:])
            if cost is not None:
                best = min(best or (cost, -i), (cost, -i))
    if best is None:
        return None
    end = words[-1].end() - (2 if words[-1][0][-2:].lower() == "'s" else 0)
    return _Range(clause.start + words[-best[1]].start(), clause.start + end)


def _cost(letters: str, words: Sequence[str]) -> float | None:
    """Return the cost of taking the letters from the words, 0 for initials; None if impossible."""
    # costs[n] is the cheapest way to have used up n letters by the words so far.
    costs: dict[int, float] = {0: 0.0}
    for word in words:
        following: dict[int, float] = {}
        skip = 0.0 if word in _particles() else _SKIPPED
        for used, so_far in costs.items():
            if used:
                _better(following, used, so_far + skip)
            for taken in range(1, _fitting(letters[used:], word) + 1):
                _better(following, used + taken, so_far + _INSIDE * (taken - 1))
        costs = following
    # US does not abbreviate UN Security Council.
    allowed = _SKIPPED if len(letters) <= _CAPITALS else 2 * _SKIPPED
    cost = costs.get(len(letters), allowed)
    return cost if cost < allowed else None


def _better(costs: dict[int, float], used: int, cost: float) -> None:
    costs[used] = min(cost, costs.get(used, cost))


def _fitting(letters: str, word: str) -> int:
    """Count the letters that a word contains in order, from its first letter on."""
    if not letters or not word.startswith(letters[0]):
        return 0
    at, matched = 0, 0
    for letter in letters:
        at = word.find(letter, at) + 1
        if not at:
            break
        matched += 1
    return matched


@cache
def _particles() -> frozenset[str]:
    return stop_words() | set(map(fold, listed("particles.txt")))
