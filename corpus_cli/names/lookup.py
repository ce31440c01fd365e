"""The compiled names: look up a name by its words."""

from __future__ import annotations

import contextlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from corpus_cli.errors import CorpusDamaged, NamesDamaged, NotFound
from corpus_cli.model import Name
from corpus_cli.store.database import Database, Row
from corpus_cli.text.data import DATA
from corpus_cli.text.tokenise import Written, exact, key, written

VERSION = 2

ROLES = ("form", "short", "adjective")
"""What words may be of a name."""


class Meaning(NamedTuple):
    """One meaning of words: the number of a name, and what the words are of it.

    `role` is `form`, `short` or `adjective`; `capitals` says of each word whether it must be
    written in capitals.
    """

    name: int
    role: str
    capitals: tuple[bool, ...]

    def fits(self, words: Sequence[Written]) -> bool:
        """Return whether the words are in capitals where they must be."""
        return all(
            word.capitals or not required
            for word, required in zip(words, self.capitals, strict=True)
        )


def by_role(meanings: Iterable[Meaning]) -> Iterator[tuple[str, list[int]]]:
    """Yield each role that occurs, forms first, with the numbers of its names."""
    held = list(meanings)
    for role in ROLES:
        if numbers := sorted({meaning.name for meaning in held if meaning.role == role}):
            yield role, numbers


class Run(NamedTuple):
    """A form in a text: words `start` to `end` (exclusive), and all that they may mean."""

    start: int
    end: int
    meanings: tuple[Meaning, ...]


_Known = dict[str, list[tuple[tuple[str, ...], tuple[Meaning, ...]]]]
"""First word → the forms as words, the longest first, and what each may mean."""


class Book:
    """Look names up by their words, in a database that `compile_names` made.

    A damaged file is removed, because it can be compiled again.
    """

    def __init__(self, database: Database, path: Path | None = None) -> None:
        self._db = database
        self._path = path
        self._record = lru_cache(None)(self._read)
        self.name = lru_cache(None)(self._name)
        self.longer = lru_cache(None)(self._longer)
        self.words = lru_cache(None)(self._words)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def stamp(self) -> str:
        """Return the stamp of what the names were compiled from."""
        return "".join(str(stamp) for (stamp,) in self._rows("SELECT stamp FROM about"))

    def runs(self, words: Sequence[Written]) -> Iterator[Run]:
        """Yield every form in the words, whatever its capitals: at one start the longest first."""
        letters = tuple(word.letters for word in words)
        known = self._beginning(set(letters))
        for start, first in enumerate(letters):
            for form, meanings in known.get(first, ()):
                if letters[start : start + len(form)] == form:
                    yield Run(start, start + len(form), meanings)

    def all_words(self) -> set[str]:
        """Return every word of every form, folded."""
        rows = self._rows("SELECT word FROM parts UNION SELECT first FROM forms")
        return {row[0] for row in rows}

    def _words(self, beginning: str) -> frozenset[str]:
        """Return every form that is one word with a prefix, folded."""
        rows = self._rows(
            "SELECT DISTINCT first FROM forms WHERE words = first AND first >= ? AND first < ?",
            beginning,
            f"{beginning}\U0010ffff",
        )
        return frozenset(row[0] for row in rows)

    def meanings(self, form: str) -> tuple[Meaning, ...]:
        """Return what a form may mean, whatever its capitals; empty if no name has it."""
        words = written(form)
        whole = (row for row in self.runs(words) if (row.start, row.end) == (0, len(words)))
        return next((row.meanings for row in whole), ())

    def called(self, form: str) -> list[int]:
        """Return the number of every name with a form, those that it always means first."""
        found = (number for _, numbers in by_role(self.meanings(form)) for number in numbers)
        return list(dict.fromkeys(found))

    def known(self, form: str) -> list[int]:
        """Return what `find` returns. Raises `NotFound` if no name has the form."""
        if found := self.called(form):
            return found
        raise NotFound(f"no name has the form {form}: see all with: corpus names list")

    def __iter__(self) -> Iterator[Name]:
        """Iterate over all names in the order of their canonical forms."""
        return map(self.name, self.numbers())

    def numbers(self) -> Sequence[int]:
        """Return the number of every name in the order of their canonical forms."""
        rows = self._rows("SELECT id FROM names ORDER BY canonical COLLATE NOCASE, canonical")
        return [row[0] for row in rows]

    def _name(self, number: int) -> Name:
        record = self._record(number)
        canonical, kind, forms, short, adjectives, elsewhere, note, origin, _, _, local = record
        return Name(
            canonical,
            kind,
            tuple(forms),
            tuple(short),
            tuple(adjectives),
            tuple((form, tuple(articles)) for form, articles in elsewhere),
            note,
            origin,
            tuple(local),
        )

    def terms(self, number: int) -> tuple[str, ...]:
        """Return the index terms of a name's forms, short forms and adjectives, in this order."""
        return tuple(self._record(number)[8])

    def _read(self, number: int) -> Any:  # noqa: ANN401 - what JSON holds
        try:
            ((record,),) = self._rows("SELECT record FROM names WHERE id = ?", number)
            return json.loads(record)
        except ValueError as error:
            raise self._damaged(error) from error

    def _rows(self, sql: str, *values: object) -> list[Row]:
        try:
            return self._db.rows(sql, *values)
        except CorpusDamaged as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> NamesDamaged:
        if self._path:
            with contextlib.suppress(OSError):
                self._path.unlink()
        return NamesDamaged(
            f"the compiled names were damaged and are removed ({error}); run the command again"
        )

    def _longer(self, number: int) -> tuple[str, ...]:
        """Return the forms of other names that contain a form of this one, as index terms.

        Where such a form occurs, this name is not mentioned.
        """
        least = self._record(number)[9]
        rows = self._rows(
            "SELECT word, terms, words FROM parts JOIN forms ON id = form "
            "WHERE word IN (SELECT value FROM json_each(?)) AND name != ? "
            "AND words NOT IN (SELECT words FROM forms WHERE name = ?)",
            json.dumps(list(least)),
            number,
            number,
        )
        found = set()
        for word, terms, words in rows:
            padded = f" {words} "
            for form in least[word]:
                if form in padded:
                    found.add(terms)
                    break
        return tuple(sorted(found))

    def _beginning(self, letters: set[str]) -> _Known:
        rows = self._rows(
            "SELECT first, words, name, role, terms FROM forms "
            "WHERE first IN (SELECT value FROM json_each(?)) ORDER BY first, words, role, name",
            json.dumps(sorted(letters)),
        )
        found: _Known = {}
        for (first, words), group in groupby(rows, key=lambda row: (row[0], row[1])):
            meanings = tuple(
                Meaning(name, ROLES[role], tuple(term[0] == "=" for term in terms.split(" ")))
                for _, _, name, role, terms in group
            )
            found.setdefault(first, []).append((tuple(words.split(" ")), meanings))
        for forms in found.values():
            forms.sort(key=lambda form: -len(form[0]))
        return found


def compiled(names: Iterable[Name], stamp: str) -> Database:
    """Compile names to a database in memory for `NameLookup`; see data/names.sql."""
    database = Database(None, (DATA / "names.sql").read_text("utf-8"), VERSION, create=True)
    with database.transaction():
        _insert(database, list(enumerate(names)))
        database.write("INSERT INTO about VALUES (?)", stamp)
    return database


def revise(
    database: Database, changes: Iterable[tuple[int | None, Name | None]], stamp: str
) -> None:
    """Replace names in a database by their numbers: None adds a name, a name of None deletes."""
    held = list(changes)
    gone = [(before,) for before, _ in held if before is not None]
    free = database.number("SELECT coalesce(max(id), -1) + 1 FROM names")
    numbers = (before if before is not None else free + n for n, (before, _) in enumerate(held))
    with database.transaction():
        for sql in (
            "DELETE FROM parts WHERE form IN (SELECT id FROM forms WHERE name = ?)",
            "DELETE FROM forms WHERE name = ?",
            "DELETE FROM names WHERE id = ?",
        ):
            database.write_all(sql, gone)
        _insert(database, [(n, name) for n, (_, name) in zip(numbers, held, strict=True) if name])
        database.write("UPDATE about SET stamp = ?", stamp)


def _insert(database: Database, names: Sequence[tuple[int, Name]]) -> None:
    free = database.number("SELECT coalesce(max(id), -1) + 1 FROM forms")
    forms = list(enumerate((form for item in names for form in _forms(*item)), free))
    database.write_all(
        "INSERT INTO forms VALUES (?, ?, ?, ?, ?, ?)", ((number, *form) for number, form in forms)
    )
    database.write_all(
        "INSERT OR IGNORE INTO parts VALUES (?, ?)",
        (
            (word, number)
            for number, form in forms
            if ROLES[form.role] == "form" and " " in form.words
            for word in form.words.split(" ")
        ),
    )
    held = database.rows("SELECT word, count(*) FROM parts GROUP BY word")
    common: Counter[str] = Counter(dict(held))
    database.write_all(
        "INSERT INTO names VALUES (?, ?, ?)", (_record(*item, common) for item in names)
    )


def _least(name: Name, common: Counter[str]) -> dict[str, list[str]]:
    """Return the forms that contain no other form, between blanks, by their rarest word.

    A text with a longer form contains the form within it as well.
    """
    own = {key(form) for form in (*name.forms, *name.short, *name.adjectives)}
    least: defaultdict[str, list[str]] = defaultdict(list)
    for form in sorted(own):
        if not any(f" {other} " in f" {form} " for other in own - {form}):
            rarest = min(form.split(" "), key=lambda word: common[word])
            least[rarest].append(f" {form} ")
    return least


def _record(number: int, name: Name, common: Counter[str]) -> tuple[int, str, str]:
    fields = [
        name.canonical,
        name.kind,
        name.forms,
        name.short,
        name.adjectives,
        name.elsewhere,
        name.note,
        name.origin,
        [exact(form) for form in (*name.forms, *name.short, *name.adjectives)],
        _least(name, common),
        name.local,
    ]
    return number, name.canonical, json.dumps(fields, ensure_ascii=False)


class _Form(NamedTuple):
    """A row of the table of forms, without its number."""

    first: str
    words: str
    name: int
    role: int
    terms: str


def _forms(number: int, name: Name) -> Iterator[_Form]:
    for role, forms in enumerate((name.forms, name.short, name.adjectives)):
        for form in forms:
            words = key(form)
            yield _Form(words.partition(" ")[0], words, number, role, exact(form))
