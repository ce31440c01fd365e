"""The kinds of changes that an ingest makes."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, assert_never

from corpus_cli.model import AMBIGUOUS, Entry, Source, Stamp
from corpus_cli.model.report import Report
from corpus_cli.store.store import Store


class SourceFailed(NamedTuple):
    """A source that cannot be read, with the reason."""

    source: Source
    reason: str


class SourcePassedOver(NamedTuple):
    """A source without the needed words, which was not read further."""

    source: Source


class SourceUnchanged(NamedTuple):
    """A source that has not changed since it was last read."""

    source: Source


class ArticleWithheld(NamedTuple):
    """A source that is left out because a user removed its article."""

    source: Source
    article: str


class ArticleRead(NamedTuple):
    """An article that was read from a source; `before` is the source's old article id or ""."""

    source: Source
    entry: Entry
    before: str


class SourceDeleted(NamedTuple):
    """A source that no longer exists; its file may still exist."""

    source: Source


class FileStarted(NamedTuple):
    """A file that is about to be read: the store forgets its old stamp and its old failures.

    If the process is killed before `FileRead` is written, the next ingest reads the file again.
    """

    path: str


class FileRead(NamedTuple):
    """A file that was read to its end, with its new stamp."""

    path: str
    stamp: Stamp


class RecordsMoved(NamedTuple):
    """A file whose records may have moved; `before` maps record ids to their old article ids."""

    path: str
    before: Mapping[str, str]


class FileDeleted(NamedTuple):
    """A file that was deleted; this change follows the `SourceDeleted` of each of its sources."""

    path: str


class DeletedFileKept(NamedTuple):
    """A file that was deleted, but whose articles stay in the corpus."""

    path: str


class FilesSkipped(NamedTuple):
    """Files in folders that are not read: those not recorded yet, and those to forget."""

    reasons: Mapping[str, str]
    forgotten: Sequence[str]


IngestChange = (
    SourceFailed
    | SourcePassedOver
    | SourceUnchanged
    | ArticleWithheld
    | ArticleRead
    | SourceDeleted
    | FileStarted
    | RecordsMoved
    | FileRead
    | FileDeleted
    | DeletedFileKept
    | FilesSkipped
)


_READINGS = (FileStarted, ArticleRead, SourceFailed, FileRead)


def add_to_report(change: IngestChange, report: Report) -> None:
    """Add a change to the report."""
    match change:
        case SourceFailed(source, reason):
            report.failed[source.name] = reason
        case ArticleWithheld(source, _):
            report.withheld.append(source.name)
        case SourcePassedOver():
            report.passed_over += 1
        case SourceUnchanged(source):
            report.unchanged.append(source.name)
        case SourceDeleted(source):
            report.removed.append(source.name)
        case ArticleRead(source, entry, before):
            existing = report.unchanged if entry.article.id == before else report.replaced
            (existing if before else report.added).append(source.name)
            for text in entry.article.values(AMBIGUOUS):
                report.ambiguous_dates[source.name] = text
        case DeletedFileKept(path):
            report.deleted_kept.append(path)
        case FilesSkipped(reasons, _):
            report.newly_skipped.update(reasons)
        case FileStarted() | RecordsMoved() | FileRead() | FileDeleted():
            pass
        case _:
            assert_never(change)


def apply_to_store(changes: Iterable[IngestChange], store: Store) -> None:
    """Write changes to the store in their order, inside a transaction.

    Most changes are those of reading files, and what follow each other of these are written
    together.
    """
    for are_readings, group in groupby(changes, lambda change: isinstance(change, _READINGS)):
        if are_readings:
            _record_readings(list(group), store)
        else:
            for change in group:
                _apply(change, store)


def _record_readings(changes: Sequence[IngestChange], store: Store) -> None:
    """Record what was read of files; of a file, these changes are in the order of the tables."""
    store.files.forget(change.path for change in changes if isinstance(change, FileStarted))
    store.recorder.record(
        {change.source: change.entry for change in changes if isinstance(change, ArticleRead)}
    )
    store.files.record_failures(
        {change.source: change.reason for change in changes if isinstance(change, SourceFailed)}
    )
    store.files.record_read(
        {change.path: change.stamp for change in changes if isinstance(change, FileRead)}
    )


def _apply(change: IngestChange, store: Store) -> None:
    match change:
        case SourceDeleted(source):
            store.recorder.drop_source(source)
        case ArticleWithheld(source, article):
            store.recorder.assign_source(source, article)
        case RecordsMoved(path, articles_before):
            store.metadata.follow_moved_records(path, articles_before)
        case FileDeleted(path):
            store.files.forget([path])
        case FilesSkipped(reasons, forgotten):
            store.files.record_skipped(reasons, forgotten)
        case SourcePassedOver():
            store.recurring_lines.lacks_articles = True
        case SourceUnchanged() | DeletedFileKept():
            pass
        case FileStarted() | ArticleRead() | SourceFailed() | FileRead():
            _record_readings([change], store)
        case _:
            assert_never(change)
