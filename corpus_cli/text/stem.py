"""Stem words, and list the words too common to rank by."""

from collections.abc import Callable
from functools import cache, lru_cache

import snowballstemmer

from corpus_cli.text.data import listed

_IS_WORD_LENGTH = 4

_ENDINGS_AFTER_I = ("i", "is", "iing")
"""The ends of words whose stem ends in i: Saudi, Saudis, taxiing; of all others it ends in y."""


@cache
def _snowball() -> Callable[[str], str]:
    # This is PyStemmer if it is installed; the stems are the same.
    stem_word: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem_word


@lru_cache(16_384)
def stem(word: str) -> str:
    """Return the Snowball English stem of a folded word.

    Words with anything but letters, and words of four letters that end in -is (Isis, Iris, axis),
    are not stemmed:
    Snowball takes that s for a plural, and ISIS would match Pakistan's ISI. A y stays a y: Snowball
    makes it an i, and Kerri would match Kerry.
    """
    if not word.isalpha() or (len(word) == _IS_WORD_LENGTH and word.endswith("is")):
        return word
    stemmed = _snowball()(word)
    if stemmed.endswith("i"):
        rest = word[len(stemmed) - 1 :]
        if rest not in _ENDINGS_AFTER_I:
            return f"{stemmed[:-1]}y"
    return stemmed


@cache
def stop_words() -> frozenset[str]:
    """Return the folded English words that are not scored as bare words."""
    return listed("stopwords.txt")
