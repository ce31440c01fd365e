"""Files of names to groups."""

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
"""The user's own names, beside the folder of the corpus."""

PACKS = "packs"
"""The entry of a corpus's own file that says which packs count; all of them without it."""

MOST = 1_000
"""Forms that one name may have."""

_MOST_BRACES = 10
_LISTS = ("forms", "short", "adjectives", "without")
_TEXTS = ("kind", "note")


class Entry(NamedTuple):
    """A table of a file: a name, the forms it takes from another source, or that it is off."""

    name: Name
    without: tuple[str, ...] = ()
    off: bool = False


class Pack(NamedTuple):
    """A file of names: its entries, and the packs it chooses (None: all)."""

    entries: Sequence[Entry]
    chosen: frozenset[str] | None = None


def read(path: Path, origin: str) -> Pack:
    """The names in a file. Raises `UsageError`, with the place, where it is none."""
    try:
        return parse(read_text(path), origin, str(path))
    except FileNotFoundError:
        return Pack(())
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def own(path: Path | None) -> Pack:
    """What the user's file says; nothing for a corpus in memory."""
    return read(path, OWN) if path else Pack(())


def parse(text: str, origin: str, place: str) -> Pack:
    """The names in the text of a file; `place` is what errors call it."""
    import tomllib

    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{place} is no TOML: {error}") from error
    chosen = tables.pop(PACKS, None)
    if chosen is not None and not _strings(chosen):
        raise UsageError(f'{place}: packs has to be a list, as in packs = ["world"]')
    entries = [_entry(canonical, table, origin, place) for canonical, table in tables.items()]
    return Pack(entries, None if chosen is None else frozenset(chosen))


def available(more: Path) -> list[Path]:
    """Every pack: those that come with corpus, then those in the user's folder."""
    found = _files(FOLDER)
    # No folder, or none of ours to read: no packs.
    with contextlib.suppress(OSError):
        found += _files(more)
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(folder / name for name in os.listdir(folder) if name.endswith(".toml"))  # noqa: PTH208 - names alone


def picked(paths: Sequence[Path], chosen: frozenset[str] | None, place: str) -> list[Path]:
    """The packs that count. Raises `UsageError` for one that is chosen and not there."""
    known = {path.stem for path in paths}
    for name in sorted((chosen or frozenset()) - known):
        raise UsageError(f"{place}: there is no pack {name}, only {', '.join(sorted(known))}")
    return [path for path in paths if chosen is None or path.stem in chosen]


def synonyms(lines: Iterable[str]) -> Iterator[Name]:
    """The groups of a synonym file as Solr and Elasticsearch read it: `form, form, form`.

    The first form is the canonical one; `a => b, c` is read as a group too.
    """
    for line in lines:
        forms = [form.strip() for form in line.partition("#")[0].replace("=>", ",").split(",")]
        forms = [form for form in dict.fromkeys(forms) if key(form)]
        if len(forms) > 1:
            yield Name(forms[0], forms=tuple(forms))


def alternatives(form: str) -> Iterator[str]:
    """What a form with braces stands for: `Baloch {Army,Force}` is two forms."""
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
                f"{place}: {canonical}: {field} is not understood: a name has {known}; "
                'lists are written ["a", "b"]'
            )
    if any(form.count("{") > _MOST_BRACES for field in _LISTS for form in table.get(field, ())):
        raise UsageError(f"{place}: {canonical}: a form has more than {_MOST_BRACES} braces")
    listed = [chain.from_iterable(map(alternatives, table.get(field, ()))) for field in _LISTS]
    forms, short, adjectives, without = (tuple(islice(each, MOST + 1)) for each in listed)
    if len(forms + short + adjectives + without) > MOST:
        raise UsageError(f"{place}: {canonical} stands for more than {MOST:,} forms")
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
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
