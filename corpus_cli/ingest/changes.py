"""What an ingest does to a corpus, one change at a time."""

from collections.abc import Mapping
from typing import NamedTuple, assert_never

from corpus_cli.ingest.batches import Batches
from corpus_cli.model import Entry, Source, Stamp
from corpus_cli.model.report import Report


class Failure(NamedTuple):
    """A source that cannot be read, and why."""

    source: Source
    reason: str


class Unchanged(NamedTuple):
    """A source that stands in the store as it is."""

    source: Source


class Withheld(NamedTuple):
    """A source whose article was removed by hand."""

    source: Source
    article: str


class Read(NamedTuple):
    """An article as it was read, where it stands, and the id of what stood there before."""

    source: Source
    entry: Entry
    before: str


class Gone(NamedTuple):
    """A source that went away."""

    source: Source


class Begun(NamedTuple):
    """A file that is read anew: what it was, and what was wrong with it, is forgotten.

    Whoever is killed before all of it was read reads it again; so does who cannot load it.
    """

    path: str


class Met(NamedTuple):
    """A file of which all was read, and what it is."""

    path: str
    stamp: Stamp


class Shifted(NamedTuple):
    """A file whose records were read anew, and which article each held before."""

    path: str
    before: Mapping[str, str]


class Lost(NamedTuple):
    """A file that went away, after its sources."""

    path: str


Change = Failure | Unchanged | Withheld | Read | Gone | Begun | Shifted | Met | Lost


def tell(change: Change, report: Report) -> None:
    """Enter a change into the report."""
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
            known = report.unchanged if entry.article.id == before else report.replaced
            (known if before else report.added).append(source.name)
        case Begun() | Shifted() | Met() | Lost():
            pass
        case _:
            assert_never(change)


def apply(change: Change, batches: Batches) -> None:
    """Write a change to the store."""
    match change:
        case Failure(source, reason):
            batches.fail(source, reason)
        case Gone(source):
            batches.drop(source)
        case Read(source, entry, _):
            batches.put(entry, source)
        case Withheld(source, article):
            batches.point(source, article)
        case Shifted(path, held):
            batches.follow(path, held)
        case Met(path, stamp):
            batches.met(path, stamp)
        case Begun(path) | Lost(path):
            batches.forget(path)
        case Unchanged():
            pass
        case _:
            assert_never(change)
