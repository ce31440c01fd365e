"""How strongly two things go together, from their counts."""

from math import log, log2

_MOST_LOG_DICE = 14.0
_UNSEEN = 0.5


def log_likelihood(together: float, first: float, second: float, total: float) -> float:
    """Return the log-likelihood ratio G² of two things that occur in `total` places.

    `first` and `second` are the places with one of them, `together` those with both. It is twice
    the sum of O ln(O/E) over the four cells of their contingency table (Dunning 1993, "Accurate
    Methods for the Statistics of Surprise and Coincidence"): 3.84 is significant at 5%, 10.83 at
    0.1%. It is negative if they are together less often than by chance.
    """
    if not total:
        return 0.0
    cells = (
        (together, first * second),
        (first - together, first * (total - second)),
        (second - together, (total - first) * second),
        (total - first - second + together, (total - first) * (total - second)),
    )
    likelihood = 2 * sum(
        count * log(count * total / product) for count, product in cells if count > 0 < product
    )
    # Rounding must not make a ratio of nothing negative.
    strength = max(likelihood, 0.0)
    return -strength if together * total < first * second else strength


def log_dice(together: float, first: float, second: float) -> float:
    """Return logDice: 14 + log₂ of twice the places with both by the sum of those with each.

    It does not depend on the size of the corpus; one more means twice as often together (Rychlý
    2008, "A Lexicographer-Friendly Association Score"). `together` is not 0.
    """
    return _MOST_LOG_DICE + log2(2 * together / (first + second))


def log_ratio(count: float, total: float, other_count: float, other_total: float) -> float:
    """Return the binary logarithm of how much more frequent something is in one text.

    One more means twice as frequent (Hardie 2014, "Log Ratio: An Informal Introduction"). A count
    of 0 is taken for a half, as Hardie does, so that the ratio is finite. No total is 0.
    """
    relative = (count or _UNSEEN) / total
    return log2(relative / ((other_count or _UNSEEN) / other_total))
