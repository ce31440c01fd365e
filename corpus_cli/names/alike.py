"""Words of the corpus that may be names spelt otherwise."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from corpus_cli.model import Name
from corpus_cli.names.book import Book
from corpus_cli.text.spelling import skeleton
from corpus_cli.text.tokenise import written

_POSSESSIVE = re.compile(r"['’]s$")
_SHORTEST = 5
_CONSONANTS = 3
_CLOSE = 0.8


class Proposal(NamedTuple):
    """A form that a name may have as well, as the texts write it, and in how many passages."""

    name: Name
    form: str
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
        if len(word) >= _SHORTEST and word.isalpha() and word not in known:
            alike[skeleton(word)].append(word)
    seen: set[str] = set()
    for name in book:
        for form in (*name.forms, *name.short):
            for other in _others(form, alike):
                if other not in seen:
                    seen.add(other)
                    found = standing(other)
                    if 0 < len(found) <= len(standing(form)) and all(map(_is_name, found)):
                        yield Proposal(name, _POSSESSIVE.sub("", found[0]), len(found))


def _others(form: str, alike: Mapping[str, Sequence[str]]) -> Iterator[str]:
    pieces = written(form)
    longest = max((piece.letters for piece in pieces if not piece.capitals), key=len, default="")
    consonants = skeleton(longest)
    if len(longest) < _SHORTEST or len(consonants) < _CONSONANTS:
        return
    for word in alike.get(consonants, ()):
        if SequenceMatcher(None, longest, word, autojunk=False).ratio() >= _CLOSE:
            yield " ".join(word if one.letters == longest else one.letters for one in pieces)


def _is_name(form: str) -> bool:
    return any(map(str.isupper, form))
