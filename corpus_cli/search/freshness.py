"""Whether files are as they were when they were read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from corpus_cli import config
from corpus_cli.engines.port import Engine
from corpus_cli.model import STDIN, Hit
from corpus_cli.query.nodes import Bag, Dates, walk
from corpus_cli.store.store import Store
from corpus_cli.text.plurals import plural

_MAX_PATHS = 3

MAX_FILES = 1_000
"""Files up to which all are looked at for an answer: some three milliseconds."""

SAMPLE_SIZE = 100
"""How many are looked at where there are more."""

FileState = Literal["", "changed", "gone"]
_STATES: tuple[FileState, ...] = ("changed", "gone")


def mark_stale(hits: Sequence[Hit], store: Store) -> tuple[Hit, ...]:
    """The hits, each told whether its file is as it was."""
    return tuple(
        hit._replace(stale=_hit_state(hit.header.sources[0].path, store))
        if hit.header.sources
        else hit
        for hit in hits
    )


def stale_counts(store: Store) -> Mapping[str, int]:
    """How many files are changed, and gone, since they were read."""
    counted = Counter(_stale_files(store.files.sizes()).values())
    return {state: counted[state] for state in _STATES}


def stale_notes(store: Store) -> Iterator[str]:
    """Say which files are not as they were, and how to bring them in."""
    many = store.files.has_more_than(MAX_FILES)
    sizes = store.files.sample(SAMPLE_SIZE) if many else store.files.sizes()
    states = _stale_files(sizes)
    if not states:
        return
    counted = Counter(states.values())
    state_counts = [
        f"{plural(counted[state], 'file is', 'files are')} {state}"
        for state in _STATES
        if counted[state]
    ]
    sample_note = f" (of {len(sizes):,} looked at)" if many else ""
    paths = _paths_to_ingest(states)
    part = f" ({_MAX_PATHS} of {len(paths)} folders)" if len(paths) > _MAX_PATHS else ""
    prune = " --prune" if counted["gone"] else ""
    prune_note = ", and take out what is gone," if prune else ""
    changes = f"{' and '.join(state_counts)} since read{sample_note}"
    folders = " ".join(map(_shell_path, paths[:_MAX_PATHS]))
    yield (
        f"{changes}: bring the corpus in step{part}{prune_note} with: "
        f"corpus ingest {folders}{prune}{index_option(store)}"
    )


def index_option(store: Store) -> str:
    """The option that a command needs to mean this corpus; empty where it is the nearest."""
    from contextlib import suppress

    from corpus_cli.errors import CorpusError

    if store.folder is None:
        return ""
    # A configuration that cannot be read names none.
    with suppress(CorpusError):
        nearest = config.find_corpus(None, os.environ, config.current_folder())
        if nearest and nearest.folder.resolve() == store.folder.resolve():
            return ""
    return f" -i {_shell_path(os.fspath(store.folder.absolute()))}"


def _paths_to_ingest(paths: Collection[str]) -> list[str]:
    """The files, or where they are many the folders that they are in, the outermost alone."""
    if len(paths) <= _MAX_PATHS:
        return list(paths)
    folders: list[str] = []
    for folder in sorted({os.path.join(os.path.dirname(path), "") for path in paths}):  # noqa: PTH118, PTH120 - no text
        if not folders or not folder.startswith(folders[-1]):
            folders.append(folder)
    return [folder.rstrip(os.sep) or os.sep for folder in folders]


def _shell_path(path: str) -> str:
    """A path as it would be typed here."""
    from corpus_cli.text.shell import quote_path

    working_folder = f"{config.current_folder()}{os.sep}"
    return quote_path(
        path.removeprefix(working_folder) if f"{path}{os.sep}" != working_folder else "."
    )


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
        # A disk that is away, a folder that is not ours to see: nothing is known.
        return ""
    # A file that had just been written when it was read has no time worth comparing.
    is_unchanged = status.st_size == size and mtime_ns in (0, status.st_mtime_ns)
    return "" if is_unchanged else "changed"


def undated_notes(query: Bag, store: Store) -> Iterator[str]:
    """Say what a date leaves out besides the articles of other days."""
    if any(isinstance(node, Dates) for node in walk(query)):
        dates, ids = store.metadata.values_of_field("published"), store.ids()
        if undated_count := sum(not dates.get(article) for article in ids):
            yield f"{undated_count:,} of {len(ids):,} articles have no date: a date leaves them out"


def existing_articles(articles: Sequence[str], store: Store) -> tuple[str, ...]:
    """Those of some articles that are there: an index may hold others still."""
    return tuple(filter(set(store.ids()).__contains__, articles))


def index_notes(store: Store, engine: Engine) -> Iterator[str]:
    """Say that the index is not in step with the store."""
    upto = engine.upto()
    if upto > store.last_change():
        yield (
            "the index is of a later store: bring it in step with: "
            f"corpus reindex{index_option(store)}"
        )
    if count := store.count_changes(upto):
        articles = plural(count, "article is", "articles are")
        yield (
            f"{articles} not in the index yet: bring it up to date with: "
            f"corpus reindex{index_option(store)}"
        )
