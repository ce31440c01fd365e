"""Find the terms that match a pattern or a misspelt word."""

import re
from collections.abc import Callable, Iterable, Iterator

from corpus_cli.text.normalise import fold

MAX_TERMS = 1_000
"""The most words that are searched for one pattern."""


def fold_pattern(written: str) -> str:
    """Fold a pattern like a term and remove its hyphens; `*` and `?` do not change."""
    pieces = re.split(r"([*?]+)", written)
    return "".join(piece if piece[:1] in "*?" else fold(piece) for piece in pieces).replace("-", "")


def literal_prefix(folded: str) -> str:
    """Return the text before the first `*` or `?` of a pattern."""
    return re.split(r"[*?]", folded, maxsplit=1)[0]


def matches(folded: str, term: str) -> bool:
    """Return whether a term matches a pattern: `*` is any letters, `?` one.

    Only the latest `*` is ever extended, so the time stays short for a pattern with many.
    """
    pattern_index = term_index = star_index = 0
    star = -1
    while term_index < len(term):
        if pattern_index < len(folded) and folded[pattern_index] == "*":
            star, star_index = pattern_index, term_index
            pattern_index += 1
        elif pattern_index < len(folded) and folded[pattern_index] in ("?", term[term_index]):
            pattern_index += 1
            term_index += 1
        elif star >= 0:
            star_index += 1
            pattern_index, term_index = star + 1, star_index
        else:
            return False
    return not folded[pattern_index:].strip("*")


def glob(pattern: str) -> Callable[[str], bool]:
    """Return a function that checks whether a path matches a pattern as in .gitignore.

    A match may begin at any folder of the path. A pattern with a leading slash matches only from
    the top: the folder that contains the corpus, or the root for a path outside it.
    """
    from corpus_cli.text.globs import parse

    # Brackets match any character: few users know them as sets, and not every set is valid.
    line = re.sub(r"[\[\]\\\n]", "?", pattern)
    parsed = parse(line if line[:1] == "/" else f"**/{line}")
    return lambda path: parsed is not None and parsed.fits(path.removeprefix("/"))


def terms_within(word: str, terms: Iterable[str], limit: int) -> Iterator[tuple[int, str]]:
    """Yield `(edits, term)` for each term within `limit` edits of a folded word."""
    letters = set(word)
    shortest, longest = len(word) - limit, len(word) + limit
    for term in terms:
        # An edit changes at most two letters of the set, and this check excludes most terms.
        if (
            shortest <= len(term) <= longest
            and len(letters.symmetric_difference(term)) <= 2 * limit
            and not term.startswith("=")
        ):
            distance = edit_distance(word, term, limit)
            if distance <= limit:
                yield distance, term


def edit_distance(left: str, right: str, limit: int) -> int:
    """Count the fewest insertions, deletions, replacements and swaps between two words.

    This is the optimal string alignment distance, or `limit + 1` if it is more than `limit`.
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
