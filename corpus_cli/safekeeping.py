"""Verify and repair a corpus, back it up and restore it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_cli import config
from corpus_cli.corpus import WAIT, Corpus, Waiting, no_progress

if TYPE_CHECKING:
    from corpus_cli.upkeep.repair import StoreRepair
    from corpus_cli.upkeep.verify import Damage

Folder = str | os.PathLike[str] | None


def find_folder(folder: Folder = None) -> Path:
    """Return the folder of a corpus, by default the nearest. Raises `CorpusMissing` without one."""
    name = os.fspath(folder) if folder else None
    return config.find_existing_corpus(name, os.environ, config.current_folder())


def verify_corpus(folder: Folder = None, *, quick: bool = False) -> Sequence[Damage]:
    """Return everything in a corpus that is not as it was written; empty if nothing is.

    A quick look reads neither articles nor segments.
    """
    from corpus_cli.upkeep.verify import find_damage

    return list(find_damage(find_folder(folder), quick=quick))


def repair_corpus(
    folder: Folder = None, *, wait: float = WAIT, waiting: Waiting = no_progress
) -> StoreRepair:
    """Keep every article that is as it was written, and make the index and names again.

    A damaged store is kept beside the new one. The result says which articles were lost.
    """
    from corpus_cli.store import lock
    from corpus_cli.upkeep.repair import repair_store

    path = find_folder(folder)
    hold_lock = partial(lock.hold_lock, wait=wait, doing="corpus repair", waiting=waiting)
    with lock.translate_write_errors(path), hold_lock(path):
        repair = repair_store(path)
    with Corpus.open(path) as corpus:
        corpus.reindex(wait=wait, waiting=waiting)
        corpus.compile_names()
    return repair


def back_up_corpus(target: str | os.PathLike[str], folder: Folder = None) -> int:
    """Write a corpus, with names and settings, to one new file; return its size in bytes.

    Others may read and write meanwhile: the backup has the corpus as it was at one moment.
    """
    from corpus_cli.store import lock
    from corpus_cli.upkeep.backup import write_backup

    path = find_folder(folder)
    with Corpus.open(path) as corpus, lock.translate_write_errors(Path(target)):
        return write_backup(corpus.store, path, Path(target))


def restore_corpus(source: str | os.PathLike[str], folder: str | os.PathLike[str]) -> int:
    """Make a corpus of a backup in a new folder; return how many articles it has.

    Nothing is put in place before everything was compared with its digest, and nothing is
    replaced.
    """
    from corpus_cli.store import lock
    from corpus_cli.upkeep.backup import unpack_backup

    with (
        lock.translate_write_errors(Path(folder)),
        unpack_backup(Path(source), Path(folder)) as unpacked,
        Corpus.open(unpacked) as corpus,
    ):
        corpus.reindex()
        return corpus.store.count_articles()
