"""Propose spellings of names that occur in the corpus."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from corpus_cli.model import Name
from corpus_cli.names.lookup import Book
from corpus_cli.names.senses import likeness
from corpus_cli.text.spelling import skeleton
from corpus_cli.text.tokenise import written

_POSSESSIVE = re.compile(r"['’]s$")
_SHORTEST = 5
_CONSONANTS = 3
_LONG = 8
_CLOSE = 0.8


class Proposal(NamedTuple):
    """A form that a name may have too, as texts write it, and in how many passages it occurs.

    `short` says whether it resembles a short form of the name.
    """

    name: Name
    form: str
    short: bool
    passages: int


def proposals(
    book: Book, words: Iterable[str], standing: Callable[[str], Sequence[str]]
) -> Iterator[Proposal]:
    """Yield forms of names with one word replaced by a similarly spelt word of the corpus.

    `words` are those of the corpus, folded; `spellings` returns a form as each passage with it
    writes it. A proposal has a capital in every passage, and occurs in no more passages than the
    form that it resembles. Only the longest word is replaced, because shorter words resemble
    too many others.
    """
    alike: defaultdict[str, list[str]] = defaultdict(list)
    known = book.all_words()
    for word in words:
        if word.isalpha() and word not in known:
            for trace in _traces(word):
                alike[trace].append(word)
    seen: set[str] = set()
    for name in book:
        for form in (*name.forms, *name.short):
            for other in _others(form, alike):
                if other not in seen:
                    seen.add(other)
                    found = standing(other)
                    if 0 < len(found) <= len(standing(form)) and all(map(_is_name, found)):
                        typed = _POSSESSIVE.sub("", found[0])
                        yield Proposal(name, typed, form not in name.forms, len(found))


def _others(form: str, alike: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield a form with its longest word replaced by each similar word."""
    pieces = written(form)
    longest = max((piece.letters for piece in pieces if not piece.capitals), key=len, default="")
    near = dict.fromkeys(word for trace in _traces(longest) for word in alike.get(trace, ()))
    for word in near:
        if likeness(longest, word) >= _CLOSE:
            yield " ".join(word if piece.letters == longest else piece.letters for piece in pieces)


def _traces(word: str) -> Iterator[str]:
    """Yield keys that similarly spelt words share: the consonants, or all letters but one.

    Two words one edit apart are equal after one or both of them lose a letter.
    """
    consonants = skeleton(word) if len(word) >= _SHORTEST else ""
    if len(consonants) >= _CONSONANTS:
        yield f"={consonants}"
    if len(word) >= _LONG:
        yield word
        yield from {word[:n] + word[n + 1 :] for n in range(len(word))}


def _is_name(form: str) -> bool:
    return any(map(str.isupper, form))
