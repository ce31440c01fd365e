"""The names of one corpus: their sources, their changes."""

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
from corpus_cli.names import lookup, packs
from corpus_cli.names.lookup import Book, compiled, revise
from corpus_cli.store.articles import Store
from corpus_cli.store.database import Database
from corpus_cli.system.files import read_content
from corpus_cli.text.tokenise import key

if TYPE_CHECKING:
    from corpus_cli.names.senses import Sense
    from corpus_cli.names.user_names import OwnNames


class Names:
    """Packs, the articles and the user's own file as one set; compiled when any of it changes.

    `folder` is that of the corpus (None in memory): the user's file stands beside it, the
    compiled names in it. The packs are kept compiled for all corpora of a user. `locked`
    is how to be the only writer of the corpus.
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
        """Let go of the compiled names."""
        if self._book:
            self._book.close()
            self._book = None

    def book(self) -> Book:
        """The names that count now."""
        stamp = self._now()
        if self._book is None or self._stamped != stamp:
            self.close()
            kept = _kept(self._kept, stamp) if self._own else None
            self._book = Book(kept, self._kept) if kept else self._compiled(stamp)
            self._stamped = stamp
        return self._book

    def called(self, form: str) -> list[Name]:
        """Every name that has a form, those it always means first."""
        held = self.book()
        return list(map(held.name, held.called(form)))

    def known(self, form: str) -> list[Name]:
        """The same. Raises `NotFound` where no name has it."""
        held = self.book()
        return list(map(held.name, held.known(form)))

    def explained(self) -> list[tuple[Sense, Name | None]]:
        """What the articles explain, and the name that it became part of."""
        held = self.book()
        found = ((sense, held.called(sense.long[0])) for sense in self._senses())
        return [(sense, held.name(names[0]) if names else None) for sense, names in found]

    # --- the user's own ---

    def add(self, name: Name) -> Name:
        """Add a name, or forms to the one that already has its canonical form."""
        with self._editing() as own:
            # An abbreviation of few articles is free to be the name of something else.
            form = key(name.canonical)
            held = [one for one in self.called(form) if form not in map(key, one.local)]
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
        """Take tables of another file into the user's."""
        with self._editing() as own:
            for entry in entries:
                own.take(entry)
            own.save()

    def remove(self, name: str, forms: Sequence[str] = ()) -> Name:
        """Take a name out, or only some of its forms; what it was."""
        with self._editing() as own:
            held = self.known(name)
            canonical = held[0].canonical
            strange = [form for form in forms if held[0] not in self.called(form)]
            if strange:
                raise UsageError(f"{canonical} has no form {strange[0]}")
            if forms:
                own.remove_forms(canonical, forms)
                own.save()
                # What others give it too.
                own.do_without(canonical, [form for form in forms if self._is(form, canonical)])
            else:
                own.remove(canonical)
                own.save()
                if self._is(name, canonical):
                    own.turn_off(canonical)
            own.save()
            return held[0]

    def own(self) -> packs.Pack:
        """What the user's file says."""
        return packs.own(self._own)

    def _is(self, form: str, canonical: str) -> bool:
        return canonical in {name.canonical for name in self.called(form)}

    @contextmanager
    def _editing(self) -> Iterator[OwnNames]:
        """The user's file, for one writer at a time."""
        from corpus_cli.names.user_names import OwnNames

        if self._own is None:
            raise UsageError("names are kept beside a corpus: make one with: corpus ingest PATH")
        packs.own(self._own)
        with self._locked():
            yield OwnNames(self._own)

    # --- compiling ---

    def _compiled(self, stamp: str) -> Book:
        """The book of the packs, with what the articles and the user change in it."""
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
        """The packs that count, compiled once for all corpora of the user."""
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

        return senses(self._store.definitions(), self._store.alike.clusters())

    @cached_property
    def _packs(self) -> list[Path]:
        return packs.available(self._settings.folder)

    def _now(self) -> str:
        """Changes whenever any of it changes."""
        both = self._settings.chosen, self._settings.usual.value
        chosen = [None if found is None else sorted(found) for found in both]
        # By its content: a file brought back may have the size and time of another.
        try:
            own = read_content(self._own) if self._own else b""
        except FileNotFoundError:
            own = b""
        except OSError as error:
            raise UsageError(f"{self._own} cannot be read: {error.strerror}") from error
        seen = [self._store.explained(), chosen, _digest(own)]
        return _stamp(seen, self._packs)


def _stamp(more: object, files: Iterable[Path]) -> str:
    seen: list[object] = [lookup.VERSION, more]
    for path in files:
        with contextlib.suppress(OSError):
            found = path.stat()
            seen.append([str(path), found.st_size, found.st_mtime_ns])
    return json.dumps(seen)


def _digest(content: bytes) -> str:
    if not content:
        return ""
    # Most have no names of their own, and the module is a large one.
    from hashlib import sha256

    return sha256(content).hexdigest()


def _keep(database: Database, path: Path) -> None:
    # Nothing is lost where it cannot be kept: on media that are only read.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f"{path.name}.*"):
            # Somebody was killed while he wrote it.
            left.unlink()
        database.save(path)


def _kept(path: Path, stamp: str) -> Database | None:
    try:
        found = Database(path, "", lookup.VERSION, create=False, frozen=True)
        if Book(found).stamp() == stamp:
            return found
    except (CorpusError, OSError):
        # Not there, not ours to read, or torn: it can be made again.
        return None
    found.close()
    return None
