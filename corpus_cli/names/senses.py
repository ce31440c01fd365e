"""Group explanations into senses of abbreviations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from corpus_cli.model import Definition
from corpus_cli.text.stem import stop_words
from corpus_cli.text.tokenise import key

MIN_ARTICLES = 3
"""How many articles must explain an abbreviation before it means that in every article."""

_MIN_LIKENESS = 0.7
_MIN_WORD_LIKENESS = 0.6


class Sense(NamedTuple):
    """One meaning of an abbreviation: its short and long forms, and where they are explained.

    `locations` are pairs of article and line. A sense is `common` if at least `MIN_ARTICLES`
    articles explain it, near-copies counted once, and no article explains another sense.
    """

    short: tuple[str, ...]
    long: tuple[str, ...]
    locations: tuple[tuple[str, int], ...]
    common: bool


def is_same_name(left: str, right: str) -> bool:
    """Return whether two long forms of an abbreviation are one name, spelt or cut differently.

    They are similar as a whole, and each word of the shorter one is similar to a word of the
    longer one: `national security adviser` is not the National Security Agency.
    """
    shorter, longer = sorted((key(left).split(), key(right).split()), key=len)
    return measure_likeness(" ".join(shorter), " ".join(longer)) >= _MIN_LIKENESS and all(
        word in stop_words()
        or max(measure_likeness(word, other) for other in longer) >= _MIN_WORD_LIKENESS
        for word in shorter
    )


def measure_likeness(left: str, right: str) -> float:
    """Return the similarity of two strings, from 0 to 1, by the runs of letters they share.

    Ratcliff and Obershelp, "Pattern Matching: the Gestalt Approach" (Dr. Dobb's Journal,
    July 1988).
    """
    return 1.0 if left == right else SequenceMatcher(None, left, right, autojunk=False).ratio()


def group_senses(
    definitions: Sequence[tuple[str, Definition]], clusters: Iterable[Sequence[str]] = ()
) -> list[Sense]:
    """Group pairs of article and definition into senses, by short form and similar long forms.

    `clusters` are the ids of near-copies.
    """
    cluster_ids = {copy: cluster[0] for cluster in clusters for copy in cluster}
    by_short: defaultdict[str, list[tuple[str, Definition]]] = defaultdict(list)
    for article, definition in definitions:
        by_short[key(definition.short).replace(" ", "")].append((article, definition))
    return [
        sense
        for _, group in sorted(by_short.items())
        for sense in _split_senses(group, cluster_ids)
    ]


def _split_senses(
    group: Sequence[tuple[str, Definition]], cluster_ids: Mapping[str, str]
) -> list[Sense]:
    """Return the senses of one abbreviation, the most frequent first."""
    longs = Counter(definition.long for _, definition in group)
    clusters: list[list[str]] = []
    for long, _ in sorted(longs.items(), key=lambda item: (-item[1], item[0])):
        cluster = next((c for c in clusters if any(is_same_name(long, form) for form in c)), None)
        if cluster is None:
            clusters.append([long])
        else:
            cluster.append(long)
    independent = {cluster_ids.get(article, article) for article, _ in group}
    common = len(clusters) == 1 and len(independent) >= MIN_ARTICLES
    return [_make_sense(group, cluster, common=common) for cluster in clusters]


def _make_sense(
    group: Sequence[tuple[str, Definition]], longs: list[str], *, common: bool
) -> Sense:
    definitions = [
        (article, definition) for article, definition in group if definition.long in longs
    ]
    shorts = Counter(definition.short for _, definition in definitions)
    return Sense(
        tuple(short for short, _ in sorted(shorts.items(), key=lambda item: (-item[1], item[0]))),
        tuple({key(long): long for long in reversed(longs)}.values())[::-1],
        tuple((article, definition.line) for article, definition in definitions),
        common,
    )
