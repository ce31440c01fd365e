"""Stem words, and list the words too common to rank by."""

from collections.abc import Callable
from functools import cache, lru_cache

import snowballstemmer

from corpus_cli.text.data import listed

_IS_WORD_LENGTH = 4


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
    Snowball takes that s for a plural, and ISIS would match Pakistan's ISI.
    """
    if not word.isalpha() or (len(word) == _IS_WORD_LENGTH and word.endswith("is")):
        return word
    return _snowball()(word)


@cache
def stop_words() -> frozenset[str]:
    """Return the folded English words that are not scored as bare words."""
    return listed("stopwords.txt")
