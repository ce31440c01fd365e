"""Propose spellings of names that occur in the corpus."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from corpus_cli.model import Name
from corpus_cli.names.lookup import NameLookup
from corpus_cli.store.name_words import NameWords
from corpus_cli.text.spelling import differ_in_ending, spelling_cost, spelling_key
from corpus_cli.text.tokenise import written

_POSSESSIVE = re.compile(r"['’]s$")
_MIN_LETTERS = 4
_MAX_COST = 0.15


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
    name_words: NameWords,
    count: Callable[[str], int],
    spellings: Callable[[str], Sequence[str]],
) -> Iterator[Proposal]:
    """Yield forms of names with one word replaced by another spelling in the corpus.

    `count` returns how many passages contain a form, and `spellings` the form as each of them
    writes it. In a full name a very similar spelling will do, because the words beside it are the
    evidence; a single word needs a certain pair of `spelling_pairs`. A proposal has a capital in
    every passage, and occurs in no more passages than the form that it resembles. Only the longest
    word is replaced, because shorter words resemble too many others.
    """
    variants = _Variants(lookup, name_words)
    tried: set[str] = set()
    for name in lookup:
        for form in (*name.forms, *name.short):
            for variant in variants.of_form(form):
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


class _Variants:
    """The words of the corpus that no name has, by the words of names that they may replace."""

    def __init__(self, lookup: NameLookup, name_words: NameWords) -> None:
        self._listed_words = lookup.all_words()
        self._words_by_key = name_words.words_by_key(set(map(spelling_key, self._listed_words)))
        self._partners: defaultdict[str, list[str]] = defaultdict(list)
        for pair in name_words.pairs():
            if pair.is_certain and not lookup.are_apart(pair.word, pair.other):
                self._partners[pair.word].append(pair.other)

    def of_form(self, form: str) -> Iterator[str]:
        """Yield a form with its longest word replaced by each of its other spellings."""
        words = written(form)
        long_words = [
            piece.letters
            for piece in words
            if not piece.capitals and len(piece.letters) >= _MIN_LETTERS
        ]
        longest = max(long_words, key=len, default="")
        spellings = self._partners[longest] if len(long_words) == 1 else self._similar(longest)
        for other in spellings:
            if other not in self._listed_words:
                yield " ".join(
                    other if piece.letters == longest else piece.letters for piece in words
                )

    def _similar(self, word: str) -> Iterator[str]:
        for other in self._words_by_key.get(spelling_key(word), ()) if word else ():
            cost = spelling_cost(word, other, _MAX_COST)
            if 0 < cost <= _MAX_COST and not differ_in_ending(word, other):
                yield other


def _has_capital(form: str) -> bool:
    return any(map(str.isupper, form))
