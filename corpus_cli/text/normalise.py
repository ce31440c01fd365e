"""Normalise characters: one for one, or by folding."""

import re
import unicodedata
from functools import lru_cache

# Each character maps to one, so that offsets in the mapped text are valid in the original.
_SAME = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u1680\u2007\u2009\u200a\u202f\u205f\u3000", " "),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\uff02", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2212\ufe63\uff0d", "-"),
    }
)

IGNORABLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphen and zero-width characters: they can occur inside a word and mean nothing."""

# Letters that NFKD keeps distinct although readers take them for the same.
_LETTERS = str.maketrans(
    {
        **dict.fromkeys(IGNORABLE + "'\u0640", ""),
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ё": "е",
        "ي": "ی",
        "ى": "ی",
        "ئ": "ی",
        "ك": "ک",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ة": "ه",
    }
)

_BEYOND = re.compile(r"[^\x00-\x7f]+")

# These marks turn one kana into another, so they are not accents.
_VOICED = "\u3099\u309a"


def unify(text: str) -> str:
    """Replace each kind of blank, quotation mark and hyphen by one; the length stays the same."""
    return text if text.isascii() else text.translate(_SAME)


@lru_cache(16_384)
def fold(word: str) -> str:
    """Return a word without case, marks, apostrophes and ignorable characters.

    Casefold and NFKD without combining marks (Unicode TR 15), then a small table
    of letters that are the same to a reader: ł ø đ ı ß ё, Arabic yeh, kaf and alef.
    """
    # ASCII next to other characters does not change how these fold.
    lowered = word.casefold().replace("'", "")
    return lowered if lowered.isascii() else _BEYOND.sub(_folded, lowered)


def _folded(beyond: re.Match[str]) -> str:
    return _bare(beyond[0])


@lru_cache(4_096)
def _bare(beyond: str) -> str:
    lowered = beyond.translate(_LETTERS)
    apart = unicodedata.normalize("NFKD", lowered)
    bare = "".join(char for char in apart if char in _VOICED or not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare).casefold().translate(_LETTERS)


def mend_surrogates(text: str) -> str:
    """Join surrogate pairs in a text and replace each lone surrogate by U+FFFD.

    JSON, RTF and PDF can hold half a character, and UTF-8 cannot encode that.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
