"""The names of one corpus: compile and change them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_cli.config import Packs
from corpus_cli.errors import CorpusError, UsageError
from corpus_cli.model import Name
from corpus_cli.names import packs
from corpus_cli.names.lookup import VERSION, Book, compiled, revise
from corpus_cli.store.articles import Store
from corpus_cli.store.database import Database
from corpus_cli.system.files import read_content
from corpus_cli.text.tokenise import key

if TYPE_CHECKING:
    from corpus_cli.names.senses import Sense
    from corpus_cli.names.user_names import OwnNames


class Names:
    """The names of packs, articles and the user's file, compiled when any of these changes.

    `folder` is that of the corpus (None in memory): the user's file is beside it, and the
    compiled names are in it. The packs are compiled once for all corpora of a user. `locked`
    returns a context in which this process is the only writer of the corpus.
    """

    def __init__(
        self,
        store: Store,
        folder: Path | None,
        settings: Packs,
        locked: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._store = store
        self._own = folder.absolute().parent / packs.OWN if folder else None
        self._kept = (folder or settings.cache) / "names.db"
        self._settings = settings
        self._locked = locked
        self._book: Book | None = None
        self._stamped = ""

    def close(self) -> None:
        """Close the compiled names."""
        if self._book:
            self._book.close()
            self._book = None

    def book(self) -> Book:
        """Return the current names, compiled again if a source changed."""
        stamp = self._now()
        if self._book is None or self._stamped != stamp:
            self.close()
            kept = _kept(self._kept, stamp) if self._own else None
            self._book = Book(kept, self._kept) if kept else self._compiled(stamp)
            self._stamped = stamp
        return self._book

    def called(self, form: str) -> list[Name]:
        """Return every name with a form, those that it always means first."""
        held = self.book()
        return list(map(held.name, held.called(form)))

    def known(self, form: str) -> list[Name]:
        """Return what `find` returns. Raises `NotFound` if no name has the form."""
        held = self.book()
        return list(map(held.name, held.known(form)))

    def explained(self) -> list[tuple[Sense, Name | None]]:
        """Return each sense that articles explain, with the name that it is part of, if any."""
        held = self.book()
        found = ((sense, held.called(sense.long[0])) for sense in self._senses())
        return [(sense, held.name(names[0]) if names else None) for sense, names in found]

    # --- the user's names ---

    def add(self, name: Name) -> Name:
        """Add a name, or add its forms to the name with that canonical form; return the result."""
        with self._editing() as own:
            # An abbreviation that only a few articles explain may become another name.
            form = key(name.canonical)
            held = [match for match in self.called(form) if form not in map(key, match.local)]
            if held:
                forms = tuple(form for form in name.forms if form != name.canonical)
                name = name._replace(canonical=held[0].canonical, forms=forms)
            if not (name.short or name.adjectives or set(name.forms) - {name.canonical}):
                raise UsageError(
                    f"{name.canonical} needs another form to be found by: "
                    f"corpus names add {name.canonical!r} FORM"
                )
            own.add(name)
            own.save()
            return next(iter(self.called(name.canonical)), name)

    def merge(self, entries: Sequence[packs.Entry]) -> None:
        """Add the entries of another file to the user's file."""
        with self._editing() as own:
            for entry in entries:
                own.take(entry)
            own.save()

    def remove(self, name: str, forms: Sequence[str] = ()) -> Name:
        """Remove a name, or only some of its forms; return the name as it was."""
        with self._editing() as own:
            held = self.known(name)
            canonical = held[0].canonical
            strange = [form for form in forms if held[0] not in self.called(form)]
            if strange:
                raise UsageError(f"{canonical} has no form {strange[0]}")
            if forms:
                own.remove_forms(canonical, forms)
                own.save()
                # Packs or articles may give it these forms as well.
                own.do_without(canonical, [form for form in forms if self._is(form, canonical)])
            else:
                own.remove(canonical)
                own.save()
                if self._is(name, canonical):
                    own.turn_off(canonical)
            own.save()
            return held[0]

    def own(self) -> packs.Pack:
        """Return the content of the user's file."""
        return packs.own(self._own)

    def _is(self, form: str, canonical: str) -> bool:
        return canonical in {name.canonical for name in self.called(form)}

    @contextmanager
    def _editing(self) -> Iterator[OwnNames]:
        """Yield the user's file, for one writer at a time."""
        from corpus_cli.names.user_names import OwnNames

        if self._own is None:
            raise UsageError(
                "names are stored beside a corpus; create one with: corpus ingest PATH"
            )
        packs.own(self._own)
        with self._locked():
            yield OwnNames(self._own)

    # --- compiling ---

    def _compiled(self, stamp: str) -> Book:
        """Compile the names of the packs with the changes of the articles and the user."""
        from corpus_cli.names.merge import merged

        own = self.own()
        base, path = self._shipped(own.chosen)
        changes = merged(Book(base, path), self._senses(), own.entries)
        if not changes:
            return Book(base, path)
        database = base.copy()
        base.close()
        revise(database, changes, stamp)
        if self._own:
            _keep(database, self._kept)
        return Book(database)

    def _shipped(self, chosen: frozenset[str] | None) -> tuple[Database, Path]:
        """Open the chosen packs, compiled once for all corpora of a user; return the path too."""
        from corpus_cli.names.merge import shipped

        usual = self._settings.usual
        if self._settings.chosen is None and chosen is not None:
            paths = packs.picked(self._packs, chosen, str(self._own))
        else:
            paths = packs.picked(self._packs, usual.value, usual.origin)
        stamp = _stamp(None, paths)
        from hashlib import sha256

        which = sha256("\0".join(map(str, paths)).encode("utf-8", "replace")).hexdigest()
        kept = self._settings.cache / f"names-{which[:12]}.db"
        if found := _kept(kept, stamp):
            return found, kept
        read = (packs.read(path, path.stem) for path in paths)
        database = compiled(shipped(entry for pack in read for entry in pack.entries), stamp)
        _keep(database, kept)
        return database, kept

    def _senses(self) -> Sequence[Sense]:
        from corpus_cli.names.senses import senses

        return senses(self._store.definitions(), self._store.near_copies.clusters())

    @cached_property
    def _packs(self) -> list[Path]:
        return packs.available(self._settings.folder)

    def _now(self) -> str:
        """Return a stamp that changes whenever a source of the names changes."""
        both = self._settings.chosen, self._settings.usual.value
        chosen = [None if names is None else sorted(names) for names in both]
        # Use the content: a restored file may have the size and time of another version.
        try:
            own = read_content(self._own) if self._own else b""
        except FileNotFoundError:
            own = b""
        except OSError as error:
            raise UsageError(f"{self._own} cannot be read: {error.strerror}") from error
        seen = [self._store.explained(), chosen, _digest(own)]
        return _stamp(seen, self._packs)


def _stamp(more: object, files: Iterable[Path]) -> str:
    seen: list[object] = [VERSION, more]
    for path in files:
        with contextlib.suppress(OSError):
            found = path.stat()
            seen.append([str(path), found.st_size, found.st_mtime_ns])
    return json.dumps(seen)


def _digest(content: bytes) -> str:
    if not content:
        return ""
    # Most users have no names of their own, and the module is slow to import.
    from hashlib import sha256

    return sha256(content).hexdigest()


def _keep(database: Database, path: Path) -> None:
    # Nothing is lost if it cannot be saved, as on read-only media.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f"{path.name}.*"):
            # A process was killed while it wrote this.
            left.unlink()
        database.save(path)


def _kept(path: Path, stamp: str) -> Database | None:
    try:
        found = Database(path, "", VERSION, create=False, frozen=True)
        if Book(found).stamp() == stamp:
            return found
    except (CorpusError, OSError):
        # It is missing, unreadable or damaged, and can be compiled again.
        return None
    found.close()
    return None
