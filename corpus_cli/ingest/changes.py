"""Changes that an ingest makes, one value for each."""

from collections.abc import Mapping
from typing import NamedTuple, assert_never

from corpus_cli.model import Entry, Source, Stamp
from corpus_cli.model.report import Report
from corpus_cli.store.articles import Store


class Failure(NamedTuple):
    """A source that cannot be read, with the reason."""

    source: Source
    reason: str


class Unchanged(NamedTuple):
    """A source that the store already has in this form."""

    source: Source


class Withheld(NamedTuple):
    """A source whose article a user has removed."""

    source: Source
    article: str


class Read(NamedTuple):
    """An article that was read from a source; `before` is the article it had until now or ""."""

    source: Source
    entry: Entry
    before: str


class Gone(NamedTuple):
    """A source that no longer exists; its file may still exist."""

    source: Source


class Begun(NamedTuple):
    """A file whose reading starts: its old stamp and its old failures are forgotten.

    If the process is killed before `Met` is written, the next ingest reads the file again.
    """

    path: str


class Met(NamedTuple):
    """A file that was read to its end, with its new stamp."""

    path: str
    stamp: Stamp


class Shifted(NamedTuple):
    """A file whose records were read again; `before` maps record ids to their old articles."""

    path: str
    before: Mapping[str, str]


class Lost(NamedTuple):
    """A file that was deleted; it follows the `Gone` of each of its sources."""

    path: str


class DeletedFileKept(NamedTuple):
    """A file that was deleted, but whose articles stay in the corpus."""

    path: str


Change = (
    Failure | Unchanged | Withheld | Read | Gone | Begun | Shifted | Met | Lost | DeletedFileKept
)


def add_to_report(change: Change, report: Report) -> None:
    """Add a change to the report."""
    match change:
        case Failure(source, reason):
            report.failed[source.name] = reason
        case Withheld(source, _):
            report.withheld.append(source.name)
        case Unchanged(source):
            report.unchanged.append(source.name)
        case Gone(source):
            report.removed.append(source.name)
        case Read(source, entry, before):
            existing = report.unchanged if entry.article.id == before else report.replaced
            (existing if before else report.added).append(source.name)
        case DeletedFileKept(path):
            report.gone.append(path)
        case Begun() | Shifted() | Met() | Lost():
            pass
        case _:
            assert_never(change)


def apply_to_store(change: Change, store: Store) -> None:
    """Write a change to the store, inside a transaction."""
    match change:
        case Failure(source, reason):
            store.files.fail(source, reason)
        case Gone(source):
            store.drop(source)
        case Read(source, entry, _):
            store.put(entry, source)
        case Withheld(source, article):
            store.point(source, article)
        case Shifted(path, articles_before):
            store.metadata.follow(path, articles_before)
        case Met(path, stamp):
            store.files.met(path, stamp)
        case Begun(path) | Lost(path):
            store.files.forget(path)
        case Unchanged() | DeletedFileKept():
            pass
        case _:
            assert_never(change)
