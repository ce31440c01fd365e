"""The names of one corpus: compile and change them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_cli.config import PackSettings
from corpus_cli.errors import CorpusError, UsageError
from corpus_cli.model import Name
from corpus_cli.names import packs
from corpus_cli.names.lookup import (
    NAMES_FILE,
    VERSION,
    NameLookup,
    compile_names,
    revise_names,
    tables,
)
from corpus_cli.store.database import Database
from corpus_cli.store.store import Store
from corpus_cli.system.files import read_content
from corpus_cli.text.tokenise import key

if TYPE_CHECKING:
    from corpus_cli.names.senses import Sense
    from corpus_cli.names.user_names import UserNames


class CorpusNames:
    """The names of packs, articles and the user's file, compiled when any of these changes.

    `folder` is that of the corpus (None in memory): the user's file is beside it, and the
    compiled names are in it. The packs are compiled once for all corpora of a user. `locked`
    returns a context in which this process is the only writer of the corpus.
    """

    def __init__(
        self,
        store: Store,
        folder: Path | None,
        settings: PackSettings,
        locked: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._store = store
        self._user_file = folder.absolute().parent / packs.USER_FILE if folder else None
        self._cache_path = (folder or settings.cache) / NAMES_FILE
        self._settings = settings
        self._locked = locked
        self._lookup: NameLookup | None = None
        self._lookup_stamp = ""

    def close(self) -> None:
        """Close the compiled names."""
        if self._lookup:
            self._lookup.close()
            self._lookup = None

    def lookup(self) -> NameLookup:
        """Return the current names, compiled again if a source changed."""
        stamp = self._compute_stamp()
        if self._lookup is None or self._lookup_stamp != stamp:
            self.close()
            cached = _open_cache(self._cache_path, stamp) if self._user_file else None
            self._lookup = NameLookup(cached, self._cache_path) if cached else self._compile(stamp)
            self._lookup_stamp = stamp
        return self._lookup

    def find(self, form: str) -> list[Name]:
        """Return every name with a form, those that it always means first."""
        lookup = self.lookup()
        return list(map(lookup.name, lookup.find(form)))

    def require(self, form: str) -> list[Name]:
        """Return what `find` returns. Raises `NotFound` if no name has the form."""
        lookup = self.lookup()
        return list(map(lookup.name, lookup.require(form)))

    def explained_senses(self) -> Iterator[tuple[Sense, Name | None, Sequence[Name]]]:
        """Yield each sense that articles explain, the name it is part of, and other names.

        The other names have one of its abbreviations as a form and come from a file.
        """
        from corpus_cli.names.merge import MINED

        lookup = self.lookup()
        for sense in self._senses():
            numbers = lookup.find(sense.long[0])
            with_form = (number for form in sense.short for number in lookup.find(form))
            other_names = map(
                lookup.name, dict.fromkeys(n for n in with_form if n not in numbers[:1])
            )
            yield (
                sense,
                lookup.name(numbers[0]) if numbers else None,
                [name for name in other_names if name.origin != MINED],
            )

    # --- the user's names ---

    def add(self, name: Name) -> Name:
        """Add a name, or add its forms to the name with that canonical form; return the result."""
        with self._edit_user_names() as user_names:
            # An abbreviation that only a few articles explain may become another name.
            form = key(name.canonical)
            existing = [match for match in self.find(form) if form not in map(key, match.local)]
            if existing:
                forms = tuple(form for form in name.forms if form != name.canonical)
                name = name._replace(canonical=existing[0].canonical, forms=forms)
            if not (name.short or name.adjectives or set(name.forms) - {name.canonical}):
                raise UsageError(
                    f"{name.canonical} needs another form to be found by: "
                    f"corpus names add {name.canonical!r} FORM"
                )
            user_names.add(name)
            user_names.save()
            return next(iter(self.find(name.canonical)), name)

    def merge(self, entries: Sequence[packs.NameEntry]) -> None:
        """Add the entries of another file to the user's file."""
        with self._edit_user_names() as user_names:
            for entry in entries:
                user_names.add_entry(entry)
            user_names.save()

    def remove(self, name: str, forms: Sequence[str] = ()) -> Name:
        """Remove a name, or only some of its forms; return the name as it was.

        If no file has the name, the forms are spellings that the corpus has of it: the file then
        says that they are none.
        """
        with self._edit_user_names() as user_names:
            if self._are_spellings(forms, name):
                user_names.exclude_forms(name, forms)
                user_names.save()
                return Name(name)
            matches = self.require(name)
            canonical = matches[0].canonical
            unmatched = [form for form in forms if matches[0] not in self.find(form)]
            if unmatched:
                raise UsageError(f"{canonical} has no form {unmatched[0]}")
            if forms:
                user_names.remove_forms(canonical, forms)
                user_names.save()
                # Packs or articles may give it these forms as well.
                user_names.exclude_forms(
                    canonical, [form for form in forms if self._has_form(form, canonical)]
                )
            else:
                user_names.remove(canonical)
                user_names.save()
                if self._has_form(name, canonical):
                    user_names.turn_off(canonical)
            user_names.save()
            return matches[0]

    def user_pack(self) -> packs.Pack:
        """Return the content of the user's file."""
        return packs.read_user_pack(self._user_file)

    def _are_spellings(self, forms: Sequence[str], name: str) -> bool:
        """Return whether a word that no file has is paired with each of some words."""
        if not forms or self.find(name):
            return False
        spellings = {pair.other for pair in self._store.name_words.pairs([key(name)])}
        return spellings.issuperset(map(key, forms))

    def _has_form(self, form: str, canonical: str) -> bool:
        return canonical in {name.canonical for name in self.find(form)}

    @contextmanager
    def _edit_user_names(self) -> Iterator[UserNames]:
        """Yield the user's file, for one writer at a time."""
        from corpus_cli.names.user_names import UserNames

        if self._user_file is None:
            raise UsageError(
                "names are stored beside a corpus; create one with: corpus ingest PATH"
            )
        packs.read_user_pack(self._user_file)
        with self._locked():
            yield UserNames(self._user_file)

    # --- compiling ---

    def _compile(self, stamp: str) -> NameLookup:
        """Compile the names of the packs with the changes of the articles and the user."""
        from corpus_cli.names.merge import merge_corpus_names

        user_pack = self.user_pack()
        base, path = self._open_packs(user_pack.chosen)
        changes = merge_corpus_names(NameLookup(base, path), self._senses(), user_pack.entries)
        if not changes:
            return NameLookup(base, path)
        database = base.copy()
        base.close()
        revise_names(database, changes, stamp)
        if self._user_file:
            _save_cache(database, self._cache_path)
        return NameLookup(database)

    def _open_packs(self, chosen: frozenset[str] | None) -> tuple[Database, Path]:
        """Open the chosen packs, compiled once for all corpora of a user; return the path too."""
        from corpus_cli.names.merge import merge_packs

        default_packs = self._settings.from_user_file
        if self._settings.from_environment is None and chosen is not None:
            paths = packs.choose_packs(self._pack_paths, chosen, str(self._user_file))
        else:
            paths = packs.choose_packs(self._pack_paths, default_packs.value, default_packs.origin)
        stamp = _make_stamp(None, paths)
        from hashlib import sha256

        paths_digest = sha256("\0".join(map(str, paths)).encode("utf-8", "replace")).hexdigest()
        cache_path = self._settings.cache / f"names-{paths_digest[:12]}.db"
        if cached := _open_cache(cache_path, stamp):
            return cached, cache_path
        packs_read = (packs.read_pack(path, path.stem) for path in paths)
        database = compile_names(
            merge_packs(entry for pack in packs_read for entry in pack.entries), stamp
        )
        _save_cache(database, cache_path)
        return database, cache_path

    def _senses(self) -> Sequence[Sense]:
        from corpus_cli.names.senses import group_senses

        return group_senses(self._store.definitions(), self._store.near_copies.clusters())

    @cached_property
    def _pack_paths(self) -> list[Path]:
        return packs.list_packs(self._settings.folder)

    def _compute_stamp(self) -> str:
        """Return a stamp that changes whenever a source of the names changes."""
        choices = self._settings.from_environment, self._settings.from_user_file.value
        chosen = [None if names is None else sorted(names) for names in choices]
        # Use the content: a restored file may have the size and time of another version.
        try:
            content = read_content(self._user_file) if self._user_file else b""
        except FileNotFoundError:
            content = b""
        except OSError as error:
            raise UsageError(f"{self._user_file} cannot be read: {error.strerror}") from error
        state = [self._store.definitions_stamp(), chosen, _digest(content)]
        return _make_stamp(state, self._pack_paths)


def _make_stamp(state: object, files: Iterable[Path]) -> str:
    parts: list[object] = [VERSION, state]
    for path in files:
        with contextlib.suppress(OSError):
            status = path.stat()
            parts.append([str(path), status.st_size, status.st_mtime_ns])
    return json.dumps(parts)


def _digest(content: bytes) -> str:
    if not content:
        return ""
    # Most users have no names of their own, and the module is slow to import.
    from hashlib import sha256

    return sha256(content).hexdigest()


def _save_cache(database: Database, path: Path) -> None:
    # Nothing is lost if it cannot be saved, as on read-only media.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        for leftover in path.parent.glob(f"{path.name}.*"):
            # A process was killed while it wrote this.
            leftover.unlink()
        database.save(path)


def _open_cache(path: Path, stamp: str) -> Database | None:
    try:
        database = Database(path, tables(), create=False, frozen=True)
        if NameLookup(database).stamp() == stamp:
            return database
    except (CorpusError, OSError):
        # It is missing, unreadable or damaged, and can be compiled again.
        return None
    database.close()
    return None
