"""ingest() on one screen."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain

from corpus_cli.engines.port import Clock, Late
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
from corpus_cli.ingest.discover import absolute, discover
from corpus_cli.ingest.loading import LARGEST, same
from corpus_cli.ingest.messages import Frame, Made, Request, Same
from corpus_cli.ingest.readers.port import Unread
from corpus_cli.ingest.reading import Readers
from corpus_cli.ingest.spooling import Spool
from corpus_cli.ingest.structure import READING
from corpus_cli.model import STDIN, Article, Entry, Report, Source, Stamp
from corpus_cli.store.articles import Store
from corpus_cli.store.metadata import claims

Progress = Callable[[str, int, int], None]
"""Told the path of each file before it is read, how many there were before it, and in all."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to ingest.

    `prune` sources that went away, bring removed articles back `again`. Files are known by
    size and time, with `checksum` by their content; what failed before is tried again with
    `retry`. `jobs` files are read at a time, none larger than `largest` bytes. Globs in
    `include` and `exclude` choose among the files of folders; `fields` maps names of fields
    of records to ours. No file is read when `seconds` are over, 0 for no end.
    """

    prune: bool = False
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

    Ctrl-C or the end of its time ends it between two changes: what was read by then is
    committed.
    """
    report = Report()
    clock = Clock(options.seconds)
    with writer as batches, closing(Readers(options.jobs)) as readers:
        try:
            lost = list(_lost(places, store))
            gone = _gone(lost, store) if options.prune else ()
            report.gone += () if options.prune else lost
            present = [place for place in places if not (options.prune and _held(place, lost))]
            paths = list(
                discover(present, report.skipped.__setitem__, options.include, options.exclude)
            )
            for change in chain(_read(paths, store, readers, options, progress), gone):
                clock.check()
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


def _lost(places: Sequence[str], store: Store) -> Iterator[str]:
    """The files at or below the places that are none any more."""
    roots = [absolute(place) for place in places if place != STDIN]
    for path in store.files.paths():
        below = path != STDIN and any(_below(path, root) for root in roots)
        file = os.path.isfile(path) and (path in roots or not os.path.islink(path))  # noqa: PTH113, PTH114 - need not be valid text
        if below and not file:
            yield path


def _gone(lost: Sequence[str], store: Store) -> Iterator[Gone | Lost]:
    for path in lost:
        yield from map(Gone, [Source(path, record) for record, _, _ in store.files.standing(path)])
        yield Lost(path)


def _held(place: str, lost: Sequence[str]) -> bool:
    """Whether a place is nothing any more, and something stood at or below it."""
    if place == STDIN or os.path.lexists(place):
        return False
    return any(_below(path, absolute(place)) for path in lost)


def _below(path: str, root: str) -> bool:
    """Whether a path is that of a root, or of something in it."""
    return path == root or path.startswith(os.path.join(root, ""))  # noqa: PTH118 - the same
