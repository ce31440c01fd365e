"""What articles explain, to senses of abbreviations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from corpus_cli.model import Definition
from corpus_cli.text.stem import stop_words
from corpus_cli.text.tokenise import key

COMMON = 3
"""How many articles have to explain an abbreviation before it means that in the others."""

_ALIKE = 0.7
_WORD_ALIKE = 0.6


class Sense(NamedTuple):
    """One thing an abbreviation stands for: how both are written, and where that is said.

    `places` are pairs of article and line. It is `common` if at least `COMMON` articles
    explain the abbreviation so, near-copies counted once, and none explains it otherwise.
    """

    short: tuple[str, ...]
    long: tuple[str, ...]
    places: tuple[tuple[str, int], ...]
    common: bool


def alike(left: str, right: str) -> bool:
    """Whether two long forms of one abbreviation are one name, spelt or cut differently.

    Their letters agree as a whole, and each word of the one with fewer finds a word of the
    other that is spelt alike: `national security adviser` is not the National Security
    Agency.
    """
    few, many = sorted((key(left).split(), key(right).split()), key=len)
    return likeness(" ".join(few), " ".join(many)) >= _ALIKE and all(
        word in stop_words() or max(likeness(word, other) for other in many) >= _WORD_ALIKE
        for word in few
    )


def likeness(left: str, right: str) -> float:
    """How alike two strings are, from 0 to 1, by the letters they have in a row.

    Ratcliff and Obershelp, "Pattern Matching: the Gestalt Approach" (Dr. Dobb's Journal,
    July 1988).
    """
    return 1.0 if left == right else SequenceMatcher(None, left, right, autojunk=False).ratio()


def senses(
    definitions: Sequence[tuple[str, Definition]], clusters: Iterable[Sequence[str]] = ()
) -> list[Sense]:
    """Definitions whose short forms fold alike and whose long forms are close, together.

    `clusters` are the ids of near-copies.
    """
    original = {copy: cluster[0] for cluster in clusters for copy in cluster}
    by_short: defaultdict[str, list[tuple[str, Definition]]] = defaultdict(list)
    for article, found in definitions:
        by_short[key(found.short).replace(" ", "")].append((article, found))
    return [sense for _, group in sorted(by_short.items()) for sense in _apart(group, original)]


def _apart(group: Sequence[tuple[str, Definition]], original: Mapping[str, str]) -> list[Sense]:
    """The senses of one abbreviation, the most frequent first."""
    longs = Counter(found.long for _, found in group)
    clusters: list[list[str]] = []
    for long, _ in sorted(longs.items(), key=lambda item: (-item[1], item[0])):
        near = next((c for c in clusters if any(alike(long, one) for one in c)), None)
        if near is None:
            clusters.append([long])
        else:
            near.append(long)
    independent = {original.get(article, article) for article, _ in group}
    common = len(clusters) == 1 and len(independent) >= COMMON
    return [_sense(group, cluster, common=common) for cluster in clusters]


def _sense(group: Sequence[tuple[str, Definition]], longs: list[str], *, common: bool) -> Sense:
    held = [(article, found) for article, found in group if found.long in longs]
    shorts = Counter(found.short for _, found in held)
    return Sense(
        tuple(short for short, _ in sorted(shorts.items(), key=lambda item: (-item[1], item[0]))),
        tuple({key(long): long for long in reversed(longs)}.values())[::-1],
        tuple((article, found.line) for article, found in held),
        common,
    )
