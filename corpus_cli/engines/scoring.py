"""The formula passages are ranked by."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from math import log2

Worth = Callable[[float, float], float]
"""What a term is worth by its count in a passage and the length of that."""

UNSTEMMED = 0.3
"""What the unstemmed field weighs beside the stemmed one."""

LENGTHS = tuple(round((1.033**code - 1) * 27) for code in range(256))
"""The field lengths that one byte can tell, by code: those of Whoosh."""


def coarse(length: int) -> int:
    """The code of a field length: of the next of `LENGTHS` that is not less."""
    return min(bisect_left(LENGTHS, length), 255)


def total_length(codes: Iterable[int]) -> int:
    """The sum of lengths that are told by their codes."""
    return sum(map(LENGTHS.__getitem__, codes))


def inexpb2(*, passages: int, average: float, found: int, count: float) -> Worth:
    """The score of one term in a passage, as a function of its count there and the length.

    InExpB2, the divergence from randomness of Amati and van Rijsbergen (ACM TOIS 20(4),
    2002): inverse expected document frequency, Bernoulli after-effect, second
    normalisation with c = 1. No parameter to tune.

    `passages` is how many there are, `average` their mean length in this field, `found`
    how many hold the term, `count` how often it stands in all of them.
    """
    expected = passages * (1.0 - ((passages - 1.0) / passages) ** count)
    gain = (count + 1.0) / found * log2((passages + 1.0) / (expected + 0.5))

    def score(here: float, length: float) -> float:
        normal = here * log2(1.0 + average / length) if length else here
        return gain * normal / (normal + 1.0)

    return score


class Table(dict[tuple[float, int], float]):
    """What a term is worth by its count in a passage and the code of that one's length."""

    def __init__(self, worth: Worth, weight: float) -> None:
        super().__init__()
        self._worth = worth
        self._weight = weight

    def __missing__(self, key: tuple[float, int]) -> float:
        count, code = key
        score = self[key] = self._weight * self._worth(count, LENGTHS[code])
        return score
