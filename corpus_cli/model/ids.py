"""Make, parse, order and shorten ids of articles and passages.

The id of an article is the beginning of the SHA-256 of its text, that of a passage `ARTICLE#n`.
Both are plain strings, because a search handles millions of them. No other module joins or splits
one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

DIGITS = 32
"""The hex digits of an article's id: 128 bits, so that no two texts have the same id by chance."""

SHORT_DIGITS = 12
"""The digits that people are shown; also those of an id in a corpus of format 3 or older."""

MIN_PREFIX_DIGITS = 4
"""The fewest digits by which a person may name an article."""

_HEX_DIGITS = frozenset("0123456789abcdef")


def article_id(text: str) -> str:
    """Return the first 32 hex digits of the SHA-256 of a text without the blanks at its end.

    Other blanks and blank lines count, because a citation names lines and characters.
    """
    import hashlib

    digest = hashlib.sha256(text.rstrip().encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:DIGITS]


def passage_id(article: str, n: int) -> str:
    """Return the id of the n-th passage of an article."""
    return f"{article}#{n}"


def parse_passage_id(passage: str) -> tuple[str, int]:
    """Return the article and the number of a passage, by which passages are ordered too."""
    article, _, n = passage.partition("#")
    return article, int(n)


def article_of(passage: str) -> str:
    """Return the id of the article of a passage; the id of an article is returned as it is."""
    return passage.partition("#")[0]


def is_passage_id(name: str) -> bool:
    """Return whether a name is that of a passage, perhaps with a shortened id: `20a0#4`."""
    article, _, n = name.partition("#")
    return bool(article) and _HEX_DIGITS.issuperset(article) and n.isascii() and n.isdigit()


def shorten(articles: Iterable[str], other_ids: Iterable[str] = ()) -> Mapping[str, str]:
    """Return the shortest beginning of each id, of at least 12 digits, that no other id has.

    `other_ids` are ids that the beginnings must differ from as well.
    """
    wanted = set(articles)
    # Of all ids, the neighbours in their order begin most like an id.
    lengths = dict.fromkeys(wanted, SHORT_DIGITS)
    for left, right in pairwise(sorted(wanted.union(other_ids))):
        differing = _common_length(left, right) + 1
        for one in (left, right):
            if one in wanted:
                lengths[one] = max(lengths[one], differing)
    return {article: article[:length] for article, length in lengths.items()}


def shorten_document(document: str) -> str:
    """Return the name of a document with the 12 digits that its id had in older versions.

    `document` is the id of an article, or one followed by `#` or a colon and a number. Any other
    name yields an empty text.
    """
    article = document.partition("#")[0].partition(":")[0]
    if len(article) not in (SHORT_DIGITS, DIGITS) or not _HEX_DIGITS.issuperset(article):
        return ""
    return article[:SHORT_DIGITS] + document[len(article) :]


def _common_length(left: str, right: str) -> int:
    for n, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return n
    return min(len(left), len(right))
