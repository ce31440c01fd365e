"""Edit the user's file of names."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from corpus_cli.errors import UsageError
from corpus_cli.model import Name
from corpus_cli.names.packs import USER_FILE, NameEntry, parse_pack
from corpus_cli.system.files import read_text, replace_file
from corpus_cli.text.tokenise import key

_HEADER = """The names of this corpus, beside those that come with it. This file overrides them.
["ISIS-K"]
forms = ["Daesh-K"]        # always means it
short = ["Daesh"]          # means it in an article that has one of the forms as well
without = ["Wilayat"]      # is no form of it in this corpus
"""


class UserNames:
    """The user's file of names beside the corpus; `save` writes all changes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._document = _read_document(path)

    def add_entry(self, entry: NameEntry) -> None:
        """Add an entry of another file: its forms, the forms it excludes, and whether it is off."""
        self.add(entry.name)
        table = self._table(entry.name.canonical)
        _extend_list(table, "without", entry.without)
        if entry.off:
            table["off"] = True

    def add(self, name: Name) -> None:
        """Add a name, or add its forms to the name with that canonical form."""
        table = self._table(name.canonical)
        for field in ("kind", "note"):
            if value := getattr(name, field):
                table[field] = value
        other_forms = [form for form in name.forms if form != name.canonical]
        for field, forms in (
            ("forms", other_forms),
            ("short", name.short),
            ("adjectives", name.adjectives),
        ):
            _extend_list(table, field, forms)
        _remove_from_list(table, "without", (*name.forms, *name.short, *name.adjectives))
        table.pop("off", None)

    def remove(self, canonical: str) -> None:
        """Remove a name from the file."""
        self._document.pop(self._find_key(canonical), None)

    def turn_off(self, canonical: str) -> None:
        """Turn a name off, whichever source has it."""
        self._table(canonical)["off"] = True

    def remove_forms(self, canonical: str, forms: Sequence[str]) -> None:
        """Remove forms from a name of this file."""
        if self._find_key(canonical) in self._document:
            for field in ("forms", "short", "adjectives"):
                _remove_from_list(self._table(canonical), field, forms)

    def exclude_forms(self, canonical: str, forms: Sequence[str]) -> None:
        """Exclude forms from a name, whichever source has them."""
        _extend_list(self._table(canonical), "without", forms)

    def save(self) -> None:
        """Write the file atomically. Raises `UsageError` if it could not be read back."""
        text = tomlkit.dumps(self._document)
        try:
            content = text.encode()
        except UnicodeEncodeError as error:
            invalid = error.object[error.start : error.end]
            raise UsageError(f"a name has to be valid text, but it contains {invalid!r}") from error
        parse_pack(text, USER_FILE, "the name cannot be saved")
        scratch = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            replace_file(self._path, content, scratch)
        except OSError as error:
            from corpus_cli.system.disk import explain_write_error

            raise UsageError(explain_write_error(self._path, error)) from error

    def _table(self, canonical: str) -> dict[str, object]:
        table_key = self._find_key(canonical)
        if table_key not in self._document:
            self._document[table_key] = tomlkit.table()
        # Reading the names has checked that it is a table.
        table: dict[str, object] = self._document[table_key]
        return table

    def _find_key(self, canonical: str) -> str:
        """Return a name as the file writes it; capitals and hyphens may differ."""
        return next((name for name in self._document if key(name) == key(canonical)), canonical)


def export_names(names: Iterable[Name], user_entries: Iterable[NameEntry] = ()) -> str:
    """Return names as TOML, with what the user's entries exclude or turn off."""
    document = tomlkit.document()
    tables: dict[str, dict[str, object]] = {}
    for name in names:
        table = tables.setdefault(key(name.canonical), tomlkit.table())
        fields: Mapping[str, object] = {
            "kind": name.kind,
            "forms": [form for form in name.forms if form != name.canonical],
            "short": list(name.short),
            "adjectives": list(name.adjectives),
            "note": name.note,
        }
        table.update({field: value for field, value in fields.items() if value})
        document[name.canonical] = table
    for entry in user_entries:
        name_key = key(entry.name.canonical)
        if entry.off:
            document[entry.name.canonical] = {"off": True}
        elif entry.without and name_key in tables:
            tables[name_key]["without"] = list(entry.without)
    return tomlkit.dumps(document)


def _read_document(path: Path) -> TOMLDocument:
    try:
        return tomlkit.parse(read_text(path))
    except FileNotFoundError:
        document = tomlkit.document()
        for line in _HEADER.splitlines():
            document.add(tomlkit.comment(line))
        return document
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _extend_list(table: dict[str, object], field: str, forms: Iterable[str]) -> None:
    current = table.get(field)
    existing = current if isinstance(current, list) else []
    new = [form for form in dict.fromkeys(forms) if form not in existing]
    if isinstance(current, list):
        current.extend(new)
    elif new:
        table[field] = new


def _remove_from_list(table: dict[str, object], field: str, forms: Iterable[str]) -> None:
    current = table.get(field)
    if isinstance(current, list):
        removed = {key(form) for form in forms}
        for form in [form for form in current if key(form) in removed]:
            current.remove(form)
        if not current:
            table.pop(field)
