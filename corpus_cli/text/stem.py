"""Words to stems, and the words too common to rank by."""

from collections.abc import Callable
from functools import cache, lru_cache

import snowballstemmer

from corpus_cli.text.data import listed

_IS_WORD_LENGTH = 4


@cache
def _snowball() -> Callable[[str], str]:
    # PyStemmer answers here where it is installed; the stems are the same.
    stem_word: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem_word


@lru_cache(16_384)
def stem(word: str) -> str:
    """The Snowball English stem of a folded word.

    Words with a digit, and words of four letters in -is (Isis, Iris, axis), stay as
    they are: Snowball takes that s for a plural, so that ISIS would meet Pakistan's ISI.
    """
    if not word.isalpha() or (len(word) == _IS_WORD_LENGTH and word.endswith("is")):
        return word
    return _snowball()(word)


@cache
def stop_words() -> frozenset[str]:
    """Folded English words that are dropped as bare scored words, and only there."""
    return listed("stopwords.txt")
