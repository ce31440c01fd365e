"""Repair a corpus: keep all articles that are whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from corpus_cli.config import STORE_FILE
from corpus_cli.errors import CorpusDamaged
from corpus_cli.names.lookup import NAMES_FILE
from corpus_cli.names.spelling_pairs import update_spelling_pairs
from corpus_cli.store.database import FILE_SUFFIXES
from corpus_cli.store.page_check import check_pages
from corpus_cli.store.store import LostArticle, Store
from corpus_cli.system.files import path_exists, sync_folder

_NEW = ".repaired"


class StoreRepair(NamedTuple):
    """The copy of a damaged store: how many articles it has, and those that it lacks.

    `kept` is the damaged file, beside the new one; empty if the store was not damaged.
    `lost_additions` says of what users added something was lost: saved searches, notes.
    """

    articles: int
    lost: Sequence[LostArticle]
    kept: str
    lost_additions: Sequence[str] = ()


def repair_store(folder: Path) -> StoreRepair:
    """Replace a damaged store by a copy of what can be read, and delete the compiled names.

    The lock of the corpus has to be held, and the index must be made again. A kill leaves the
    damaged store or the new one. Raises `CorpusDamaged` if nothing can be read.
    """
    (folder / NAMES_FILE).unlink(missing_ok=True)
    path = folder / STORE_FILE
    with suppress(CorpusDamaged), closing(Store(path)):
        # Closing it moves what a killed writer left in the log into the file.
        pass
    report = check_pages(path)
    is_whole = not (report.damaged or report.free or report.misfit)
    with closing(Store(path, salvage=not is_whole)) as store:
        if is_whole and not store.find_faults():
            return StoreRepair(store.count_articles(), (), "")
        new_path = path.with_name(f"{STORE_FILE}{_NEW}")
        _remove(new_path)
        with closing(Store(new_path, create=True)) as copied:
            losses = copied.salvage(store)
            update_spelling_pairs(copied.name_words)
            articles = copied.count_articles()
    kept = _put_in_place(new_path, path)
    return StoreRepair(articles, losses.articles, kept, losses.additions)


def _put_in_place(new_path: Path, path: Path) -> str:
    """Put a new store in the place of a damaged one, which gets another name; return that."""
    number = 1
    while path_exists(kept := path.with_name(f"{path.name}.damaged-{number}")):
        number += 1
    os.link(path, kept)
    for suffix in FILE_SUFFIXES[1:]:
        # The log belongs to the damaged store: SQLite must not add it to the new one.
        if path_exists(log := Path(f"{path}{suffix}")):
            log.rename(f"{kept}{suffix}")
    new_path.replace(path)
    sync_folder(path.parent)
    return kept.name


def _remove(path: Path) -> None:
    for suffix in FILE_SUFFIXES:
        Path(f"{path}{suffix}").unlink(missing_ok=True)
