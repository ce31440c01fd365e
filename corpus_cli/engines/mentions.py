"""Find all mentions of all names in an article, and invert them into the field `names`.

A term of the field is the kind of a form, the key of its name, and the index terms of the form
as they occur, so the term also tells how many positions each of its occurrences covers:
`f:islamic state|=isis`. The kinds are those of `model.name_table`, and one more: `u:KEY` has the
occurrences in title and heading of a name that no text of the article mentions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from corpus_cli.engines.fields import HEADING, Posting, decode, posting
from corpus_cli.model.name_table import ADJECTIVE, FULL, NameTable

TITLE_ONLY: Final = "u"
"""The kind of terms for names that only a title or heading mentions."""

FORM_MARK: Final = "|"
"""What separates the key and the forms in a term: no term of a text contains it."""


class MentionTerm(NamedTuple):
    """A term of the field `names`: the kind, the key of the name, and the terms of the forms.

    There are several forms if the same words match more than one, such as `=us` and `us`.
    """

    kind: str
    key: str
    forms: tuple[str, ...]

    def __str__(self) -> str:
        """Return the term as it is indexed."""
        return FORM_MARK.join((f"{self.kind}:{self.key}", *self.forms))

    @property
    def span(self) -> int:
        """How many positions an occurrence covers; 0 for `TITLE_ONLY`, which has no forms."""
        return self.forms[0].count(" ") + 1 if self.forms else 0


def parse_mention_term(term: str) -> MentionTerm:
    """Return the parts of a term of the field `names`."""
    head, *forms = term.split(FORM_MARK)
    return MentionTerm(head[0], head[2:], tuple(forms))


class _Form:
    """A sequence of terms, and the names that it is a form of, each with the kind of form."""

    __slots__ = ("index_terms", "is_long", "letters", "meanings", "span", "terms")

    def __init__(self, terms: str, span: int) -> None:
        self.terms = terms
        self.span = span
        self.letters = terms.replace("=", "")
        self.meanings: list[tuple[str, str]] = []
        self.is_long = False
        self.index_terms: dict[tuple[str, str], str] = {}

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
        self.form: _Form | None = None
        self.next: dict[str, _Node] = {}


class _Place:
    """A run of positions that is a form of a name, and all forms of it with the same positions."""

    __slots__ = ("end", "forms", "kind", "span", "start")

    def __init__(self, start: int, form: _Form, kind: str) -> None:
        self.start = start
        self.span = form.span
        self.end = start + form.span
        self.forms = [form]
        self.kind = kind

    def index_term(self, key: str) -> str:
        """Return the term of the field `names` for this place."""
        if len(self.forms) > 1:
            return str(MentionTerm(self.kind, key, tuple(sorted(f.terms for f in self.forms))))
        form = self.forms[0]
        term = form.index_terms.get((self.kind, key))
        if term is None:
            # All postings of a term share one string.
            term = str(MentionTerm(self.kind, key, (form.terms,)))
            form.index_terms[self.kind, key] = term
        return term


_Spot = tuple[int, _Form]
"""The first position of an occurrence of a form, and the form."""


class _PassageMentions(NamedTuple):
    """The places in one passage by the key of the name: those of names, and of adjectives.

    A short form is among them even if its article has no full form.
    """

    names: dict[str, list[_Place]]
    adjectives: dict[str, list[_Place]]


_NO_MENTIONS = _PassageMentions({}, {})


class MentionFinder:
    """Finds the mentions of the names of a table.

    A mention is what `NameMatches` finds for a name in a filter: tests compare the two.
    """

    def __init__(self, table: NameTable) -> None:
        self.table = table
        self._root = _Node()
        self._letters: defaultdict[str, set[str]] = defaultdict(set)
        for terms, key, kind in table.forms:
            self._letters[key].add(self._add(terms, key, kind).letters)
        self._first_terms = frozenset(self._root.next)
        self._elsewhere: defaultdict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        for key, letters, articles in table.elsewhere:
            self._elsewhere[key][letters] = frozenset(articles)
        self._longer: dict[tuple[str, str], bool] = {}

    def _add(self, terms: str, key: str, kind: str) -> _Form:
        node, words = self._root, terms.split(" ")
        for word in words:
            following = node.next.get(word)
            if following is None:
                following = node.next[word] = _Node()
            node = following
        form = node.form = node.form or _Form(terms, len(words))
        form.add_meaning(key, kind)
        return form

    def invert(
        self, article: str, passages: Sequence[Mapping[str, Posting]]
    ) -> list[dict[str, Posting]]:
        """Return the postings of the field `names` for each passage of an article.

        `passages` are the postings of the field `words` for each of them.
        """
        found = [self._find_mentions(article, postings) for postings in passages]
        with_full_form = {
            key
            for names, _ in found
            for key, places in names.items()
            if any(place.kind == FULL for place in places)
        }
        meant = [
            _PassageMentions(
                {key: places for key, places in names.items() if key in with_full_form}, adjectives
            )
            for names, adjectives in found
        ]
        in_a_text = {
            key
            for by_key in (group for mentions in meant for group in mentions)
            for key, places in by_key.items()
            if places[0].start < HEADING
        }
        return [_invert_mentions(mentions, in_a_text) for mentions in meant]

    def _find_mentions(self, article: str, postings: Mapping[str, Posting]) -> _PassageMentions:
        spots = sorted(self._find_forms(postings), key=_first_and_longest)
        if not spots:
            return _NO_MENTIONS
        long_spots = [spot for spot in spots if spot[1].is_long]
        mentions = _PassageMentions({}, {})
        for start, form in spots:
            for key, kind in form.meanings:
                group = mentions.adjectives if kind == ADJECTIVE else mentions.names
                _add_place(group.setdefault(key, []), start, form, kind)
        for group in mentions:
            for key, places in [*group.items()]:
                kept = [
                    place
                    for place in places
                    if not (
                        (long_spots and self._is_in_longer_name(place, key, long_spots))
                        or (group is mentions.names and self._is_elsewhere(place, key, article))
                    )
                ]
                if kept:
                    group[key] = kept
                else:
                    del group[key]
        return mentions

    def _find_forms(self, postings: Mapping[str, Posting]) -> Iterator[_Spot]:
        """Yield all occurrences of all forms in a passage, with what overlaps, in no order."""
        for term in self._first_terms.intersection(postings):
            node = self._root.next[term]
            starts = decode(postings[term][1])
            if node.form:
                for start in starts:
                    yield start, node.form
            if node.next:
                yield from _follow(node, starts, 1, postings)

    def _is_in_longer_name(self, place: _Place, key: str, long_spots: Sequence[_Spot]) -> bool:
        """Return whether a longer form of another name contains a place."""
        if not any(
            start <= place.start
            and place.end <= start + form.span
            and form.span > place.span
            and self._is_longer(form, key)
            for start, form in long_spots
        ):
            return False
        longer: list[_Place] = []
        for start, form in long_spots:
            if self._is_longer(form, key):
                _add_place(longer, start, form, FULL)
        return any(
            one.start <= place.start and place.end <= one.end and one.span > place.span
            for one in longer
        )

    def _is_longer(self, form: _Form, key: str) -> bool:
        """Return whether a form belongs to another name and contains a form of this one."""
        cached = self._longer.get((form.terms, key))
        if cached is None:
            padded, letters = f" {form.letters} ", self._letters[key]
            cached = self._longer[form.terms, key] = (
                any(other != key and kind == FULL for other, kind in form.meanings)
                and form.letters not in letters
                and any(f" {one} " in padded for one in letters)
            )
        return cached

    def _is_elsewhere(self, place: _Place, key: str, article: str) -> bool:
        """Return whether the article explains all forms of a place as something else."""
        other_senses = self._elsewhere.get(key)
        return other_senses is not None and all(
            article in other_senses.get(form.letters, ()) for form in place.forms
        )


def _first_and_longest(spot: _Spot) -> tuple[int, int]:
    return spot[0], -spot[1].span


def _follow(
    node: _Node, starts: Sequence[int], depth: int, postings: Mapping[str, Posting]
) -> Iterator[_Spot]:
    """Yield the occurrences of longer forms, of which `depth` terms match from these positions."""
    for term in node.next.keys() & postings.keys():
        positions = decode(postings[term][1])
        matching = [start for start in starts if start + depth in positions]
        if matching:
            following = node.next[term]
            if following.form:
                for start in matching:
                    yield start, following.form
            if following.next:
                yield from _follow(following, matching, depth + 1, postings)


def _add_place(places: list[_Place], start: int, form: _Form, kind: str) -> None:
    """Add an occurrence to those before it, of which it may overlap none.

    They come by position, at the same position the longest first.
    """
    if places:
        last = places[-1]
        if start == last.start and form.span == last.span:
            last.forms.append(form)
            last.kind = min(last.kind, kind)
            return
        if start < last.end:
            return
    places.append(_Place(start, form, kind))


def _invert_mentions(mentions: _PassageMentions, in_a_text: set[str]) -> dict[str, Posting]:
    positions_by_term: dict[str, list[int]] = {}
    titled: defaultdict[str, set[int]] = defaultdict(set)
    for by_key in mentions:
        for key, places in by_key.items():
            for place in places:
                term = place.index_term(key)
                if term in positions_by_term:
                    positions_by_term[term].append(place.start)
                else:
                    positions_by_term[term] = [place.start]
            if key not in in_a_text:
                titled[key].update(place.start for place in places)
    for key, starts in titled.items():
        positions_by_term[f"{TITLE_ONLY}:{key}"] = sorted(starts)
    return {term: posting(positions) for term, positions in positions_by_term.items()}
