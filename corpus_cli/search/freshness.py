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

FileState = Literal["", "changed", "gone", "missing"]
"""What happened to a file since it was read.

A file that is not where it was read was certainly deleted (`gone`) only if other files are there,
and other files of the corpus where they were read. Else it is `missing`: a disk may not be mounted,
or the corpus may have been copied without its files.
"""

_STATES: tuple[FileState, ...] = ("changed", "gone", "missing")
_STATE_PHRASES: Mapping[FileState, tuple[str, str]] = {
    "changed": ("file has changed", "files have changed"),
    "gone": ("file is gone", "files are gone"),
}


def mark_stale(hits: Sequence[Hit], store: Store) -> tuple[Hit, ...]:
    """Return the hits, each with the state of its file."""
    paths = {hit.header.sources[0].path for hit in hits if hit.header.sources} - {STDIN}
    sizes = {
        os.fsencode(path): (stamp.size, stamp.mtime_ns)
        for path in paths
        if (stamp := store.files.stamp(path))
    }
    states = _stale_files(sizes, store)
    return tuple(
        hit._replace(stale=states.get(hit.header.sources[0].path, ""))
        if hit.header.sources
        else hit
        for hit in hits
    )


def stale_counts(store: Store) -> Mapping[str, int]:
    """Return how many files have changed, are gone, and are missing since they were read."""
    counted = Counter(_stale_files(store.files.sizes(), store).values())
    return {state: counted[state] for state in _STATES}


def stale_notes(moment: Moment) -> Iterator[str]:
    """Yield notes on files that are not as they were read, and how to update the corpus."""
    store = moment.store
    many = store.files.has_more_than(MAX_FILES)
    sizes = store.files.sample(SAMPLE_SIZE) if many else store.files.sizes()
    states = _stale_files(sizes, store)
    sample_note = f" (of {len(sizes):,} files that were checked)" if many else ""
    option = index_option(moment)
    counted = Counter(states.values())
    if not_missing := [path for path, state in states.items() if state != "missing"]:
        state_counts = [
            plural(counted[state], *phrases)
            for state, phrases in _STATE_PHRASES.items()
            if counted[state]
        ]
        were_read = "it was read" if len(not_missing) == 1 else "they were read"
        paths, part = _paths_to_ingest(not_missing)
        prune = " --prune" if counted["gone"] else ""
        prune_note = " and remove the articles of deleted files" if prune else ""
        changes = f"{' and '.join(state_counts)} since {were_read}{sample_note}"
        yield (
            f"{changes}; update the corpus{part}{prune_note} with: "
            f"corpus ingest {paths}{prune}{option}"
        )
    if missing := [path for path, state in states.items() if state == "missing"]:
        count = plural(len(missing), "file was", "files were")
        them, are = ("it", "it is") if len(missing) == 1 else ("them", "they are")
        paths, part = _paths_to_ingest(missing)
        yield (
            f"{count} not found{sample_note}: deleted, moved, or on a disk that is not mounted; "
            f"ingest {them} where {are} now, or remove the articles{part} with: "
            f"corpus ingest {paths} --prune --force{option}"
        )


def index_option(moment: Moment) -> str:
    """Return the option that makes a command use this corpus; empty if it is the default."""
    return shell.index_option(moment.store.folder, moment.environment)


def _paths_to_ingest(paths: Collection[str]) -> tuple[str, str]:
    """Return some of the files to name in a command, and a note if it has not all of them.

    If there are many, these are the outermost of their folders.
    """
    folders: list[str] = list(paths)
    if len(paths) > _MAX_PATHS:
        folders = []
        for folder in sorted({os.path.join(_folder(path), "") for path in paths}):  # noqa: PTH118 - keeps the last slash
            if not folders or not folder.startswith(folders[-1]):
                folders.append(folder)
        folders = [folder.rstrip(os.sep) or os.sep for folder in folders]
    part = f" from {_MAX_PATHS} of {len(folders)} folders" if len(folders) > _MAX_PATHS else ""
    return " ".join(map(shell.shell_path, folders[:_MAX_PATHS])), part


def _stale_files(sizes: Mapping[bytes, tuple[int, int]], store: Store) -> Mapping[str, FileState]:
    """Return the state of each file that is not as it was read; `sizes` are size and time."""
    states = {
        os.fsdecode(path): state
        for path, size_and_time in sizes.items()
        if (state := _file_state(path, *size_and_time))
    }
    missing = [path for path, state in states.items() if state == "missing"]
    if missing and (len(missing) < len(sizes) or not _are_all_missing(store)):
        holds_files = {folder: _holds_files(folder) for folder in set(map(_folder, missing))}
        for path in missing:
            if holds_files[_folder(path)]:
                states[path] = "gone"
    return states


def _are_all_missing(store: Store) -> bool:
    """Return whether no file of the corpus is where it was read."""
    checked = store.files.sample(SAMPLE_SIZE)
    return all(_file_state(path, *stamp) == "missing" for path, stamp in checked.items())


def _holds_files(folder: str) -> bool:
    """Return whether a folder exists and has anything in it but hidden files."""
    try:
        return any(not name.startswith(".") for name in os.listdir(folder))  # noqa: PTH208 - fast
    except OSError:
        return False


def _folder(path: str) -> str:
    return os.path.dirname(path)  # noqa: PTH120 - fast, for thousands of paths


def _file_state(path: bytes, size: int, mtime_ns: int) -> FileState:
    """Return the state of a file as far as it alone tells: it is never `gone`."""
    try:
        status = os.stat(path)  # noqa: PTH116 - thousands of them
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
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
    """Yield notes on an index that is older than the store."""
    lag = moment.index.lag(moment.store)
    if lag.changes:
        articles = plural(lag.changes, "article")
        yield (
            f"changes to {articles} are not in the index yet; update the index with: "
            f"corpus reindex{index_option(moment)}"
        )
