"""The formula that ranks passages."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from math import log2

TermFormula = Callable[[float, float], float]
"""A function from the count of a term in a passage and the passage's length to a score."""

UNSTEMMED_WEIGHT = 0.3
"""The weight of the unstemmed field; that of the stemmed one is 1."""

LENGTHS = tuple(round((1.033**code - 1) * 27) for code in range(256))
"""The field lengths that one byte can encode, by code, as in Whoosh."""


def length_code(length: int) -> int:
    """Return the code of a field length, rounded up to the next of `LENGTHS`."""
    return min(bisect_left(LENGTHS, length), 255)


def total_length(codes: Iterable[int]) -> int:
    """Return the sum of the lengths with these codes."""
    return sum(map(LENGTHS.__getitem__, codes))


def level_length(length: float, average: float, length_share: float) -> float:
    """Return a length between a passage's own, if `length_share` is 1, and the average, if 0."""
    return (1.0 - length_share) * average + length_share * length


def inexpb2(
    *,
    passages: int,
    average: float,
    document_frequency: int,
    count: float,
    length_share: float = 1.0,
) -> TermFormula:
    """Return the score of one term in a passage as a function of its count there and the length.

    InExpB2, the divergence from randomness of Amati and van Rijsbergen (ACM TOIS 20(4),
    2002): inverse expected document frequency, Bernoulli after-effect, second
    normalisation with c = 1. No parameter to tune.

    `passages` is the number of all passages, `average` their mean length in this field,
    `document_frequency` the number of passages with the term, and `count` the number of its
    occurrences in all of them. The length that counts is that of `level_length`.
    """
    expected = passages * (1.0 - ((passages - 1.0) / passages) ** count)
    gain = (count + 1.0) / document_frequency * log2((passages + 1.0) / (expected + 0.5))

    def score(count_in_passage: float, length: float) -> float:
        normal = count_in_passage
        if length:
            normal *= log2(1.0 + average / level_length(length, average, length_share))
        return gain * normal / (normal + 1.0)

    return score


class ScoreTable(dict[tuple[float, int], float]):
    """A cache of a term's scores by its count in a passage and the code of the passage's length."""

    def __init__(self, worth: TermFormula, weight: float) -> None:
        super().__init__()
        self._worth = worth
        self._weight = weight

    def __missing__(self, key: tuple[float, int]) -> float:
        count, code = key
        score = self[key] = self._weight * self._worth(count, LENGTHS[code])
        return score
