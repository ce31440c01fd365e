"""Words of the corpus that a pattern or a misspelling means."""

import re
from collections.abc import Iterable, Iterator

from corpus_cli.text.normalise import fold

MOST = 1_000
"""Words that one pattern may stand for."""


def pattern(written: str) -> tuple[str, re.Pattern[str]]:
    """The fixed beginning of a pattern, and the pattern itself, both folded."""
    pieces = [fold(piece).replace("-", "") for piece in re.split(r"([*?])", written)]
    wild = {"*": ".*", "?": "."}
    expression = "".join(wild.get(piece, re.escape(piece)) for piece in pieces)
    return pieces[0], re.compile(expression, re.DOTALL)


def close(
    word: str, terms: Iterable[tuple[str, int]], limit: int
) -> Iterator[tuple[int, int, str]]:
    """`(edits, -passages, term)` of the terms within `limit` edits of a folded word."""
    letters = set(word)
    for term, passages in terms:
        # Every edit changes at most two letters of the set: most words are ruled out by that.
        if (
            abs(len(term) - len(word)) <= limit
            and len(letters.symmetric_difference(term)) <= 2 * limit
            and not term.startswith("=")
        ):
            distance = edits(word, term, limit)
            if distance <= limit:
                yield distance, -passages, term


def edits(left: str, right: str, limit: int) -> int:
    """Inserts, deletes, replacements and swaps of neighbours between two words.

    Optimal string alignment; stops at `limit + 1` once no better is possible.
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        row = [i]
        for j, other in enumerate(right, 1):
            best = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (char != other))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
        before, above = above, row
    return above[-1]
