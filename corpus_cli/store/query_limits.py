"""Limit what a query takes of a database from a stranger."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from math import inf
from pathlib import Path
from sys import getsizeof
from time import monotonic
from typing import Any

import apsw

Row = tuple[Any, ...]

MAX_VALUE_BYTES = 256_000_000
"""The most bytes of a value: of a text, compressed."""

_USUAL_VALUE_BYTES = 1_000_000
"""The most bytes of a value while many rows are read at once."""

_STEPS_PER_CHECK = 50_000
_MIN_STEPS, _STEPS_PER_BYTE = 20_000_000, 10
"""The instructions of SQLite that a query may take, whatever the size of the file, and more."""

_OPENING_STEPS_PER_CHECK, _OPENING_STEPS = 2_000, 20_000
_OPENING_SQL_BYTES = 10_000
"""Limits while SQLite reads a schema that was not compared yet; ours takes a tenth of each."""

_MAX_SQL_BYTES = 1_000_000
_ROWS_AT_ONCE = 64
_MIN_ROWS, _BYTES_PER_ROW = 100_000, 10
_MIN_BYTES, _BYTES_PER_BYTE = 64_000_000, 8
"""The memory that the rows of a query may take, whatever the size of the file, and more."""


class LimitExceeded(Exception):
    """A query takes more than a file of this size explains."""


class QueryLimits:
    """Limits on the steps, rows and bytes of each query of a connection.

    The pages of a file from a stranger can refer to each other so that a few of them hold more
    rows than can ever be read. A database that corpus wrote takes less than a twentieth of these
    limits, which grow with the file. One in memory, `path` None, has only our own rows.
    """

    def __init__(self, connection: apsw.Connection, path: Path | None) -> None:
        self._connection = connection
        self._path = path
        self._steps = 0
        self._max_steps = _OPENING_STEPS
        self._deadline = inf
        self.is_late = False
        if path:
            connection.limit(apsw.SQLITE_LIMIT_SQL_LENGTH, _OPENING_SQL_BYTES)
            connection.limit(apsw.SQLITE_LIMIT_LENGTH, _USUAL_VALUE_BYTES)
            self._watch(_OPENING_STEPS_PER_CHECK)

    def admit(self) -> None:
        """Allow whole queries, once the schema was compared with ours."""
        if self._path:
            self._connection.limit(apsw.SQLITE_LIMIT_SQL_LENGTH, _MAX_SQL_BYTES)
            self._max_steps = _MIN_STEPS
            self._watch(_STEPS_PER_CHECK)

    def set_deadline(self, deadline: float) -> None:
        """Interrupt queries after a moment of `time.monotonic`; `inf` sets no limit."""
        self._deadline = deadline

    def rows(self, sql: str, values: Sequence[object]) -> list[Row]:
        """Return every row of a query. Raises `LimitExceeded`."""
        if not self._path:
            return self._connection.execute(sql, values).fetchall()
        try:
            return self._fetch(sql, values, _ROWS_AT_ONCE)
        except apsw.TooBigError:
            # A value is larger than usual: read one row at a time.
            with self.large_values():
                return self._fetch(sql, values, 1)

    @contextmanager
    def large_values(self) -> Iterator[None]:
        """Allow values of the largest size, for a statement that reads or writes few at a time."""
        if not self._path:
            yield
            return
        self._connection.limit(apsw.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        try:
            yield
        finally:
            self._connection.limit(apsw.SQLITE_LIMIT_LENGTH, _USUAL_VALUE_BYTES)

    def _fetch(self, sql: str, values: Sequence[object], at_once: int) -> list[Row]:
        self._steps = 0
        cursor = self._connection.execute(sql, values)
        rows: list[Row] = list(islice(cursor, at_once))
        if len(rows) < at_once:
            return rows
        size = sum(map(getsizeof, chain.from_iterable(rows)))
        max_rows, max_bytes = _MIN_ROWS, _MIN_BYTES
        while batch := list(islice(cursor, at_once)):
            rows += batch
            size += sum(map(getsizeof, chain.from_iterable(batch)))
            if len(rows) > max_rows or size > max_bytes:
                file_bytes = self._file_bytes()
                max_rows = _MIN_ROWS + file_bytes // _BYTES_PER_ROW
                max_bytes = _MIN_BYTES + file_bytes * _BYTES_PER_BYTE
                if len(rows) > max_rows or size > max_bytes:
                    raise LimitExceeded("it has more rows than a file of its size can have")
        return rows

    def _watch(self, steps_per_check: int) -> None:
        def is_over() -> bool:
            self._steps += steps_per_check
            if self._steps > self._max_steps and self._max_steps != _OPENING_STEPS:
                self._max_steps = _MIN_STEPS + self._file_bytes() * _STEPS_PER_BYTE
            self.is_late = monotonic() > self._deadline
            return self.is_late or self._steps > self._max_steps

        self._connection.set_progress_handler(is_over, steps_per_check)

    def _file_bytes(self) -> int:
        """Return how many bytes the database and its log have."""
        size = 0
        for suffix in ("", "-wal"):
            try:
                size += os.stat(f"{self._path}{suffix}").st_size  # noqa: PTH116 - of a name with a suffix
            except OSError:
                continue
        return size
