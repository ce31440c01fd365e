"""Compare words that differ in spelling only."""

import re
from functools import lru_cache

from corpus_cli.text.normalise import fold

# Letters that write one sound in names in Latin script.
_SOUNDS = (
    ("tch", "c"),
    ("dzh", "j"),
    ("dj", "j"),
    ("ph", "f"),
    ("ch", "c"),
    ("kh", "h"),
    ("gh", "g"),
    ("dh", "d"),
    ("th", "t"),
    ("sh", "s"),
    ("zh", "z"),
    ("ck", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("w", "v"),
)
_SILENT = re.compile(r"[aeiouyh]")
_DOUBLE = re.compile(r"(.)\1+")


@lru_cache(65_536)
def skeleton(word: str) -> str:
    """Return the consonants of a word on which romanisations agree.

    Tahreek, Tehrik and Tahrik have the same ones, as do Khorasan and Khurasan.
    """
    folded = fold(word)
    for letters, sound in _SOUNDS:
        folded = folded.replace(letters, sound)
    return _DOUBLE.sub(r"\1", folded[:1] + _SILENT.sub("", folded[1:]))
