"""Normalise characters: one for one, or by folding."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

_APOSTROPHES = (
    "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c0\u02c1\u02c8\u02ca\u02cb\u055a\u05f3"
    "\u1d9c\u1fbd\u1fbf\u1fef\u1ffd\u2018\u2019\u201a\u201b\u2032\u2035\ua78b\ua78c\uff07\uff40"
)
"""What is written for an apostrophe, or for ayn and hamza: ‘ ’ ` ´ ʻ ʼ ʾ ʿ and the like."""


class _OneForOne(dict[int, str | int]):
    """Maps each character to one, so that offsets in the mapped text are valid in the original.

    The digits of all scripts are one. They are too many to list at each start, so a character is
    looked up when it first comes, which is also faster for `str.translate` than a missing one.
    """

    def __missing__(self, code: int) -> str | int:
        digit = unicodedata.decimal(chr(code), None)
        same = self[code] = code if digit is None else str(digit)
        return same


_SAME = _OneForOne(
    (ord(char), same)
    for char, same in (
        {
            **dict.fromkeys("\u00a0\u1680\u2007\u2009\u200a\u202f\u205f\u3000", " "),
            **dict.fromkeys(_APOSTROPHES, "'"),
            **dict.fromkeys("\u201c\u201d\u201e\u201f\uff02", '"'),
            **dict.fromkeys("\u2010\u2011\u2012\u2212\ufe63\uff0d", "-"),
            # Arabic numbers have a comma and a point of their own, East Asian ones wide signs.
            **dict.fromkeys("\u066c\uff0c", ","),
            **dict.fromkeys("\u066b\uff0e", "."),
            "\uff0f": "/",
        }.items()
    )
)

IGNORABLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphen and zero-width characters: they can occur inside a word and mean nothing."""

# Letters that NFKD keeps distinct although readers take them for the same, or that neighbouring
# languages write otherwise.
_LETTERS = str.maketrans(
    {
        **dict.fromkeys(IGNORABLE + "'", ""),
        "ł": "l",
        "ø": "o",
        **dict.fromkeys("đðɗ", "d"),
        "ħ": "h",
        "ı": "i",
        "ŧ": "t",
        "ŋ": "n",
        "ɓ": "b",
        "ƙ": "k",
        "ƴ": "y",
        "ə": "a",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        # Russian, Ukrainian, and the Turkic languages and Tajik in Cyrillic.
        **dict.fromkeys("ёє", "е"),
        "і": "и",
        **dict.fromkeys("ґғ", "г"),
        **dict.fromkeys("қҡ", "к"),
        "ң": "н",
        **dict.fromkeys("ҳһ", "х"),
        "ҷ": "ч",
        "җ": "ж",
        "ҙ": "з",
        "ҫ": "с",
        "ө": "о",
        **dict.fromkeys("үұ", "у"),
        "ә": "а",
        # Arabic, Persian, Urdu, Pashto, Kurdish and Uyghur. Tatweel and hamza mean nothing.
        **dict.fromkeys("\u0640\u0621", ""),
        **dict.fromkeys("أإآٱٲٳ", "ا"),
        **dict.fromkeys("يىېۍےێ", "ی"),
        **dict.fromkeys("كڪ", "ک"),
        **dict.fromkeys("ګݣ", "گ"),
        **dict.fromkeys("ةۃہھە", "ه"),
        **dict.fromkeys("ۆۇۈۋۊ", "و"),
        **dict.fromkeys("ټٹ", "ت"),
        **dict.fromkeys("ډڈ", "د"),
        **dict.fromkeys("ړڑڕ", "ر"),
        **dict.fromkeys("ڼں", "ن"),
        "ښ": "ش",
        "ږ": "ژ",
        "ڵ": "ل",
        **dict.fromkeys("ڤڢ", "ف"),
        "ڧ": "ق",
    }
)

# `re` finds the start of a match faster if the pattern begins with a set that is not repeated.
_BEYOND = re.compile(r"([^\x00-\x7f][^\x00-\x7f]*)")
_SIGNS = re.compile(r"[^\x00-\x7f\w]+")

# These marks are no accents: they turn one kana into another, or write a sound of a script that
# has no blanks between words.
_VOICED = "\u3099\u309a"
_SOUNDS = (("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"), ("\u1a20", "\u1aad"))


def unify(text: str) -> str:
    """Replace each kind of blank, quotation mark, apostrophe, hyphen and digit by one.

    The length stays the same.
    """
    # A backtick is the only one in ASCII.
    same = text.replace("`", "'")
    return same if same.isascii() else _map_beyond(_unified, same)


def _map_beyond(change: Callable[[str], str], text: str) -> str:
    """Return a text whose runs of characters beyond ASCII are changed; most texts have few."""
    pieces = _BEYOND.split(text)
    pieces[1::2] = map(change, pieces[1::2])
    return "".join(pieces)


@lru_cache(4_096)
def _unified(beyond: str) -> str:
    return beyond.translate(_SAME)


@lru_cache(16_384)
def fold(word: str) -> str:
    """Return a word without case, marks, apostrophes and ignorable characters.

    Casefold and NFKD without combining marks (Unicode TR 15), then a small table
    of letters that are the same to a reader: ł ø đ ı ß ё, Arabic yeh, kaf and alef.
    """
    return fold_text(word)


def fold_text(text: str) -> str:
    """Return a line or a text folded like its words; unlike `fold`, it keeps no copy."""
    return _fold_by(_bare, text)


def fold_words(text: str) -> str:
    """Return a text folded like its words, with blanks for the signs beyond ASCII."""
    return _fold_by(_bare_words, text)


def _fold_by(fold_beyond: Callable[[str], str], text: str) -> str:
    bare = text.replace("'", "").replace("`", "")
    # ASCII next to other characters does not change how these fold, and folds faster alone.
    return (bare if bare.isascii() else _map_beyond(fold_beyond, bare)).casefold()


@lru_cache(4_096)
def _bare_words(beyond: str) -> str:
    return _SIGNS.sub(" ", _bare(beyond))


@lru_cache(4_096)
def _bare(beyond: str) -> str:
    lowered = beyond.casefold().translate(_SAME).translate(_LETTERS)
    apart = unicodedata.normalize("NFKD", lowered)
    bare = "".join(char for char in apart if not _is_accent(char))
    # Marks may have hidden a letter of the table.
    folded = unicodedata.normalize("NFC", bare).casefold()
    return folded.translate(_SAME).translate(_LETTERS)


def _is_accent(char: str) -> bool:
    return (
        bool(unicodedata.combining(char))
        and char not in _VOICED
        and not any(first <= char <= last for first, last in _SOUNDS)
    )


def mend_surrogates(text: str) -> str:
    """Join surrogate pairs in a text and replace each lone surrogate by U+FFFD.

    JSON, RTF and PDF can hold half a character, and UTF-8 cannot encode that.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
