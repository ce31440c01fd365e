"""Find the occurrences of a name by its indexed mentions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter

from corpus_cli.engines.fields import decode
from corpus_cli.engines.indexed_mentions import mention_terms
from corpus_cli.engines.name_matches import (
    NameMatches,
    NameOccurrence,
    OccurrencesByPassage,
    drop_overlaps,
)
from corpus_cli.engines.plan import PlannedName
from corpus_cli.engines.postings import Index
from corpus_cli.model.name_table import ADJECTIVE, FULL, SHORT
from corpus_cli.system.overriding import override
from corpus_cli.text.tokenise import exact, key


def find_name(index: Index, planned: PlannedName) -> NameMatches:
    """Return the occurrences of a name: by its indexed mentions if these were made with it."""
    return (IndexedMatches if planned.mention.is_indexed else NameMatches)(index, planned)


class IndexedMatches(NameMatches):
    """The occurrences of a name whose mentions are indexed.

    Only the typed forms are looked up by their words: they also match where they do not mean the
    name, and count more than other forms where they do.
    """

    @cached_property
    @override
    def _name_groups(self) -> tuple[OccurrencesByPassage, OccurrencesByPassage]:
        node = self._node
        indexed = self._read_mentions((FULL, SHORT))
        if node.role == "adjective":
            return indexed, {}
        meant_forms = {
            *node.name.forms,
            *(form for form in node.typed if exact(form) in node.terms),
        }

        def is_name(passage: int, place: NameOccurrence) -> bool:
            return (
                not place.forms.isdisjoint(meant_forms)
                and not self._is_explained_otherwise(passage, place)
                and not self._is_in_longer_name(passage, place)
            )

        return self._add_typed(indexed, is_name)

    @cached_property
    @override
    def _adjective_groups(self) -> tuple[OccurrencesByPassage, OccurrencesByPassage]:
        indexed = self._read_mentions((ADJECTIVE,))
        if self._node.role != "adjective":
            return indexed, {}
        return self._add_typed(
            indexed, lambda passage, place: not self._is_in_longer_name(passage, place)
        )

    def _read_mentions(self, kinds: Sequence[str]) -> dict[int, list[NameOccurrence]]:
        """Return the indexed mentions of the name by passage, each with its written forms."""
        node, written = self._node, defaultdict[str, set[str]](set)
        forms = (*node.name.forms, *node.name.short, *node.name.adjectives)
        for form, terms in zip(forms, node.terms, strict=True):
            written[terms].add(form)
        forms_by_terms: dict[tuple[str, ...], frozenset[str]] = {}
        by_passage: defaultdict[int, list[NameOccurrence]] = defaultdict(list)
        for term in mention_terms(self._index, key(node.name.canonical), kinds):
            written_forms = forms_by_terms[term.forms] = frozenset().union(
                *(written.get(terms, ()) for terms in term.forms)
            )
            for passage, value in self._index.postings("names", str(term)).values():
                by_passage[passage] += [
                    NameOccurrence(start, term.span, written_forms) for start in decode(value)
                ]
        for places in by_passage.values():
            if len(places) > 1:
                places.sort(key=attrgetter("start"))
        return by_passage

    def _add_typed(
        self,
        indexed: Mapping[int, list[NameOccurrence]],
        means_name: Callable[[int, NameOccurrence], bool],
    ) -> tuple[OccurrencesByPassage, OccurrencesByPassage]:
        """Add the occurrences of typed forms; return those that mean the name, and the others."""
        meaning, stray = dict(indexed), dict[int, list[NameOccurrence]]()
        for passage, typed_places in self._typed_occurrences.items():
            indexed_places = indexed.get(passage, ())
            meaning[passage], stray[passage] = [], []
            for place in _merge_places(indexed_places, typed_places):
                is_name = place in indexed_places or means_name(passage, place)
                (meaning if is_name else stray)[passage].append(place)
        return (
            {passage: places for passage, places in meaning.items() if places},
            {passage: places for passage, places in stray.items() if places},
        )

    @cached_property
    def _typed_occurrences(self) -> OccurrencesByPassage:
        return self._find_forms(self._typed_forms)

    @cached_property
    @override
    def _longer(self) -> OccurrencesByPassage:
        return self._find_longer(frozenset(self._typed_occurrences))


def _merge_places(
    indexed: Iterable[NameOccurrence], typed: Iterable[NameOccurrence]
) -> list[NameOccurrence]:
    """Return the occurrences of both without overlaps; an indexed one records the typed forms."""
    by_position = {(place.start, place.span): place for place in indexed}
    for place in typed:
        same = by_position.setdefault((place.start, place.span), place)
        same.forms |= place.forms
    return drop_overlaps(by_position.values())
