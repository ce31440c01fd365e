"""Compare the names that mentions were indexed with to others, and find what changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus_cli.engines.postings import Index
from corpus_cli.model.name_table import FULL, SHORT, NameForm, NameTable


def compare_names(old: NameTable, new: NameTable) -> NameChanges:
    """Return what differs between two tables of names; it is false if they are equal."""
    explained = set(_explanations(old)) ^ set(_explanations(new))
    return NameChanges(old, new, frozenset(old.forms) ^ frozenset(new.forms), frozenset(explained))


@dataclass(frozen=True)
class NameChanges:
    """The differences between two tables of names.

    `forms` are those in one table only. `explained` are triples of key, folded form and article,
    where only one of the tables says that the article explains the form as something else.
    """

    old: NameTable
    new: NameTable
    forms: frozenset[NameForm]
    explained: frozenset[tuple[str, str, str]]

    def __bool__(self) -> bool:
        """Return whether there is any difference."""
        return bool(self.forms or self.explained)

    @cached_property
    def stale_names(self) -> frozenset[str]:
        """The keys of the names whose mentions may differ.

        These are the names with changed forms, and the names with a form that is part of a changed
        form of another name, because a longer name is another name.
        """
        stale = {form.key for form in self.forms} | {key for key, _, _ in self.explained}
        longer = {
            form.terms.replace("=", "")
            for form in self.forms
            if form.kind == FULL and " " in form.terms
        }
        if longer:
            parts = {part for letters in longer for part in _parts(letters)}
            for terms, key, _ in (*self.old.forms, *self.new.forms):
                if terms.replace("=", "") in parts:
                    stale.add(key)
        return frozenset(stale)

    def find_articles(self, index: Index) -> set[str]:
        """Return the articles of an index in which mentions may differ."""
        finder = _FormFinder(index)
        owners: set[int] = set()
        others: defaultdict[str, set[str]] = defaultdict(set)
        short_forms = {form.key for form in self.forms if form.kind == SHORT}
        for terms, key, kind in (*self.old.forms, *self.new.forms):
            if kind != SHORT and key in short_forms:
                others[key].add(terms)
        for terms, key, kind in self.forms:
            found = finder.owners(terms)
            if kind == SHORT and found:
                # A short form means nothing in an article without another form of the name.
                found = found & frozenset[int]().union(*map(finder.owners, others[key]))
            owners |= found
        return {index.article(owner) for owner in owners} | {
            article for _, _, article in self.explained
        }


class _FormFinder:
    """Finds the articles that contain a form, whichever of its words are in capitals."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._cache: dict[str, frozenset[int]] = {}

    def owners(self, terms: str) -> frozenset[int]:
        """Return the articles with a form, as numbers."""
        letters = terms.replace("=", "")
        if letters not in self._cache:
            self._cache[letters] = frozenset(
                self._index.owners(self._find_passages(letters.split(" ")))
            )
        return self._cache[letters]

    def _find_passages(self, words: Sequence[str]) -> set[int]:
        index = self._index
        variants = [
            [term for term in (word, f"={word}") if index.has("words", term)] for word in words
        ]
        if not all(variants):
            return set()
        variants.sort(key=lambda terms: sum(index.frequency("words", term) for term in terms))
        passages: set[int] | None = None
        for terms in variants:
            with_word = set[int]().union(
                *(index.postings("words", term).passages for term in terms)
            )
            passages = with_word if passages is None else passages & with_word
            if not passages:
                break
        return passages or set()


def _explanations(table: NameTable) -> Iterator[tuple[str, str, str]]:
    for key, letters, articles in table.elsewhere:
        for article in articles:
            yield key, letters, article


def _parts(letters: str) -> Iterator[str]:
    """Yield all runs of words of a form."""
    words = letters.split(" ")
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            yield " ".join(words[start:end])
