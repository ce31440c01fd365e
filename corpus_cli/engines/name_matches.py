"""Find the passages that mention a name, in any form."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from operator import attrgetter

from corpus_cli.engines import term_forms
from corpus_cli.engines.fields import (
    ANYWHERE,
    CAPTIONS,
    HEADING,
    TITLE,
    TITLE_ONLY_WEIGHT,
    TITLED_WEIGHT,
    is_in_title,
)
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
from corpus_cli.engines.plan import PlannedName
from corpus_cli.engines.postings import SCAN_PER_LOOKUP, Index, Postings, Starts, places
from corpus_cli.engines.term_forms import TermForm
from corpus_cli.model import Expansion
from corpus_cli.model.name_table import PERSON, RULED_KINDS
from corpus_cli.text.tokenise import exact, key

ALIAS_WEIGHT = 0.99
"""The weight of another form: with all else equal, the typed form ranks first."""


class NameOccurrence:
    """A run of words that is a form of a name: its first position, its length, and its forms.

    `shorter_forms` are the forms of shorter runs that overlap it.
    """

    __slots__ = ("forms", "shorter_forms", "span", "start")

    def __init__(self, start: int, span: int, written: frozenset[str]) -> None:
        self.start = start
        self.span = span
        self.forms = written
        self.shorter_forms: frozenset[str] = frozenset()

    @property
    def end(self) -> int:
        """The position after its last word."""
        return self.start + max(self.span, 1)


OccurrencesByPassage = Mapping[int, list[NameOccurrence]]
"""The occurrences in each passage, ascending and without overlaps."""


class NameGroup:
    """Occurrences of a name that are counted and marked as one term."""

    def __init__(self, places: OccurrencesByPassage, typed: frozenset[str]) -> None:
        self._places = places
        self._typed = typed

    @property
    def places(self) -> OccurrencesByPassage:
        """The occurrences in each passage."""
        return self._places

    @cached_property
    def counts(self) -> Mapping[int, float]:
        """The count in each passage, weighted as by `fields.weight`; other forms count less."""
        return {
            passage: sum(
                self._worth(place) * (1.0 if place.start < TITLE else titled)
                for place in places
                # As in `fields.weight`, captions count once, and only if nothing else does.
                if place.start < CAPTIONS or place is places[0]
            )
            for passage, places in self._places.items()
            for titled in [TITLED_WEIGHT if places[0].start < HEADING else TITLE_ONLY_WEIGHT]
        }

    def body(self, passage: int) -> float:
        """Return the weighted count in a passage without its title."""
        places = self._places.get(passage, ())
        return sum(self._worth(place) for place in places if place.start < TITLE)

    def title(self, passage: int) -> float:
        """Return the weighted count in the title of a passage."""
        places = self._places.get(passage, ())
        return sum(self._worth(place) for place in places if is_in_title(place.start))

    def starts(self, passage: int) -> Starts:
        """Return the position and the length of each occurrence in a passage."""
        return {place.start: place.span for place in self._places.get(passage, ())}

    def below_title(self) -> set[int]:
        """Return the passages that have an occurrence in text or heading."""
        return {p for p, places in self._places.items() if places[0].start < TITLE}

    def typed_passages(self) -> set[int]:
        """Return the passages with an occurrence of a typed form."""
        return {
            passage for passage, places in self._places.items() if any(map(self._is_typed, places))
        }

    def passages_by_form(self) -> Counter[str]:
        """Count the passages that contain each form."""
        return Counter(
            form
            for places in self._places.values()
            for form in frozenset().union(*(place.forms for place in places))
        )

    def _is_typed(self, place: NameOccurrence) -> bool:
        typed = self._typed
        return not (typed.isdisjoint(place.forms) and typed.isdisjoint(place.shorter_forms))

    def _worth(self, place: NameOccurrence) -> float:
        return 1.0 if not self._typed or self._is_typed(place) else ALIAS_WEIGHT


class ContextWords:
    """The postings of the words that can make a form another name, read once for all names."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._postings: dict[str, Postings] = {}

    def find(self, words: Iterable[str], passages: frozenset[int]) -> Mapping[int, WordsAround]:
        """Return some of these words by passage and position, with those of their phrases."""
        around: defaultdict[int, dict[int, str]] = defaultdict(dict)
        for word in words_wanted([word for word in words if self._read(word)]):
            postings = self._read(word)
            # If few passages are wanted, it is faster to look each up than to scan a long list.
            is_long = len(passages) * SCAN_PER_LOOKUP < self._index.frequency("words", word)
            for passage in passages if is_long else passages.intersection(postings.passages):
                for position in postings.positions(passage):
                    around[passage][position] = word
        return around

    def _read(self, word: str) -> Postings:
        if word not in self._postings:
            self._postings[word] = self._index.postings("words", word)
        return self._postings[word]


class NameMatches:
    """The occurrences of a name: those that mean it, its adjectives, and those that resemble it.

    `names` are its forms, and its short forms in articles that have one of its forms; a typed
    form counts unless it is part of a longer name. `adjectives` are related to the name, but do
    not mean it. `stray` are typed words that are part of a longer name, that the article explains
    as something else, that the words around them make another name, or that are no form as they
    are written: they match because they were typed, but score least.
    """

    def __init__(
        self, index: Index, planned: PlannedName, context: ContextWords | None = None
    ) -> None:
        node = planned.mention
        self._context = context or ContextWords(index)
        self._planned = planned
        self._index = index
        self._node = node
        self._typed_forms = planned.typed
        self._region = planned.region
        self._typed = frozenset(node.typed)
        self._elsewhere = {
            form.replace("=", ""): set(articles) for form, articles in node.name.elsewhere
        }

    @cached_property
    def names(self) -> NameGroup:
        """The occurrences that mean the name."""
        return self._in_region(self._name_groups[0])

    @cached_property
    def stray(self) -> NameGroup:
        """The occurrences of typed words that only resemble the name."""
        return self._in_region(
            self._name_groups[1] if self._node.role != "adjective" else self._adjective_groups[1]
        )

    @cached_property
    def adjectives(self) -> NameGroup:
        """The occurrences of the adjectives."""
        return self._in_region(self._adjective_groups[0])

    @cached_property
    def typed_passages(self) -> set[int]:
        """The passages that have the name or its adjective as it was typed."""
        return self.names.typed_passages() | self.adjectives.typed_passages()

    @property
    def other_names(self) -> OccurrencesByPassage:
        """The occurrences of forms that the words around them make another name."""
        return self._name_groups[2]

    def expansion(self) -> Expansion:
        """Return the expansion of a typed name: its other forms that the corpus contains."""
        node, groups = self._node, (self.names, self.adjectives)
        typed = self.typed_passages
        other_passages = set().union(*(group.counts for group in groups)) - typed
        written = self.names.passages_by_form() + self.adjectives.passages_by_form()
        seen_forms = set(map(key, node.typed))
        forms = []
        for form in (*node.name.forms, *node.name.short, *node.name.adjectives):
            # To a reader, Isis-K and ISIS-K are the same form.
            if form in written and key(form) not in seen_forms:
                seen_forms.add(key(form))
                forms.append((form, written[form]))
        return Expansion(
            typed=" ".join(node.typed),
            name=node.name.canonical,
            kind=node.name.kind,
            origin=node.name.origin,
            forms=tuple(forms),
            articles=len(set(self._index.owners(other_passages)) - set(self._index.owners(typed))),
            note=node.name.note,
        )

    @cached_property
    def _adjective_groups(self) -> tuple[OccurrencesByPassage, OccurrencesByPassage]:
        pointing: defaultdict[int, list[NameOccurrence]] = defaultdict(list)
        stray: defaultdict[int, list[NameOccurrence]] = defaultdict(list)
        for passage, occurrences in self._occurrences[1].items():
            for place in occurrences:
                if not self._is_in_longer_name(passage, place):
                    pointing[passage].append(place)
                elif self._is_typed(place):
                    stray[passage].append(place)
        return pointing, stray

    @cached_property
    def _name_groups(
        self,
    ) -> tuple[OccurrencesByPassage, OccurrencesByPassage, OccurrencesByPassage]:
        """What means the name, typed words that only resemble it, and forms of other names."""
        name, node = self._node.name, self._node
        full, short = set(name.forms), set(name.short)
        # A query may write an abbreviation in small letters; in a text these do not mean it.
        typed_forms = {typed for typed in node.typed if exact(typed) in node.terms}
        names: defaultdict[int, list[NameOccurrence]] = defaultdict(list)
        stray: defaultdict[int, list[NameOccurrence]] = defaultdict(list)
        loose: defaultdict[int, list[NameOccurrence]] = defaultdict(list)
        other_names: defaultdict[int, list[NameOccurrence]] = defaultdict(list)
        full_places: defaultdict[int, set[ReadingOrder]] = defaultdict(set)
        for passage, occurrences in self._occurrences[0].items():
            for place in occurrences:
                is_explained_otherwise = self._is_explained_otherwise(passage, place)
                if is_explained_otherwise or self._is_in_longer_name(passage, place):
                    stray[passage] += [place] if self._is_typed(place) else []
                elif self._is_other_name(passage, place):
                    other_names[passage].append(place)
                    stray[passage] += [place] if self._is_typed(place) else []
                elif place.forms & full:
                    names[passage].append(place)
                    if short:
                        full_places[self._index.owner(passage)].add(
                            reading_order(passage, place.start)
                        )
                elif place.forms & typed_forms:
                    names[passage].append(place)
                elif place.forms & short:
                    loose[passage].append(place)
                else:
                    stray[passage].append(place)
        for passage, occurrences in loose.items():
            owner = self._index.owner(passage)
            own, bearer_places = full_places.get(owner), self._bearer_places.get(owner, {})
            for place in occurrences:
                shared = {bearer for one in place.forms for bearer in self._bearers_of(key(one))}
                if own and means_own_bearer(
                    own, (bearer_places.get(bearer, ()) for bearer in shared)
                ):
                    names[passage].append(place)
                elif self._is_typed(place):
                    stray[passage].append(place)
            names[passage].sort(key=attrgetter("start"))
        return names, stray, other_names

    def _is_typed(self, place: NameOccurrence) -> bool:
        return not self._typed.isdisjoint(place.forms)

    @cached_property
    def _forms(self) -> list[list[tuple[str, TermForm]]]:
        """The forms, the short forms and the adjectives, each as written and as terms."""
        name, terms = self._node.name, iter(self._node.terms)
        return [
            [(one, term_forms.name_form(next(terms))) for one in written]
            for written in (name.forms, name.short, name.adjectives)
        ]

    def _find_forms(
        self, wanted: Iterable[tuple[str, TermForm]], within: frozenset[int] | None = None
    ) -> dict[int, list[NameOccurrence]]:
        """Return the occurrences of forms by passage, without overlaps; `within` limits these."""
        by_passage: defaultdict[int, dict[tuple[int, int], NameOccurrence]] = defaultdict(dict)
        for written, form in wanted:
            single_form = frozenset((written,))
            if within is None:
                positions_by_passage = self._index.places(form)
            else:
                positions_by_passage = places(self._index, form, within)
            for passage, positions in positions_by_passage.items():
                by_position = by_passage[passage]
                for position in positions:
                    at = position, form.span
                    if at in by_position:
                        by_position[at].forms |= single_form
                    else:
                        by_position[at] = NameOccurrence(position, form.span, single_form)
        return {passage: drop_overlaps(places.values()) for passage, places in by_passage.items()}

    @cached_property
    def _occurrences(
        self,
    ) -> tuple[Mapping[int, list[NameOccurrence]], Mapping[int, list[NameOccurrence]]]:
        """The occurrences of forms, and those of adjectives; typed words are in one of the two."""
        names, pointing = [*self._forms[0], *self._forms[1]], [*self._forms[2]]
        (pointing if self._node.role == "adjective" else names).extend(self._typed_forms)
        return self._find_forms(names), self._find_forms(pointing)

    @cached_property
    def _longer(self) -> Mapping[int, list[NameOccurrence]]:
        """The occurrences of longer names that may contain this one, in its passages."""
        return self._find_longer(frozenset((*self._occurrences[0], *self._occurrences[1])))

    def _find_longer(self, within: frozenset[int]) -> OccurrencesByPassage:
        longer = ((terms, term_forms.name_form(terms)) for terms in self._node.longer)
        return self._find_forms(longer, within)

    def _is_in_longer_name(self, passage: int, place: NameOccurrence) -> bool:
        return any(
            longer.start <= place.start and place.end <= longer.end and longer.span > place.span
            for longer in self._longer.get(passage, ())
        )

    def _bearers_of(self, short: str) -> Iterable[str]:
        """Return the keys of the other people with a short form."""
        return (bearer.key for bearer in self._node.bearers if short in bearer.short)

    @cached_property
    def _bearer_places(self) -> Mapping[int, Mapping[str, set[ReadingOrder]]]:
        """Where each article has the full names of other people with a short form, by their key."""
        orders: defaultdict[int, defaultdict[str, set[ReadingOrder]]] = defaultdict(
            lambda: defaultdict(set)
        )
        bearers = self._node.bearers
        for passage, occurrences in self._occurrences[0].items() if bearers else ():
            for longer in self._longer.get(passage, ()):
                if any(
                    longer.start <= place.start and place.end <= longer.end
                    for place in occurrences
                    if longer.span > place.span
                ) and not is_named_after(longer.end, longer.span, self._around.get(passage, {})):
                    for bearer in bearers:
                        if not longer.forms.isdisjoint(bearer.forms):
                            orders[self._index.owner(passage)][bearer.key].add(
                                reading_order(passage, longer.start)
                            )
        return orders

    def _is_other_name(self, passage: int, place: NameOccurrence) -> bool:
        """Return whether the words around an occurrence make it another name."""
        kind = self._node.name.kind
        if kind not in RULED_KINDS or passage not in self._around:
            return False
        letters, around = map(key, place.forms), self._around[passage]
        return is_other_name(place.start, letters, self._own_words, kind, around)

    @cached_property
    def _own_words(self) -> frozenset[str]:
        return frozenset(
            word.replace("=", "") for terms in self._node.terms for word in terms.split(" ")
        )

    @cached_property
    def _around(self) -> Mapping[int, WordsAround]:
        """The words around the forms, in each passage that has any."""
        words = context_words() if self._node.name.kind == PERSON else phrase_words().keys()
        return self._context.find(words, frozenset(self._occurrences[0]))

    def _is_explained_otherwise(self, passage: int, place: NameOccurrence) -> bool:
        if not self._elsewhere:
            return False
        article = self._index.article(self._index.owner(passage))
        return all(article in self._elsewhere.get(key(one), ()) for one in place.forms)

    def _in_region(self, places: Mapping[int, list[NameOccurrence]]) -> NameGroup:
        if self._region == ANYWHERE:
            return NameGroup(
                {passage: occurrences for passage, occurrences in places.items() if occurrences},
                self._typed,
            )
        by_passage = {
            passage: [p for p in matches if self._region.start <= p.start < self._region.end]
            for passage, matches in places.items()
        }
        return NameGroup(
            {passage: occurrences for passage, occurrences in by_passage.items() if occurrences},
            self._typed,
        )


def drop_overlaps(places: Iterable[NameOccurrence]) -> list[NameOccurrence]:
    """Keep the first and longest of overlapping occurrences; it records the forms of the rest."""
    occurrences: list[NameOccurrence] = []
    for place in sorted(places, key=lambda place: (place.start, -place.span)):
        if occurrences and place.start < occurrences[-1].end:
            occurrences[-1].shorter_forms |= place.forms
        else:
            occurrences.append(place)
    return occurrences
