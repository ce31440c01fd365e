"""Whether files are as they were when they were read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from corpus_cli import config
from corpus_cli.model import STDIN, Hit
from corpus_cli.shapes import Literal, replace
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
        replace(hit, stale=_of(hit.header.sources[0].path, store)) if hit.header.sources else hit
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
    prune = " (--prune takes out what is gone)" if counted["gone"] else ""
    yield (
        f"{' and '.join(told)} since read{looked}: bring the corpus in step with: "
        f"corpus ingest {_named(found)}{prune}"
    )


def _named(paths: Collection[str]) -> str:
    """The files as they would be typed here, or their folders where they are many."""
    import shlex

    here = f"{config.here()}{os.sep}"
    folders = dict.fromkeys(os.path.dirname(path) for path in paths)  # noqa: PTH120 - no text
    named = list(paths) if len(paths) <= _FEW else list(folders)
    typed = [path.removeprefix(here) if f"{path}{os.sep}" != here else "." for path in named]
    more = " …" if len(typed) > _FEW else ""
    return shlex.join(typed[:_FEW]) + more


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
