"""Find the mentions of all names in an article.

They are the field `names` of its passages. A term of the field is the kind of a form, the key of
its name, and the index terms of the form as they occur, so the term also tells how many positions
each of its occurrences covers: `f:islamic state|=isis`. The kinds are those of `model.name_table`,
and one more: `o:KEY` has the occurrences that the words around them make another name.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from corpus_cli.engines.fields import Posting, posting, single_posting
from corpus_cli.engines.form_tree import Form, FormTree, Spot, WordPositions, find_forms
from corpus_cli.engines.other_names import (
    ReadingOrder,
    WordsAround,
    context_words,
    is_named_after,
    is_other_name,
    means_own_bearer,
    phrase_words,
    reading_order,
    words_wanted,
)
from corpus_cli.model.name_table import (
    ADJECTIVE,
    FULL,
    PERSON,
    SHORT,
    NameTable,
    shared_short_forms,
)

OTHER_NAME: Final = "o"
"""The kind of terms for occurrences that the words around them make another name."""

_BEARER: Final = "b"
"""The kind of an occurrence of the full name of another bearer; it is not indexed."""

FORM_MARK: Final = "|"
"""What separates the key and the forms in a term: no term of a text contains it."""


_CACHED_CLUSTERS = 50_000


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
        """How many positions an occurrence covers; 0 for terms without forms."""
        return self.forms[0].count(" ") + 1 if self.forms else 0


def parse_mention_term(term: str) -> MentionTerm:
    """Return the parts of a term of the field `names`."""
    head, *forms = term.split(FORM_MARK)
    return MentionTerm(head[0], head[2:], tuple(forms))


class _Place:
    """A run of positions that is a form of a name, and all forms of it with the same positions."""

    __slots__ = ("end", "forms", "kind", "span", "start")

    def __init__(self, start: int, form: Form, kind: str) -> None:
        self.start = start
        self.span = form.span
        self.end = start + form.span
        self.forms = [form]
        self.kind = kind


class _Occurrence(NamedTuple):
    """An occurrence of a form: position, key of the name, kind, and term of the field `names`.

    `letters` are its forms, folded; they are empty if the words around it do not matter.
    """

    start: int
    key: str
    kind: str
    term: str
    letters: tuple[str, ...] = ()


class MentionFinder:
    """Finds the mentions of the names of a table.

    A mention is what `NameMatches` finds for a name in a filter: tests compare the two.
    """

    def __init__(self, table: NameTable) -> None:
        self.table = table
        self._tree = FormTree(table.forms)
        self._terms: defaultdict[str, list[str]] = defaultdict(list)
        for terms, key, _ in table.forms:
            self._terms[key].append(terms)
        self._letters = lru_cache(None)(self._fold_terms)
        self._kinds = table.kind_by_key
        self._short = _short_forms(table)
        self._shared: dict[tuple[str, str], tuple[str, ...]] = {}
        self._own_words: dict[str, frozenset[str]] = {}
        self._elsewhere: defaultdict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        for key, letters, articles in table.elsewhere:
            self._elsewhere[key][letters] = frozenset(articles)
        self._longer: dict[tuple[int, str], bool] = {}
        self._clusters: dict[tuple[Spot, ...], Sequence[_Occurrence]] = {}

    @cached_property
    def decisive_words(self) -> frozenset[str]:
        """The terms whose positions decide where names are mentioned."""
        forms = (terms.split(" ") for terms, _, _ in self.table.forms)
        return context_words().union(*phrase_words().values(), *forms)

    def invert(self, article: str, passages: Sequence[WordPositions]) -> list[dict[str, Posting]]:
        """Return the postings of the field `names` for each passage of an article.

        `passages` are the positions of the terms of the field `words` in each of them, of which
        only the `decisive_words` matter.
        """
        terms = set().union(*passages)
        candidates = self._tree.find_candidates(terms)
        context = _Context(terms)
        by_passage = [
            self._find_occurrences(article, find_forms(positions, candidates), positions, context)
            for positions in passages
        ]
        if any(kind == _BEARER for occurrences in by_passage for _, _, kind, *_ in occurrences):
            by_passage = self._drop_other_bearers(by_passage)
        # A short form means its name only in an article with a full form.
        full_names = {
            key for occurrences in by_passage for _, key, kind, *_ in occurrences if kind == FULL
        }
        return [_invert_occurrences(occurrences, full_names) for occurrences in by_passage]

    def _find_occurrences(
        self,
        article: str,
        spots: list[Spot],
        positions_by_word: WordPositions,
        context: "_Context",
    ) -> list[_Occurrence]:
        """Return the occurrences of names in a passage, ascending.

        A short form is among them even if its article has no full form.
        """
        around: WordsAround | None = None
        spots.sort()
        occurrences: list[_Occurrence] = []
        n, count = 0, len(spots)
        while n < count:
            # Only forms that overlap affect each other.
            start, negative_span, _ = spots[n]
            first, end = n, start - negative_span
            n += 1
            while n < count and spots[n][0] < end:
                end = max(end, spots[n][0] - spots[n][1])
                n += 1
            cluster = tuple([(at - start, span, form) for at, span, form in spots[first:n]])
            resolved = self._clusters.get(cluster)
            if resolved is None:
                resolved = self._resolve_cluster(cluster)
            for offset, key, kind, term, letters in resolved:
                if key in self._elsewhere and self._is_elsewhere(key, kind, term, article):
                    continue
                at = start + offset
                if letters:
                    around = context.words_around(positions_by_word) if around is None else around
                    if around and self._is_other_name(at, key, kind, letters, around):
                        if kind != _BEARER:
                            occurrences.append(_Occurrence(at, key, OTHER_NAME, f"o:{key}"))
                        continue
                occurrences.append(_Occurrence(at, key, kind, term))
        return occurrences

    def _fold_terms(self, key: str) -> frozenset[str]:
        """Return the forms of a name, folded."""
        return frozenset(terms.replace("=", "") for terms in self._terms[key])

    def _is_other_name(
        self, start: int, key: str, kind: str, letters: Sequence[str], around: WordsAround
    ) -> bool:
        """Return whether the words around an occurrence make it another name."""
        if kind == _BEARER:
            span = letters[0].count(" ") + 1
            return is_named_after(start + span, span, around)
        own_words = self._own_words.get(key)
        if own_words is None:
            own_words = frozenset(word for form in self._letters(key) for word in form.split(" "))
            self._own_words[key] = own_words
        return is_other_name(start, letters, own_words, self._kinds[key], around)

    def _resolve_cluster(self, cluster: tuple[Spot, ...]) -> Sequence[_Occurrence]:
        """Return the occurrences that count in a row of forms that overlap."""
        spots = [(start, self._tree.forms[number]) for start, _, number in cluster]
        long_spots = [spot for spot in spots if spot[1].is_long]
        groups: defaultdict[tuple[str, bool], list[_Place]] = defaultdict(list)
        for start, form in spots:
            for key, kind in form.meanings:
                _add_place(groups[key, kind == ADJECTIVE], start, form, kind)
        resolved: list[_Occurrence] = []
        for (key, is_adjective), places in groups.items():
            is_ruled = not is_adjective and key in self._kinds
            for place in places:
                longer = self._find_longer_names(place, key, long_spots)
                if not longer:
                    terms = tuple(sorted(form.terms for form in place.forms))
                    term = str(MentionTerm(place.kind, key, terms))
                    letters = tuple(form.letters for form in place.forms) if is_ruled else ()
                    resolved.append(_Occurrence(place.start, key, place.kind, term, letters))
                elif is_ruled and key in self._short:
                    resolved += (
                        _Occurrence(one.start, key, _BEARER, bearer, (form.letters,))
                        for one in longer
                        for form in one.forms
                        for bearer in self._find_bearers(form, key)
                    )
        resolved.sort()
        if len(self._clusters) >= _CACHED_CLUSTERS:
            self._clusters.clear()
        self._clusters[cluster] = resolved
        return resolved

    def _find_longer_names(
        self, place: _Place, key: str, long_spots: Sequence[tuple[int, Form]]
    ) -> Sequence[_Place]:
        """Return the places of longer forms of other names that contain a place."""
        longer: list[_Place] = []
        for start, form in long_spots:
            if self._is_longer(form, key):
                _add_place(longer, start, form, FULL)
        return [
            one
            for one in longer
            if one.start <= place.start and place.end <= one.end and one.span > place.span
        ]

    def _find_bearers(self, form: Form, key: str) -> Iterator[str]:
        """Yield the other people with a short form of a name, of whom a form is the full name."""
        for other, kind in form.meanings:
            if (
                other != key
                and kind == FULL
                and self._kinds.get(other) == PERSON
                and self._shared_short_forms(key, other)
            ):
                yield other

    def _shared_short_forms(self, key: str, other: str) -> Sequence[str]:
        shared = self._shared.get((key, other))
        if shared is None:
            shared = shared_short_forms(self._short[key], other, self._short.get(other, ()))
            self._shared[key, other] = shared
        return shared

    def _drop_other_bearers(
        self, by_passage: Sequence[list[_Occurrence]]
    ) -> list[list[_Occurrence]]:
        """Return occurrences without the short forms that mean another bearer of the name."""
        own: defaultdict[str, set[ReadingOrder]] = defaultdict(set)
        bearer_places: defaultdict[str, defaultdict[str, set[ReadingOrder]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for passage, occurrences in enumerate(by_passage):
            for start, key, kind, term, _ in occurrences:
                if kind == _BEARER:
                    bearer_places[key][term].add(reading_order(passage, start))
                elif kind == FULL:
                    own[key].add(reading_order(passage, start))
        foreign = {
            (key, short)
            for key, bearers in bearer_places.items()
            for short in self._short[key]
            if not means_own_bearer(
                own[key],
                (
                    places
                    for bearer, places in bearers.items()
                    if short in self._shared_short_forms(key, bearer)
                ),
            )
        }

        def is_foreign(one: _Occurrence) -> bool:
            return one.kind == SHORT and any(
                (one.key, form.replace("=", "")) in foreign
                for form in parse_mention_term(one.term).forms
            )

        return [
            [one for one in occurrences if one.kind != _BEARER and not is_foreign(one)]
            for occurrences in by_passage
        ]

    def _is_longer(self, form: Form, key: str) -> bool:
        """Return whether a form belongs to another name and contains a form of this one."""
        cached = self._longer.get((form.number, key))
        if cached is None:
            padded, letters = f" {form.letters} ", self._letters(key)
            cached = self._longer[form.number, key] = (
                any(other != key and kind == FULL for other, kind in form.meanings)
                and form.letters not in letters
                and any(f" {one} " in padded for one in letters)
            )
        return cached

    def _is_elsewhere(self, key: str, kind: str, term: str, article: str) -> bool:
        """Return whether the article explains all forms of an occurrence as something else."""
        other_senses = self._elsewhere[key]
        return kind not in (ADJECTIVE, _BEARER) and all(
            article in other_senses.get(form.replace("=", ""), ())
            for form in parse_mention_term(term).forms
        )


@lru_cache(2)
def mention_finder(table: NameTable) -> MentionFinder:
    """Return the finder for a table, cached because each article of an ingest needs it."""
    return MentionFinder(table)


def _short_forms(table: NameTable) -> dict[str, list[str]]:
    """Return the folded short forms of people, by the key of the name."""
    short: defaultdict[str, list[str]] = defaultdict(list)
    for terms, key, kind in table.forms:
        if kind == SHORT and table.kind_by_key.get(key) == PERSON:
            short[key].append(terms.replace("=", ""))
    return dict(short)


class _Context:
    """The words of an article that can make a form another name."""

    def __init__(self, terms: set[str]) -> None:
        self._terms = terms

    @cached_property
    def _words(self) -> Sequence[str]:
        return [word for word in words_wanted(context_words() & self._terms) if word in self._terms]

    def words_around(self, positions_by_word: WordPositions) -> WordsAround:
        """Return these words in a passage, by position."""
        return {
            position: word for word in self._words for position in positions_by_word.get(word, ())
        }


def _add_place(places: list[_Place], start: int, form: Form, kind: str) -> None:
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


def _invert_occurrences(
    occurrences: Sequence[_Occurrence], full_names: set[str]
) -> dict[str, Posting]:
    positions_by_term: dict[str, list[int]] = {}
    for start, key, kind, term, _ in occurrences:
        if kind == OTHER_NAME:
            positions_by_term.setdefault(term, []).append(start)
        elif kind == ADJECTIVE or key in full_names:
            if term in positions_by_term:
                positions_by_term[term].append(start)
            else:
                positions_by_term[term] = [start]
    return {
        term: single_posting(positions[0]) if len(positions) == 1 else posting(positions)
        for term, positions in positions_by_term.items()
    }
