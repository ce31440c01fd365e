"""Merge shipped, mined and the user's names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from corpus_cli.model import Name
from corpus_cli.names.lookup import Book
from corpus_cli.names.packs import Entry
from corpus_cli.names.senses import Sense, alike
from corpus_cli.text.tokenise import exact, key

MINED = "mined"
"""The origin of a name that no file has and articles explain."""


class Rank(IntEnum):
    """Which source decides: the user over mined names, mined names over shipped ones."""

    SHIPPED = 0
    MINED = 1
    OWN = 2


class Change(NamedTuple):
    """A name after a merge (None: turned off), and its number before (None: new)."""

    before: int | None
    name: Name | None


def shipped(entries: Iterable[Entry]) -> list[Name]:
    """Merge the entries of packs into names.

    A form that two names claim becomes a short form of both: it means a name only in an article
    that has another form of it.
    """
    groups = _Groups(None)
    for entry in entries:
        groups.take(entry, Rank.SHIPPED)
    return [change.name for change in groups.changes() if change.name]


def merged(book: Book, senses: Sequence[Sense], own: Iterable[Entry]) -> list[Change]:
    """Return what mined senses and the user's names change in the shipped names."""
    groups = _Groups(book)
    for sense in senses:
        groups.join(sense)
    for entry in own:
        groups.take(entry, Rank.OWN)
    return list(groups.changes())


_Forms = dict[str, tuple[str, Rank]]
"""Key with capitals → the form as it is written, and which source has it."""


@dataclass(slots=True)
class _Group:
    name: Name
    number: int | None = None
    off: bool = False
    forms: _Forms = field(default_factory=dict)
    short: _Forms = field(default_factory=dict)
    adjectives: _Forms = field(default_factory=dict)
    elsewhere: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


class _Groups:
    """The names that a merge touches, by the key of the canonical form, read when needed."""

    def __init__(self, book: Book | None) -> None:
        self._book = book
        self._groups: dict[str, _Group] = {}
        self._read: set[int] = set()
        # Key of a form → keys of the groups that have it.
        self._claims: defaultdict[str, list[str]] = defaultdict(list)

    def take(self, entry: Entry, rank: Rank) -> None:
        """Add an entry of a file to the name with its canonical form, or to a new one."""
        name, at = entry.name, key(entry.name.canonical)
        group = self._group(name)
        if entry.off:
            group.off = True
            return
        if rank:
            kind, note = name.kind or group.name.kind, name.note or group.name.note
            group.name = name._replace(kind=kind, note=note)
        self._put_all(at, name, rank)
        gone = set(map(key, entry.without))
        for held in (group.forms, group.short, group.adjectives):
            for form in [form for form in held if form.replace("=", "") in gone]:
                del held[form]

    def join(self, sense: Sense) -> None:
        """Add a mined sense to the name that it resembles, or to a new one.

        Its abbreviation means the name in every article only if the sense is common and no
        other name has that form.
        """
        at = self._meant(sense) or key(sense.long[0])
        group = self._groups.get(at) or self._group(Name(sense.long[0], origin=MINED))
        self._put(at, group.forms, sense.long, Rank.MINED)
        for form in sense.short:
            others = [other for other in self._claiming(form) if other != at]
            for other in others:
                articles = {article for article, _ in sense.places}
                self._groups[other].elsewhere[exact(form)] |= articles
            if exact(form) in group.forms:
                continue
            if sense.common and not others:
                self._put(at, group.forms, (form,), Rank.MINED)
            elif exact(form) not in group.short:
                self._put(at, group.short, (form,), Rank.MINED)

    def changes(self) -> Iterator[Change]:
        """Yield every name that was touched, its forms in the order in which they were added."""
        claims: defaultdict[str, dict[str, Rank]] = defaultdict(dict)
        for at, group in self._groups.items():
            for form, (_, rank) in group.forms.items():
                if not group.off:
                    claims[form][at] = rank
                    if rank == Rank.OWN:
                        # The user's ISKP also claims Iskp.
                        claims[form.replace("=", "")][at] = rank
        for at, group in self._groups.items():
            name = None if group.off else _settled(at, group, claims)
            if name or group.number is not None:
                yield Change(group.number, name)

    def _group(self, name: Name) -> _Group:
        """Return the group with the canonical form of a name, a new one if there is none."""
        at = key(name.canonical)
        self._claiming(name.canonical)
        return self._groups.setdefault(at, _Group(name))

    def _claiming(self, form: str) -> list[str]:
        """Return the keys of the groups with a form, after reading those of the lookup."""
        if self._book:
            for number in self._book.called(form):
                if number not in self._read:
                    self._read.add(number)
                    name = self._book.name(number)
                    at = key(name.canonical)
                    self._groups[at] = _Group(name, number)
                    self._put_all(at, name, Rank.SHIPPED)
        return self._claims[key(form)]

    def _put_all(self, at: str, name: Name, rank: Rank) -> None:
        group = self._groups[at]
        self._put(at, group.forms, name.forms, rank)
        self._put(at, group.short, name.short, rank)
        self._put(at, group.adjectives, name.adjectives, rank)

    def _put(self, at: str, held: _Forms, forms: Iterable[str], rank: Rank) -> None:
        for form in forms:
            if exact(form) not in held or held[exact(form)][1] < rank:
                held[exact(form)] = form, rank
            claiming = self._claiming(form) if rank else self._claims[key(form)]
            if at not in claiming:
                claiming.append(at)

    def _meant(self, sense: Sense) -> str | None:
        """Return the group of a sense: one with its short form and a similar long form, or None."""
        for at in dict.fromkeys(
            claimant for form in sense.short for claimant in self._claiming(form)
        ):
            known = [form for form, _ in self._groups[at].forms.values()]
            if any(alike(long, form) for long in sense.long for form in known):
                return at
        return next((claimant for long in sense.long for claimant in self._claiming(long)), None)


def _settled(at: str, group: _Group, claims: defaultdict[str, dict[str, Rank]]) -> Name | None:
    """Return the name of a group; forms that other groups claim as well become short forms."""
    forms: list[str] = []
    short: list[str] = []
    for form, (typed, rank) in group.forms.items():
        held = {**claims[form.replace("=", "")], **claims[form]}
        others = [claim for claimant, claim in held.items() if claimant != at]
        if not others or form == exact(group.name.canonical) or rank > max(others):
            forms.append(typed)
        elif max(others) < Rank.OWN or rank == Rank.OWN:
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
            typed for typed, rank in group.short.values() if rank == Rank.MINED and typed in short
        ),
    )
