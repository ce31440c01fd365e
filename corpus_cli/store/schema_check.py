"""Compare the schema of a database with that of corpus."""

from __future__ import annotations

import re
from collections.abc import Iterable

SELECT_SCHEMA = "SELECT type, name, sql FROM sqlite_schema"

_COMMENT_OR_BLANKS = re.compile(r"--[^\n]*|\s+")
_NAME = re.compile(r"CREATE (?:TABLE|INDEX)(?: IF NOT EXISTS)? (\w+)")
_AUTOINCREMENT = {"sqlite_sequence": "CREATE TABLE sqlite_sequence(name,seq)"}
"""What SQLite itself adds for a column that is `AUTOINCREMENT`."""


def find_foreign_object(
    schema: Iterable[tuple[object, object, object]], tables: str, optional: str = ""
) -> str:
    """Return the first table or index that is not as in `tables`, or missing; empty if none.

    `schema` are the rows of `SELECT_SCHEMA`, `tables` statements that create tables and indexes,
    and `optional` those that a database may lack. A view or a trigger in the place of a table, or
    a column that is computed, would run what a stranger wrote. Statements are compared without
    comments and blanks.
    """
    expected = {**_statements_by_name(tables), **_AUTOINCREMENT}
    allowed = {**expected, **_statements_by_name(optional)}
    present = set()
    for kind, name, sql in schema:
        if sql is None and kind == "index" and str(name).startswith("sqlite_autoindex_"):
            continue
        if not isinstance(name, str) or not isinstance(sql, str):
            return repr(name)
        if _normalise(sql) != allowed.get(name):
            return name
        present.add(name)
    missing = expected.keys() - present - _AUTOINCREMENT.keys()
    return min(missing, default="")


def _statements_by_name(tables: str) -> dict[str, str]:
    """Return each statement without comments, by the name of what it creates."""
    statements = map(str.strip, _normalise(tables).split(";"))
    return {
        match[1]: statement.replace(" IF NOT EXISTS", "")
        for statement in statements
        if (match := _NAME.match(statement))
    }


def _normalise(sql: str) -> str:
    """Return SQL without comments, and with one blank for each run of blanks."""
    return " ".join(_COMMENT_OR_BLANKS.sub(" ", sql).split())
