"""Propose spellings of names that occur in the corpus."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from corpus_cli.model import Name
from corpus_cli.names.lookup import NameLookup
from corpus_cli.names.senses import measure_likeness
from corpus_cli.text.spelling import skeleton
from corpus_cli.text.tokenise import written

_POSSESSIVE = re.compile(r"['’]s$")
_MIN_LETTERS = 5
_MIN_CONSONANTS = 3
_MIN_LONG_WORD = 8
_MIN_LIKENESS = 0.8


class Proposal(NamedTuple):
    """A form that a name may have too, as texts write it, and in how many passages it occurs.

    `short` says whether it resembles a short form of the name.
    """

    name: Name
    form: str
    short: bool
    passages: int


def propose_forms(
    lookup: NameLookup,
    words: Iterable[str],
    count: Callable[[str], int],
    spellings: Callable[[str], Sequence[str]],
) -> Iterator[Proposal]:
    """Yield forms of names with one word replaced by a similarly spelt word of the corpus.

    `words` are those of the corpus, folded; `count` returns how many passages contain a form, and
    `spellings` the form as each of them writes it. A proposal has a capital in every passage, and
    occurs in no more passages than the form that it resembles. Only the longest word is replaced,
    because shorter words resemble too many others.
    """
    words_by_key: defaultdict[str, list[str]] = defaultdict(list)
    name_words = lookup.all_words()
    for word in words:
        if word.isalpha() and word not in name_words:
            for spelling_key in _spelling_keys(word):
                words_by_key[spelling_key].append(word)
    tried: set[str] = set()
    for name in lookup:
        for form in (*name.forms, *name.short):
            for variant in _variants(form, words_by_key):
                if variant not in tried:
                    tried.add(variant)
                    if not 0 < count(variant) <= count(form):
                        continue
                    variant_spellings = spellings(variant)
                    if variant_spellings and all(map(_has_capital, variant_spellings)):
                        proposed = _POSSESSIVE.sub("", variant_spellings[0])
                        yield Proposal(
                            name, proposed, form not in name.forms, len(variant_spellings)
                        )


def _variants(form: str, words_by_key: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield a form with its longest word replaced by each similar word."""
    words = written(form)
    longest = max((piece.letters for piece in words if not piece.capitals), key=len, default="")
    candidates = dict.fromkeys(
        word for trace in _spelling_keys(longest) for word in words_by_key.get(trace, ())
    )
    for word in candidates:
        if measure_likeness(longest, word) >= _MIN_LIKENESS:
            yield " ".join(word if piece.letters == longest else piece.letters for piece in words)


def _spelling_keys(word: str) -> Iterator[str]:
    """Yield keys that similarly spelt words share: the consonants, or all letters but one.

    Two words one edit apart are equal after one or both of them lose a letter.
    """
    consonants = skeleton(word) if len(word) >= _MIN_LETTERS else ""
    if len(consonants) >= _MIN_CONSONANTS:
        yield f"={consonants}"
    if len(word) >= _MIN_LONG_WORD:
        yield word
        yield from {word[:n] + word[n + 1 :] for n in range(len(word))}


def _has_capital(form: str) -> bool:
    return any(map(str.isupper, form))
