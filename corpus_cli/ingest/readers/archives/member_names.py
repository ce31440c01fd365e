"""Decode the names in archives that do not state an encoding."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

_MIN_SCORE = 0.8
_ACCENTS_IN_A_ROW = 0.25
_FIRST_ACCENTED, _LAST_LATIN = "\u00c0", "\u024f"
_LATIN = ((_FIRST_ACCENTED, _LAST_LATIN),)
_CYRILLIC = (("\u0400", "\u045f"),)
_EAST_ASIAN_MARKS = (("\u3000", "\u30fe"), ("\uff01", "\uff5e"))


class _CodePage(NamedTuple):
    """An encoding of a system, with the characters that names in it consist of.

    These are in one of the `ranges`, or have a first byte in `leads` and a second byte from
    `least_trail` on: the sets of East Asia have their frequent characters together.
    """

    codec: str
    ranges: Sequence[tuple[str, str]]
    leads: range = range(0)
    least_trail: int = 0

    def is_common(self, char: str) -> bool:
        if any(first <= char <= last for first, last in self.ranges):
            return True
        encoded = char.encode(self.codec)
        return len(encoded) > 1 and encoded[0] in self.leads and encoded[1] >= self.least_trail


# Of equally good ones the first is chosen, so a set stands before those that contain it.
_CODE_PAGES = (
    _CodePage("cp437", _LATIN),
    _CodePage("cp850", _LATIN),
    _CodePage("cp1252", _LATIN),
    _CodePage("cp852", _LATIN),
    _CodePage("cp866", _CYRILLIC),
    _CodePage("cp1251", _CYRILLIC),
    _CodePage("cp932", _EAST_ASIAN_MARKS, range(0x88, 0x99)),
    _CodePage("cp949", _EAST_ASIAN_MARKS[1:], range(0xB0, 0xC9), 0xA1),
    _CodePage("gb18030", _EAST_ASIAN_MARKS, range(0xB0, 0xD8), 0xA1),
    _CodePage("cp950", _EAST_ASIAN_MARKS, range(0xA4, 0xC7)),
    _CodePage("cp737", (("\u0386", "\u03ce"),)),
    _CodePage("cp720", (("\u0621", "\u064a"),)),
    _CodePage("cp1256", (("\u0621", "\u064a"),)),
)


def decode_names(names: Sequence[bytes]) -> list[str]:
    """Decode the names of one archive: as UTF-8, else in the code page that suits them all best.

    The names were written in the code page of the system that packed them. If none suits them,
    they are in that of the format, 437.
    """
    sample = b"\n".join(name for name in names if not _is_utf8(name))
    codec = _choose_codec(sample) if sample else ""
    return [name.decode("utf-8" if _is_utf8(name) else codec, "replace") for name in names]


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _choose_codec(sample: bytes) -> str:
    scores = {page.codec: _score(sample, page) for page in _CODE_PAGES}
    best = max(scores, key=lambda codec: scores[codec])
    return best if scores[best] >= _MIN_SCORE else "cp437"


def _score(sample: bytes, page: _CodePage) -> float:
    """Return how well a code page suits names, from 0 to 1.

    That is the share of characters that are common in it. A capital after a small letter counts
    against it, and so does a letter of another script next to a Latin one. Accented letters in a
    row count against Latin letters, but less: `żółć` is a word.
    """
    try:
        text = sample.decode(page.codec)
    except UnicodeDecodeError:
        return 0.0
    beyond_ascii = [char for char in text if not char.isascii()]
    fitting_count = sum(map(page.is_common, beyond_ascii))
    oddity = sum(_rate_oddity(first, second) for first, second in pairwise(text))
    return (fitting_count - oddity) / len(beyond_ascii)


def _rate_oddity(first: str, second: str) -> float:
    """Return how odd a character is after another one, from 0 to 1."""
    if not (first.isalpha() and second.isalpha()) or (first + second).isascii():
        return 0.0
    is_mixed = (first <= _LAST_LATIN) != (second <= _LAST_LATIN)
    if is_mixed or (first.islower() and second.isupper()):
        return 1.0
    return _ACCENTS_IN_A_ROW if _FIRST_ACCENTED <= min(first, second) <= _LAST_LATIN else 0.0
