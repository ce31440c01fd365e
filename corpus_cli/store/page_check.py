"""Check all pages of a database file, also unused ones."""

from pathlib import Path
from typing import BinaryIO, NamedTuple

from corpus_cli.store import page_sums
from corpus_cli.system.files import open_regular

_HEADER_BYTES = 100
_PAGES_AT = slice(28, 32)
_FREE_PAGES_AT = slice(32, 36)
_NUMBER_BYTES = 4


class PageReport(NamedTuple):
    """Which pages are not as they were written, from 1; damage in `free` ones loses nothing.

    `misfit` says what is wrong with the size of the file; empty if nothing is.
    """

    damaged: tuple[int, ...]
    free: tuple[int, ...]
    misfit: str


def check_pages(path: Path) -> PageReport:
    """Read all pages of a database. Raises `OSError` for a file that cannot be read.

    A database without sums has no damaged pages, whatever it contains.
    """
    with open(path, "rb", opener=open_regular) as file:
        header = file.read(_HEADER_BYTES)
        size = page_sums.page_size(header) if len(header) == _HEADER_BYTES else 0
        if size < page_sums.MIN_PAGE_BYTES or size & (size - 1):
            return PageReport((1,), (), "it has no header of a database")
        if not page_sums.has_sums(header):
            return PageReport((), (), "")
        damaged = [n for n in _read_damaged(file, size) if not _is_intact(file, size, n)]
        end = file.seek(0, 2)
        free = _free_pages(file, size, set(damaged)) if damaged else set()
    return PageReport(
        tuple(n for n in damaged if n not in free),
        tuple(n for n in damaged if n in free),
        _find_misfit(path, header, size, end),
    )


def _read_damaged(file: BinaryIO, size: int) -> list[int]:
    file.seek(0)
    damaged, number = [], 1
    while page := file.read(size):
        if not page_sums.is_intact(page, number - 1):
            damaged.append(number)
        number += 1
    return damaged


def _is_intact(file: BinaryIO, size: int, number: int) -> bool:
    """Read a page a second time: another process may have been writing it."""
    file.seek((number - 1) * size)
    return page_sums.is_intact(file.read(size), number - 1)


def _free_pages(file: BinaryIO, size: int, damaged: set[int]) -> set[int]:
    """Return the pages that contain nothing, as far as the list of them can be read."""
    file.seek(0)
    trunk = int.from_bytes(file.read(_HEADER_BYTES)[_FREE_PAGES_AT])
    free: set[int] = set()
    while trunk and trunk not in damaged and trunk not in free and 1 not in damaged:
        free.add(trunk)
        file.seek((trunk - 1) * size)
        page = file.read(size)
        numbers = [
            int.from_bytes(page[start : start + _NUMBER_BYTES])
            for start in range(0, size - page_sums.SUM_BYTES, _NUMBER_BYTES)
        ]
        trunk, count = numbers[:2]
        free.update(numbers[2 : 2 + count])
    return free


def _find_misfit(path: Path, header: bytes, size: int, end: int) -> str:
    log = Path(f"{path}-wal")
    if log.exists() and log.stat().st_size:
        # Pages in the log may not be in the file yet.
        return ""
    expected = int.from_bytes(header[_PAGES_AT]) * size
    return "" if end == expected else f"it has {end:,} bytes instead of {expected:,}"
