"""The compiled names: look up a name by its words."""

import contextlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from corpus_cli.errors import CorpusDamaged, NamesDamaged, NotFound
from corpus_cli.model import Name
from corpus_cli.model.name_table import (
    KINDS,
    PERSON,
    RULED_KINDS,
    Bearer,
    ExplainedForm,
    NameForm,
    NameTable,
    shared_short_forms,
)
from corpus_cli.names.packs import USER_FILE
from corpus_cli.store.database import Database
from corpus_cli.store.query_limits import Row
from corpus_cli.text.data import DATA
from corpus_cli.text.tokenise import exact, key, written
from corpus_cli.text.word_readings import Written

NAMES_FILE = "names.db"
"""The file with the compiled names, in the folder of a corpus and in the user's cache."""

VERSION = 6

ROLES = ("form", "short", "adjective")
"""The roles that words can have in a name."""


class Meaning(NamedTuple):
    """One meaning of words: the number of a name, and the role of the words in it.

    `role` is one of `ROLES`; `capitals` says for each word whether it must be in capitals.
    """

    name: int
    role: str
    capitals: tuple[bool, ...]

    def matches_capitals(self, words: Sequence[Written]) -> bool:
        """Return whether the words are in capitals where they must be."""
        return all(
            word.capitals or not required
            for word, required in zip(words, self.capitals, strict=True)
        )


def group_by_role(meanings: Iterable[Meaning]) -> Iterator[tuple[str, list[int]]]:
    """Yield each role that occurs, forms first, with the numbers of its names."""
    collected = list(meanings)
    for role in ROLES:
        if numbers := sorted({meaning.name for meaning in collected if meaning.role == role}):
            yield role, numbers


class FormOccurrence(NamedTuple):
    """A form in a text: words `start` to `end` (exclusive), and all that they may mean."""

    start: int
    end: int
    meanings: tuple[Meaning, ...]


_FormsByFirstWord = dict[str, list[tuple[tuple[str, ...], tuple[Meaning, ...]]]]
"""First word → the forms as words, the longest first, and what each may mean."""


_RECORD_TYPES = [str, str, list, list, list, list, str, str, list, dict, list]
"""The types of the fields in the record of a name, see `_encode_record`."""

_MAX_TABLES = 4
_TABLES: dict[str, NameTable] = {}
"""Tables of names by their digest."""


class NameLookup:
    """A lookup of names by their words, in a database that `compile_names` made.

    A damaged file is removed, because it can be compiled again.
    """

    def __init__(self, database: Database, path: Path | None = None) -> None:
        self._db = database
        self._path = path
        self._record = lru_cache(None)(self._read_record)
        self.name = lru_cache(None)(self._read_name)
        self.longer_forms = lru_cache(None)(self._find_longer_forms)
        self.bearers = lru_cache(None)(self._find_bearers)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def stamp(self) -> str:
        """Return the stamp of what the names were compiled from."""
        return "".join(str(stamp) for (stamp,) in self._query("SELECT stamp FROM about"))

    def digest(self) -> str:
        """Return the digest of `table`, which was computed when the names were compiled."""
        return "".join(str(digest) for (digest,) in self._query("SELECT digest FROM about"))

    def find_occurrences(self, words: Sequence[Written]) -> Iterator[FormOccurrence]:
        """Yield every form in the words, whatever its capitals: at one start the longest first."""
        letters = tuple(word.letters for word in words)
        forms_by_first_word = self._read_forms(set(letters))
        for start, first in enumerate(letters):
            for form, meanings in forms_by_first_word.get(first, ()):
                if letters[start : start + len(form)] == form:
                    yield FormOccurrence(start, start + len(form), meanings)

    def all_words(self) -> set[str]:
        """Return every word of every form, folded."""
        rows = self._query("SELECT word FROM parts UNION SELECT first FROM forms")
        return {row[0] for row in rows}

    def table(self) -> NameTable:
        """Return the forms of all names, by which an index finds their mentions.

        The last tables are cached, because reading one takes a tenth of a second.
        """
        digest = self.digest()
        return _TABLES[digest] if digest in _TABLES else _keep_table(self.read_table())

    def read_table(self) -> NameTable:
        """Return what `table` returns, from the database, whose digest may be outdated."""
        names = self._query(
            "SELECT key, id, json_extract(record, '$[5]'), json_extract(record, '$[1]') "
            "FROM names ORDER BY key"
        )
        keys = {number: name_key for name_key, number, _, _ in names}
        forms = self._query("SELECT DISTINCT terms, name, role FROM forms")
        try:
            return NameTable(
                tuple(
                    sorted(NameForm(terms, keys[name], KINDS[role]) for terms, name, role in forms)
                ),
                tuple(
                    ExplainedForm(name_key, letters, tuple(articles))
                    for name_key, _, elsewhere, _ in names
                    for letters, articles in _last_by_letters(json.loads(elsewhere))
                ),
                [(name_key, kind) for name_key, _, _, kind in names if kind in RULED_KINDS],
            )
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise self._remove_damaged(error) from error

    def find_key(self, name_key: str) -> int | None:
        """Return the number of the name with a key, the folded canonical form; None if none has."""
        rows = self._query("SELECT id FROM names WHERE key = ?", name_key)
        return rows[0][0] if rows else None

    def meanings(self, form: str) -> tuple[Meaning, ...]:
        """Return what a form may mean, whatever its capitals; empty if no name has it."""
        words = written(form)
        occurrences = (
            row for row in self.find_occurrences(words) if (row.start, row.end) == (0, len(words))
        )
        return next((row.meanings for row in occurrences), ())

    def find(self, form: str) -> list[int]:
        """Return the number of every name with a form, those that it always means first."""
        ordered = (
            number for _, numbers in group_by_role(self.meanings(form)) for number in numbers
        )
        return list(dict.fromkeys(ordered))

    def are_apart(self, left: str, right: str) -> bool:
        """Return whether two forms are of different names.

        A name of the user's file has no other spellings than those that the file gives it.
        """
        left_names, right_names = set(self.find(left)), set(self.find(right))
        if left_names & right_names:
            return False
        is_own = any(self.name(n).origin == USER_FILE for n in left_names | right_names)
        return is_own or bool(left_names and right_names)

    def require(self, form: str) -> list[int]:
        """Return what `find` returns. Raises `NotFound` if no name has the form."""
        if numbers := self.find(form):
            return numbers
        raise NotFound(f"no name has the form {form}; list all names with: corpus names list")

    def __iter__(self) -> Iterator[Name]:
        """Iterate over all names in the order of their canonical forms."""
        return map(self.name, self.numbers())

    def kinds(self) -> Sequence[tuple[str, str]]:
        """Return the canonical form and the kind of every name, in the order of their forms.

        They are read without the names, whose forms take ten times as long.
        """
        rows = self._query(
            "SELECT canonical, json_extract(record, '$[1]') FROM names "
            "ORDER BY canonical COLLATE NOCASE, canonical"
        )
        return [(canonical, kind) for canonical, kind in rows]

    def numbers(self) -> Sequence[int]:
        """Return the number of every name in the order of their canonical forms."""
        rows = self._query("SELECT id FROM names ORDER BY canonical COLLATE NOCASE, canonical")
        return [row[0] for row in rows]

    def _read_name(self, number: int) -> Name:
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

    def _read_record(self, number: int) -> Any:  # noqa: ANN401 - parsed JSON
        try:
            ((text,),) = self._query("SELECT record FROM names WHERE id = ?", number)
            record = json.loads(text)
            if list(map(type, record)) != _RECORD_TYPES:
                raise ValueError(f"name {number} has no such fields")  # noqa: TRY301 - as json does
        except (ValueError, TypeError, RecursionError) as error:
            raise self._remove_damaged(error) from error
        return record

    def _query(self, sql: str, *values: object) -> list[Row]:
        try:
            return self._db.rows(sql, *values)
        except CorpusDamaged as error:
            raise self._remove_damaged(error) from error

    def _remove_damaged(self, error: Exception) -> NamesDamaged:
        if self._path:
            with contextlib.suppress(OSError):
                self._path.unlink()
        return NamesDamaged(
            f"the compiled names were damaged and have been removed ({error}); "
            "run the command again"
        )

    def _find_longer_forms(self, number: int) -> tuple[str, ...]:
        """Return the forms of other names that contain a form of this one, as index terms.

        Where such a form occurs, this name is not mentioned.
        """
        minimal_forms = self._record(number)[9]
        rows = self._query(
            "SELECT word, terms, words FROM parts JOIN forms ON id = form "
            "WHERE word IN (SELECT value FROM json_each(?)) AND name != ? "
            "AND words NOT IN (SELECT words FROM forms WHERE name = ?)",
            json.dumps(list(minimal_forms)),
            number,
            number,
        )
        longer = set()
        for word, terms, words in rows:
            padded = f" {words} "
            for form in minimal_forms[word]:
                if form in padded:
                    longer.add(terms)
                    break
        return tuple(sorted(longer))

    def _find_bearers(self, number: int) -> tuple[Bearer, ...]:
        """Return the other people with a short form of a name, by the forms of `longer_forms`.

        There are none for names that are not of people.
        """
        name = self.name(number)
        if name.kind != PERSON or not name.short:
            return ()
        rows = self._query(
            "SELECT DISTINCT name, terms FROM forms JOIN names ON names.id = name "
            "WHERE terms IN (SELECT value FROM json_each(?)) AND role = 0 AND name != ? "
            "AND json_extract(record, '$[1]') = ? ORDER BY key, terms",
            json.dumps(self.longer_forms(number)),
            number,
            PERSON,
        )
        bearers: list[Bearer] = []
        short = tuple(dict.fromkeys(map(key, name.short)))
        for other_number, group in groupby(rows, key=lambda row: row[0]):
            other = self.name(other_number)
            other_key, other_short = key(other.canonical), set(map(key, other.short))
            if shared := shared_short_forms(short, other_key, other_short):
                forms = tuple(terms for _, terms in group)
                bearers.append(Bearer(other_key, forms, shared))
        return tuple(bearers)

    def _read_forms(self, first_words: set[str]) -> _FormsByFirstWord:
        rows = self._query(
            "SELECT first, words, name, role, terms FROM forms "
            "WHERE first IN (SELECT value FROM json_each(?)) ORDER BY first, words, role, name",
            json.dumps(sorted(first_words)),
        )
        forms_by_first_word: _FormsByFirstWord = {}
        for (first, words), group in groupby(rows, key=lambda row: (row[0], row[1])):
            meanings = tuple(
                Meaning(name, ROLES[role], tuple(term[0] == "=" for term in terms.split(" ")))
                for _, _, name, role, terms in group
            )
            forms_by_first_word.setdefault(first, []).append((tuple(words.split(" ")), meanings))
        for forms in forms_by_first_word.values():
            forms.sort(key=lambda form: -len(form[0]))
        return forms_by_first_word


def _keep_table(table: NameTable) -> NameTable:
    """Keep a table for the next lookup with the same names; return it."""
    if len(_TABLES) == _MAX_TABLES:
        _TABLES.clear()
    _TABLES[table.digest] = table
    return table


def _last_by_letters(
    elsewhere: Iterable[tuple[str, Sequence[str]]],
) -> Iterable[tuple[str, Sequence[str]]]:
    """Return the folded forms with their articles; of forms with the same letters, the last."""
    return {form.replace("=", ""): articles for form, articles in elsewhere}.items()


def tables() -> Mapping[int, str]:
    """Return the tables of the compiled names, by the number of their format."""
    return {VERSION: (DATA / "names.sql").read_text("utf-8")}


def compile_names(names: Iterable[Name], stamp: str) -> Database:
    """Compile names to a database in memory for `NameLookup`; see data/names.sql."""
    database = Database(None, tables(), create=True)
    with database.transaction():
        _insert_names(database, list(enumerate(names)))
        digest = _keep_table(NameLookup(database).read_table()).digest
        database.write("INSERT INTO about VALUES (?, ?)", stamp, digest)
    return database


def revise_names(
    database: Database, changes: Iterable[tuple[int | None, Name | None]], stamp: str
) -> None:
    """Replace names in a database by their numbers: None adds a name, a name of None deletes."""
    collected = list(changes)
    deleted = [(before,) for before, _ in collected if before is not None]
    next_number = database.number("SELECT coalesce(max(id), -1) + 1 FROM names")
    numbers = (
        before if before is not None else next_number + n for n, (before, _) in enumerate(collected)
    )
    with database.transaction():
        # The key of `parts` begins with the word: by form alone, SQLite would read the whole table.
        forms = database.rows_among("SELECT id, words FROM forms WHERE name IN (VALUES *)", deleted)
        database.write_all(
            "DELETE FROM parts WHERE word = ? AND form = ?",
            ((word, form) for form, words in forms for word in set(words.split(" "))),
        )
        database.write_all("DELETE FROM forms WHERE id = ?", ((form,) for form, _ in forms))
        database.write_all("DELETE FROM names WHERE id = ?", deleted)
        _insert_names(
            database, [(n, name) for n, (_, name) in zip(numbers, collected, strict=True) if name]
        )
        digest = _keep_table(NameLookup(database).read_table()).digest
        database.write("UPDATE about SET stamp = ?, digest = ?", stamp, digest)


def _insert_names(database: Database, names: Sequence[tuple[int, Name]]) -> None:
    next_id = database.number("SELECT coalesce(max(id), -1) + 1 FROM forms")
    forms = list(enumerate((form for item in names for form in _form_rows(*item)), next_id))
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
    word_counts = database.rows("SELECT word, count(*) FROM parts GROUP BY word")
    common: Counter[str] = Counter(dict(word_counts))
    database.write_all(
        "INSERT INTO names VALUES (?, ?, ?, ?)", (_encode_record(*item, common) for item in names)
    )


def _minimal_forms(name: Name, common: Counter[str]) -> dict[str, list[str]]:
    """Return by their rarest word the forms that contain no other form, with blanks around them.

    A text with a longer form contains the form within it as well.
    """
    keys = {key(form) for form in (*name.forms, *name.short, *name.adjectives)}
    by_rarest_word: defaultdict[str, list[str]] = defaultdict(list)
    for form in sorted(keys):
        if not any(f" {other} " in f" {form} " for other in keys - {form}):
            rarest = min(form.split(" "), key=lambda word: common[word])
            by_rarest_word[rarest].append(f" {form} ")
    return by_rarest_word


def _encode_record(number: int, name: Name, common: Counter[str]) -> tuple[int, str, str, str]:
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
        _minimal_forms(name, common),
        name.local,
    ]
    record = json.dumps(fields, ensure_ascii=False)
    return number, name.canonical, key(name.canonical), record


class _FormRow(NamedTuple):
    """A row of the table of forms, without its number."""

    first: str
    words: str
    name: int
    role: int
    terms: str


def _form_rows(number: int, name: Name) -> Iterator[_FormRow]:
    for role, forms in enumerate((name.forms, name.short, name.adjectives)):
        for form in forms:
            words = key(form)
            yield _FormRow(words.partition(" ")[0], words, number, role, exact(form))
