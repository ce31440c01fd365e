"""The formula passages are ranked by."""

from bisect import bisect_left
from collections.abc import Callable
from math import log2

Worth = Callable[[float, float], float]
"""What a term is worth by its count in a passage and the length of that."""

UNSTEMMED = 0.3
"""What the unstemmed field weighs beside the stemmed one."""

_LENGTHS = tuple(round((1.033**code - 1) * 27) for code in range(256))


def coarse(length: int) -> int:
    """A field length as one byte can hold it: the next of 256 steps, as Whoosh stores it."""
    return _LENGTHS[min(bisect_left(_LENGTHS, length), 255)]


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
