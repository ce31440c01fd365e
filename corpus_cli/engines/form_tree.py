"""Find all forms of names that occur in a passage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from corpus_cli.model.name_table import ADJECTIVE, FULL, NameForm

WordPositions = Mapping[str, Sequence[int]]
"""The positions of each term of the field `words` in a passage, ascending."""


class Form:
    """A sequence of terms, and the names that it is a form of, each with the kind of form."""

    __slots__ = ("is_long", "letters", "meanings", "number", "span", "terms")

    def __init__(self, number: int, terms: str, span: int) -> None:
        self.number = number
        self.terms = terms
        self.span = span
        self.letters = terms.replace("=", "")
        self.meanings: list[tuple[str, str]] = []
        self.is_long = False

    def add_meaning(self, key: str, kind: str) -> None:
        """Add a name; for the same name a full form precedes a short form with the same terms."""
        self.is_long |= kind == FULL and self.span > 1
        if kind != ADJECTIVE:
            for n, (other, other_kind) in enumerate(self.meanings):
                if other == key and other_kind != ADJECTIVE:
                    self.meanings[n] = key, min(kind, other_kind)
                    return
        if (key, kind) not in self.meanings:
            self.meanings.append((key, kind))


class _Node:
    """A node of the tree of forms: the form that ends here, and the nodes of the next terms."""

    __slots__ = ("form", "next")

    def __init__(self) -> None:
        self.form: Form | None = None
        self.next: dict[str, _Node] = {}


Spot = tuple[int, int, int]
"""An occurrence of a form: its first position, minus its span, and the number of the form.

Sorted, the spots of a passage come by position, at the same position the longest first.
"""


Candidate = tuple[int, Sequence[tuple[tuple[str, ...], int]]]
"""Forms with the same first term: the number of the form that is this term alone (-1: none), and
the other terms of each longer form with its number."""


class FormTree:
    """The forms of all names as trees of their terms, one for each first term.

    A tree is made when an article has the first term: most names occur in few articles.
    """

    def __init__(self, name_forms: Iterable[NameForm]) -> None:
        self.forms: list[Form] = []
        self._trees: dict[str, _Node] = {}
        self._forms_by_first: defaultdict[str, list[NameForm]] = defaultdict(list)
        for form in name_forms:
            self._forms_by_first[form.terms.partition(" ")[0]].append(form)

    def _tree(self, first: str) -> _Node:
        if first not in self._trees:
            root = self._trees[first] = _Node()
            for terms, key, kind in self._forms_by_first[first]:
                self._add(root, terms.split(" "), terms).add_meaning(key, kind)
        return self._trees[first]

    def _add(self, root: _Node, words: Sequence[str], terms: str) -> Form:
        node = root
        for word in words[1:]:
            node = node.next.setdefault(word, _Node())
        if node.form is None:
            node.form = Form(len(self.forms), terms, len(words))
            self.forms.append(node.form)
        return node.form

    def find_candidates(self, terms: set[str]) -> dict[str, Candidate]:
        """Return the forms all of whose terms are among those of an article, by the first term.

        Few forms are left, so each passage need not walk the tree.
        """
        candidates: dict[str, Candidate] = {}
        for term in sorted(self._forms_by_first.keys() & terms):
            node = self._tree(term)
            longer: list[tuple[tuple[str, ...], int]] = []
            if not node.next.keys().isdisjoint(terms):
                _collect_longer(node, (), terms, longer)
            if node.form or longer:
                candidates[term] = node.form.number if node.form else -1, longer
        return candidates


def _collect_longer(
    node: _Node,
    before: tuple[str, ...],
    terms: set[str],
    longer: list[tuple[tuple[str, ...], int]],
) -> None:
    for term in node.next.keys() & terms:
        following, rest = node.next[term], (*before, term)
        if following.form:
            longer.append((rest, following.form.number))
        if following.next:
            _collect_longer(following, rest, terms, longer)


def find_forms(positions_by_word: WordPositions, candidates: Mapping[str, Candidate]) -> list[Spot]:
    """Return all occurrences of the candidates in a passage, also those that overlap, unsorted."""
    spots: list[Spot] = []
    for first in candidates.keys() & positions_by_word.keys():
        single, longer = candidates[first]
        starts = positions_by_word[first]
        if single >= 0:
            spots += [(start, -1, single) for start in starts]
        for rest, number in longer:
            matching = starts
            for depth, term in enumerate(rest, 1):
                if term not in positions_by_word:
                    break
                positions = positions_by_word[term]
                matching = [start for start in matching if start + depth in positions]
                if not matching:
                    break
            else:
                spots += [(start, -len(rest) - 1, number) for start in matching]
    return spots
