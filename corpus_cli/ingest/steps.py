"""Bring a corpus up to date with files and folders."""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import chain

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.batches import Batches
from corpus_cli.ingest.changes import (
    ArticleRead,
    ArticleWithheld,
    DeletedFileKept,
    FileDeleted,
    FileRead,
    FilesSkipped,
    FileStarted,
    IngestChange,
    RecordsMoved,
    SourceDeleted,
    SourceFailed,
    SourcePassedOver,
    SourceUnchanged,
    add_to_report,
)
from corpus_cli.ingest.deleted import find_deleted, inside
from corpus_cli.ingest.discover import absolute, discover
from corpus_cli.ingest.loading import MAX_FILE_BYTES, READING_VERSION, StandardInput, is_unchanged
from corpus_cli.ingest.messages import Frame, Made, PassedOver, ReadRequest, Same
from corpus_cli.ingest.readers.port import Unread
from corpus_cli.ingest.reading import FileFrames, Readers
from corpus_cli.model import STDIN, Entry, Source, Stamp
from corpus_cli.model.ids import SHORT_DIGITS
from corpus_cli.model.report import Report
from corpus_cli.store.file_records import FileRecord
from corpus_cli.store.metadata import claims_of
from corpus_cli.store.store import Store
from corpus_cli.system.alarm import raise_after

Progress = Callable[[str, int, int], None]
"""Called before each file with its path, the number of files before it and of all files."""

_COLLISION = (
    "its text has the same id as another article ({}), which it would replace, "
    "so it was not added: change a word of it"
)
_INDEXING_SECONDS = 2e-6
"""The time that it takes to index a character."""
_FILES_PER_QUERY = 500
_MAX_PRUNED = 10
_MAX_PRUNED_SHARE = 10


@dataclass(frozen=True, slots=True)
class IngestRequest:
    """The options of an ingest.

    `prune` removes the articles of deleted files, with `force` also if a path is missing, a
    folder is empty or many articles would be removed. `restore_removed` brings articles back
    that a user removed. `dry_run` changes nothing. A file is unchanged if its size and time are,
    with `checksum` if its content is. `retry` reads files again that failed before. `jobs` files
    are read at a time, none larger than `largest` bytes. The globs `include` and `exclude` choose
    among the files of folders. `fields` maps the user's names of the fields of records to ours.
    After `seconds`, which include the time that it takes to index what was read, no more is read;
    nor after `most` articles; 0 sets no limit. Articles that do not meet `need`, an encoded
    condition on their words, are passed over; the next ingest reads their files again.
    """

    prune: bool = False
    force: bool = False
    restore_removed: bool = False
    dry_run: bool = False
    checksum: bool = False
    retry: bool = False
    jobs: int = 1
    largest: int = MAX_FILE_BYTES
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    most: int = 0
    need: str = ""


def ingest(  # noqa: PLR0913, PLR0917 - what to read, where to, and how
    paths_to_ingest: Sequence[str],
    store: Store,
    writer: AbstractContextManager[Batches],
    request: IngestRequest,
    progress: Progress,
    standard_input: StandardInput | None = None,
) -> Report:
    """Bring a corpus up to date with files and folders; an unreadable file does not stop it.

    Nothing is pruned below a path or folder that could not be read. Nothing at all is pruned if
    that would remove more than ten articles and more than a tenth of all: the report names the
    files whose articles are kept. Ctrl-C and the time limit stop the ingest between two changes,
    and the changes so far are committed. Standard input can be read again from the
    `standard_input` that was passed.
    """
    report = Report()
    clock = Clock(request.seconds)
    skip, fail = report.skipped.__setitem__, report.failed.__setitem__
    with (
        writer as batches,
        closing(Readers(request.jobs, request.need)) as readers,
        nullcontext(standard_input) if standard_input else closing(StandardInput()) as piped,
        _stopping(report),
        raise_after(request.seconds, TimeOver),
    ):
        paths = list(discover(paths_to_ingest, skip, fail, request.include, request.exclude))
        roots = {absolute(place) for place in paths_to_ingest if place != STDIN}
        deleted = _find_deleted(roots, paths, store, request, report)
        skipped = _compare_skipped(roots, store, report)
        work = _skip_unchanged(paths, piped, store, request, progress)
        changes = _compare_all(readers.read(work), store, batches, request)
        for change in chain([skipped], _append_pruned(changes, deleted, store, batches, request)):
            clock.check(batches.characters * _INDEXING_SECONDS)
            with _no_interrupt():
                add_to_report(change, report)
                if not request.dry_run:
                    batches.add(change)
            if len(report.added) == request.most > 0:
                break
    return report


@contextmanager
def _stopping(report: Report) -> Iterator[None]:
    """End an ingest at Ctrl-C and at the time limit, and record it in the report."""
    try:
        yield
    except (KeyboardInterrupt, TimeOver):
        report.interrupted = True


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Delay Ctrl-C and the end of the time limit until a change is complete."""
    signals_before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, signals_before)


# --- files that are read ---


def _skip_unchanged(
    paths: Sequence[str],
    standard_input: StandardInput,
    store: Store,
    request: IngestRequest,
    progress: Progress,
) -> Iterator[ReadRequest | FileRecord | Sequence[IngestChange]]:
    """Yield a request for each file to read, and the changes of each file that is not read.

    Before a request comes what is recorded of its file so far.
    """
    for n, (path, record) in enumerate(_read_records(paths, store)):
        progress(path, n, len(paths))
        stamp, failures, articles = record
        must_read = (
            (request.retry and failures)
            or (request.restore_removed and any(removed for _, _, removed in articles))
            or (request.fields and file_formats.is_records(path))
        )
        if not must_read and not request.checksum and is_unchanged(path, stamp):
            yield [
                *_unchanged(path, articles),
                *(SourceFailed(Source(path, one), reason) for one, reason in failures.items()),
            ]
            continue
        was_read = stamp is not None and stamp.reading == READING_VERSION and not failures
        digest = stamp.digest if stamp and was_read and not must_read else ""
        file = standard_input.save(request.largest) if path == STDIN else path
        yield record
        yield ReadRequest(path, file, digest, request.largest, request.fields)


def _read_records(paths: Sequence[str], store: Store) -> Iterator[tuple[str, FileRecord]]:
    """Yield each file with what is recorded of it.

    This depends on no other file, so that it can be read ahead for many files.
    """
    for start in range(0, len(paths), _FILES_PER_QUERY):
        yield from store.files.records(paths[start : start + _FILES_PER_QUERY]).items()


def _compare_all(
    results: Iterable[FileFrames | FileRecord | Sequence[IngestChange]],
    store: Store,
    batches: Batches,
    request: IngestRequest,
) -> Iterator[IngestChange]:
    """Yield the changes of all files, in the order of the files."""
    record = FileRecord(None, {}, ())
    for result in results:
        match result:
            case FileRecord():
                record = result
            case FileFrames(path, frames):
                yield from _compare(path, frames, record, store, batches, request)
            case _:
                yield from result


def _unchanged(
    path: str, records: Sequence[tuple[str, str, bool]]
) -> Iterator[SourceUnchanged | ArticleWithheld]:
    for record, article, removed in records:
        source = Source(path, record)
        yield ArticleWithheld(source, article) if removed else SourceUnchanged(source)


def _compare(  # noqa: PLR0913, PLR0917 - a file, and what it is compared with
    path: str,
    frames: Iterator[Frame],
    before: FileRecord,
    store: Store,
    batches: Batches,
    request: IngestRequest,
) -> Iterator[IngestChange]:
    """Compare the frames of one file with the store and yield the changes of its records."""
    stamp: Stamp | None = None
    articles = {record: article for record, article, _ in before.articles}
    missing = set(articles)
    is_current = path == STDIN or (
        before.stamp is not None and before.stamp.reading == READING_VERSION
    )
    yield FileStarted(path)
    is_complete, transient, passed_over = True, False, False
    for frame in frames:
        match frame:
            case Stamp():
                stamp = frame
            case Same():
                yield from _unchanged(path, before.articles)
                missing.clear()
            case Made(record, entry):
                if path == STDIN and not record:
                    # An article from a pipe has no file that could change: its id is its record id.
                    record = entry.article.id
                missing.discard(record)
                batches.write_article(entry.article.id)
                source, article_before = Source(path, record), articles.get(record, "")
                change = _compare_article(source, entry, article_before, store, request)
                yield SourceUnchanged(source) if is_current and _is_same(change, store) else change
            case PassedOver(record):
                passed_over = True
                missing.discard(record)
                yield SourcePassedOver(Source(path, record))
            case Unread(record, reason, may_pass, hides_records):
                is_complete = is_complete and bool(record) and not hides_records
                transient = transient or may_pass
                # What is inside an unreadable part may still be there.
                missing = {one for one in missing if not f"{one}#".startswith(f"{record}#")}
                yield SourceFailed(Source(path, record), reason)
    if path == STDIN:
        return
    if len(articles) > 1:
        yield RecordsMoved(path, articles)
    if is_complete:
        yield from map(SourceDeleted, [Source(path, record) for record in sorted(missing)])
    if stamp and not passed_over:
        yield FileRead(path, stamp._replace(mtime_ns=0, digest="") if transient else stamp)


def _compare_article(
    source: Source, entry: Entry, article_before: str, store: Store, request: IngestRequest
) -> ArticleRead | ArticleWithheld | SourceFailed:
    article, state = entry.article, store.state(entry.article.id)
    if state and state.name == "live" and store.has_other_text(article):
        return SourceFailed(source, _COLLISION.format(store.short_id(article.id)))
    if state and state.name == "removed":
        if not request.restore_removed:
            return ArticleWithheld(source, article.id)
        article_before = ""
    if article_before == article.id[:SHORT_DIGITS]:
        # A dry run does not upgrade a store of an older format.
        article_before = article.id
    return ArticleRead(source, entry, article_before)


def _is_same(change: IngestChange, store: Store) -> bool:
    """Return whether a source has the article that it had before, and claims the same of it."""
    return (
        isinstance(change, ArticleRead)
        and change.before == change.entry.article.id
        and list(store.metadata.claims(change.source)) == list(claims_of(change.entry.article))
    )


# --- files that are skipped ---


def _compare_skipped(roots: AbstractSet[str], store: Store, report: Report) -> FilesSkipped:
    """Return the skipped files that the store does not have yet, and those it has to forget."""
    recorded = store.files.all_skipped()
    unknown = set(inside(recorded, report.failed))
    new = {path: reason for path, reason in report.skipped.items() if recorded.get(path) != reason}
    forgotten = (set(inside(recorded, roots)) - unknown).difference(report.skipped)
    return FilesSkipped(new, sorted(forgotten))


# --- files that were deleted ---


def _find_deleted(
    roots: AbstractSet[str],
    paths: Sequence[str],
    store: Store,
    request: IngestRequest,
    report: Report,
) -> Sequence[str]:
    """Return the files that the store has and that were deleted at or below the roots."""
    unlisted = set(store.files.paths()).difference(paths)
    return find_deleted(unlisted, roots, report.failed, prune=request.prune, force=request.force)


def _append_pruned(
    changes: Iterable[IngestChange],
    deleted: Sequence[str],
    store: Store,
    batches: Batches,
    request: IngestRequest,
) -> Iterator[IngestChange]:
    """Yield the changes, then those of deleted files: these come last, as files may have moved.

    A deleted file without articles is always removed from the store.
    """
    articles_read: set[str] = set()
    for change in changes:
        if isinstance(change, ArticleRead):
            articles_read.add(change.entry.article.id)
        yield change
    batches.write()
    keep = not request.prune or (
        not request.force and _is_mass_deletion(deleted, store, articles_read)
    )
    for path in deleted:
        records = store.files.articles_in_file(path)
        if keep and records:
            yield DeletedFileKept(path)
            continue
        yield from (SourceDeleted(Source(path, record)) for record, _, _ in records)
        yield FileDeleted(path)


def _is_mass_deletion(
    deleted: Sequence[str], store: Store, articles_read: AbstractSet[str]
) -> bool:
    """Return whether pruning would remove many articles and a large part of all.

    Articles that were also read from other files do not count: their files were moved.
    """
    articles = {
        article
        for path in deleted
        for _, article, removed in store.files.articles_in_file(path)
        if not removed
    }
    paths = set(deleted)
    pruned = sum(
        paths.issuperset(source.path for source in sources)
        for sources in store.files.sources_by_article(sorted(articles - articles_read)).values()
    )
    return pruned > _MAX_PRUNED and pruned * _MAX_PRUNED_SHARE > store.count_articles()
