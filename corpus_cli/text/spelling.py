"""Compare words that differ in spelling only."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from heapq import heappop, heappush
from itertools import chain, permutations
from math import inf
from typing import NamedTuple

from corpus_cli.text.data import toml
from corpus_cli.text.normalise import fold

# Letters that write one sound in names in Latin script.
_SOUNDS = (
    ("tch", "c"),
    ("sch", "s"),
    ("dzh", "j"),
    ("dj", "j"),
    ("ph", "f"),
    ("ch", "c"),
    ("kh", "h"),
    ("gh", "g"),
    ("dh", "d"),
    ("th", "t"),
    ("sh", "s"),
    ("zh", "z"),
    ("ck", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("w", "v"),
)
# How German and French read what English reads otherwise, as letters of `_SOUNDS`.
_READINGS = (
    {"tsch": "tch", "dsch": "dj", "sch": "sh", "ch": "kh", "z": "ts", "j": "y"},
    {"tch": "tch", "dj": "dj", "ch": "sh", "j": "zh"},
)
_SILENT = re.compile(r"[aeiouyh]")
_DOUBLE = re.compile(r"(.)\1+")

_VOWELS = frozenset("aeiouy")
_MIN_CONSONANTS = 2

_ANOTHER_LETTER = 1.0
_ANOTHER_VOWEL = 0.35
_FIRST_MISSING = 0.3
_SWAPPED = 0.7
_SWAPPED_VOWEL = 0.5
_MIN_STEM = 3
_MAX_GROUP = 5


@lru_cache(65_536)
def skeleton(word: str) -> str:
    """Return the consonants of a word on which romanisations agree.

    Tahreek, Tehrik and Tahrik have the same ones, as do Khorasan and Khurasan.
    """
    folded = fold(word)
    for letters, sound in _SOUNDS:
        folded = folded.replace(letters, sound)
    return _DOUBLE.sub(r"\1", folded[:1] + _SILENT.sub("", folded[1:]))


def spelling_key(word: str) -> str:
    """Return what most spellings of one name share: the consonants; empty for fewer than two."""
    consonants = skeleton(word)
    if len(consonants) < _MIN_CONSONANTS:
        return ""
    # Erbil is Irbil, Julia is Yulia, Gaddafi is Qaddafi, and Kundus is Kunduz.
    first = consonants[0]
    first = "a" if first in _VOWELS or first == "j" else "k" if first == "g" else first
    return (first + consonants[1:]).replace("z", "s")


def spelling_keys(word: str) -> Sequence[str]:
    """Return the keys of a word as English, German and French read its letters.

    Janukowitsch has the key of Yanukovych, and Tymochenko that of Tymoshenko.
    """
    folded = fold(word)
    readings = [folded, *(_read_as(folded, sounds) for sounds in _READINGS)]
    return [key for key in dict.fromkeys(map(spelling_key, readings)) if key]


def _read_as(word: str, sounds: Mapping[str, str]) -> str:
    return re.sub("|".join(sounds), lambda letters: sounds[letters[0]], word)


def differ_in_ending(left: str, right: str) -> bool:
    """Return whether one word is the other with an ending that makes another word of it."""
    for ending, replacements in _costs().endings:
        for one, other in ((left, right), (right, left)):
            stem = one.removesuffix(ending) if one.endswith(ending) else ""
            is_long = len(stem) >= _MIN_STEM
            if is_long and other.startswith(stem) and other[len(stem) :] in replacements:
                return True
    return False


def spelling_cost(left: str, right: str, limit: float) -> float:
    """Return how unlikely it is that two folded words spell one name: 0 if they are equal.

    It is the cost of the cheapest way to turn one word into the other: by letters that are written
    for one sound, letters that one of them lacks, and mistakes in typing; see data/spelling.toml. A
    cost above `limit` is returned as infinity.

    The ways are tried in the order of their costs (E. W. Dijkstra, "A note on two problems in
    connexion with graphs", Numerische Mathematik 1, 1959).
    """
    ways, done = [(0.0, 0, 0)], set[tuple[int, int]]()
    while ways:
        cost, at_left, at_right = heappop(ways)
        if (at_left, at_right) == (len(left), len(right)):
            return cost
        if (at_left, at_right) in done:
            continue
        done.add((at_left, at_right))
        for step_cost, step_left, step_right in _steps(left[at_left:], right[at_right:]):
            total = cost + step_cost
            if not (at_left or at_right) and not (step_left and step_right):
                total += _FIRST_MISSING
            if total <= limit:
                heappush(ways, (total, at_left + step_left, at_right + step_right))
    return inf


class _Costs(NamedTuple):
    """The tables of data/spelling.toml.

    `groups` are by the letters that are replaced: what may replace them, each with its cost.
    """

    groups: Mapping[str, Sequence[tuple[str, float]]]
    missing: Mapping[str, float]
    missing_at_end: Mapping[str, float]
    endings: Sequence[tuple[str, frozenset[str]]]


@cache
def _costs() -> _Costs:
    tables = toml("spelling")
    groups: defaultdict[str, dict[str, float]] = defaultdict(dict)
    # The groups are in the order of their costs, and letters may be in several.
    for group in tables["groups"]:
        for letters, other in chain.from_iterable(
            permutations(row.split(), 2) for row in group["letters"]
        ):
            groups[letters].setdefault(other, group["cost"])
    return _Costs(
        {letters: tuple(replacements.items()) for letters, replacements in groups.items()},
        tables["missing"],
        tables["missing_at_end"],
        [(ending, frozenset(endings.split())) for ending, endings in tables["endings"].items()],
    )


def _steps(left: str, right: str) -> Iterator[tuple[float, int, int]]:
    """Yield each way to turn the first letters of `left` into those of `right`.

    A way is its cost, and how many letters of each it uses.
    """
    costs = _costs()
    if left:
        yield _cost_of_missing(left, costs), 1, 0
    if right:
        yield _cost_of_missing(right, costs), 0, 1
    if not (left and right):
        return
    if left[0] == right[0]:
        yield 0.0, 1, 1
    else:
        vowels = (left[0] in _VOWELS) + (right[0] in _VOWELS)
        yield _ANOTHER_VOWEL if vowels > 1 else _ANOTHER_LETTER, 1, 1
        if left[:2] == right[1::-1]:
            yield _SWAPPED_VOWEL if vowels else _SWAPPED, 2, 2
    for length in range(1, min(len(left), _MAX_GROUP) + 1):
        for letters, cost in costs.groups.get(left[:length], ()):
            if right.startswith(letters):
                yield cost, length, len(letters)


def _cost_of_missing(letters: str, costs: _Costs) -> float:
    """Return the cost of leaving out the first letter, which may be the last one of its word."""
    cost = costs.missing.get(letters[0], _ANOTHER_LETTER)
    return min(cost, costs.missing_at_end.get(letters, _ANOTHER_LETTER))
