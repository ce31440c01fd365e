"""Read a word as the terms that it is found by."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple

from corpus_cli.text.data import listed
from corpus_cli.text.normalise import IGNORABLE, fold

LONGEST = 255
"""Longer words are cut at this many characters, in texts and queries."""

_CAPITALS = range(2, 7)
_ASCII = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CENTURIES = frozenset(("15", "16", "17", "18", "19", "20"))
_VOWELS = frozenset("aeiouyh")

# Signs that belong to the letter before them; the virama of Khmer, Burmese and Tai Tham also takes
# the letter after it.
_SIGNS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059"
    "\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f\u109a-\u109d"
    "\u17b4-\u17d3\u17dd\u1a55-\u1a7f\u3099\u309a\ua9e5\uaa7b-\uaa7d\uff9e\uff9f"
)
_VIRAMAS = "\u1039\u17d2\u1a60"


TokenKind = Literal["word", "singular", "unelided", "number"]
"""What a token is: a word as it is written, or what else a text with it should be found by.

AK-47 of `AK-47s`, `Abbé` of `l'Abbé`, or `1989` of `1267/1989`.
"""


class Written(NamedTuple):
    """A word of a name: its folded letters, and whether it is an abbreviation in capitals."""

    letters: str
    capitals: bool

    def __str__(self) -> str:
        """Return the term it is indexed by: with `=` in capitals."""
        return f"={self.letters}" if self.capitals else self.letters


class WordPart(NamedTuple):
    """A term of a part of a word; `start` and `end` count from the start of the word."""

    form: str
    plain: bool
    start: int
    end: int
    kind: TokenKind


class WordReading(NamedTuple):
    """The terms of a word, those of its parts, and what it is in a name, if not that.

    Words joined by hyphens are also one word; letters of scripts without blanks are not joined.
    """

    forms: tuple[str, ...]
    plain: bool
    parts: tuple[WordPart, ...] = ()
    name: str = ""
    is_joined: bool = True

    def written(self) -> Written:
        """Return the word as names are compared."""
        term = self.name or (self.forms[-1] if self.forms[-1][0] == "=" else self.forms[0])
        return Written(term.removeprefix("="), term[0] == "=")


@lru_cache(16_384)
def read_word(written: str, kind: str | None, shouted: bool) -> WordReading:  # noqa: FBT001 - cached by position
    """Return the terms a word is indexed by, and whether it may be stemmed.

    A word of the kind `type` follows a hyphen and a word with a capital, as the 47 of AK-47.
    """
    if kind == "number":
        number = written.replace(",", "")[:LONGEST]
        # A longer one is no number that anyone looks for.
        parts = tuple(_numbers(written)) if len(written) < LONGEST else ()
        return WordReading((number,), True, parts)
    if kind == "dotted":
        folded = fold(written.replace(".", ""))[:LONGEST]
        return WordReading((folded, f"={folded}") if folded else (), False)
    if written[-2:] in ("'s", "'S"):
        written = written[:-2]
    folded = fold(written)[:LONGEST]
    if not folded:
        return _NOTHING
    if "'" in written and kind != "unelided" and (article := _elided(written)):
        return _unelided(written, folded, article, shouted=shouted)
    one = "" if written.isalpha() else _singular(written, is_type=kind == "type", shouted=shouted)
    parts = (WordPart(fold(one), True, 0, len(one), "singular"),) if one else ()
    # NGOs are NGO: the mark drops the s, the plain word keeps it and may be stemmed.
    capitals = written.removesuffix("s")
    # LeT, JuD and DoD are abbreviations too; McCain is none.
    mixed = capitals[:1].isupper() and capitals[-1:].isupper()
    if len(capitals) in _CAPITALS and (mixed or capitals.isupper()):
        return WordReading((folded, f"={fold(capitals)}"), shouted or capitals != written, parts)
    return WordReading((folded,), True, parts, fold(one)) if one else WordReading((folded,), True)


_NOTHING: Final = WordReading((), True)


def _numbers(written: str) -> Iterator[WordPart]:
    """Yield the parts of a number with a slash, and of a date with full stops."""
    for start, end in _pieces(written, "/", 0):
        piece = written[start:end]
        if len(piece) < len(written):
            yield WordPart(piece, True, start, end, "number")
        if _is_date(piece.split(".")):
            for first, last in _pieces(piece, ".", start):
                yield WordPart(written[first:last], True, first, last, "number")


def _pieces(written: str, separator: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each piece between separators, counted from `start`."""
    for piece in written.split(separator):
        yield start, start + len(piece)
        start += len(piece) + 1


def _is_date(numbers: Sequence[str]) -> bool:
    """Return whether numbers between full stops are a date or a version, and no single number."""
    first, *rest = numbers
    if len(rest) > 1:
        # 1.000.000 is a million.
        return any(len(number) != 3 for number in rest)  # noqa: PLR2004 - digits of a thousand
    is_year = bool(rest) and len(rest[0]) == 4 and rest[0][:2] in {"19", "20"}  # noqa: PLR2004
    return is_year and len(first) <= 2 and 1 <= int(first) <= 12  # noqa: PLR2004 - months


def _elided(written: str) -> str:
    """Return the article that a word begins with, without its vowel: the `l` of `l'Abbé`."""
    article, _, word = written.partition("'")
    # O'Brien, N'Djamena and D'Souza have none: only before a vowel is one left out.
    is_elided = article.lower() in _articles() and fold(word[:1])[:1] in _VOWELS
    return article if is_elided else ""


@cache
def _articles() -> frozenset[str]:
    return listed("elided.txt")


def _unelided(written: str, folded: str, article: str, *, shouted: bool) -> WordReading:
    """Return the terms of a word with an article before it, and of the word alone."""
    start = len(article) + 1
    bare = read_word(written[start:], "unelided", shouted)
    parts = [
        WordPart(form, bare.plain, start, len(written), "unelided")
        for form in bare.forms
        if form != folded
    ]
    parts += [
        part._replace(start=part.start + start, end=part.end + start, kind="unelided")
        for part in bare.parts
    ]
    # D'Amato and Dall'Oglio are names.
    is_named = article.lower() == "l" or (len(article) > 1 and article[0] not in "dD")
    return WordReading((folded,), True, tuple(parts), str(bare.written()) if is_named else folded)


def _singular(written: str, *, is_type: bool, shouted: bool) -> str:
    """Return the singular of the designator of a type: AK47 of `AK47s`; empty if it is none."""
    one = written[:-1]
    number = one.lstrip(_ASCII)
    if not (
        (written[-1] == "s" or (shouted and written[-1] == "S"))
        and number[:1].isdigit()
        and number.isascii()
        and number.isalnum()
        and number == number.upper()
    ):
        return ""
    # The 1990s, and people in their 30s.
    is_year = len(one) == 4 and one[:2] in _CENTURIES  # noqa: PLR2004 - the digits of a year
    is_decade = one.isdigit() and one[-1] == "0" and (is_year or not is_type)
    return "" if is_decade else one


def split_letters(written: str) -> list[tuple[str, int, int]]:
    """Return the letters of a run with their signs: each folded, its start and its end."""
    if written.isalpha() and unicodedata.is_normalized("NFKC", written):
        return [(char, i, i + 1) for i, char in enumerate(written)]
    clusters = (
        (fold(match[0]), match.start(), match.start() + len(match[0].rstrip(IGNORABLE)))
        for match in _cluster().finditer(written)
    )
    return [cluster for cluster in clusters if cluster[0]]


@cache
def _cluster() -> re.Pattern[str]:
    return re.compile(rf"(?s).(?:[{_VIRAMAS}][^{_SIGNS}{IGNORABLE}]|[{_SIGNS}{IGNORABLE}])*")
