"""Read files of names: packs and the user's file."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from corpus_cli.errors import UsageError
from corpus_cli.model import Name
from corpus_cli.system.files import read_text
from corpus_cli.text.data import DATA
from corpus_cli.text.tokenise import key

FOLDER = DATA / "names"

USER_FILE = "names.toml"
"""The file of the user's names, beside the folder of the corpus."""

PACKS_KEY = "packs"
"""The key of the user's file that chooses packs; without it, all packs are used."""

MAX_FORMS = 1_000
"""The most forms that a name may have."""

_MAX_BRACES = 10
_LIST_FIELDS = ("forms", "short", "adjectives", "without")
_TEXT_FIELDS = ("kind", "note")


class NameEntry(NamedTuple):
    """A table of a file: a name, the forms it excludes, and whether it turns the name off."""

    name: Name
    without: tuple[str, ...] = ()
    off: bool = False


class Pack(NamedTuple):
    """A file of names: its entries, and the packs it chooses (None: all)."""

    entries: Sequence[NameEntry]
    chosen: frozenset[str] | None = None


def read_pack(path: Path, origin: str) -> Pack:
    """Read the names in a file. Raises `UsageError` that names the faulty entry."""
    try:
        return parse_pack(read_text(path), origin, str(path))
    except FileNotFoundError:
        return Pack(())
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def read_user_pack(path: Path | None) -> Pack:
    """Read the user's file; empty for a corpus in memory."""
    return read_pack(path, USER_FILE) if path else Pack(())


def parse_pack(text: str, origin: str, location: str) -> Pack:
    """Parse the text of a file of names, which errors call `location`.

    Raises `UsageError` that names the faulty entry.
    """
    from corpus_cli.system.toml_text import parse_toml

    try:
        tables = parse_toml(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{location} is not valid TOML: {error}") from error
    chosen = tables.pop(PACKS_KEY, None)
    if chosen is not None and not _is_string_list(chosen):
        raise UsageError(f'{location}: packs has to be a list, as in packs = ["world"]')
    entries = [
        _parse_entry(canonical, table, origin, location) for canonical, table in tables.items()
    ]
    return Pack(entries, None if chosen is None else frozenset(chosen))


def list_packs(user_folder: Path) -> list[Path]:
    """Return the path of every pack: the shipped ones, then those of the user's folder."""
    paths = _list_files(FOLDER)
    # The folder is missing or unreadable: the user has no packs.
    with contextlib.suppress(OSError):
        paths += _list_files(user_folder)
    return paths


def _list_files(folder: Path) -> list[Path]:
    return sorted(folder / name for name in os.listdir(folder) if name.endswith(".toml"))  # noqa: PTH208 - names alone


def choose_packs(paths: Sequence[Path], chosen: frozenset[str] | None, location: str) -> list[Path]:
    """Return the chosen packs, all for None. Raises `UsageError` for one that does not exist."""
    available_names = {path.stem for path in paths}
    for name in sorted((chosen or frozenset()) - available_names):
        raise UsageError(
            f"{location}: there is no pack {name}, only {', '.join(sorted(available_names))}"
        )
    return [path for path in paths if chosen is None or path.stem in chosen]


def parse_synonyms(lines: Iterable[str]) -> Iterator[Name]:
    """Yield the names of a synonym file of Solr or Elasticsearch: lines of `form, form, form`.

    The first form is the canonical one; `a => b, c` is a group as well.
    """
    for line in lines:
        forms = [form.strip() for form in line.partition("#")[0].replace("=>", ",").split(",")]
        forms = [form for form in dict.fromkeys(forms) if key(form)]
        if len(forms) > 1:
            yield Name(forms[0], forms=tuple(forms))


def expand_braces(form: str) -> Iterator[str]:
    """Yield the forms that braces abbreviate: `Baloch {Army,Force}` is two forms."""
    braces = re.search(r"\{([^{}]*)\}", form)
    if not braces:
        yield " ".join(form.split())
        return
    for choice in braces[1].split(","):
        yield from expand_braces(form[: braces.start()] + choice + form[braces.end() :])


def _describe_problem(field: str) -> str:
    """Describe why a field of a name is not valid."""
    if field in _LIST_FIELDS:
        return f'{field} has to be a list of texts: ["a", "b"]'
    if field in _TEXT_FIELDS:
        return f"{field} has to be a text"
    if field == "off":
        return "off has to be true or false"
    return f"there is no field {field}; a name has {', '.join((*_TEXT_FIELDS, *_LIST_FIELDS))}, off"


def _parse_entry(canonical: str, table: object, origin: str, location: str) -> NameEntry:
    if not isinstance(table, dict):
        raise UsageError(f'{location}: {canonical} has to be a table: ["{canonical}"]')
    for field, value in table.items():
        is_valid = (
            _is_string_list(value)
            if field in _LIST_FIELDS
            else isinstance(value, str)
            if field in _TEXT_FIELDS
            else field == "off" and isinstance(value, bool)
        )
        if not is_valid:
            raise UsageError(f"{location}: {canonical}: {_describe_problem(field)}")
    if any(
        form.count("{") > _MAX_BRACES for field in _LIST_FIELDS for form in table.get(field, ())
    ):
        raise UsageError(f"{location}: {canonical}: a form has more than {_MAX_BRACES} braces")
    expanded = [
        chain.from_iterable(map(expand_braces, table.get(field, ()))) for field in _LIST_FIELDS
    ]
    forms, short, adjectives, without = (
        tuple(islice(expansion, MAX_FORMS + 1)) for expansion in expanded
    )
    if len(forms + short + adjectives + without) > MAX_FORMS:
        raise UsageError(f"{location}: {canonical} has more than {MAX_FORMS:,} forms")
    for form in (canonical, *forms, *short, *adjectives, *without):
        if not key(form):
            raise UsageError(f"{location}: {canonical}: the form {form!r} has no letter or digit")
    name = Name(
        canonical,
        kind=table.get("kind", ""),
        forms=tuple(dict.fromkeys((canonical, *forms))),
        short=short,
        adjectives=adjectives,
        note=table.get("note", ""),
        origin=origin,
    )
    return NameEntry(name, without, table.get("off", False))


def _is_string_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
