"""Group explanations into senses of abbreviations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from corpus_cli.model import Definition, Name
from corpus_cli.text.stem import stop_words
from corpus_cli.text.tokenise import exact, key

MIN_ARTICLES = 3
"""How many articles must explain an abbreviation before it means that in every article."""

_MIN_LIKENESS = 0.7
_MIN_WORD_LIKENESS = 0.6


class Sense(NamedTuple):
    """One meaning of an abbreviation: its short and long forms, and where they are explained.

    `locations` are pairs of article and line. `articles` is the number of articles that explain
    it, `rival_articles` that of the articles that explain another sense; near-copies count once.
    """

    short: tuple[str, ...]
    long: tuple[str, ...]
    locations: tuple[tuple[str, int], ...]
    articles: int
    rival_articles: int

    @property
    def common(self) -> bool:
        """Return whether at least `MIN_ARTICLES` articles explain it, and none another sense."""
        return self.articles >= MIN_ARTICLES and not self.rival_articles


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
    return [_make_sense(group, cluster, cluster_ids) for cluster in clusters]


def _make_sense(
    group: Sequence[tuple[str, Definition]], longs: list[str], cluster_ids: Mapping[str, str]
) -> Sense:
    definitions = [
        (article, definition) for article, definition in group if definition.long in longs
    ]
    shorts = Counter(definition.short for _, definition in definitions)
    elsewhere = [article for article, definition in group if definition.long not in longs]
    return Sense(
        tuple(short for short, _ in sorted(shorts.items(), key=lambda item: (-item[1], item[0]))),
        tuple({key(long): long for long in reversed(longs)}.values())[::-1],
        tuple((article, definition.line) for article, definition in definitions),
        len({cluster_ids.get(article, article) for article, _ in definitions}),
        len({cluster_ids.get(article, article) for article in elsewhere}),
    )


def describe_reach(sense: Sense, name: Name | None, other_names: Iterable[Name]) -> str:
    """Return in which articles the abbreviation means a sense, and why.

    `name` is the name that the sense is part of, `other_names` are those with the same form.
    """
    explained = f"{sense.articles} article{'s' if sense.articles > 1 else ''}"
    if name and {*map(exact, sense.short)} & {*map(exact, name.forms)}:
        if sense.common:
            return f"everywhere: {explained} explain it, all alike"
        return f"everywhere: {name.origin} has this form"
    reasons = [f"{one.origin} has it as {one.canonical}" for one in other_names]
    if sense.rival_articles:
        verb = "explain" if sense.rival_articles > 1 else "explains"
        reasons.append(f"{sense.rival_articles} {verb} it as something else")
    if sense.articles < MIN_ARTICLES:
        reasons.append(f"only {explained} explain{'s' if sense.articles == 1 else ''} it")
    if not reasons and name:
        reasons.append(f"{name.origin} has it as a short form")
    return f"only with the long form: {', '.join(reasons)}"
