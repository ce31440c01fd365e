"""Open durable SQLite databases with one writer."""

from __future__ import annotations

import contextlib
import os
from _thread import get_ident
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from math import inf
from pathlib import Path
from time import monotonic

import apsw

from corpus_cli.errors import CorpusDamaged, CorpusError, CorpusMissing, UsageError
from corpus_cli.store import page_sums
from corpus_cli.store.query_limits import LimitExceeded, QueryLimits, Row
from corpus_cli.store.schema_check import SELECT_SCHEMA, find_foreign_object
from corpus_cli.system.files import (
    NotRegular,
    copy_file,
    open_regular,
    path_exists,
    read_size,
    replace_file,
    unreadable_error,
)
from corpus_cli.text.shell import index_option

_MAX_ROWS_PER_QUERY = 1_000

_ACCESS_ERRORS = (
    apsw.ReadOnlyError,
    apsw.CantOpenError,
    apsw.PermissionsError,
    apsw.IOError,
)

_PROGRAM_ERRORS = (apsw.ConnectionClosedError, apsw.BindingsError, apsw.MisuseError)
"""Errors of the program, which are not damage."""

_BUSY_MS = 30_000
"""How long SQLite waits for another connection."""

FILE_SUFFIXES = ("", "-wal", "-shm", "-journal")
"""The suffixes of the files that SQLite opens: the database, its log and its journal."""

_SUPER_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
"""The last bytes of a journal that names another file (https://sqlite.org/fileformat2.html)."""


class Database:
    """A database in a file, or in memory if `path` is None.

    Readers and the writer do not block each other (write-ahead log), and a commit is on the disk
    when it returns (`synchronous = FULL`). A file that is `frozen` or cannot be written to is
    opened as immutable, and so is one to `salvage` rows from, whose first page may be damaged.
    Each page is checked when it is read (`page_sums`).

    `tables` maps the number of each format that it may have to the statements that create its
    tables; the first is the current one. A file may have those of `optional` as well, and no
    others: a corpus may come from a stranger, and a view in the place of a table runs what he
    wrote.
    """

    def __init__(  # noqa: PLR0913 - how to open it
        self,
        path: Path | None,
        tables: Mapping[int, str],
        *,
        create: bool,
        frozen: bool = False,
        salvage: bool = False,
        optional: str = "",
    ) -> None:
        if path and not create and not path_exists(path):
            raise _missing_error(path)
        self._path = path
        self._thread = get_ident()
        with self._translate_errors():
            if path:
                _check_files(path)
            if path and (frozen or salvage):
                self._connection = _open_immutable(path, salvage=salvage)
            else:
                self._connection = _open(path)
        try:
            _distrust(self._connection)
            self._limits = QueryLimits(self._connection, path)
            self._check(tables, optional, create=create)
            self._limits.admit()
        except BaseException:
            self._connection.close()
            raise

    def _check(self, tables: Mapping[int, str], optional: str, *, create: bool) -> None:
        """Create the tables, or check that there are ours and no others."""
        format_version, version = self.version(), next(iter(tables))
        schema = self.rows(SELECT_SCHEMA)
        if not format_version and not schema:
            if not create:
                raise _missing_error(self._path)
            with self._translate_errors():
                script = f"BEGIN;{tables[version]}PRAGMA user_version={version};COMMIT;"
                self._connection.execute(script)
        elif format_version not in tables:
            raise CorpusDamaged(
                f"{self._path} was written by another version of corpus (format {format_version}, "
                f"this one reads {version}): use that version, or ingest into a new folder"
            )
        elif name := find_foreign_object(schema, tables[format_version], optional):
            raise CorpusDamaged(
                f"{self._path} is not as corpus makes it ({name}): do not use it if it comes from "
                "somebody else; restore it from a backup, or ingest the files again into another "
                "folder with --index"
            )

    def version(self) -> int:
        """Return the number of the format of the database."""
        return self.number("PRAGMA user_version")

    def set_version(self, version: int) -> None:
        """Record that the database has another format now."""
        self.write(f"PRAGMA user_version={version}")

    def add_page_sums(self, version: int) -> None:
        """Give each page a sum, in a database that was made without; it gets another version.

        A kill between the two leaves a database with sums and the version it had.
        """
        page_sums.reserve_space(self._connection)
        self.write("VACUUM")
        self.set_version(version)

    def create_tables(self, tables: str) -> None:
        """Run the statements of a file of tables, inside a transaction."""
        statement = ""
        for line in tables.splitlines(keepends=True):
            statement += line
            # A script would end the transaction.
            if apsw.complete(statement):
                self.write(statement)
                statement = ""

    def copy(self) -> Database:
        """Return a copy in memory that can be changed."""
        with self._translate_errors():
            content = self._connection.serialize("main")
        copied = Database(None, {1: ""}, create=True)
        with self._translate_errors():
            copied._connection.deserialize("main", content)
        return copied

    def save_snapshot(self, path: Path) -> None:
        """Write the database as it is now to a new file, while others read and write."""
        self.write("VACUUM INTO ?", str(path))

    def find_faults(self) -> list[str]:
        """Return what SQLite finds wrong with the structure of the database."""
        return [str(row[0]) for row in self.rows("PRAGMA integrity_check") if row[0] != "ok"]

    def save(self, path: Path) -> None:
        """Write the database to a file, which is replaced as a whole."""
        content = page_sums.add_sums(self._connection.serialize("main"))
        replace_file(path, content, path.with_name(f"{path.name}.{os.getpid()}"))

    def close(self) -> None:
        """Merge the log into the file and close it.

        If the log cannot be merged, on a full disk for example, it stays: what it has is committed.
        """
        with self._translate_errors(), contextlib.suppress(apsw.FullError, apsw.IOError):
            self._connection.close()

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Return every row of a query."""
        if get_ident() != self._thread:
            raise self._thread_error()
        try:
            return self._limits.rows(sql, values)
        except _PROGRAM_ERRORS:
            raise
        except (apsw.Error, LimitExceeded, UnicodeDecodeError) as error:
            raise self.translate_error(error) from error

    def rows_among(
        self, sql: str, value_rows: Iterable[Sequence[object]], *values: object
    ) -> list[Row]:
        """Return every row of a query in which `VALUES *` is replaced by rows of values.

        The query runs once for each thousand rows of values.
        """
        rows, result = [*value_rows], []
        for start in range(0, len(rows), _MAX_ROWS_PER_QUERY):
            batch = rows[start : start + _MAX_ROWS_PER_QUERY]
            marks = ", ".join(f"({', '.join('?' * len(row))})" for row in batch)
            batch_sql = sql.replace("VALUES *", f"VALUES {marks}")
            result += self.rows(batch_sql, *chain(*batch, values))
        return result

    def row(self, sql: str, *values: object) -> Row | None:
        """Return the first row of a query, or None."""
        return next(iter(self.rows(sql, *values)), None)

    def number(self, sql: str, *values: object) -> int:
        """Return the number that a query yields."""
        return int(self.rows(sql, *values)[0][0])

    def write(self, sql: str, *values: object) -> None:
        """Run a statement that changes something, inside a transaction."""
        self.rows(sql, *values)

    def write_all(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for many rows, inside a transaction."""
        with self._translate_errors(), self._limits.large_values():
            self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all changes that are made in the context, or none."""
        self.write("BEGIN IMMEDIATE")
        try:
            yield
            self.write("COMMIT")
        except BaseException:
            with contextlib.suppress(apsw.Error):
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read the same state of the database throughout the context, whoever writes meanwhile."""
        if self._connection.in_transaction:
            yield
            return
        self.rows("BEGIN")
        try:
            yield
        finally:
            with contextlib.suppress(apsw.Error):
                self._connection.execute("ROLLBACK")

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Interrupt queries in the context after some seconds; 0 sets no limit."""
        self._limits.set_deadline(monotonic() + seconds if seconds else inf)
        try:
            yield
        finally:
            self._limits.set_deadline(inf)

    def translate_error(self, error: Exception) -> CorpusError:
        """Return the `CorpusError` for an error of SQLite: no space, no permission, damage."""
        if isinstance(error, apsw.InterruptError):
            if self._limits.is_late:
                return CorpusError(
                    f"there was no time to read {self._path}: --timeout 0 sets no limit"
                )
            error = LimitExceeded("to read it takes more steps than a file of its size explains")
        if isinstance(error, apsw.FullError):
            return CorpusError(
                f"no space is left for {self._path} ({self._describe_space()}): "
                "free some space and run the command again"
            )
        if isinstance(error, apsw.IOError) and "READ" not in _name_code(error):
            # A quota and a limit of file sizes end here as well.
            return CorpusError(
                f"{self._path} cannot be written ({error}; {self._describe_space()}): check the "
                "disk, your quota and ulimit -f, and run the command again"
            )
        if isinstance(error, _ACCESS_ERRORS):
            return CorpusError(
                f"{self._path} cannot be used ({error}): check its permissions, those of its "
                "folder, the disk, and how many files may be open (ulimit -n)"
            )
        if isinstance(error, apsw.BusyError):
            return CorpusError(
                f"{self._path} is in use by another program: try again when that has finished"
            )
        return CorpusDamaged(
            f"{self._path} is damaged ({error}): keep what is whole with: corpus repair"
            f"{index_option(self._path and self._path.parent)}; or restore a backup"
        )

    def _describe_space(self) -> str:
        from corpus_cli.system.disk import describe_space

        return describe_space(self._path or "")

    def _thread_error(self) -> UsageError:
        """Return the error for a use in another thread than the one that opened the database."""
        return UsageError(
            f"{self._path or 'a corpus in memory'} was opened in another thread: "
            "open a corpus of its own in each thread"
        )

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        if get_ident() != self._thread:
            raise self._thread_error()
        try:
            yield
        except _PROGRAM_ERRORS:
            raise
        except apsw.Error as error:
            raise self.translate_error(error) from error
        except NotRegular as error:
            raise CorpusDamaged(
                f"{error.filename} cannot be used ({error.strerror}): put a regular file "
                "in its place, or ingest the files again into another folder with --index"
            ) from error
        except OSError as error:
            raise unreadable_error(error.filename or self._path or "", error) from error


def _check_files(path: Path) -> None:
    """Check that SQLite cannot change any other file than those of this database.

    SQLite follows links, and deletes the file that the journal of a transaction over several
    databases names, whichever that is; corpus never writes such a journal. Raises `NotRegular`
    for a link, and `CorpusDamaged` for such a journal.
    """
    sizes = [read_size(f"{path}{suffix}") for suffix in FILE_SUFFIXES]
    if not sizes[-1]:
        return
    with open(f"{path}{FILE_SUFFIXES[-1]}", "rb", opener=open_regular) as journal:
        journal.seek(max(0, sizes[-1] - len(_SUPER_JOURNAL_MAGIC)))
        if journal.read() == _SUPER_JOURNAL_MAGIC:
            raise CorpusDamaged(
                f"{journal.name} names a file outside of the corpus: delete {journal.name}"
            )


def _name_code(error: Exception) -> str:
    """Return the name of SQLite for an error; empty if it has none."""
    code = getattr(error, "extendedresult", 0)
    return str(apsw.mapping_extended_result_codes.get(code, ""))


def _missing_error(path: Path | None) -> CorpusMissing:
    where = path.parent if path else "memory"
    return CorpusMissing(f"there is no corpus in {where}: make one with: corpus ingest PATH")


def _distrust(connection: apsw.Connection) -> None:
    """Let SQLite run nothing that a database says, and notice more of what is damaged in it."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)


def _open(path: Path | None) -> apsw.Connection:
    if path is None:
        connection = apsw.Connection(":memory:")
        page_sums.reserve_space(connection)
        return connection
    if os.access(path.parent, os.W_OK) and (not path_exists(path) or os.access(path, os.W_OK)):
        return _open_for_writing(path)
    log = path.with_name(f"{path.name}-wal")
    if read_size(log):
        return _open_with_log(path, log)
    return _open_immutable(path)


def _open_for_writing(path: Path) -> apsw.Connection:
    is_new = not read_size(path)
    connection = page_sums.connect(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    try:
        connection.set_busy_timeout(_BUSY_MS)
        if is_new:
            page_sums.reserve_space(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except apsw.Error:
        connection.close()
        raise
    return connection


def _open_immutable(path: Path, *, salvage: bool = False) -> apsw.Connection:
    return page_sums.connect(path, apsw.SQLITE_OPEN_READONLY, immutable=True, salvage=salvage)


def _open_with_log(path: Path, log: Path) -> apsw.Connection:
    """Load a database with its log into memory, where the log cannot be merged into the file.

    The writer was killed, and the folder is read-only. An immutable database would silently lack
    the changes in the log.
    """
    import tempfile

    memory = apsw.Connection(":memory:")
    with tempfile.TemporaryDirectory() as scratch:
        for file in (path, log):
            copy_file(file, Path(scratch, file.name))
        copy = page_sums.connect(Path(scratch, path.name), apsw.SQLITE_OPEN_READWRITE)
        # Free pages may never have been written, so that they have no sum.
        merged = Path(scratch, "merged.db")
        copy.execute("VACUUM INTO ?", (str(merged),))
        copy.close()
        memory.deserialize("main", merged.read_bytes())
    return memory
