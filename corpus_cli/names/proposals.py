"""Words of the corpus that may be names spelt otherwise."""

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
    """A form that a name may have as well, as the texts write it, and in how many passages.

    `short` tells that it is like a short form of the name.
    """

    name: Name
    form: str
    short: bool
    passages: int


def proposals(
    book: Book, words: Iterable[str], standing: Callable[[str], Sequence[str]]
) -> Iterator[Proposal]:
    """Forms of names with one word replaced by one of the corpus that is spelt alike.

    `words` are those of the corpus, folded; `standing` gives a form as each passage that
    holds it writes it. A name is written with a capital, stands in the corpus as it is known,
    and more often so than otherwise; only its longest word is replaced, for the others are
    too short to be sure of.
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
    pieces = written(form)
    longest = max((piece.letters for piece in pieces if not piece.capitals), key=len, default="")
    near = dict.fromkeys(word for trace in _traces(longest) for word in alike.get(trace, ()))
    for word in near:
        if likeness(longest, word) >= _CLOSE:
            yield " ".join(word if one.letters == longest else one.letters for one in pieces)


def _traces(word: str) -> Iterator[str]:
    """What words that are spelt alike share: their skeleton, or all letters but one.

    Two words one edit apart are equal when each loses a letter, or one of them does.
    """
    consonants = skeleton(word) if len(word) >= _SHORTEST else ""
    if len(consonants) >= _CONSONANTS:
        yield f"={consonants}"
    if len(word) >= _LONG:
        yield word
        yield from {word[:n] + word[n + 1 :] for n in range(len(word))}


def _is_name(form: str) -> bool:
    return any(map(str.isupper, form))
