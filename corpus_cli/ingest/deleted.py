"""Which files were deleted, as far as can be looked at."""

import os
import stat
from collections.abc import Container, Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import islice, takewhile

from corpus_cli.ingest.discover import is_missing

_ARTICLES_KEPT = "its articles are kept: mount its disk, or take them out with --prune --force"


def find_deleted(
    known_paths: Iterable[str],
    roots: AbstractSet[str],
    failed: dict[str, str],
    *,
    prune: bool,
    force: bool,
) -> list[str]:
    """The files, of those that are known at or below the roots, that were deleted since.

    `failed` are the places and folders that could not be read, and why: what is in them is
    unknown. A root that may be on a disk that is not mounted is added to them, unless with
    `force`; to prune, a missing root that is not is no failure, and is taken out.
    """
    paths = sorted(_inside(known_paths, roots))
    for root, is_folder in _find_used_roots(paths, roots).items():
        missing = is_missing(root)
        away = "" if force else _reason_unmounted(root, missing=missing, is_folder=is_folder)
        if away:
            failed[root] = f"{away}, {_ARTICLES_KEPT}"
        elif missing and prune:
            failed.pop(root, None)
    unknown = set(_inside(paths, failed))
    return [path for path in paths if path not in unknown and _is_deleted(path, roots)]


def _reason_unmounted(root: str, *, missing: bool, is_folder: bool) -> str:
    """What says that a root may be on a disk that is not mounted; empty if nothing does.

    The folder of a file says that the file was deleted; a link says nothing.
    """
    if not missing:
        return "it is empty" if is_folder and _is_empty(root) else ""
    away = is_folder or os.path.islink(root) or is_missing(_parent(root))  # noqa: PTH114 - need not be valid text
    return "it does not exist" if away else ""


def _inside(paths: Iterable[str], folders: Container[str]) -> Iterator[str]:
    """The paths that are one of some folders, or lie in one."""
    return (path for path in paths if any(folder in folders for folder in _self_and_parents(path)))


def _is_deleted(path: str, roots: AbstractSet[str]) -> bool:
    """Whether it is certain that a path is no file any more.

    Where a folder became a link, what it leads to is not looked at, and so unknown.
    """
    try:
        mode = (os.stat if path in roots else os.lstat)(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = 0
    except OSError:
        return False
    above = takewhile(lambda folder: folder not in roots, islice(_self_and_parents(path), 1, None))
    return not (stat.S_ISREG(mode) or any(map(os.path.islink, above)))


def _find_used_roots(paths: Iterable[str], roots: AbstractSet[str]) -> dict[str, bool]:
    """The roots that files were read from, and whether each was a folder."""
    is_folder_by_root: dict[str, bool] = {}
    for path in paths:
        for folder in _self_and_parents(path):
            if folder in roots:
                is_folder_by_root[folder] = is_folder_by_root.get(folder, False) or folder != path
    return is_folder_by_root


def _is_empty(folder: str) -> bool:
    """Whether a folder has no file in it but hidden ones."""
    try:
        return all(name.startswith(".") for name in os.listdir(folder))  # noqa: PTH208 - the same
    except OSError:
        # A file, or a folder that others find they cannot read.
        return False


def _self_and_parents(path: str) -> Iterator[str]:
    """A path, and each folder above it."""
    yield path
    while (above := _parent(path)) != path:
        yield above
        path = above


def _parent(path: str) -> str:
    return os.path.dirname(path)  # noqa: PTH120 - thousands of them
