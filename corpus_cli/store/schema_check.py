"""Compare the schema of a database with that of corpus."""

from __future__ import annotations

import re
from collections.abc import Sequence

SELECT_SCHEMA = "SELECT type, name, sql FROM sqlite_schema"

_COMMENT = re.compile(r"--[^\n]*")
_NAME = re.compile(r"^CREATE (?:TABLE|INDEX)(?: IF NOT EXISTS)? (\w+)", re.MULTILINE)
_AUTOINCREMENT = {"sqlite_sequence": "CREATE TABLE sqlite_sequence(name,seq)"}
"""What SQLite itself adds for a column that is `AUTOINCREMENT`."""


def find_foreign_object(
    schema: Sequence[tuple[object, object, object]], tables: str, optional: str = ""
) -> str:
    """Return the first table or index that is not as in `tables`, or missing; empty if none.

    `schema` are the rows of `SELECT_SCHEMA`, `tables` statements that create tables and indexes,
    and `optional` those that a database may lack. A view or a trigger in the place of a table, or
    a column that is computed, would run what a stranger wrote.
    """
    names = set(_NAME.findall(tables))
    allowed: dict[str, str] = {}
    for kind, name, sql in schema:
        if sql is None and kind == "index" and str(name).startswith("sqlite_autoindex_"):
            continue
        if not isinstance(name, str) or not isinstance(sql, str):
            return repr(name)
        if sql != _AUTOINCREMENT.get(name) and not _is_verbatim(name, sql, tables):
            # Another version of corpus may have written other comments into it.
            allowed = allowed or {
                **_statements_by_name(tables),
                **_statements_by_name(optional),
            }
            if _normalise(sql) != allowed.get(name):
                return name
        names.discard(name)
    return min(names, default="")


def _is_verbatim(name: str, sql: str, tables: str) -> bool:
    """Return whether `tables` has a statement that creates an object with this name."""
    match = _NAME.match(sql)
    return match is not None and match[1] == name and f"\n{sql};" in tables


def _statements_by_name(tables: str) -> dict[str, str]:
    """Return each statement without comments and needless blanks, by the name of its object."""
    statements = map(str.strip, _normalise(tables).split(";"))
    return {
        match[1]: statement.replace(" IF NOT EXISTS", "")
        for statement in statements
        if (match := _NAME.match(statement))
    }


def _normalise(sql: str) -> str:
    """Return SQL without comments, and with one blank for each run of blanks."""
    return " ".join(_COMMENT.sub(" ", sql).split())
