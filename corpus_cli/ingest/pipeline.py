"""ingest() on one screen."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Protocol, assert_never

from corpus_cli.errors import SourceError
from corpus_cli.ingest.discover import absolute, discover, load
from corpus_cli.ingest.mining import definitions
from corpus_cli.ingest.passages import passages
from corpus_cli.ingest.readers import plain
from corpus_cli.ingest.structure import READING, structure
from corpus_cli.model import Article, Definition, Passage, Report, Source
from corpus_cli.store.articles import Known, Store

Progress = Callable[[str], None]
"""Told the path of each file before it is read."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to ingest: `prune` sources that went away, bring removed articles back `again`."""

    prune: bool = False
    again: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that cannot be read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A file that stands in the store as it is."""

    path: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """A file whose article was removed by hand."""

    article: str
    source: Source


@dataclass(frozen=True, slots=True)
class Read:
    """An article as it was read, where it stands, and what stood there before."""

    article: Article
    source: Source
    before: Known | None


@dataclass(frozen=True, slots=True)
class Gone:
    """A file that went away: a source, or one that never could be read."""

    path: str
    source: bool


Change = Failure | Unchanged | Withheld | Read | Gone


class Batches(Protocol):
    """The writer of a corpus: commits what it was told, batch by batch, store first."""

    def put(
        self,
        article: Article,
        passages: Sequence[Passage],
        definitions: Sequence[Definition],
        source: Source,
        reading: int,
    ) -> None:
        """Record an article with its passages as what stands at a source."""

    def point(self, source: Source, article: str, reading: int) -> None:
        """Record which article stands at a source."""

    def fail(self, path: str, reason: str) -> None:
        """Remember a file that cannot be read."""

    def drop(self, path: str) -> None:
        """Forget a source."""


def ingest(
    places: Sequence[str],
    store: Store,
    writer: AbstractContextManager[Batches],
    options: Options,
    progress: Progress,
) -> Report:
    """Bring a corpus in step with files and folders; one unreadable file stops no other."""
    report = Report()
    with writer as batches:
        pruned = list(_gone(places, store)) if options.prune else []
        present = [place for place in places if os.path.lexists(place) or not _under(place, pruned)]
        files = discover(present, report.skipped.__setitem__)
        changes = (_read(path, store, progress, again=options.again) for path in files)
        for change in chain(changes, pruned):
            _tell(change, report)
            if not options.dry_run:
                _apply(change, batches)
    return report


def _read(path: str, store: Store, progress: Progress, *, again: bool) -> Change:
    progress(path)
    try:
        found = load(path)
        digest = hashlib.sha256(found.data).hexdigest()
        before = store.known(path)
        same = before and (before.digest, before.reading) == (digest, READING)
        removed = before is not None and _removed(before.article, store)
        if same and not removed and not store.quarantined(path):
            return Unchanged(path)
        article = structure(plain.read(found.data))
    except SourceError as error:
        return Failure(path, str(error))
    source = Source(path, "", len(found.data), found.mtime_ns, digest)
    if _removed(article.id, store) and not again:
        return Withheld(article.id, source)
    return Read(article, source, None if removed else before)


def _removed(article: str, store: Store) -> bool:
    state = store.state(article)
    return state is not None and state.name == "removed"


def _gone(places: Sequence[str], store: Store) -> Iterator[Gone]:
    """The sources at or below the places that are no files any more."""
    sources = set(store.paths())
    for path in sorted({*sources, *store.quarantine()}):
        gone = Gone(path, path in sources)
        if any(_under(place, [gone]) for place in places) and not Path(path).is_file():
            yield gone


def _under(place: str, gone: Sequence[Gone]) -> bool:
    """Whether any of what is gone stood at a place or below it."""
    root = Path(absolute(place))
    return any(root == Path(one.path) or root in Path(one.path).parents for one in gone)


def _tell(change: Change, report: Report) -> None:
    match change:
        case Failure(path, reason):
            report.failed[path] = reason
        case Withheld(_, source):
            report.withheld.append(source.path)
        case Unchanged(path):
            report.unchanged.append(path)
        case Gone(path, source):
            report.removed += [path] if source else []
        case Read(article, source, None):
            report.added.append(source.path)
        case Read(article, source, before):
            same = before is not None and before.article == article.id
            (report.unchanged if same else report.replaced).append(source.path)
        case _:
            assert_never(change)


def _apply(change: Change, batches: Batches) -> None:
    match change:
        case Failure(path, reason):
            batches.fail(path, reason)
        case Gone(path, _):
            batches.drop(path)
        case Read(article, source, _):
            mined = list(definitions(article))
            batches.put(article, list(passages(article)), mined, source, READING)
        case Withheld(article, source):
            batches.point(source, article, READING)
        case Unchanged():
            pass
        case _:
            assert_never(change)
