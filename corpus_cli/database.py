"""SQLite as we use it: durable, one writer, errors in words."""

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus_cli.errors import CorpusDamaged, CorpusError, CorpusMissing

Row = tuple[Any, ...]


class Database:
    """A database file, or one in memory where `path` is None.

    A reader never blocks a writer, nor a writer a reader (write-ahead log); a commit is on
    the disk when it returns (`synchronous = FULL`). On media that cannot be written to, the
    file is opened as one that nobody changes.
    """

    def __init__(self, path: Path | None, tables: str, version: int, *, create: bool) -> None:
        if path and not create and not (path.exists() and path.stat().st_size):
            raise CorpusMissing(
                f"there is no corpus in {path.parent}: make one with: corpus ingest PATH"
            )
        self._path = path
        with self._reporting():
            self._connection = _connect(path)
            found = self._connection.execute("PRAGMA user_version").fetchone()[0]
            if found == 0 and create:
                self._connection.executescript(
                    f"BEGIN;{tables}PRAGMA user_version={version};COMMIT;"
                )
            elif found != version:
                raise CorpusDamaged(
                    f"{path} was written by another version of corpus (format {found}, "
                    f"this one reads {version}): use that version, or ingest into a new folder"
                )

    def close(self) -> None:
        """Fold the log into the file and let go of it."""
        with self._reporting():
            self._connection.close()

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Every row of an answer."""
        with self._reporting():
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> Row | None:
        """The first row of an answer."""
        return next(iter(self.rows(sql, *values)), None)

    def number(self, sql: str, *values: object) -> int:
        """The one number an answer consists of."""
        return int(self.rows(sql, *values)[0][0])

    def write(self, sql: str, *values: object) -> None:
        """One statement that changes something, inside a transaction."""
        self.rows(sql, *values)

    def write_all(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """The same statement for many rows, inside a transaction."""
        with self._reporting():
            self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside it lands, or none."""
        self.write("BEGIN IMMEDIATE")
        try:
            yield
            self.write("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def explain(self, error: Exception) -> CorpusError:
        """An error of reading as one of ours: no space, no permission, damage."""
        code = getattr(error, "sqlite_errorname", "")
        if code.startswith("SQLITE_FULL"):
            return CorpusError(
                f"no space is left for {self._path}: make room and run the command again"
            )
        if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")):
            return CorpusError(
                f"{self._path} cannot be used ({error}): check its folder's permissions and disk"
            )
        if code.startswith("SQLITE_BUSY"):
            return CorpusError(
                f"{self._path} is held by another program: try again when it is done"
            )
        return CorpusDamaged(
            f"{self._path} does not read back ({error}): restore it from a backup, "
            "or ingest the files again into another folder with --index"
        )

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self.explain(error) from error


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is None:
        return sqlite3.connect(":memory:", isolation_level=None)
    if os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK)):
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error:
            connection.close()
            raise
        return connection
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?immutable=1", isolation_level=None, uri=True
    )
