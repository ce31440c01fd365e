"""Cut a text into tokens."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from corpus_cli.text.normalise import IGNORABLE, unify
from corpus_cli.text.stem import stem, stop_words
from corpus_cli.text.word_readings import (
    LONGEST,
    TokenKind,
    WordReading,
    Written,
    read_word,
    split_letters,
)

_JOINED = 60
_PARTS = 20
_SHOUT = 0.6
_LOWER = b"abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()
_CHUNKS = 25_000
_PASSAGE = 10_000

# Scripts without blanks between words: Thai, Lao, Burmese, Khmer, the scripts of the Tai, Han, kana
# (also of half width); and Hangul, whose words take suffixes.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u109d"
    "\u1780-\u17d3\u17d7\u17dc\u17dd\u1950-\u19ab\u1a20-\u1a7f\u3005-\u3007\u3040-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9fe\uaa60-\uaa7f\uac00-\ud7af\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U000323af"
)
# Marks of other scripts, which are inside of words; those of India with the letters between them.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0"
    "\u08d3-\u0963\u0971-\u09f1\u09fc-\u0aef\u0b00-\u0bef\u0c00-\u0df3"
)


def _pattern(unspaced: str, within: str) -> re.Pattern[str]:
    """Compile the pattern of words and numbers; `unspaced` ends a word, `within` may be inside."""
    letter = rf"[^\W\d_{unspaced}]"
    # Some marks are letters too: two ways to read one would take exponential time.
    char = rf"(?:[^\W_{unspaced}]|(?!\w)[{_MARKS}{within}])"
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


def _may_be_unspaced(line: str) -> bool:
    """Return whether a line has letters beyond those of Europe, the Middle East and India."""
    if line.isascii() or max(line) < "\u0e00":
        return False
    # Signs like dashes, which most texts have, lie between.
    return any("\u0e00" <= char < "\u1e00" or char >= "\u3005" for char in set(line))


CHUNK_ENDS = ',;:!?()[]"“”'
"""Signs that are part of no token at either end of a chunk."""


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


class _Word(NamedTuple):
    reading: WordReading
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


Chunk = tuple[int, Sequence[tuple[int, Term]]]
"""The number of positions of a chunk, and its terms, each with its position in the chunk."""


class _Chunks(dict[str, Chunk]):
    """A cache of the terms of each chunk of text between two blanks.

    Most chunks occur often, and no token crosses a blank.
    """

    def __init__(self, *, shouted: bool) -> None:
        super().__init__()
        self._as = shouted
        self._older: dict[str, Chunk] = {}

    def __missing__(self, chunk: str) -> Chunk:
        terms = self._older.get(chunk)
        if terms is None:
            bare = chunk.strip(CHUNK_ENDS)
            terms = read_chunk(chunk, shouted=self._as) if bare == chunk else self[bare]
        if len(chunk) <= LONGEST:
            if len(self) >= _CHUNKS:
                # Chunks that are used again move back; the others are dropped the next time.
                self._older = dict(self)
                self.clear()
            self[chunk] = terms
        return terms


def read_chunk(chunk: str, *, shouted: bool) -> Chunk:
    """Read the terms of a chunk of a line, ascending by position.

    `CHUNK_ENDS` around a chunk change nothing in it.
    """
    if chunk.isascii() and chunk.isalpha():
        reading = read_word(chunk, "word", shouted)
        return 1, tuple(
            [(0, Term(form, _stemmed(form, plain=reading.plain))) for form in reading.forms]
        )
    terms_read: list[tuple[int, Term]] = []
    position = 0
    for run in _cut(chunk, 0, shouted=shouted):
        if len(run) > 1:
            terms_read += [
                (position, Term(one.form, _stemmed(one.form, plain=True))) for one in _joined(run)
            ]
        for word in run:
            forms, plain, parts, _, _ = word.reading
            terms_read += [(position, Term(form, _stemmed(form, plain=plain))) for form in forms]
            if parts:
                terms_read += [
                    (position, Term(part.form, _stemmed(part.form, plain=part.plain)))
                    for part in parts
                ]
            position += 1
    return position, tuple(dict.fromkeys(terms_read))


def split_chunks(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Yield the chunks of each line of a text, and whether the line is mostly in capitals."""
    return ((_shouted(line), line.split()) for line in text.split("\n"))


_SPOKEN, _SHOUTED = _Chunks(shouted=False), _Chunks(shouted=True)


def _chunks(text: str) -> Iterator[Chunk]:
    """Yield the terms of each chunk of a text; a line mostly in capitals is read as such."""
    return chain.from_iterable(
        map((_SHOUTED if is_shouted else _SPOKEN).__getitem__, chunks)
        for is_shouted, chunks in split_chunks(text)
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
            reading = read_word(match[0], kind, shouted)
            if reading.forms:
                run.append(_Word(reading, start + offset, end + offset))
            if len(run) == _PARTS:
                yield run
                run = []
        after = end
    if run:
        yield run


def _unspaced(written: str, start: int) -> list[_Word]:
    """Return each letter with its signs and each pair of these, one position a letter.

    Words of scripts without blanks begin and end between two of these.
    """
    places = split_letters(written)
    words: list[_Word] = []
    for i, (letter, first, end) in enumerate(places):
        pair = letter + places[i + 1][0] if i + 1 < len(places) else letter
        forms = tuple(dict.fromkeys((letter, pair)))
        reading = WordReading(forms, plain=True, is_joined=False)
        words.append(_Word(reading, start + first, start + end))
    return words


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
