"""Where a name is meant, in any of its written forms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from corpus_cli.engines import term_forms
from corpus_cli.engines.fields import ALONE, HEADING, TITLE, TITLED, Region
from corpus_cli.engines.postings import Index, Starts, places
from corpus_cli.engines.term_forms import Form
from corpus_cli.model import Expansion
from corpus_cli.query.nodes import Mention
from corpus_cli.text.tokenise import exact, key

ALIAS = 0.99
"""What another form counts beside the typed one: at equal worth the typed form comes first."""


class Place:
    """A run of words that is a form: its first position, its length, and which forms it is.

    `held` are the forms that are a part of it.
    """

    __slots__ = ("held", "span", "start", "written")

    def __init__(self, start: int, span: int, written: frozenset[str]) -> None:
        self.start = start
        self.span = span
        self.written = written
        self.held: frozenset[str] = frozenset()

    @property
    def end(self) -> int:
        """The position after its last word."""
        return self.start + max(self.span, 1)


Places = Mapping[int, list[Place]]
"""By passage, ascending and none overlapping."""


class Named:
    """One group of places, counted and marked as one term."""

    def __init__(self, places: Places, typed: frozenset[str]) -> None:
        self._places = places
        self._typed = typed

    @cached_property
    def counts(self) -> Mapping[int, float]:
        """How much it counts in each passage, as `fields.weight`, another form a little less."""
        return {
            passage: sum(
                self._worth(place) * (1.0 if place.start < TITLE else titled) for place in places
            )
            for passage, places in self._places.items()
            for titled in [TITLED if places[0].start < HEADING else ALONE]
        }

    def body(self, passage: int) -> float:
        """How often it counts in a passage but for the title."""
        places = self._places.get(passage, ())
        return sum(self._worth(place) for place in places if place.start < TITLE)

    def title(self, passage: int) -> float:
        """How often it counts in the title."""
        places = self._places.get(passage, ())
        return sum(self._worth(place) for place in places if place.start >= TITLE)

    def starts(self, passage: int) -> Starts:
        """Where it stands in one passage."""
        return {place.start: place.span for place in self._places.get(passage, ())}

    def own(self) -> set[int]:
        """The passages whose own text has it, not only their title or heading."""
        return {p for p, places in self._places.items() if places[0].start < HEADING}

    def typed(self) -> set[int]:
        """The passages where the typed form stands."""
        return {
            passage for passage, places in self._places.items() if any(map(self._as_typed, places))
        }

    def written(self) -> Counter[str]:
        """In how many passages each form stands."""
        return Counter(
            form
            for places in self._places.values()
            for form in frozenset().union(*(place.written for place in places))
        )

    def _as_typed(self, place: Place) -> bool:
        typed = self._typed
        return not (typed.isdisjoint(place.written) and typed.isdisjoint(place.held))

    def _worth(self, place: Place) -> float:
        return 1.0 if not self._typed or self._as_typed(place) else ALIAS


class Mentions:
    """What stands for a name: what means it, what points to it, what only looks like it.

    `meant` are its forms, and its short forms in articles that have one of its forms; a
    typed form counts wherever it is no part of a longer name. `adjectives` only point to
    it. `stray` is a typed form as part of a longer name, or where the article explains it
    as something else: found, because it was typed, but last.
    """

    def __init__(self, index: Index, node: Mention, region: Region) -> None:
        self._index = index
        self._node = node
        self._region = region
        self._typed = frozenset(node.typed)
        self._elsewhere = {
            form.replace("=", ""): set(articles) for form, articles in node.name.elsewhere
        }

    @cached_property
    def meant(self) -> Named:
        """The places that mean the name."""
        return self._named(self._read[0])

    @cached_property
    def stray(self) -> Named:
        """The places that only look like it."""
        return self._named(self._read[1] if self._node.role != "adjective" else self._pointing[1])

    @cached_property
    def adjectives(self) -> Named:
        """The places that point to it."""
        return self._named(self._pointing[0])

    def own(self) -> set[int]:
        """The passages whose own text has any of it."""
        return self.meant.own() | self.stray.own() | self.adjectives.own()

    def expansion(self) -> Expansion:
        """What to tell of a name that was typed: its other forms, as far as they stand anywhere."""
        node, groups = self._node, (self.meant, self.adjectives)
        typed = set().union(*(group.typed() for group in groups))
        reached = set().union(*(group.counts for group in groups)) - typed
        written = self.meant.written() + self.adjectives.written()
        known = set(map(key, node.typed))
        forms = []
        for form in (*node.name.forms, *node.name.short, *node.name.adjectives):
            # Isis-K is no other form to a reader than ISIS-K.
            if form in written and key(form) not in known:
                known.add(key(form))
                forms.append((form, written[form]))
        return Expansion(
            typed=" ".join(node.typed),
            name=node.name.canonical,
            kind=node.name.kind,
            origin=node.name.origin,
            forms=tuple(forms),
            articles=len(set(self._index.owners(reached)) - set(self._index.owners(typed))),
            note=node.name.note,
        )

    @cached_property
    def _pointing(self) -> tuple[Places, Places]:
        pointing: defaultdict[int, list[Place]] = defaultdict(list)
        stray: defaultdict[int, list[Place]] = defaultdict(list)
        for passage, held in self._standing[1].items():
            for place in held:
                if not self._inside(passage, place):
                    pointing[passage].append(place)
                elif self._is_typed(place):
                    stray[passage].append(place)
        return pointing, stray

    @cached_property
    def _read(self) -> tuple[Places, Places]:
        name, node = self._node.name, self._node
        full, short = set(name.forms), set(name.short)
        # Typed in small letters an abbreviation is understood, but does not stand in them.
        known = {typed for typed in node.typed if exact(typed) in node.terms}
        meant: defaultdict[int, list[Place]] = defaultdict(list)
        stray: defaultdict[int, list[Place]] = defaultdict(list)
        loose: defaultdict[int, list[Place]] = defaultdict(list)
        articles = set()
        for passage, held in self._standing[0].items():
            for place in held:
                other = self._explained_otherwise(passage, place)
                if other or self._inside(passage, place):
                    stray[passage] += [place] if self._is_typed(place) else []
                elif place.written & full:
                    meant[passage].append(place)
                    if short:
                        articles.add(self._index.owner(passage))
                elif place.written & known:
                    meant[passage].append(place)
                elif place.written & short:
                    loose[passage].append(place)
                else:
                    stray[passage].append(place)
        for passage, held in loose.items():
            if self._index.owner(passage) in articles:
                meant[passage] = sorted(meant[passage] + held, key=lambda place: place.start)
            else:
                stray[passage] += filter(self._is_typed, held)
        return meant, stray

    def _is_typed(self, place: Place) -> bool:
        return not self._typed.isdisjoint(place.written)

    def _as_typed(self) -> Iterator[tuple[str, Form]]:
        """The query's own words, capitals as they were typed."""
        for text in self._node.typed:
            for form in term_forms.typed(text, self._index.has):
                yield text, form

    @cached_property
    def _forms(self) -> list[list[tuple[str, Form]]]:
        """The forms, the short forms and the adjectives as written and as terms."""
        name, terms = self._node.name, iter(self._node.terms)
        return [
            [(one, term_forms.name(next(terms))) for one in written]
            for written in (name.forms, name.short, name.adjectives)
        ]

    def _merged(
        self, wanted: Iterable[tuple[str, Form]], within: frozenset[int] | None = None
    ) -> dict[int, list[Place]]:
        """Every place of some forms; one that lies in another is part of that."""
        found: defaultdict[int, dict[tuple[int, int], Place]] = defaultdict(dict)
        for written, form in wanted:
            alone = frozenset((written,))
            if within is None:
                standing = self._index.places(form)
            else:
                standing = places(self._index, form, within)
            for passage, positions in standing.items():
                held = found[passage]
                for position in positions:
                    at = position, form.span
                    if at in held:
                        held[at].written |= alone
                    else:
                        held[at] = Place(position, form.span, alone)
        return {passage: _apart(places.values()) for passage, places in found.items()}

    @cached_property
    def _standing(self) -> tuple[Mapping[int, list[Place]], Mapping[int, list[Place]]]:
        """All that is written as what means the name, and as what points to it."""
        names, pointing = [*self._forms[0], *self._forms[1]], [*self._forms[2]]
        (pointing if self._node.role == "adjective" else names).extend(self._as_typed())
        return self._merged(names), self._merged(pointing)

    @cached_property
    def _longer(self) -> Mapping[int, list[Place]]:
        """The longer names that may hold it, where it stands."""
        within = frozenset((*self._standing[0], *self._standing[1]))
        longer = ((terms, term_forms.name(terms)) for terms in self._node.longer)
        return self._merged(longer, within)

    def _inside(self, passage: int, place: Place) -> bool:
        return any(
            other.start <= place.start and place.end <= other.end and other.span > place.span
            for other in self._longer.get(passage, ())
        )

    def _explained_otherwise(self, passage: int, place: Place) -> bool:
        if not self._elsewhere:
            return False
        article = self._index.article(self._index.owner(passage))
        return all(article in self._elsewhere.get(key(one), ()) for one in place.written)

    def _named(self, places: Mapping[int, list[Place]]) -> Named:
        here = {
            passage: [p for p in held if self._region.start <= p.start < self._region.end]
            for passage, held in places.items()
        }
        return Named({passage: held for passage, held in here.items() if held}, self._typed)


def _apart(places: Iterable[Place]) -> list[Place]:
    """The longest of places that overlap, ascending; it takes over what the others are."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda place: (place.start, -place.span)):
        if kept and place.start < kept[-1].end:
            kept[-1].held |= place.written
        else:
            kept.append(place)
    return kept
