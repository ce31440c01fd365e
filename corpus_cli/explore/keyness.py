"""Compare how often words occur in two texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from corpus_cli.explore.association import log_likelihood, log_ratio
from corpus_cli.explore.passage_words import is_stop_word


class TypicalWord(NamedTuple):
    """A word that is more frequent in one text than in another, with how often it is in both.

    `log_ratio` is the size of the difference, `log_likelihood` how sure it is.
    """

    word: str
    frequency: int
    reference_count: int
    log_ratio: float
    log_likelihood: float


def find_typical_words(
    counts: Mapping[str, int],
    reference: Mapping[str, int],
    reference_total: int,
    *,
    minimum: int,
    with_stop_words: bool = False,
) -> list[TypicalWord]:
    """Return the words that are more frequent than in the reference, the surest first.

    `counts` and `reference` have the count of each word; a word counts from `minimum` on. Both
    sides are texts of their own: what is compared with is not part of what is counted. It has
    `reference_total` words, and `reference` has at least those that are counted.
    """
    total = sum(counts.values())
    if not total or not reference_total:
        return []
    words = []
    for word, count in counts.items():
        if count < minimum or (is_stop_word(word) and not with_stop_words):
            continue
        other = reference.get(word, 0)
        likelihood = log_likelihood(count, total, count + other, total + reference_total)
        if likelihood > 0:
            ratio = log_ratio(count, total, other, reference_total)
            words.append(TypicalWord(word, count, other, ratio, likelihood))
    words.sort(key=lambda one: (-one.log_likelihood, -one.log_ratio, one.word))
    return words
