"""Read files of names: packs and the user's file."""

from __future__ import annotations

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

OWN = "names.toml"
"""The file of the user's names, beside the folder of the corpus."""

PACKS = "packs"
"""The key of the user's file that chooses packs; without it all are used."""

MOST = 1_000
"""The most forms that a name may have."""

_MOST_BRACES = 10
_LISTS = ("forms", "short", "adjectives", "without")
_TEXTS = ("kind", "note")


class Entry(NamedTuple):
    """A table of a file: a name, the forms it excludes, and whether it turns the name off."""

    name: Name
    without: tuple[str, ...] = ()
    off: bool = False


class Pack(NamedTuple):
    """A file of names: its entries, and the packs it chooses (None: all)."""

    entries: Sequence[Entry]
    chosen: frozenset[str] | None = None


def read(path: Path, origin: str) -> Pack:
    """Read the names in a file. Raises `UsageError` that names the faulty entry."""
    try:
        return parse(read_text(path), origin, str(path))
    except FileNotFoundError:
        return Pack(())
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def own(path: Path | None) -> Pack:
    """Read the user's file; empty for a corpus in memory."""
    return read(path, OWN) if path else Pack(())


def parse(text: str, origin: str, place: str) -> Pack:
    """Parse the text of a file of names, which errors call `location`.

    Raises `UsageError` that names the faulty entry.
    """
    import tomllib

    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{place} is not valid TOML: {error}") from error
    chosen = tables.pop(PACKS, None)
    if chosen is not None and not _strings(chosen):
        raise UsageError(f'{place}: packs has to be a list, as in packs = ["world"]')
    entries = [_entry(canonical, table, origin, place) for canonical, table in tables.items()]
    return Pack(entries, None if chosen is None else frozenset(chosen))


def available(more: Path) -> list[Path]:
    """Return the path of every pack: the shipped ones, then those of the user's folder."""
    found = _files(FOLDER)
    # The folder is missing or unreadable: the user has no packs.
    with contextlib.suppress(OSError):
        found += _files(more)
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(folder / name for name in os.listdir(folder) if name.endswith(".toml"))  # noqa: PTH208 - names alone


def picked(paths: Sequence[Path], chosen: frozenset[str] | None, place: str) -> list[Path]:
    """Return the chosen packs, all for None. Raises `UsageError` for one that does not exist."""
    known = {path.stem for path in paths}
    for name in sorted((chosen or frozenset()) - known):
        raise UsageError(f"{place}: there is no pack {name}, only {', '.join(sorted(known))}")
    return [path for path in paths if chosen is None or path.stem in chosen]


def synonyms(lines: Iterable[str]) -> Iterator[Name]:
    """Yield the names of a synonym file of Solr or Elasticsearch: lines of `form, form, form`.

    The first form is the canonical one; `a => b, c` is a group as well.
    """
    for line in lines:
        forms = [form.strip() for form in line.partition("#")[0].replace("=>", ",").split(",")]
        forms = [form for form in dict.fromkeys(forms) if key(form)]
        if len(forms) > 1:
            yield Name(forms[0], forms=tuple(forms))


def alternatives(form: str) -> Iterator[str]:
    """Yield the forms that braces abbreviate: `Baloch {Army,Force}` is two forms."""
    braces = re.search(r"\{([^{}]*)\}", form)
    if not braces:
        yield " ".join(form.split())
        return
    for choice in braces[1].split(","):
        yield from alternatives(form[: braces.start()] + choice + form[braces.end() :])


def _entry(canonical: str, table: object, origin: str, place: str) -> Entry:
    if not isinstance(table, dict):
        raise UsageError(f'{place}: {canonical} has to be a table: ["{canonical}"]')
    for field, value in table.items():
        right = (
            _strings(value)
            if field in _LISTS
            else isinstance(value, str)
            if field in _TEXTS
            else field == "off" and isinstance(value, bool)
        )
        if not right:
            known = ", ".join((*_TEXTS, *_LISTS, "off"))
            raise UsageError(
                f"{place}: {canonical}: {field} is not valid; a name has {known}; "
                'lists are written ["a", "b"]'
            )
    if any(form.count("{") > _MOST_BRACES for field in _LISTS for form in table.get(field, ())):
        raise UsageError(f"{place}: {canonical}: a form has more than {_MOST_BRACES} braces")
    listed = [chain.from_iterable(map(alternatives, table.get(field, ()))) for field in _LISTS]
    forms, short, adjectives, without = (tuple(islice(expansion, MOST + 1)) for expansion in listed)
    if len(forms + short + adjectives + without) > MOST:
        raise UsageError(f"{place}: {canonical} has more than {MOST:,} forms")
    for form in (canonical, *forms, *short, *adjectives, *without):
        if not key(form):
            raise UsageError(f"{place}: {canonical}: the form {form!r} has no letter or digit")
    name = Name(
        canonical,
        kind=table.get("kind", ""),
        forms=tuple(dict.fromkeys((canonical, *forms))),
        short=short,
        adjectives=adjectives,
        note=table.get("note", ""),
        origin=origin,
    )
    return Entry(name, without, table.get("off", False))


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
