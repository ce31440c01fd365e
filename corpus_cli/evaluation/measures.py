"""Measure rankings by relevance judgments, and compare runs."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

MEASURES = ("nDCG@10", "MAP", "R@100", "MRR@10")

DEPTH = 1_000
"""The number of documents of a ranking that are measured."""

_TOP = 10
_RECALLED = 100
_ROUNDS = 10_000
_SAME = 1e-9

MeasureValues = tuple[float, ...]
"""The value of each measure, in the order of `MEASURES`."""


def measure_ranking(relevant: Mapping[str, int], ranking: Sequence[str]) -> MeasureValues:
    """Return the measures of the ranking of one query, in which no document occurs twice.

    `relevant` has at least one document, with grades above 0. In nDCG the gain is the grade,
    and the ideal ranking has all relevant documents. For one query MAP is the average precision
    and MRR the reciprocal rank.
    """
    gains = [relevant.get(document, 0) for document in ranking[:DEPTH]]
    ranks = [rank for rank, gain in enumerate(gains, 1) if gain]
    return (
        _dcg(gains) / _dcg(sorted(relevant.values(), reverse=True)),
        sum(relevant_so_far / rank for relevant_so_far, rank in enumerate(ranks, 1))
        / len(relevant),
        sum(rank <= _RECALLED for rank in ranks) / len(relevant),
        1 / ranks[0] if ranks and ranks[0] <= _TOP else 0.0,
    )


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:_TOP], 1))


def means(values: Sequence[MeasureValues]) -> MeasureValues:
    """Return the mean of each measure over all queries."""
    return tuple(math.fsum(column) / len(values) for column in zip(*values, strict=True))


class Comparison(NamedTuple):
    """The numbers of queries on which the first run is better, equal and worse; the p-value.

    `p` is that of a two-sided randomisation test: the share of random assignments of signs to
    the differences in which their sum is at least as large as observed.
    """

    wins: int
    ties: int
    losses: int
    p: float


def compare(values: Sequence[float], other_values: Sequence[float]) -> Comparison:
    """Compare the values of one measure for two runs, query by query."""
    differences = [one - other for one, other in zip(values, other_values, strict=True)]
    wins = sum(one > _SAME for one in differences)
    losses = sum(one < -_SAME for one in differences)
    return Comparison(wins, len(differences) - wins - losses, losses, _chance(differences))


def _chance(differences: Sequence[float]) -> float:
    """Return the p-value of the differences; the seed is fixed, so that it is reproducible."""
    observed, drawn = abs(sum(differences)) - 1e-12, random.Random(1).random  # noqa: S311 - no secret
    extreme = sum(
        abs(sum(one if drawn() < 0.5 else -one for one in differences)) >= observed  # noqa: PLR2004 - a coin
        for _ in range(_ROUNDS)
    )
    return (extreme + 1) / (_ROUNDS + 1)
