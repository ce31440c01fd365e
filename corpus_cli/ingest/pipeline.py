"""ingest() on one screen."""

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain

from corpus_cli.engines.clock import Clock, Late
from corpus_cli.ingest import formats
from corpus_cli.ingest.batches import Batches
from corpus_cli.ingest.changes import (
    Begun,
    Change,
    Failure,
    Gone,
    Lost,
    Met,
    Read,
    Shifted,
    Unchanged,
    Withheld,
    apply,
    tell,
)
from corpus_cli.ingest.deleted import find_deleted
from corpus_cli.ingest.discover import absolute, discover
from corpus_cli.ingest.loading import LARGEST, same
from corpus_cli.ingest.messages import Frame, Made, Request, Same
from corpus_cli.ingest.readers.port import Unread
from corpus_cli.ingest.reading import Readers
from corpus_cli.ingest.spooling import Spool
from corpus_cli.ingest.structure.structure import READING
from corpus_cli.model import STDIN, Article, Entry, Source, Stamp
from corpus_cli.model.report import Report
from corpus_cli.store.articles import Store
from corpus_cli.store.metadata import claims

Progress = Callable[[str, int, int], None]
"""Told the path of each file before it is read, how many there were before it, and in all."""

_MANY = 10
_PART = 10


@dataclass(frozen=True, slots=True)
class Options:
    """How to ingest.

    `prune` sources that went away, with `force` also where a place is missing or empty, or
    where much would go; bring removed articles back `again`. Files are known by
    size and time, with `checksum` by their content; what failed before is tried again with
    `retry`. `jobs` files are read at a time, none larger than `largest` bytes. Globs in
    `include` and `exclude` choose among the files of folders; `fields` maps names of fields
    of records to ours. No file is read when `seconds` are over, 0 for no end.
    """

    prune: bool = False
    force: bool = False
    again: bool = False
    dry_run: bool = False
    checksum: bool = False
    retry: bool = False
    jobs: int = 1
    largest: int = LARGEST
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def ingest(
    places: Sequence[str],
    store: Store,
    writer: AbstractContextManager[Batches],
    options: Options,
    progress: Progress,
) -> Report:
    """Bring a corpus in step with files and folders; one unreadable file stops no other.

    Nothing is pruned where a place or a folder could not be read, nor where more than ten
    articles would go and these are more than a tenth: the report names what is kept.
    Ctrl-C or the end of its time ends it between two changes: what was read by then is
    committed.
    """
    report = Report()
    clock = Clock(options.seconds)
    skip, fail = report.skipped.__setitem__, report.failed.__setitem__
    read: set[str] = set()
    with writer as batches, closing(Readers(options.jobs)) as readers:
        try:
            paths = list(discover(places, skip, fail, options.include, options.exclude))
            roots = {absolute(place) for place in places if place != STDIN}
            others = set(store.files.paths()).difference(paths)
            deleted = find_deleted(
                others, roots, report.failed, prune=options.prune, force=options.force
            )
            gone = _gone(deleted, store, report, options, read)
            for change in chain(_read(paths, store, readers, options, progress), gone):
                clock.check()
                if isinstance(change, Read):
                    read.add(change.entry.article.id)
                with _whole():
                    tell(change, report)
                    if not options.dry_run:
                        apply(change, batches)
        except (KeyboardInterrupt, Late):
            report.interrupted = True
    return report


@contextmanager
def _whole() -> Iterator[None]:
    """Ctrl-C waits until a change is whole."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# --- what is read ---


def _read(
    paths: Sequence[str], store: Store, readers: Readers, options: Options, progress: Progress
) -> Iterator[Change]:
    """What became of each file: those that are as they were are not read."""
    known: dict[str, list[Change]] = {}
    requests = _requests(paths, store, options, progress, known)
    with closing(Spool()) as spool:
        for path, frames in readers.read(map(spool, requests)):
            yield from known.pop(path)
            yield from _file(path, frames, store, options)
    yield from known.pop("", ())


def _requests(
    paths: Sequence[str],
    store: Store,
    options: Options,
    progress: Progress,
    known: dict[str, list[Change]],
) -> Iterator[Request]:
    """The files to read; what is said of those before each goes to `known`, by its path."""
    others = known.setdefault("", [])
    for n, path in enumerate(paths):
        progress(path, n, len(paths))
        stamp, failed = store.files.stamp(path), store.files.failed(path)
        standing = store.files.standing(path)
        anew = (
            (options.retry and failed)
            or (options.again and any(removed for _, _, removed in standing))
            or (options.fields and formats.is_records(path))
        )
        if not anew and not options.checksum and same(path, stamp):
            others += _unchanged(path, standing)
            others += (Failure(Source(path, record), failed[record]) for record in failed)
            continue
        whole = stamp is not None and stamp.reading == READING and not failed and not anew
        known[path] = others.copy()
        others.clear()
        yield Request(
            path, path, stamp.digest if stamp and whole else "", options.largest, options.fields
        )


def _unchanged(
    path: str, standing: Sequence[tuple[str, str, bool]]
) -> Iterator[Unchanged | Withheld]:
    for record, article, removed in standing:
        source = Source(path, record)
        yield Withheld(source, article) if removed else Unchanged(source)


def _file(path: str, frames: Iterator[Frame], store: Store, options: Options) -> Iterator[Change]:
    """What became of one file, record by record."""
    stamp: Stamp | None = None
    before = store.files.stamp(path)
    standing = store.files.standing(path)
    articles = {record: article for record, article, _ in standing}
    held = set(articles)
    yield Begun(path)
    failed = passing = False
    for frame in frames:
        match frame:
            case Stamp():
                stamp = frame
            case Same():
                yield from _unchanged(path, standing)
                held.clear()
            case Made(record, entry):
                change = _document(Source(path, record), entry, before, store, options)
                held.discard(change.source.record)
                yield change
            case Unread(record, reason, again):
                failed, passing = failed or not record, passing or again
                held.discard(record)
                yield Failure(Source(path, record), reason)
    if path == STDIN:
        return
    if len(articles) > 1:
        yield Shifted(path, articles)
    if not failed:
        yield from map(Gone, [Source(path, record) for record in sorted(held)])
    if stamp:
        yield Met(path, stamp._replace(mtime_ns=0, digest="") if passing else stamp)


def _document(
    source: Source, entry: Entry, before: Stamp | None, store: Store, options: Options
) -> Read | Unchanged | Withheld:
    article = entry.article
    if source.path == STDIN and not source.record:
        # What comes through a pipe has no place that it could have changed at.
        source = Source(STDIN, article.id)
    removed = _removed(article, store)
    if removed and not options.again:
        return Withheld(source, article.id)
    known = "" if removed else store.files.article(source)
    reread = source.path != STDIN and (before is None or before.reading != READING)
    same_claims = list(store.metadata.claims(source)) == list(claims(article))
    if known == article.id and not reread and same_claims:
        return Unchanged(source)
    return Read(source, entry, known)


def _removed(article: Article, store: Store) -> bool:
    state = store.state(article.id)
    return state is not None and state.name == "removed"


# --- what is gone ---


def _gone(
    deleted: Sequence[str], store: Store, report: Report, options: Options, read: AbstractSet[str]
) -> Iterator[Gone | Lost]:
    """What becomes of deleted files, once all others were read: `read` are the articles in those.

    A file without articles is forgotten.
    """
    keep = not options.prune or (not options.force and _is_much(deleted, store, read))
    for path in deleted:
        standing = store.files.standing(path)
        if keep and standing:
            report.gone.append(path)
            continue
        yield from (Gone(Source(path, record)) for record, _, _ in standing)
        yield Lost(path)


def _is_much(deleted: Sequence[str], store: Store, read: AbstractSet[str]) -> bool:
    """Whether the articles that have no file but deleted ones are many, and a large part of all.

    Those that were read again in other files are not among them: files are moved.
    """
    articles = {
        article
        for path in deleted
        for _, article, removed in store.files.standing(path)
        if not removed
    }
    paths = set(deleted)
    taken = sum(
        paths.issuperset(source.path for source in sources)
        for sources in store.files.each(sorted(articles - read)).values()
    )
    return taken > _MANY and taken * _PART > store.counts()["articles"]
