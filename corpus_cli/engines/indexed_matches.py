"""Find the occurrences of a name by its indexed mentions."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from corpus_cli.engines.fields import ANYWHERE, OWN, decode, encode
from corpus_cli.engines.indexed_mentions import mention_terms, other_names
from corpus_cli.engines.mentions import MentionTerm
from corpus_cli.engines.name_matches import (
    ALIAS_WEIGHT,
    NameGroup,
    NameMatches,
    NameOccurrence,
    OccurrencesByPassage,
    drop_overlaps,
)
from corpus_cli.engines.plan import PlannedName
from corpus_cli.engines.postings import Index, Postings, Starts
from corpus_cli.engines.term_forms import TermForm
from corpus_cli.model.name_table import ADJECTIVE, FULL, SHORT
from corpus_cli.system.overriding import override
from corpus_cli.text.tokenise import exact, key


def find_name(index: Index, planned: PlannedName) -> NameMatches:
    """Return the occurrences of a name: by its indexed mentions if these were made with it."""
    is_simple = planned.region in {ANYWHERE, OWN}
    if planned.mention.is_indexed and is_simple:
        return IndexedMatches(index, planned)
    return NameMatches(index, planned)


class _TermMentions(NamedTuple):
    """The mentions of a name by the same words: the postings, the span, and the forms as written.

    `typed_at` is the offset at which the words contain a typed form; -1 if they do not.
    """

    postings: Postings
    span: int
    forms: frozenset[str]
    typed_at: int


class MentionGroup(NameGroup):
    """Mentions of a name that are counted and marked as one term.

    In most passages a name is mentioned by the same words throughout: `term_by_passage` has the
    number of their term, and no more than the weight of the posting is read. In those of
    `typed_in` the words contain a typed form. `resolved` has the occurrences in all other passages.
    """

    def __init__(
        self,
        terms: Sequence[_TermMentions],
        term_by_passage: Mapping[int, int],
        typed_in: Collection[int],
        resolved: NameGroup,
        planned: PlannedName,
    ) -> None:
        super().__init__(resolved.places, frozenset(planned.mention.typed))
        self._terms = terms
        self._term_by_passage = term_by_passage
        self._typed_in = typed_in
        self._resolved = resolved
        self._region = planned.region

    @cached_property
    @override
    def counts(self) -> Mapping[int, float]:
        counts: dict[int, float] = {}
        term_of, typed_in = self._term_by_passage, self._typed_in
        other_weight = ALIAS_WEIGHT if self._typed else 1.0
        for number, term in enumerate(self._terms):
            postings = term.postings
            items: Iterable[tuple[int, float]] = (
                postings.own().items()
                if self._region == OWN
                else zip(postings.passages, postings.counts, strict=True)
            )
            counts.update(
                (passage, count if passage in typed_in else count * other_weight)
                for passage, count in items
                if term_of.get(passage) == number
            )
        counts.update(self._resolved.counts)
        return counts

    @override
    def body(self, passage: int) -> float:
        return self._group_of(passage).body(passage)

    @override
    def title(self, passage: int) -> float:
        return self._group_of(passage).title(passage)

    @override
    def starts(self, passage: int) -> Starts:
        return self._group_of(passage).starts(passage)

    def _group_of(self, passage: int) -> NameGroup:
        """Return a group with the occurrences in one passage, the typed ones marked as such."""
        number = self._term_by_passage.get(passage)
        if number is None:
            return self._resolved
        term = self._terms[number]
        forms = term.forms | self._typed if passage in self._typed_in else term.forms - self._typed
        occurrences = [
            NameOccurrence(start, term.span, forms)
            for start in term.postings.positions(passage)
            if self._region.start <= start < self._region.end
        ]
        return NameGroup({passage: occurrences}, self._typed)

    @override
    def below_title(self) -> set[int]:
        below_title = self._resolved.below_title()
        for number, term in enumerate(self._terms):
            below_title.update(
                passage
                for passage in term.postings.below_title()
                if self._term_by_passage.get(passage) == number
            )
        return below_title

    @override
    def typed_passages(self) -> set[int]:
        return self._resolved.typed_passages().union(self._typed_in)

    @override
    def passages_by_form(self) -> Counter[str]:
        passages_by_form = self._resolved.passages_by_form()
        for number, count in Counter(self._term_by_passage.values()).items():
            passages_by_form.update(dict.fromkeys(self._terms[number].forms, count))
        return passages_by_form


class IndexedMatches(NameMatches):
    """The occurrences of a name whose mentions are indexed.

    Only the typed forms are looked up by their words: they also match where they do not mean the
    name, and count more than other forms where they do.
    """

    @cached_property
    @override
    def names(self) -> NameGroup:
        return self._named[0]

    @cached_property
    @override
    def adjectives(self) -> NameGroup:
        return self._pointing[0]

    @cached_property
    @override
    def stray(self) -> NameGroup:
        return (self._pointing if self._node.role == "adjective" else self._named)[1]

    @cached_property
    def _named(self) -> tuple[NameGroup, NameGroup]:
        """The mentions of the name, and the typed words that only resemble it."""
        node = self._node
        # A query may write an abbreviation in small letters; in a text these do not mean it.
        typed_forms = (form for form in node.typed if exact(form) in node.terms)
        meant_forms = {*node.name.forms, *typed_forms}

        def means_name(passage: int, place: NameOccurrence) -> bool:
            return (
                not place.forms.isdisjoint(meant_forms)
                and not self._is_explained_otherwise(passage, place)
                and not self._is_in_longer_name(passage, place)
                and not self._is_other_name(passage, place)
            )

        is_typed = node.role != "adjective"
        return self._group((FULL, SHORT), self._typed_forms if is_typed else (), means_name)

    @cached_property
    def _pointing(self) -> tuple[NameGroup, NameGroup]:
        """The adjectives of the name, and the typed words that only resemble them."""
        is_typed = self._node.role == "adjective"
        return self._group(
            (ADJECTIVE,),
            self._typed_forms if is_typed else (),
            lambda passage, place: not self._is_in_longer_name(passage, place),
        )

    def _group(
        self,
        kinds: Sequence[str],
        typed_forms: Sequence[tuple[str, TermForm]],
        means_name: Callable[[int, NameOccurrence], bool],
    ) -> tuple[NameGroup, NameGroup]:
        """Return mentions of some kinds, and the occurrences of typed forms that are none."""
        terms = self._read_terms(kinds, [form for _, form in typed_forms])
        term_by_passage: dict[int, int] = {}
        unresolved: set[int] = set()
        for number, term in enumerate(terms):
            unresolved.update(term_by_passage.keys() & term.postings.passages)
            term_by_passage.update(dict.fromkeys(term.postings.passages, number))
        typed_in: set[int] = set()
        for _, form in typed_forms:
            typed_values = self._read_values(form)
            unresolved.update(typed_values.keys() - term_by_passage.keys())
            for number, term in enumerate(terms):
                for passage, value in term.postings.values():
                    if passage in typed_values and term_by_passage[passage] == number:
                        is_contained = _contains_all(value, term.typed_at, typed_values[passage])
                        (typed_in if is_contained else unresolved).add(passage)
        for passage in unresolved:
            term_by_passage.pop(passage, None)
        if self._planned.region == OWN:
            in_text = [term.postings.own() for term in terms]
            term_by_passage = {p: n for p, n in term_by_passage.items() if p in in_text[n]}
        typed_in &= term_by_passage.keys()
        meaning, stray = self._resolve(frozenset(unresolved), terms, typed_forms, means_name)
        group = MentionGroup(
            terms, term_by_passage, typed_in, self._in_region(meaning), self._planned
        )
        return group, self._in_region(stray)

    def _read_values(self, form: TermForm) -> Mapping[int, bytes]:
        """Return the encoded positions of a form in each passage."""
        if len(form.terms) == 1:
            return dict(self._index.postings(form.field, *form.terms).values())
        places = self._index.places(form)
        return {passage: encode(positions) for passage, positions in places.items()}

    def _read_terms(
        self, kinds: Sequence[str], typed_forms: Sequence[TermForm]
    ) -> Sequence[_TermMentions]:
        node, written = self._node, defaultdict[str, set[str]](set)
        forms = (*node.name.forms, *node.name.short, *node.name.adjectives)
        for form, terms in zip(forms, node.terms, strict=True):
            written[terms].add(form)
        return [
            _TermMentions(
                self._index.postings("names", str(term)),
                term.span,
                frozenset().union(*(written.get(terms, ()) for terms in term.forms)),
                _offset_of_typed(term, typed_forms),
            )
            for term in mention_terms(self._index, key(node.name.canonical), kinds)
        ]

    def _resolve(
        self,
        passages: frozenset[int],
        terms: Sequence[_TermMentions],
        typed_forms: Sequence[tuple[str, TermForm]],
        means_name: Callable[[int, NameOccurrence], bool],
    ) -> tuple[OccurrencesByPassage, OccurrencesByPassage]:
        """Return the occurrences in passages one by one: what means the name, and the others."""
        typed = self._find_forms(typed_forms, passages)
        indexed: defaultdict[int, list[NameOccurrence]] = defaultdict(list)
        for term in terms:
            for passage in passages.intersection(term.postings.passages):
                indexed[passage] += [
                    NameOccurrence(start, term.span, term.forms)
                    for start in term.postings.positions(passage)
                ]
        merged = {
            passage: _merge_places(indexed[passage], typed.get(passage, ())) for passage in passages
        }
        self._unindexed_passages = frozenset(
            passage
            for passage, places in merged.items()
            if not all(place in indexed[passage] for place in places)
        )
        meaning: dict[int, list[NameOccurrence]] = {}
        stray: dict[int, list[NameOccurrence]] = {}
        for passage, places in merged.items():
            meaning[passage], stray[passage] = [], []
            for place in places:
                is_name = place in indexed[passage] or means_name(passage, place)
                (meaning if is_name else stray)[passage].append(place)
        return meaning, stray

    @override
    def _is_other_name(self, passage: int, place: NameOccurrence) -> bool:
        return place.start in self._other_names.positions(passage)

    @cached_property
    def _other_names(self) -> Postings:
        return other_names(self._index, key(self._node.name.canonical))

    @cached_property
    @override
    def _longer(self) -> OccurrencesByPassage:
        return self._find_longer(self._unindexed_passages)


def _contains_all(mentions: bytes, offset: int, typed: bytes) -> bool:
    """Return whether each mention has the typed form at this offset, and it is nowhere else.

    Both are encoded; the offset is -1 if mentions of these words do not contain the form.
    """
    # Most forms are mentions themselves, and equal positions are encoded alike.
    if offset <= 0:
        return offset == 0 and mentions == typed
    return [start + offset for start in decode(mentions)] == decode(typed)


def _offset_of_typed(term: MentionTerm, typed_forms: Sequence[TermForm]) -> int:
    """Return where the words of a mention contain a typed form; -1 unless there is one place."""
    offsets = {
        offset
        for words in (form.split(" ") for form in term.forms)
        for typed in typed_forms
        for offset in range(len(words) - len(typed.terms) + 1)
        if all(
            word in (typed_word, f"={typed_word}")
            for word, typed_word in zip(words[offset:], typed.terms, strict=False)
        )
    }
    return offsets.pop() if len(offsets) == 1 else -1


def _merge_places(
    indexed: Iterable[NameOccurrence], typed: Iterable[NameOccurrence]
) -> list[NameOccurrence]:
    """Return the occurrences of both without overlaps; an indexed one records the typed forms."""
    by_position = {(place.start, place.span): place for place in indexed}
    for place in typed:
        same = by_position.setdefault((place.start, place.span), place)
        same.forms |= place.forms
    return drop_overlaps(by_position.values())
