"""Words of the corpus that a pattern or a misspelling means."""

import re
from collections.abc import Callable, Iterable, Iterator

from corpus_cli.text.normalise import fold

MAX_TERMS = 1_000
"""Words that one pattern may stand for."""


def fold_pattern(written: str) -> str:
    """A pattern as it is compared with terms: folded, hyphens gone, its `*` and `?` as they are."""
    pieces = re.split(r"([*?]+)", written)
    return "".join(piece if piece[:1] in "*?" else fold(piece) for piece in pieces).replace("-", "")


def literal_prefix(folded: str) -> str:
    """What every match of a pattern begins with."""
    return re.split(r"[*?]", folded, maxsplit=1)[0]


def matches(folded: str, term: str) -> bool:
    """Whether a term is of a pattern: `*` is any letters, `?` one.

    Never tries a star twice at one place, so that many stars take no longer than few.
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
    """Tells of a path whether a pattern fits it, in the language of .gitignore.

    It may begin at any folder of the path, with a slash only at its top: where the corpus
    stands, or the root.
    """
    from corpus_cli.text.globs import parse

    # Brackets are no more than themselves: few know what they mean there, and some mean nothing.
    line = re.sub(r"[\[\]\\\n]", "?", pattern)
    parsed = parse(line if line[:1] == "/" else f"**/{line}")
    return lambda path: parsed is not None and parsed.fits(path.removeprefix("/"))


def terms_within(word: str, terms: Iterable[str], limit: int) -> Iterator[tuple[int, str]]:
    """`(edits, term)` of the terms within `limit` edits of a folded word."""
    letters = set(word)
    for term in terms:
        # Every edit changes at most two letters of the set: most words are ruled out by that.
        if (
            abs(len(term) - len(word)) <= limit
            and len(letters.symmetric_difference(term)) <= 2 * limit
            and not term.startswith("=")
        ):
            distance = edit_distance(word, term, limit)
            if distance <= limit:
                yield distance, term


def edit_distance(left: str, right: str, limit: int) -> int:
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
