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
from corpus_cli.store.articles import Store

_FEW = 3

MOST = 1_000
"""Files up to which all are looked at for an answer: some three milliseconds."""

SOME = 100
"""How many are looked at where there are more."""

State = Literal["", "changed", "gone"]
_STATES: tuple[State, ...] = ("changed", "gone")


def checked(hits: Sequence[Hit], store: Store) -> tuple[Hit, ...]:
    """The hits, each told whether its file is as it was."""
    return tuple(
        hit._replace(stale=_of(hit.header.sources[0].path, store)) if hit.header.sources else hit
        for hit in hits
    )


def counts(store: Store) -> Mapping[str, int]:
    """How many files are changed, and gone, since they were read."""
    counted = Counter(_stale(store.files.sizes()).values())
    return {state: counted[state] for state in _STATES}


def notes(store: Store) -> Iterator[str]:
    """Say which files are not as they were, and how to bring them in."""
    many = store.files.more_than(MOST)
    sizes = store.files.sample(SOME) if many else store.files.sizes()
    found = _stale(sizes)
    if not found:
        return
    counted = Counter(found.values())
    told = [
        f"{counted[state]:,} file{' is' if counted[state] == 1 else 's are'} {state}"
        for state in _STATES
        if counted[state]
    ]
    looked = f" (of {len(sizes):,} looked at)" if many else ""
    places = _places(found)
    part = f" ({_FEW} of {len(places)} folders)" if len(places) > _FEW else ""
    prune = " --prune" if counted["gone"] else ""
    aim = ", and take out what is gone," if prune else ""
    yield (
        f"{' and '.join(told)} since read{looked}: bring the corpus in step{part}{aim} with: "
        f"corpus ingest {' '.join(map(_typed, places[:_FEW]))}{prune}{index_option(store)}"
    )


def index_option(store: Store) -> str:
    """The option that a command needs to mean this corpus; empty where it is the nearest."""
    from contextlib import suppress

    from corpus_cli.errors import CorpusError

    if store.folder is None:
        return ""
    # A configuration that cannot be read names none.
    with suppress(CorpusError):
        nearest = config.find(None, os.environ, config.here())
        if nearest and nearest.folder.resolve() == store.folder.resolve():
            return ""
    return f" -i {_typed(os.fspath(store.folder.absolute()))}"


def _places(paths: Collection[str]) -> list[str]:
    """The files, or where they are many the folders that they are in, the outermost alone."""
    if len(paths) <= _FEW:
        return list(paths)
    folders: list[str] = []
    for folder in sorted({os.path.join(os.path.dirname(path), "") for path in paths}):  # noqa: PTH118, PTH120 - no text
        if not folders or not folder.startswith(folders[-1]):
            folders.append(folder)
    return [folder.rstrip(os.sep) or os.sep for folder in folders]


def _typed(path: str) -> str:
    """A path as it would be typed here."""
    from corpus_cli.text.shell import quote_path

    here = f"{config.here()}{os.sep}"
    return quote_path(path.removeprefix(here) if f"{path}{os.sep}" != here else ".")


def _stale(sizes: Mapping[bytes, tuple[int, int]]) -> Mapping[str, State]:
    told = ((path, _state(path, *known)) for path, known in sizes.items())
    return {os.fsdecode(path): state for path, state in told if state}


def _of(path: str, store: Store) -> State:
    stamp = None if path == STDIN else store.files.stamp(path)
    return _state(path, stamp.size, stamp.mtime_ns) if stamp else ""


def _state(path: str | bytes, size: int, mtime_ns: int) -> State:
    try:
        found = os.stat(path)  # noqa: PTH116 - thousands of them
    except (FileNotFoundError, NotADirectoryError):
        return "gone"
    except (OSError, ValueError):
        # A disk that is away, a folder that is not ours to see: nothing is known.
        return ""
    # A file that had just been written when it was read has no time worth comparing.
    same = found.st_size == size and mtime_ns in (0, found.st_mtime_ns)
    return "" if same else "changed"


def undated(query: Bag, store: Store) -> Iterator[str]:
    """Say what a date leaves out besides the articles of other days."""
    if any(isinstance(node, Dates) for node in walk(query)):
        dated, ids = store.metadata.known("published"), store.ids()
        if left := sum(not dated.get(article) for article in ids):
            yield f"{left:,} of {len(ids):,} articles have no date: a date leaves them out"


def living(articles: Sequence[str], store: Store) -> tuple[str, ...]:
    """Those of some articles that are there: an index may hold others still."""
    return tuple(filter(set(store.ids()).__contains__, articles))


def behind(store: Store, engine: Engine) -> Iterator[str]:
    """Say that the index is not in step with the store."""
    upto = engine.upto()
    if upto > store.last_change():
        yield (
            "the index is of a later store: bring it in step with: "
            f"corpus reindex{index_option(store)}"
        )
    if count := store.behind(upto):
        articles = "1 article is" if count == 1 else f"{count:,} articles are"
        yield (
            f"{articles} not in the index yet: bring it up to date with: "
            f"corpus reindex{index_option(store)}"
        )
