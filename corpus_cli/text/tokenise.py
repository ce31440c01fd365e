"""Cut a text into tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Final, Literal, NamedTuple

from corpus_cli.text.data import listed
from corpus_cli.text.normalise import IGNORABLE, fold, unify
from corpus_cli.text.stem import stem, stop_words

LONGEST = 255
"""Longer words are cut at this many characters, in texts and queries."""

_JOINED = 60
_PARTS = 20
_CAPITALS = range(2, 7)
_SHOUT = 0.6
_LOWER = b"abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()
_ASCII = (_LOWER + _UPPER).decode()
_CHUNKS = 25_000
_AROUND = ',;:!?()[]"“”'
_PASSAGE = 10_000

# Scripts without blanks between words: Thai, Lao, Burmese, Khmer, the scripts of the Tai, Han, kana
# (also of half width); and Hangul, whose words take suffixes.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u109d"
    "\u1780-\u17d3\u17d7\u17dc\u17dd\u1950-\u19ab\u1a20-\u1a7f\u3005-\u3007\u3040-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9fe\uaa60-\uaa7f\uac00-\ud7af\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U000323af"
)
# Signs that belong to the letter before them; the virama of Khmer, Burmese and Tai Tham also takes
# the letter after it.
_SIGNS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059"
    "\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f\u109a-\u109d"
    "\u17b4-\u17d3\u17dd\u1a55-\u1a7f\u3099\u309a\ua9e5\uaa7b-\uaa7d\uff9e\uff9f"
)
_VIRAMAS = "\u1039\u17d2\u1a60"
# Marks of other scripts, which are inside of words; those of India with the letters between them.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0"
    "\u08d3-\u0963\u0971-\u09f1\u09fc-\u0aef\u0b00-\u0bef\u0c00-\u0df3"
)


def _pattern(unspaced: str, within: str) -> re.Pattern[str]:
    """Compile the pattern of words and numbers; `unspaced` ends a word, `within` may be inside."""
    letter = rf"[^\W\d_{unspaced}]"
    char = rf"(?:[^\W_{unspaced}]|[{_MARKS}{within}])"
    run = rf"| (?P<unspaced> [{unspaced}] (?: [{unspaced}] | [{within}]+(?=[{unspaced}]) )* )"
    return re.compile(
        rf"""
        (?P<dotted> (?<!\w) {letter} (?:\.{letter})+ (?!\w) \.? )
      | (?P<number> (?<![\w.]) (?: \d{{1,3}}(?:,\d{{3}})+(?:\.\d+)? | \d+(?:[./]\d+)+ ) (?!\w) )
      {run if unspaced else ""}
      | (?P<word>   [^\W_{unspaced}] {char}* (?: '(?={letter}) {char}+ )* )
        """,
        re.VERBOSE,
    )


_SPACED = _pattern("", "".join(char for char in IGNORABLE if char < "\u3000"))


@cache
def _any() -> re.Pattern[str]:
    # Compiled when there is a text for it: the ranges of Han take longer than a short search.
    return _pattern(_UNSPACED, IGNORABLE)


@cache
def _cluster() -> re.Pattern[str]:
    return re.compile(rf"(?s).(?:[{_VIRAMAS}][^{_SIGNS}{IGNORABLE}]|[{_SIGNS}{IGNORABLE}])*")


def _may_be_unspaced(line: str) -> bool:
    """Return whether a line has letters beyond those of Europe, the Middle East and India."""
    if line.isascii() or max(line) < "\u0e00":
        return False
    # Signs like dashes, which most texts have, lie between.
    return any("\u0e00" <= char < "\u1e00" or char >= "\u3005" for char in set(line))


_CENTURIES = frozenset(("15", "16", "17", "18", "19", "20"))
_VOWELS = frozenset("aeiouyh")


TokenKind = Literal["word", "singular", "unelided", "number"]
"""What a token is: a word as it is written, or what else a text with it should be found by.

AK-47 of `AK-47s`, `Abbé` of `l'Abbé`, or `1989` of `1267/1989`.
"""


class Token(NamedTuple):
    """One index term of a text.

    `position` counts words from 0 and may be shared by several tokens; `span` is the
    number of positions it covers (a joined compound covers its parts); `start` and `end`
    are code points. A term that opens with `=` marks capitals; `plain` is False for
    abbreviations, which are never stemmed: 2–6 capitals, or `LeT`, capital at both ends.
    Tokens that are not of the kind `word` come after the word that they are a part of, at its
    position; `start` and `end` are those of the part.
    """

    term: str
    position: int
    span: int
    start: int
    end: int
    plain: bool
    kind: TokenKind = "word"


class Unit(NamedTuple):
    """A word, or several words joined by hyphens."""

    text: str
    tokens: tuple[Token, ...]


class Written(NamedTuple):
    """A word of a name: its folded letters, and whether it is an abbreviation in capitals."""

    letters: str
    capitals: bool

    def __str__(self) -> str:
        """Return the term it is indexed by: with `=` in capitals."""
        return f"={self.letters}" if self.capitals else self.letters


class _Part(NamedTuple):
    """A term of a part of a word; `start` and `end` count from the start of the word."""

    form: str
    plain: bool
    start: int
    end: int
    kind: TokenKind


class _Reading(NamedTuple):
    """The terms of a word, those of its parts, and what it is in a name, if not that.

    Words joined by hyphens are also one word; letters of scripts without blanks are not joined.
    """

    forms: tuple[str, ...]
    plain: bool
    parts: tuple[_Part, ...] = ()
    name: str = ""
    is_joined: bool = True

    def written(self) -> Written:
        """Return the word as names are compared."""
        term = self.name or (self.forms[-1] if self.forms[-1][0] == "=" else self.forms[0])
        return Written(term.removeprefix("="), term[0] == "=")


class _Word(NamedTuple):
    reading: _Reading
    start: int
    end: int


class _Joined(NamedTuple):
    """A compound as one word."""

    form: str
    end: int
    kind: TokenKind


def tokenise(text: str) -> list[Token]:
    """Return all tokens of a text by position; offsets refer to the original text."""
    return [token for unit in units(text) for token in unit.tokens]


def units(text: str) -> Iterator[Unit]:
    """Yield the tokens of a text, those of hyphenated words together."""
    position = 0
    for run in _runs(text):
        yield Unit(text[run[0].start : run[-1].end], tuple(_placed(run, position)))
        position += len(run)


def written(text: str) -> tuple[Written, ...]:
    """Return the words of a text as names are compared, one a position: `NGOs` becomes NGO."""
    return tuple(word.reading.written() for run in _runs(text) for word in run)


# The forms of names come up often; whole passages must not fill this cache.
_form = lru_cache(16_384)(written)


def key(form: str) -> str:
    """Return the words of a form with blanks between: without case, marks, dots and hyphens."""
    return " ".join(word.letters for word in _form(form))


def exact(form: str) -> str:
    """Return the terms of a form with blanks between: as `key`, with `=` before abbreviations."""
    return " ".join(map(str, _form(form)))


class Term(NamedTuple):
    """The terms of a word in the two fields: as written but folded, and its stem.

    Both open with `=` for capitals. The stem is empty for stop words, and for the plain form of
    a word in capitals: `ISI` must not match the stem of `Isis`.
    """

    word: str
    stem: str


def terms(text: str) -> Iterator[tuple[int, Term]]:
    """Yield every term of a text for the two fields of the index, with its position."""
    position = 0
    for width, chunk_terms in _chunks(text):
        for offset, term in chunk_terms:
            yield position + offset, term
        position += width


def place(text: str, positions_by_term: dict[Term, list[int]]) -> None:
    """Add the positions of every term of a text to those collected so far.

    It does the same as `terms`, faster: it is the innermost loop of an ingest.
    """
    position = 0
    for width, chunk_terms in _chunks(text):
        for offset, term in chunk_terms:
            if term in positions_by_term:
                positions_by_term[term].append(position + offset)
            else:
                positions_by_term[term] = [position + offset]
        position += width


_Chunk = tuple[int, Sequence[tuple[int, Term]]]
"""The number of positions of a chunk, and its terms, each with its position in the chunk."""


class _Chunks(dict[str, _Chunk]):
    """A cache of the terms of each chunk of text between two blanks.

    Most chunks occur often, and no token crosses a blank.
    """

    def __init__(self, *, shouted: bool) -> None:
        super().__init__()
        self._as = shouted
        self._older: dict[str, _Chunk] = {}

    def __missing__(self, chunk: str) -> _Chunk:
        terms = self._older.get(chunk)
        if terms is None:
            bare = chunk.strip(_AROUND)
            terms = self._read(chunk) if bare == chunk else self[bare]
        if len(chunk) <= LONGEST:
            if len(self) >= _CHUNKS:
                # Chunks that are used again move back; the others are dropped the next time.
                self._older = dict(self)
                self.clear()
            self[chunk] = terms
        return terms

    def _read(self, chunk: str) -> _Chunk:
        if chunk.isascii() and chunk.isalpha():
            reading = _read(chunk, "word", self._as)
            return 1, tuple(
                [(0, Term(form, _stemmed(form, plain=reading.plain))) for form in reading.forms]
            )
        terms_read: list[tuple[int, Term]] = []
        position = 0
        for run in _cut(chunk, 0, shouted=self._as):
            if len(run) > 1:
                terms_read += [
                    (position, Term(one.form, _stemmed(one.form, plain=True)))
                    for one in _joined(run)
                ]
            for word in run:
                forms, plain, parts, _, _ = word.reading
                terms_read += [
                    (position, Term(form, _stemmed(form, plain=plain))) for form in forms
                ]
                if parts:
                    terms_read += [
                        (position, Term(part.form, _stemmed(part.form, plain=part.plain)))
                        for part in parts
                    ]
                position += 1
        return position, tuple(terms_read)


_SPOKEN, _SHOUTED = _Chunks(shouted=False), _Chunks(shouted=True)


def _chunks(text: str) -> Iterator[_Chunk]:
    """Yield the terms of each chunk of a text; a line mostly in capitals is read as such."""
    return chain.from_iterable(
        map((_SHOUTED if _shouted(line) else _SPOKEN).__getitem__, line.split())
        for line in text.split("\n")
    )


@lru_cache(16_384)
def _stemmed(term: str, *, plain: bool) -> str:
    if term.startswith("="):
        return term
    return stem(term) if plain and term not in stop_words() else ""


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield start, end
        start = end + 1
    yield start, len(text)


def _shouted(line: str) -> bool:
    """Return whether a line of two words or more is mostly in capitals."""
    if line.isascii():
        coded = line.encode()
        capitals = len(coded) - len(coded.translate(None, _UPPER))
        letters = capitals + len(coded) - len(coded.translate(None, _LOWER))
    else:
        capitals, letters = sum(map(str.isupper, line)), sum(map(str.isalpha, line))
    return capitals > _SHOUT * letters and len(line.split()) > 1


def _runs(text: str) -> Iterable[list[_Word]]:
    """Return the words of a text, hyphenated words in one list."""
    return _kept(text) if len(text) <= _PASSAGE else _all(text)


@lru_cache(64)
def _kept(text: str) -> Iterable[list[_Word]]:
    # A passage that matches is read three times: to score, to mark, and to find names.
    return tuple(_all(text))


def _all(text: str) -> Iterator[list[_Word]]:
    for offset, stop in _lines(text):
        line = text[offset:stop]
        yield from _cut(line, offset, shouted=_shouted(line))


def _cut(written: str, offset: int, *, shouted: bool) -> Iterator[list[_Word]]:
    """Yield the runs of words of a line, or of a part of one between blanks."""
    line = unify(written)
    run: list[_Word] = []
    after = -1
    token = _any() if _may_be_unspaced(line) else _SPACED
    for match in token.finditer(line):
        start, end = match.span()
        kind = match.lastgroup
        if run and not (start == after + 1 and line[after] == "-" and kind != "unspaced"):
            yield run
            run = []
        if kind == "unspaced":
            if letters := _unspaced(match[0], start + offset):
                yield letters
        else:
            if run and kind == "word" and line[run[-1].start - offset].isupper():
                kind = "type"
            reading = _read(match[0], kind, shouted)
            if reading.forms:
                run.append(_Word(reading, start + offset, end + offset))
            if len(run) == _PARTS:
                yield run
                run = []
        after = end
    if run:
        yield run


@lru_cache(16_384)
def _read(written: str, kind: str | None, shouted: bool) -> _Reading:  # noqa: FBT001 - cached by position
    """Return the terms a word is indexed by, and whether it may be stemmed.

    A word of the kind `type` follows a hyphen and a word with a capital, as the 47 of AK-47.
    """
    if kind == "number":
        number = written.replace(",", "")[:LONGEST]
        # A longer one is no number that anyone looks for.
        parts = tuple(_numbers(written)) if len(written) < LONGEST else ()
        return _Reading((number,), True, parts)
    if kind == "dotted":
        folded = fold(written.replace(".", ""))[:LONGEST]
        return _Reading((folded, f"={folded}") if folded else (), False)
    if written[-2:] in ("'s", "'S"):
        written = written[:-2]
    folded = fold(written)[:LONGEST]
    if not folded:
        return _NOTHING
    if "'" in written and kind != "unelided" and (article := _elided(written)):
        return _unelided(written, folded, article, shouted=shouted)
    one = "" if written.isalpha() else _singular(written, is_type=kind == "type", shouted=shouted)
    parts = (_Part(fold(one), True, 0, len(one), "singular"),) if one else ()
    # NGOs are NGO: the mark drops the s, the plain word keeps it and may be stemmed.
    capitals = written.removesuffix("s")
    # LeT, JuD and DoD are abbreviations too; McCain is none.
    mixed = capitals[:1].isupper() and capitals[-1:].isupper()
    if len(capitals) in _CAPITALS and (mixed or capitals.isupper()):
        return _Reading((folded, f"={fold(capitals)}"), shouted or capitals != written, parts)
    return _Reading((folded,), True, parts, fold(one)) if one else _Reading((folded,), True)


_NOTHING: Final = _Reading((), True)


def _numbers(written: str) -> Iterator[_Part]:
    """Yield the parts of a number with a slash, and of a date with full stops."""
    for start, end in _pieces(written, "/", 0):
        piece = written[start:end]
        if len(piece) < len(written):
            yield _Part(piece, True, start, end, "number")
        if _is_date(piece.split(".")):
            for first, last in _pieces(piece, ".", start):
                yield _Part(written[first:last], True, first, last, "number")


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


def _unelided(written: str, folded: str, article: str, *, shouted: bool) -> _Reading:
    """Return the terms of a word with an article before it, and of the word alone."""
    start = len(article) + 1
    bare = _read(written[start:], "unelided", shouted)
    parts = [
        _Part(form, bare.plain, start, len(written), "unelided")
        for form in bare.forms
        if form != folded
    ]
    parts += [
        part._replace(start=part.start + start, end=part.end + start, kind="unelided")
        for part in bare.parts
    ]
    # D'Amato and Dall'Oglio are names.
    is_named = article.lower() == "l" or (len(article) > 1 and article[0] not in "dD")
    return _Reading((folded,), True, tuple(parts), str(bare.written()) if is_named else folded)


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


def _unspaced(written: str, start: int) -> list[_Word]:
    """Return each letter with its signs and each pair of these, one position a letter.

    Words of scripts without blanks begin and end between two of these.
    """
    places = _letters(written)
    words: list[_Word] = []
    for i, (letter, first, end) in enumerate(places):
        pair = letter + places[i + 1][0] if i + 1 < len(places) else letter
        forms = tuple(dict.fromkeys((letter, pair)))
        reading = _Reading(forms, plain=True, is_joined=False)
        words.append(_Word(reading, start + first, start + end))
    return words


def _letters(written: str) -> list[tuple[str, int, int]]:
    """Return the letters of a run with their signs: each folded, its start and its end."""
    if written.isalpha() and unicodedata.is_normalized("NFKC", written):
        return [(char, i, i + 1) for i, char in enumerate(written)]
    clusters = (
        (fold(match[0]), match.start(), match.start() + len(match[0].rstrip(IGNORABLE)))
        for match in _cluster().finditer(written)
    )
    return [cluster for cluster in clusters if cluster[0]]


def _placed(run: list[_Word], position: int) -> Iterator[Token]:
    for i, (reading, start, end) in enumerate(run):
        for form in reading.forms:
            yield Token(form, position + i, 1, start, end, reading.plain)
        if i == 0 and len(run) > 1:
            for joined in _joined(run):
                yield Token(joined.form, position, len(run), start, joined.end, True, joined.kind)
        for part in reading.parts:
            first, stop = start + part.start, start + part.end
            yield Token(part.form, position + i, 1, first, stop, part.plain, part.kind)


def _joined(run: list[_Word]) -> list[_Joined]:
    """Return the parts of a compound as one word, and as a singular; nothing for a long one."""
    last = run[-1]
    if not last.reading.is_joined:
        return []
    before = "".join([word.reading.forms[0] for word in run[:-1]])
    joined = [_Joined(before + last.reading.forms[0], last.end, "word")]
    joined += [
        _Joined(before + part.form, last.start + part.end, "singular")
        for part in last.reading.parts
        if part.kind == "singular"
    ]
    return joined if len(joined[0].form) <= _JOINED else []
