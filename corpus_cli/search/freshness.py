"""Check whether files have changed since they were read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from corpus_cli.model import STDIN, Hit
from corpus_cli.query.nodes import Bag, Dates, Not, walk
from corpus_cli.search.moment import Moment
from corpus_cli.store.store import Store
from corpus_cli.text import shell
from corpus_cli.text.plurals import plural

_MAX_PATHS = 3

MAX_FILES = 1_000
"""The most files that are all checked for an answer; that takes some three milliseconds."""

SAMPLE_SIZE = 100
"""The number of files that are checked if there are more."""

FileState = Literal["", "changed", "gone"]
_STATES: tuple[FileState, ...] = ("changed", "gone")
_STATE_PHRASES = {
    "changed": ("file has changed", "files have changed"),
    "gone": ("file is gone", "files are gone"),
}


def mark_stale(hits: Sequence[Hit], store: Store) -> tuple[Hit, ...]:
    """Return the hits, each with the state of its file."""
    return tuple(
        hit._replace(stale=_hit_state(hit.header.sources[0].path, store))
        if hit.header.sources
        else hit
        for hit in hits
    )


def stale_counts(store: Store) -> Mapping[str, int]:
    """Return how many files have changed, and how many are gone, since they were read."""
    counted = Counter(_stale_files(store.files.sizes()).values())
    return {state: counted[state] for state in _STATES}


def stale_notes(moment: Moment) -> Iterator[str]:
    """Yield a note on files that have changed or are gone, and how to update the corpus."""
    store = moment.store
    many = store.files.has_more_than(MAX_FILES)
    sizes = store.files.sample(SAMPLE_SIZE) if many else store.files.sizes()
    states = _stale_files(sizes)
    if not states:
        return
    counted = Counter(states.values())
    state_counts = [
        plural(counted[state], *_STATE_PHRASES[state]) for state in _STATES if counted[state]
    ]
    were_read = "it was read" if len(states) == 1 else "they were read"
    sample_note = f" (of {len(sizes):,} files that were checked)" if many else ""
    paths = _paths_to_ingest(states)
    part = f" from {_MAX_PATHS} of {len(paths)} folders" if len(paths) > _MAX_PATHS else ""
    prune = " --prune" if counted["gone"] else ""
    prune_note = " and remove the articles of deleted files" if prune else ""
    changes = f"{' and '.join(state_counts)} since {were_read}{sample_note}"
    folders = " ".join(map(shell.shell_path, paths[:_MAX_PATHS]))
    yield (
        f"{changes}; update the corpus{part}{prune_note} with: "
        f"corpus ingest {folders}{prune}{index_option(moment)}"
    )


def index_option(moment: Moment) -> str:
    """Return the option that makes a command use this corpus; empty if it is the default."""
    return shell.index_option(moment.store.folder, moment.environment)


def _paths_to_ingest(paths: Collection[str]) -> list[str]:
    """Return the files, or the outermost of their folders if there are many files."""
    if len(paths) <= _MAX_PATHS:
        return list(paths)
    folders: list[str] = []
    for folder in sorted({os.path.join(os.path.dirname(path), "") for path in paths}):  # noqa: PTH118, PTH120 - keeps the last slash
        if not folders or not folder.startswith(folders[-1]):
            folders.append(folder)
    return [folder.rstrip(os.sep) or os.sep for folder in folders]


def _stale_files(sizes: Mapping[bytes, tuple[int, int]]) -> Mapping[str, FileState]:
    states = ((path, _file_state(path, *size_and_time)) for path, size_and_time in sizes.items())
    return {os.fsdecode(path): state for path, state in states if state}


def _hit_state(path: str, store: Store) -> FileState:
    stamp = None if path == STDIN else store.files.stamp(path)
    return _file_state(path, stamp.size, stamp.mtime_ns) if stamp else ""


def _file_state(path: str | bytes, size: int, mtime_ns: int) -> FileState:
    try:
        status = os.stat(path)  # noqa: PTH116 - thousands of them
    except (FileNotFoundError, NotADirectoryError):
        return "gone"
    except (OSError, ValueError):
        # A failing disk or a folder that may not be searched says nothing about the file.
        return ""
    # The stamp has the time 0 if the file had just been written when it was read.
    is_unchanged = status.st_size == size and mtime_ns in (0, status.st_mtime_ns)
    return "" if is_unchanged else "changed"


def undated_notes(query: Bag, store: Store) -> Iterator[str]:
    """Yield a note on the articles without a date, which a date filter excludes."""
    searched = (node for node in query.nodes if not isinstance(node, Not))
    fields = {inner.field for node in searched for inner in walk(node) if isinstance(inner, Dates)}
    for field, name, what in (
        ("date", "published", "a date"),
        ("modified", "modified", "a date of modification"),
    ):
        if field in fields:
            dates, ids = store.metadata.values_of_field(name), store.ids()
            if undated_count := sum(not dates.get(article) for article in ids):
                yield (
                    f"a date filter excludes {plural(undated_count, 'article')} without {what}, "
                    f"of {len(ids):,} in all"
                )


def existing_articles(articles: Sequence[str], store: Store) -> tuple[str, ...]:
    """Return the articles that are in the store; an old index may contain others."""
    return tuple(filter(set(store.ids()).__contains__, articles))


def index_notes(moment: Moment) -> Iterator[str]:
    """Yield notes on an index that is newer or older than the store."""
    lag = moment.index.lag(moment.store)
    if lag.is_ahead:
        yield (
            "the index is newer than the store; rebuild it with: "
            f"corpus reindex{index_option(moment)}"
        )
    if lag.changes:
        articles = plural(lag.changes, "article")
        yield (
            f"changes to {articles} are not in the index yet; update the index with: "
            f"corpus reindex{index_option(moment)}"
        )
