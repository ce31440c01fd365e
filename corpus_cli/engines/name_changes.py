"""Find what changes in the index if names change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from corpus_cli.engines.fields import ANYWHERE
from corpus_cli.engines.mentions import OTHER_NAME, MentionTerm
from corpus_cli.engines.name_matches import ContextWords, NameMatches
from corpus_cli.engines.plan import PlannedName
from corpus_cli.engines.postings import Index
from corpus_cli.model import Name
from corpus_cli.model.name_table import (
    ADJECTIVE,
    FULL,
    KINDS,
    PERSON,
    SHORT,
    Bearer,
    NameForm,
    NameTable,
    shared_short_forms,
)
from corpus_cli.query.nodes import Mention


def compare_names(old: NameTable, new: NameTable) -> NameChanges:
    """Return what differs between two tables of names; it is false if they are equal."""
    explained = set(_explanations(old)) ^ set(_explanations(new))
    changed_kinds = {key for key, _ in old.kind_by_key.items() ^ new.kind_by_key.items()}
    forms = {form for table in (old, new) for form in table.forms if form.key in changed_kinds}
    forms |= frozenset(old.forms) ^ frozenset(new.forms)
    return NameChanges(old, new, frozenset(forms), frozenset(explained))


class NameChanges(NamedTuple):
    """The differences between two tables of names.

    `forms` are those in one table only, and those of names that are of another kind in it.
    `explained` are triples of key, folded form and article, where only one of the tables says that
    the article explains the form as something else.
    """

    old: NameTable
    new: NameTable
    forms: frozenset[NameForm]
    explained: frozenset[tuple[str, str, str]]

    def __bool__(self) -> bool:
        """Return whether there is any difference."""
        return bool(self.forms or self.explained)

    @property
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


def find_mentions(
    index: Index, table: NameTable, keys: Collection[str]
) -> Iterator[tuple[str, Mapping[int, Sequence[int]]]]:
    """Yield the terms of `names` for some names in an index, each with its positions by passage.

    They are found by the postings of `words`, so no text is needed; one name after the other,
    because all mentions together take much memory.
    """
    longer, context = _longer_forms(table, keys), ContextWords(index)
    for mention in _make_mentions(table, keys, longer):
        matches = NameMatches(index, PlannedName(mention, (), ANYWHERE), context)
        key, full = mention.name.canonical, frozenset(mention.name.forms)
        groups = matches.names.places, matches.adjectives.places
        if matches.other_names:
            yield (
                f"{OTHER_NAME}:{key}",
                {
                    passage: [place.start for place in places]
                    for passage, places in matches.other_names.items()
                },
            )
        positions_by_term: dict[str, dict[int, list[int]]] = {}
        for group in groups:
            for passage, places in group.items():
                for place in places:
                    kind = ADJECTIVE if group is groups[1] else SHORT
                    kind = kind if place.forms.isdisjoint(full) or kind == ADJECTIVE else FULL
                    term = str(MentionTerm(kind, key, tuple(sorted(place.forms))))
                    positions_by_term.setdefault(term, {}).setdefault(passage, []).append(
                        place.start
                    )
        yield from positions_by_term.items()


def _make_mentions(
    table: NameTable, keys: Collection[str], longer: Mapping[str, set[str]]
) -> Iterator[Mention]:
    """Yield names as a query asks for them, with index terms in place of written forms."""
    forms: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for terms, key, kind in table.forms:
        if key in keys:
            forms[key][kind].append(terms)
    # The terms of a full form → the people whose name it is.
    full_names: defaultdict[str, set[str]] = defaultdict(set)
    short_by_person: defaultdict[str, set[str]] = defaultdict(set)
    for terms, key, kind in table.forms:
        if table.kind_by_key.get(key) == PERSON:
            if kind == FULL:
                full_names[terms].add(key)
            elif kind == SHORT:
                short_by_person[key].add(terms.replace("=", ""))
    elsewhere: defaultdict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for key, letters, articles in table.elsewhere:
        elsewhere[key].append((letters, articles))
    for key, by_kind in sorted(forms.items()):
        full, short, adjectives = (tuple(by_kind[kind]) for kind in KINDS)
        kind = table.kind_by_key.get(key, "")
        name = Name(key, kind, full, short, adjectives, tuple(elsewhere[key]))
        longer_forms = tuple(sorted(longer.get(key, ())))
        bearers = (
            tuple(_find_bearers(name, longer_forms, full_names, short_by_person))
            if kind == PERSON
            else ()
        )
        yield Mention(name, (*full, *short, *adjectives), longer_forms, bearers=bearers)


def _find_bearers(
    name: Name,
    longer_forms: Iterable[str],
    full_names: Mapping[str, set[str]],
    short_by_person: Mapping[str, set[str]],
) -> Iterator[Bearer]:
    """Yield the other people with a short form of a name, by its longer forms."""
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for terms in longer_forms:
        for other in full_names.get(terms, set()) - {name.canonical}:
            forms[other].append(terms)
    short = tuple(dict.fromkeys(terms.replace("=", "") for terms in name.short))
    for other in sorted(forms):
        if shared := shared_short_forms(short, other, short_by_person.get(other, ())):
            yield Bearer(other, tuple(forms[other]), shared)


def _longer_forms(table: NameTable, keys: Collection[str]) -> dict[str, set[str]]:
    """Return the forms of other names that contain a form of each of these names."""
    letters_of: defaultdict[str, set[str]] = defaultdict(set)
    keys_with: defaultdict[str, set[str]] = defaultdict(set)
    for terms, key, _ in table.forms:
        if key in keys:
            letters_of[key].add(terms.replace("=", ""))
            keys_with[terms.replace("=", "")].add(key)
    longer: defaultdict[str, set[str]] = defaultdict(set)
    for terms, other, kind in table.forms:
        if kind == FULL and " " in terms:
            letters = terms.replace("=", "")
            for part in _parts(letters):
                for key in keys_with.get(part, ()):
                    if key != other and letters not in letters_of[key]:
                        longer[key].add(terms)
    return longer
