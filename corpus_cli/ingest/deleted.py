"""Find the files that were deleted since they were read."""

import os
import stat
from collections.abc import Container, Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import islice, takewhile

from corpus_cli.ingest.discover import is_missing

_ARTICLES_KEPT = "its articles are kept: mount its disk, or remove them with --prune --force"


def find_deleted(
    known_paths: Iterable[str],
    roots: AbstractSet[str],
    failed: dict[str, str],
    *,
    prune: bool,
    force: bool,
) -> list[str]:
    """Return those of `known_paths` at or below the roots whose files were deleted.

    `failed` maps the paths that could not be read to the reason: a file at or below one of them
    does not count as deleted. A root that may be on an unmounted disk is added to `failed`,
    unless `force` is set. With `prune`, any other missing root is removed from `failed`, and an
    empty folder below a root is added, because a disk may have been mounted there.
    """
    paths = sorted(inside(known_paths, roots))
    for root, is_folder in _find_used_roots(paths, roots).items():
        missing = is_missing(root)
        away = "" if force else _reason_unmounted(root, missing=missing, is_folder=is_folder)
        if away:
            failed[root] = f"{away}, so {_ARTICLES_KEPT}"
        elif missing and prune:
            failed.pop(root, None)
    unknown = set(inside(paths, failed))
    deleted = [path for path in paths if path not in unknown and _is_deleted(path, roots)]
    if force or not prune:
        return deleted
    for folder in _find_empty_folders(deleted, roots):
        failed[folder] = f"it is empty, so {_ARTICLES_KEPT}"
    unknown = set(inside(deleted, failed))
    return [path for path in deleted if path not in unknown]


def _reason_unmounted(root: str, *, missing: bool, is_folder: bool) -> str:
    """Return why a root may be on a disk that is not mounted; empty if nothing suggests it.

    If the folder of a missing file exists, the file was deleted. A link proves nothing: its
    target may be on that disk.
    """
    if not missing:
        return "it is empty" if is_folder and _is_empty(root) else ""
    away = is_folder or os.path.islink(root) or is_missing(_parent(root))  # noqa: PTH114 - need not be valid text
    return "it does not exist" if away else ""


def inside(paths: Iterable[str], folders: Container[str]) -> Iterator[str]:
    """Yield the paths that are in `folders`, or below one of them."""
    return (path for path in paths if any(folder in folders for folder in _self_and_parents(path)))


def _is_deleted(path: str, roots: AbstractSet[str]) -> bool:
    """Return whether it is certain that there is no longer a file at a path.

    It is uncertain where the path or a folder above it became a link: links are not followed, but
    the file may be where they lead.
    """
    try:
        mode = (os.stat if path in roots else os.lstat)(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = 0
    except OSError:
        return False
    above = takewhile(lambda folder: folder not in roots, islice(_self_and_parents(path), 1, None))
    return not (stat.S_ISREG(mode) or stat.S_ISLNK(mode) or any(map(os.path.islink, above)))


def _find_empty_folders(paths: Iterable[str], roots: AbstractSet[str]) -> Iterator[str]:
    """Yield the empty folders, below the roots, that are the nearest ones above deleted files."""
    folders = {_parent(path) for path in paths if path not in roots}
    for folder in sorted(folders):
        nearest = next(above for above in _self_and_parents(folder) if not is_missing(above))
        if nearest not in roots and set(inside([nearest], roots)) and _is_empty(nearest):
            yield nearest


def _find_used_roots(paths: Iterable[str], roots: AbstractSet[str]) -> dict[str, bool]:
    """Return the roots that files were read from, and whether each was a folder."""
    is_folder_by_root: dict[str, bool] = {}
    for path in paths:
        for folder in _self_and_parents(path):
            if folder in roots:
                is_folder_by_root[folder] = is_folder_by_root.get(folder, False) or folder != path
    return is_folder_by_root


def _is_empty(folder: str) -> bool:
    """Return whether a folder is empty except for hidden files."""
    try:
        return all(name.startswith(".") for name in os.listdir(folder))  # noqa: PTH208 - fast
    except OSError:
        # It is a file now, or an unreadable folder, which `discover` reports.
        return False


def _self_and_parents(path: str) -> Iterator[str]:
    """Yield a path and each folder above it."""
    yield path
    while (above := _parent(path)) != path:
        yield above
        path = above


def _parent(path: str) -> str:
    return os.path.dirname(path)  # noqa: PTH120 - fast, for thousands of paths
