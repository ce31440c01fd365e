"""Cut a text into tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

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
_CHUNKS = 25_000
_AROUND = ',;:!?()[]"“”'
_PASSAGE = 10_000

_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002fa1f"
_FIRST = "\u3040"
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f"


def _pattern(han: str, within: str) -> re.Pattern[str]:
    """Compile the pattern of words and numbers; `han` ends a word, `within` may be inside one."""
    letter = rf"[^\W\d_{han}]"
    char = rf"(?:[^\W_{han}]|[{_MARKS}{within}])"
    return re.compile(
        rf"""
        (?P<dotted> (?<!\w) {letter} (?:\.{letter})+ (?!\w) \.? )
      | (?P<number> (?<![\w.]) (?: \d{{1,3}}(?:,\d{{3}})+(?:\.\d+)? | \d+(?:[./]\d+)+ ) (?!\w) )
      {f"| (?P<han> [{han}]+ )" if han else ""}
      | (?P<word>   [^\W_{han}] {char}* (?: '(?={letter}) {char}+ )* )
        """,
        re.VERBOSE,
    )


_PLAIN = _pattern("", "".join(char for char in IGNORABLE if char < _FIRST))


@cache
def _any() -> re.Pattern[str]:
    # Compiled when there is a text for it: the ranges of Han take longer than a short search.
    return _pattern(_HAN, IGNORABLE)


@cache
def _han_char() -> re.Pattern[str]:
    return re.compile(f"[{_HAN}]")


class Token(NamedTuple):
    """One index term of a text.

    `position` counts words from 0 and may be shared by several tokens; `span` is the
    number of positions it covers (a joined compound covers its parts); `start` and `end`
    are code points. A term that opens with `=` marks capitals; `plain` is False for
    abbreviations, which are never stemmed: 2–6 capitals, or `LeT`, capital at both ends.
    """

    term: str
    position: int
    span: int
    start: int
    end: int
    plain: bool


class Unit(NamedTuple):
    """A word, or several words joined by hyphens."""

    text: str
    tokens: tuple[Token, ...]


class _Word(NamedTuple):
    forms: tuple[str, ...]
    plain: bool
    start: int
    end: int


def tokenise(text: str) -> list[Token]:
    """Return all tokens of a text by position; offsets refer to the original text."""
    return [token for unit in units(text) for token in unit.tokens]


def units(text: str) -> Iterator[Unit]:
    """Yield the tokens of a text, those of hyphenated words together."""
    position = 0
    for run in _runs(text):
        yield Unit(text[run[0].start : run[-1].end], tuple(_placed(run, position)))
        position += len(run)


class Written(NamedTuple):
    """A word of a name: its folded letters, and whether it is an abbreviation in capitals."""

    letters: str
    capitals: bool

    def __str__(self) -> str:
        """Return the term it is indexed by: with `=` in capitals."""
        return f"={self.letters}" if self.capitals else self.letters


def written(text: str) -> tuple[Written, ...]:
    """Return the words of a text as names are compared, one a position: `NGOs` becomes NGO."""
    return tuple(
        Written(word.forms[1][1:], capitals=True)
        if word.forms[-1].startswith("=")
        else Written(word.forms[0], capitals=False)
        for run in _runs(text)
        for word in run
    )


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
            forms, plain = _read(chunk, "word", self._as)
            return 1, tuple((0, Term(form, _stemmed(form, plain=plain))) for form in forms)
        terms_read: list[tuple[int, Term]] = []
        position = 0
        for run in _cut(chunk, 0, shouted=self._as):
            if len(run) > 1 and (joined := _joined(run)):
                terms_read.append((position, Term(joined, _stemmed(joined, plain=True))))
            for word in run:
                terms_read += [
                    (position, Term(form, _stemmed(form, plain=word.plain))) for form in word.forms
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
    token = _PLAIN if line.isascii() or max(line) < _FIRST else _any()
    for match in token.finditer(line):
        start, end = match.span()
        if run and not (start == after + 1 and line[after] == "-"):
            yield run
            run = []
        if match.lastgroup == "han":
            if run:
                yield run
                run = []
            yield _han(match[0], start + offset)
        else:
            forms, plain = _read(match[0], match.lastgroup, shouted)
            if forms:
                run.append(_Word(forms, plain, start + offset, end + offset))
            if len(run) == _PARTS:
                yield run
                run = []
        after = end
    if run:
        yield run


@lru_cache(16_384)
def _read(written: str, kind: str | None, shouted: bool) -> tuple[tuple[str, ...], bool]:  # noqa: FBT001 - cached by position
    """Return the terms a word is indexed by, and whether it may be stemmed."""
    if kind == "number":
        return (written.replace(",", "")[:LONGEST],), True
    if kind == "dotted":
        folded = fold(written.replace(".", ""))[:LONGEST]
        return ((folded, f"={folded}") if folded else ()), False
    if written[-2:] in ("'s", "'S"):
        written = written[:-2]
    folded = fold(written)[:LONGEST]
    # NGOs are NGO: the mark drops the s, the plain word keeps it and may be stemmed.
    capitals = written.removesuffix("s")
    # LeT, JuD and DoD are abbreviations too; McCain is none.
    mixed = capitals[:1].isupper() and capitals[-1:].isupper()
    if len(capitals) in _CAPITALS and (mixed or capitals.isupper()):
        return (folded, f"={fold(capitals)}"), shouted or capitals != written
    return ((folded,) if folded else ()), True


def _han(written: str, start: int) -> list[_Word]:
    """Return each character and each pair of characters, one position a character."""
    return [
        _Word(tuple(dict.fromkeys((char, written[i : i + 2]))), True, start + i, start + i + 1)
        for i, char in enumerate(written)
    ]


def _placed(run: list[_Word], position: int) -> Iterator[Token]:
    for i, word in enumerate(run):
        for form in word.forms:
            yield Token(form, position + i, 1, word.start, word.end, word.plain)
        if i == 0 and len(run) > 1 and (joined := _joined(run)):
            yield Token(joined, position, len(run), word.start, run[-1].end, plain=True)


def _joined(run: list[_Word]) -> str:
    """Return the parts of a compound as one word; empty for a long one and for a run of Han."""
    first = run[0].forms[0]
    if first >= _FIRST and _han_char().match(first):
        return ""
    joined = "".join(word.forms[0] for word in run)
    return joined if len(joined) <= _JOINED else ""
