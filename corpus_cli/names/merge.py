"""Merge shipped, mined and the user's names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from corpus_cli.model import Name
from corpus_cli.names.lookup import NameLookup
from corpus_cli.names.packs import NameEntry
from corpus_cli.names.senses import Sense, is_same_name
from corpus_cli.text.tokenise import exact, key

MINED = "mined"
"""The origin of a name that articles explain and no file contains."""


class SourceRank(IntEnum):
    """Which source decides: the user over mined names, mined names over shipped ones."""

    SHIPPED = 0
    MINED = 1
    OWN = 2


class NameChange(NamedTuple):
    """A name after a merge (None: turned off), and its number before (None: new)."""

    number: int | None
    name: Name | None


def merge_packs(entries: Iterable[NameEntry]) -> list[Name]:
    """Merge the entries of packs into names.

    A form that two names claim becomes a short form of both: it means a name only in an article
    that has another form of it.
    """
    groups = _Groups(None)
    for entry in entries:
        groups.add_entry(entry, SourceRank.SHIPPED)
    return [change.name for change in groups.changes() if change.name]


def merge_corpus_names(
    lookup: NameLookup, senses: Sequence[Sense], user_entries: Iterable[NameEntry]
) -> list[NameChange]:
    """Return what mined senses and the user's names change in the shipped names."""
    groups = _Groups(lookup)
    for sense in senses:
        groups.add_sense(sense)
    for entry in user_entries:
        groups.add_entry(entry, SourceRank.OWN)
    return list(groups.changes())


_RankedForms = dict[str, tuple[str, SourceRank]]
"""Key with capitals → the form as it is written, and which source has it."""


@dataclass(slots=True)
class _Group:
    name: Name
    number: int | None = None
    off: bool = False
    forms: _RankedForms = field(default_factory=dict)
    short: _RankedForms = field(default_factory=dict)
    adjectives: _RankedForms = field(default_factory=dict)
    elsewhere: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


class _Groups:
    """The names that a merge touches, by the key of the canonical form, read when needed."""

    def __init__(self, lookup: NameLookup | None) -> None:
        self._lookup = lookup
        self._groups: dict[str, _Group] = {}
        self._read_numbers: set[int] = set()
        # Key of a form → keys of the groups that have it.
        self._claimants: defaultdict[str, list[str]] = defaultdict(list)

    def add_entry(self, entry: NameEntry, rank: SourceRank) -> None:
        """Add an entry of a file to the name with its canonical form, or to a new one."""
        name, group_key = entry.name, key(entry.name.canonical)
        group = self._find_group(name)
        if entry.off:
            group.off = True
            return
        if rank:
            kind, note = name.kind or group.name.kind, name.note or group.name.note
            group.name = name._replace(kind=kind, note=note)
        self._add_all_forms(group_key, name, rank)
        removed = set(map(key, entry.without))
        for forms_by_key in (group.forms, group.short, group.adjectives):
            for form in [form for form in forms_by_key if form.replace("=", "") in removed]:
                del forms_by_key[form]

    def add_sense(self, sense: Sense) -> None:
        """Add a mined sense to the name that it resembles, or to a new one.

        Its abbreviation means the name in every article only if the sense is common and no
        other name has that form.
        """
        group_key = self._find_sense_group(sense) or key(sense.long[0])
        group = self._groups.get(group_key) or self._find_group(Name(sense.long[0], origin=MINED))
        self._add_forms(group_key, group.forms, sense.long, SourceRank.MINED)
        for form in sense.short:
            other_keys = [other for other in self._find_claimants(form) if other != group_key]
            for other in other_keys:
                articles = {article for article, _ in sense.locations}
                self._groups[other].elsewhere[exact(form)] |= articles
            if exact(form) in group.forms:
                continue
            if sense.common and not other_keys:
                self._add_forms(group_key, group.forms, (form,), SourceRank.MINED)
            elif exact(form) not in group.short:
                self._add_forms(group_key, group.short, (form,), SourceRank.MINED)

    def changes(self) -> Iterator[NameChange]:
        """Yield every name that was touched, its forms in the order in which they were added."""
        claims: defaultdict[str, dict[str, SourceRank]] = defaultdict(dict)
        for group_key, group in self._groups.items():
            for form, (_, rank) in group.forms.items():
                if not group.off:
                    claims[form][group_key] = rank
                    if rank == SourceRank.OWN:
                        # The user's ISKP also claims Iskp.
                        claims[form.replace("=", "")][group_key] = rank
        for group_key, group in self._groups.items():
            name = None if group.off else _resolve_group(group_key, group, claims)
            if name or group.number is not None:
                yield NameChange(group.number, name)

    def _find_group(self, name: Name) -> _Group:
        """Return the group with the canonical form of a name, a new one if there is none."""
        group_key = key(name.canonical)
        self._find_claimants(name.canonical)
        return self._groups.setdefault(group_key, _Group(name))

    def _find_claimants(self, form: str) -> list[str]:
        """Return the keys of the groups with a form, after reading those of the lookup."""
        if self._lookup:
            for number in self._lookup.find(form):
                if number not in self._read_numbers:
                    self._read_numbers.add(number)
                    name = self._lookup.name(number)
                    group_key = key(name.canonical)
                    self._groups[group_key] = _Group(name, number)
                    self._add_all_forms(group_key, name, SourceRank.SHIPPED)
        return self._claimants[key(form)]

    def _add_all_forms(self, group_key: str, name: Name, rank: SourceRank) -> None:
        group = self._groups[group_key]
        self._add_forms(group_key, group.forms, name.forms, rank)
        self._add_forms(group_key, group.short, name.short, rank)
        self._add_forms(group_key, group.adjectives, name.adjectives, rank)

    def _add_forms(
        self, group_key: str, forms_by_key: _RankedForms, forms: Iterable[str], rank: SourceRank
    ) -> None:
        for form in forms:
            if exact(form) not in forms_by_key or forms_by_key[exact(form)][1] < rank:
                forms_by_key[exact(form)] = form, rank
            claimants = self._find_claimants(form) if rank else self._claimants[key(form)]
            if group_key not in claimants:
                claimants.append(group_key)

    def _find_sense_group(self, sense: Sense) -> str | None:
        """Return the group of a sense: one with its short form and a similar long form, or None."""
        for group_key in dict.fromkeys(
            claimant for form in sense.short for claimant in self._find_claimants(form)
        ):
            group_forms = [form for form, _ in self._groups[group_key].forms.values()]
            if any(is_same_name(long, form) for long in sense.long for form in group_forms):
                return group_key
        return next(
            (claimant for long in sense.long for claimant in self._find_claimants(long)), None
        )


def _resolve_group(
    group_key: str, group: _Group, claims: defaultdict[str, dict[str, SourceRank]]
) -> Name | None:
    """Return the name of a group; forms that other groups claim as well become short forms."""
    forms: list[str] = []
    short: list[str] = []
    for form, (typed, rank) in group.forms.items():
        claimants = {**claims[form.replace("=", "")], **claims[form]}
        other_ranks = [claim for claimant, claim in claimants.items() if claimant != group_key]
        if not other_ranks or form == exact(group.name.canonical) or rank > max(other_ranks):
            forms.append(typed)
        elif max(other_ranks) < SourceRank.OWN or rank == SourceRank.OWN:
            short.append(typed)
    short += [typed for typed, _ in group.short.values() if typed not in (*forms, *short)]
    if not forms:
        return None
    return group.name._replace(
        forms=tuple(forms),
        short=tuple(short),
        adjectives=tuple(typed for typed, _ in group.adjectives.values()),
        elsewhere=tuple(
            (form, tuple(sorted(articles))) for form, articles in group.elsewhere.items()
        ),
        local=tuple(
            typed
            for typed, rank in group.short.values()
            if rank == SourceRank.MINED and typed in short
        ),
    )
