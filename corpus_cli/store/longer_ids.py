"""Give the articles of an older store ids of 32 digits.

Up to format 3 an id had 12 digits, too few for very many articles. The long id of a text begins
with its short one, so a short id in a note or a script still names its article.

The text of an article that is not live is gone, and with it the long id. Such an article keeps
its short id until the same text is read again (`adopt`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from corpus_cli.model.ids import DIGITS, SHORT_DIGITS, article_id
from corpus_cli.store.database import Database
from corpus_cli.store.query_limits import Row

_COLUMNS = (
    ("articles", "id"),
    ("articles", "successor"),
    ("articles", "cluster"),
    ("metadata", "article"),
    ("passages", "article"),
    ("definitions", "article"),
    ("sketches", "article"),
    ("sketched", "article"),
    ("recurring", "article"),
)
"""The columns that contain ids of articles, except those of sources."""

_EXTENDED = "CREATE TEMP TABLE extended (old TEXT PRIMARY KEY, new TEXT) WITHOUT ROWID"
_ROWS_PER_PAGE = 500


def find_long_ids(database: Database, unpack: Callable[[bytes], str]) -> None:
    """Fill the temporary table `extended` with the short and the long id of each live article."""
    database.write(_EXTENDED)
    for rows in _pages(database, "SELECT id, text FROM articles WHERE state = 'live' AND id > ?"):
        extended = ((old, article_id(unpack(packed))) for old, packed in rows)
        # The id of a text that begins otherwise was not made of that text: it stays as it is.
        database.write_all(
            "INSERT INTO extended VALUES (?, ?)",
            ((old, new) for old, new in extended if new[:SHORT_DIGITS] == old),
        )


def extend_ids(database: Database, increment: int) -> None:
    """Replace short ids by long ones everywhere, and add a number to all change numbers."""
    database.write("UPDATE articles SET change = change + ?", increment)
    # A new number tells the compiled names, in which ids occur, that they are outdated.
    last = database.number("SELECT coalesce(max(id), 0) FROM definitions")
    database.write("UPDATE definitions SET id = id + ?", last)
    for table, column in _COLUMNS:
        _replace(database, table, column)
    _replace_in_sources(database)
    _read_shared_files_again(database)
    database.write("DROP TABLE extended")


def adopt(database: Database, articles: Iterable[str]) -> None:
    """Give articles that are not live, and have the short form of one of the ids, the whole id."""
    extended = database.rows_among(
        "WITH wanted (short, whole) AS (VALUES *) SELECT short, whole FROM wanted "
        "CROSS JOIN articles ON id = short WHERE state != 'live' "
        "AND NOT EXISTS (SELECT 1 FROM articles WHERE id = whole)",
        ((article[:SHORT_DIGITS], article) for article in articles if len(article) == DIGITS),
    )
    if not extended:
        return
    database.write(_EXTENDED)
    # Of several ids that begin alike, the first is that of the article.
    database.write_all("INSERT OR IGNORE INTO extended VALUES (?, ?)", extended)
    for column in ("id", "successor"):
        _replace(database, "articles", column)
    _replace_in_sources(database)
    database.write("DROP TABLE extended")


def _pages(database: Database, select: str) -> Iterator[list[Row]]:
    """Yield the rows of a query some hundred at a time; its parameter is the last id before."""
    last = ""
    while rows := database.rows(f"{select} ORDER BY id LIMIT {_ROWS_PER_PAGE}", last):
        yield rows
        last = rows[-1][0]


def _replace(database: Database, table: str, column: str, where: str = "true") -> None:
    """Replace the old ids in a column by the new ones."""
    database.write(
        f"UPDATE {table} SET {column} = (SELECT new FROM extended WHERE old = {column}) "  # noqa: S608 - our names
        f"WHERE {column} IN (SELECT old FROM extended) AND {where}"
    )


def _replace_in_sources(database: Database) -> None:
    """Replace the old ids in sources, and in what belongs to sources.

    A source without a file has the id of its article as its record: one from standard input, and
    one that only keeps corrections for an article in case it returns.
    """
    piped = "SELECT record FROM sources WHERE path = x'' AND record = article"
    for table in ("claims", "corrections"):
        _replace(database, table, "record", f"path = x'' AND record IN ({piped})")
    _replace(database, "corrections", "record", "path = x'00'")
    _replace(database, "sources", "record", "path = x'' AND record = article")
    _replace(database, "sources", "article")


def _read_shared_files_again(database: Database) -> None:
    """Let the next ingest read the files that share an article.

    With a short id one text may have replaced another that began alike; the other is then in its
    file only.
    """
    database.write(
        "UPDATE files SET reading = 0 WHERE path IN (SELECT path FROM sources WHERE article IN "
        "(SELECT article FROM sources GROUP BY article HAVING count(*) > 1))"
    )
