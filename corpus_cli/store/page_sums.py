"""Check the pages of a database when SQLite reads them.

SQLite does not notice that a disk changed what was written: a flipped bit is another date or
another id, and a row whose key changed is not found. So each page of a file has a sum of its bytes
and its number at its end, where SQLite reserves space (https://sqlite.org/cksumvfs.html does the
same, but not for swapped or zeroed pages). Whatever an answer depends on, also that a row does not
exist, was read from pages, so one check covers all tables and all queries.

The pages in a write-ahead log have sums of SQLite.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from zlib import crc32

import apsw

from corpus_cli.text.printable import is_valid

SUM_BYTES = 4

MIN_PAGE_BYTES = 512
_RESERVED_BYTES_AT = 20
_VERSION_AT = slice(60, 64)

_LAST_VERSION_WITHOUT_SUMS = 5
"""The last format of the store whose pages have no sums."""


class PageDamaged(apsw.CorruptError):
    """A page is not as it was written."""


def connect(
    path: Path, flags: int, *, immutable: bool = False, salvage: bool = False
) -> apsw.Connection:
    """Open a database in a file, whose pages are checked if they have sums.

    With `salvage` the first page is not, so that what lies in the others can still be read.
    """
    path = _encodable(path.absolute())
    name = f"{path.as_uri()}?immutable=1" if immutable else str(path)
    uri = apsw.SQLITE_OPEN_URI if immutable else 0
    return apsw.Connection(name, flags=flags | uri, vfs=_register(salvage=salvage))


def reserve_space(connection: apsw.Connection) -> None:
    """Reserve the space for sums in a new database, or in one that is then vacuumed."""
    connection.reserve_bytes(reserve=SUM_BYTES)


def page_size(header: bytes) -> int:
    """Return the bytes of each page of a database that begins with `header`."""
    size = int.from_bytes(header[16:18])
    return 65_536 if size == 1 else size


def has_sums(page: bytes) -> bool:
    """Return whether the pages of a database have sums; `page` is the first of them."""
    # Two fields say so. If only one does, it changed, and the sum of the page shows that.
    return bool(
        page[_RESERVED_BYTES_AT] or int.from_bytes(page[_VERSION_AT]) > _LAST_VERSION_WITHOUT_SUMS
    )


def is_intact(page: bytes, number: int) -> bool:
    """Return whether a page has the sum of its bytes; the first page has the number 0."""
    return _compute_sum(page, number) == page[-SUM_BYTES:]


def add_sums(content: bytes) -> bytes:
    """Return the content of a database with the sum of each page."""
    size = page_size(content)
    return b"".join(
        _with_sum(content[start : start + size], start // size)
        for start in range(0, len(content), size)
    )


def _compute_sum(page: bytes, number: int) -> bytes:
    return crc32(memoryview(page)[:-SUM_BYTES], number).to_bytes(SUM_BYTES)


def _with_sum(page: bytes, number: int) -> bytes:
    return page[:-SUM_BYTES] + _compute_sum(page, number)


class _PagesFile(apsw.VFSFile):
    """The file of a database: pages get their sums when they are written."""

    def __init__(self, name: str | apsw.URIFilename, flags: list[int], *, salvage: bool) -> None:
        super().__init__("", name, flags)
        self._unchecked_offset = 0 if salvage else -1
        # SQLite may read the first page from the log, which can be newer than those of this file.
        header = super().xRead(_VERSION_AT.stop, 0)
        self._has_sums = len(header) < _VERSION_AT.stop or has_sums(header)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - of SQLite
        """Read a page, or a part of the header, which SQLite reads again with its page."""
        page = super().xRead(amount, offset)
        if len(page) < amount or amount < MIN_PAGE_BYTES:
            return page
        if offset == 0:
            self._has_sums = has_sums(page)
        if offset == self._unchecked_offset or not self._has_sums:
            return page
        if not is_intact(page, offset // amount):
            raise PageDamaged(f"page {offset // amount + 1} is not as it was written")
        return page

    def xDeviceCharacteristics(self) -> int:  # noqa: N802 - the same
        """Return what SQLite may expect: not to read parts of pages, which have no sum."""
        return super().xDeviceCharacteristics() & ~apsw.SQLITE_IOCAP_SUBPAGE_READ

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - the same
        """Write a page with its sum."""
        if offset == 0:
            self._has_sums = has_sums(data)
        if self._has_sums:
            data = _with_sum(data, offset // len(data))
        super().xWrite(data, offset)


class _CheckingVFS(apsw.VFS):
    """The file system of SQLite, but for the pages of databases."""

    def __init__(self, name: str, *, salvage: bool) -> None:
        super().__init__(name, "")
        self._salvage = salvage

    def xFullPathname(self, name: str) -> str:  # noqa: N802 - of SQLite
        """Return an absolute path, also of a linked folder, which apsw takes for an error."""
        return os.path.abspath(name)  # noqa: PTH100 - `database` refuses links

    def xOpen(  # noqa: N802 - the same
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        if name is not None and flags[0] & apsw.SQLITE_OPEN_MAIN_DB:
            return _PagesFile(name, flags, salvage=self._salvage)
        return super().xOpen(name, flags)


def _encodable(path: Path) -> Path:
    """Return a path that is valid UTF-8, which the library needs."""
    return (
        path
        if is_valid(str(path))
        else Path("/proc/self/fd", str(_open_folder(path.parent)), path.name)
    )


@cache
def _open_folder(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)


@cache
def _register(*, salvage: bool) -> str:
    """Make the file system known to SQLite, once; return its name."""
    name = "corpus-salvage" if salvage else "corpus"
    _FILE_SYSTEMS.append(_CheckingVFS(name, salvage=salvage))
    return name


_FILE_SYSTEMS: list[apsw.VFS] = []
"""The file systems, which SQLite knows for as long as they exist."""
