"""Tell the texts that may match a query from all others."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, pairwise
from typing import Any, Literal, NamedTuple, Self
from unicodedata import normalize

from corpus_cli.engines.wildcards import edit_distance, fold_pattern, matches
from corpus_cli.text.normalise import fold, unify
from corpus_cli.text.stem import stem
from corpus_cli.text.tokenise import tokenise
from corpus_cli.text.word_readings import LONGEST

_MAX_CHUNKS = 200_000
"""The most different chunks that a filter remembers, so that its memory is bounded."""

_LONG = LONGEST // 4
"""Longer chunks are always read: folding makes up to four letters of one, and words are cut."""

_WORD = re.compile(r"[^\W_]")
_ASCII = bytes(range(0x80))
_LETTERS_AND_DIGITS = b"abcdefghijklmnopqrstuvwxyz0123456789"
_NO_LETTERS = bytes(set(range(0x100)).difference(_LETTERS_AND_DIGITS))
_NO_LETTER = re.compile(r"[^\w\n]+|_+")

# Whole texts must not fill the cache of `fold`.
_fold_uncached = fold.__wrapped__

# Snowball changes at most the last two letters of what it keeps, but for `dying`, `lying`, `tying`.
_CHANGED_LETTERS, _MIN_LETTERS = 2, 2
_IRREGULAR_STEMS = frozenset(("die", "lie", "tie"))


class Clue(NamedTuple):
    """A word that a text may have: a term, a stem, a pattern, a misspelt word, or characters.

    `edits` is the number of edits within which a `similar` word is.
    """

    kind: Literal["term", "stem", "pattern", "similar", "characters"]
    text: str
    edits: int = 0


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of several conditions; if there are none, every text meets it."""

    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Any of several conditions; if there are none, no text meets it."""

    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class WordRun:
    """Words that follow one another, in this order."""

    clues: tuple[Clue, ...]


Need = Clue | WordRun | AllOf | AnyOf
"""A condition on the words of a text; those of a phrase are together, all others anywhere."""

ANYTHING = AllOf()


class NeededWords(NamedTuple):
    """Which texts to read: all that meet `need`, and one that meets each of `samples`."""

    need: Need
    samples: tuple[Need, ...] = ()

    def encode(self) -> str:
        """Return this as one line of JSON; empty if every text is to be read."""
        if self.need == ANYTHING:
            return ""
        return json.dumps([_as_json(self.need), *map(_as_json, self.samples)])

    @classmethod
    def decode(cls, encoded: str) -> Self:
        """Return what `encode` encoded."""
        need, *samples = map(_from_json, json.loads(encoded))
        return cls(need, tuple(samples))


class WordFilter:
    """Tells which texts to read, by their words.

    The words of a text are those of the tokeniser. Most chunks between two blanks occur in many
    texts, so each is read once.
    """

    def __init__(self, needed: NeededWords) -> None:
        self._need = needed.need
        self._samples_to_find = list(needed.samples)
        self._is_met_by_nothing = _is_met(needed.need, _WordsOfText("", {}))
        self._clues = tuple(dict.fromkeys(_clues(AnyOf((needed.need, *needed.samples)))))
        self._fragments_by_clue = {clue: tuple(_fragments(clue)) for clue in self._clues}
        self._fragments = tuple(
            dict.fromkeys(
                chain.from_iterable(
                    fragments
                    for clue, fragments in self._fragments_by_clue.items()
                    if clue.kind != "characters"
                )
            )
        )
        self._characters = [clue for clue in self._clues if clue.kind == "characters"]
        self._read_chunks: set[str] = set()
        self._chunks_with_clues: set[str] = set()
        self._clues_by_chunk: dict[str, frozenset[Clue]] = {}

    def may_match(self, texts: Iterable[str]) -> bool:
        """Return whether an article with these texts may match, or is the first of a sample."""
        if self._is_met_by_nothing:
            return True
        text = "\n".join(texts)
        if self.lacks_letters(text):
            return False
        chunks = set(text.split())
        self._read(list(chunks - self._read_chunks))
        with_clues = chunks & self._chunks_with_clues
        clues_of_text = {chunk: self._clues_by_chunk[chunk] for chunk in with_clues}
        if len(self._read_chunks) > _MAX_CHUNKS:
            self._read_chunks.clear()
            self._chunks_with_clues.clear()
            self._clues_by_chunk.clear()
        if not clues_of_text:
            return False
        words = _WordsOfText(text, clues_of_text)
        return _is_met(self._need, words) or self._is_sample(words)

    def lacks_letters(self, text: str) -> bool:
        """Return whether a text lacks letters of the words, so that it cannot have them.

        Most texts do, and this takes a tenth of the time that reading their chunks takes.
        """
        letters = _letters_of_text(text)
        if letters is None or self._is_met_by_nothing:
            return False
        return not any(
            self._may_meet(need, letters) for need in (self._need, *self._samples_to_find)
        )

    def _may_meet(self, need: Need, letters: str) -> bool:
        match need:
            case AllOf(needs):
                return all(self._may_meet(inner, letters) for inner in needs)
            case AnyOf(needs):
                return any(self._may_meet(inner, letters) for inner in needs)
            case WordRun(clues):
                return all(self._may_meet(clue, letters) for clue in clues)
            case Clue():
                return any(fragment in letters for fragment in self._fragments_by_clue[need])

    def _is_sample(self, words: _WordsOfText) -> bool:
        """Return whether words meet the condition of a sample that was not found before."""
        count_before = len(self._samples_to_find)
        self._samples_to_find = [one for one in self._samples_to_find if not _is_met(one, words)]
        return len(self._samples_to_find) < count_before

    def _read(self, chunks: Sequence[str]) -> None:
        """Find the clues in chunks that were not read before."""
        self._read_chunks.update(chunks)
        for chunk in self._likely_chunks(chunks):
            terms = {token.term for token in tokenise(chunk)}
            self._add(chunk, (clue for clue in self._clues if _is_in(clue, terms)))
        if self._characters:
            for chunk in chunks:
                composed = normalize("NFC", chunk)
                self._add(chunk, (clue for clue in self._characters if clue.text in composed))

    def _add(self, chunk: str, clues: Iterable[Clue]) -> None:
        if all_clues := self._clues_by_chunk.get(chunk, frozenset()).union(clues):
            self._chunks_with_clues.add(chunk)
            self._clues_by_chunk[chunk] = all_clues

    def _likely_chunks(self, chunks: Sequence[str]) -> Iterable[str]:
        """Return the chunks that may have a clue, by their letters.

        The tokeniser takes far longer, and few chunks have the letters of a clue one after the
        other. A part of a compound loses its ending, a long word is cut, and what other scripts
        write in one chunk is more than a word; so these are always likely.
        """
        folded = _fold_uncached(unify("\n".join(chunks)))
        letters = folded if folded.isalnum() else _NO_LETTER.sub("", folded)
        if letters.isascii() and not any(fragment in letters for fragment in self._fragments):
            return filter(_is_always_likely, chunks)
        return [
            chunk
            for chunk, line in zip(chunks, letters.split("\n"), strict=True)
            if any(fragment in line for fragment in self._fragments)
            or not line.isascii()
            or _is_always_likely(chunk)
        ]


def _is_always_likely(chunk: str) -> bool:
    if len(chunk) > _LONG:
        return True
    unified = unify(chunk)
    return "-" in unified and "'" in unified


class _WordsOfText:
    """The clues in a text, by the chunks that have them."""

    def __init__(self, text: str, clues_by_chunk: Mapping[str, frozenset[Clue]]) -> None:
        self._text = text
        self._clues_by_chunk = clues_by_chunk
        self.clues = frozenset[Clue]().union(*clues_by_chunk.values())

    @cached_property
    def _sequence(self) -> Sequence[tuple[int, frozenset[Clue]]]:
        """The clues in the order of the text, each with the number of its chunk.

        Chunks without a word are not numbered: a dash is no word of a phrase.
        """
        chunks = (chunk for chunk in self._text.split() if _WORD.search(chunk))
        return [
            (n, self._clues_by_chunk[chunk])
            for n, chunk in enumerate(chunks)
            if chunk in self._clues_by_chunk
        ]

    def may_have(self, phrase: WordRun) -> bool:
        """Return whether as many chunks as a phrase has words have all of its clues."""
        needed = frozenset(phrase.clues)
        if not needed <= self.clues:
            return False
        recent: deque[tuple[int, frozenset[Clue]]] = deque()
        for n, clues in self._sequence:
            if clues.isdisjoint(needed):
                continue
            recent.append((n, clues))
            while recent[0][0] <= n - len(phrase.clues):
                recent.popleft()
            if needed.issubset(chain.from_iterable(clues for _, clues in recent)):
                return True
        return False


def _is_met(need: Need, words: _WordsOfText) -> bool:
    match need:
        case AllOf(needs):
            return all(_is_met(inner, words) for inner in needs)
        case AnyOf(needs):
            return any(_is_met(inner, words) for inner in needs)
        case WordRun():
            return words.may_have(need)
        case Clue():
            return need in words.clues


def _clues(need: Need) -> Iterable[Clue]:
    match need:
        case Clue():
            yield need
        case WordRun(clues):
            yield from clues
        case AllOf(needs) | AnyOf(needs):
            for inner in needs:
                yield from _clues(inner)


def _is_in(clue: Clue, terms: Collection[str]) -> bool:
    match clue.kind:
        case "term":
            return clue.text in terms
        case "stem":
            return any(stem(term) == clue.text for term in terms if not term.startswith("="))
        case "pattern":
            pattern = _folded_pattern(clue.text)
            return any(matches(pattern, term) for term in terms if not term.startswith("="))
        case "similar":
            return any(edit_distance(clue.text, term, clue.edits) <= clue.edits for term in terms)
        case "characters":
            return False


@cache
def _folded_pattern(pattern: str) -> str:
    return fold_pattern(pattern)


def _fragments(clue: Clue) -> Iterable[str]:
    """Return letters one of which a chunk must have, folded, to have a clue."""
    match clue.kind:
        case "term":
            return [_letters(clue.text)]
        case "stem":
            kept = max(len(clue.text) - _CHANGED_LETTERS, _MIN_LETTERS)
            return [_letters(clue.text[: 1 if clue.text in _IRREGULAR_STEMS else kept])]
        case "pattern":
            return [max(map(_letters, re.split(r"[*?]", fold_pattern(clue.text))), key=len)]
        case "similar":
            return _pieces(_letters(clue.text), 2 * clue.edits + 1)
        case "characters":
            return [_letters(_fold_uncached(unify(clue.text)))]


def _pieces(word: str, count: int) -> Sequence[str]:
    """Cut a word into pieces: as a swap changes at most two, n // 2 edits leave one as it is."""
    ends = [len(word) * n // count for n in range(count + 1)]
    return [word[start:end] for start, end in pairwise(ends)]


def _letters(term: str) -> str:
    return _NO_LETTER.sub("", term)


def _letters_of_text(text: str) -> str | None:
    """Return the letters and digits of a text, folded; None if it is not clear which they are.

    It is not if there are letters of other scripts, or `'s-`, of which a compound loses the `s`.
    """
    if not text.isascii():
        try:
            beyond_ascii = text.encode().translate(None, _ASCII).decode()
        except UnicodeEncodeError:
            # Two halves of a character may be joined.
            return None
        for char in set(beyond_ascii):
            if (folded := _FOLDED[char]) is None:
                return None
            if folded:
                text = text.replace(char, folded)
    lowered = text.encode().lower()
    if b"'s-" in lowered or b"`s-" in lowered:
        return None
    return lowered.translate(None, _NO_LETTERS).decode("ascii")


class _FoldedCharacters(dict[str, str | None]):
    """Caches the ASCII letters of a character, and ' or - for signs like them; None for others."""

    def __missing__(self, char: str) -> str | None:
        unified = unify(char)
        folded = unified if unified in "'-" else _NO_LETTER.sub("", _fold_uncached(unified))
        self[char] = result = folded if folded.isascii() else None
        return result


_FOLDED = _FoldedCharacters()


def _as_json(need: Need) -> object:
    match need:
        case Clue():
            return list(need)
        case WordRun(clues):
            return ["phrase", list(map(_as_json, clues))]
        case AllOf(needs):
            return ["all", list(map(_as_json, needs))]
        case AnyOf(needs):
            return ["any", list(map(_as_json, needs))]


def _from_json(value: list[Any]) -> Need:
    match value:
        case ["phrase", list(clues)]:
            return WordRun(tuple(Clue(*clue) for clue in clues))
        case ["all", list(needs)]:
            return AllOf(tuple(map(_from_json, needs)))
        case ["any", list(needs)]:
            return AnyOf(tuple(map(_from_json, needs)))
        case _:
            return Clue(*value)
