"""Copy what can be read of a damaged store into a new one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from corpus_cli.errors import CorpusDamaged
from corpus_cli.store.database import Database
from corpus_cli.store.file_records import SKIPPED_TABLE
from corpus_cli.store.query_limits import Row

_DIGITS = "0123456789abcdef"
_MAX_PREFIX = 4

_ID_COLUMNS = (
    ("articles", "id"),
    ("sources INDEXED BY sources_by_article", "article"),
    ("metadata", "article"),
    ("passages", "article"),
    ("sketches", "article"),
)
"""Where ids of articles are found: each of these is stored in pages of its own."""

_OWN_TABLES = ("metadata", "passages", "definitions")
"""Tables with rows of an article, which it is incomplete without."""

_WAITING_PATH = b"\0"

_USER_TABLES = {
    "saved_searches": "saved searches",
    "consumers": "how far saved searches were looked through",
    "seen": "what was seen of saved searches",
    "annotations": "notes",
    "annotation_tags": "tags of notes",
}
"""The tables of what users add, and what their rows are called if some are lost."""


class Salvage:
    """A copy of the articles of which every row can be read.

    An article is copied as a whole or not at all: one without its corrections, say, would look
    undamaged. `lost` maps the others to the paths of their files, as they are stored. The stamp
    of a file is copied only if all of its articles are, so that the next ingest reads the others.
    `lost_additions` says of what users added something cannot be read.
    """

    def __init__(self, damaged: Database, target: Database) -> None:
        self._damaged = damaged
        self._target = target
        self.lost: dict[str, list[bytes]] = {}
        self.lost_additions: list[str] = []

    def copy_articles(self) -> list[str]:
        """Copy all that can be; return the ids of the live articles among them."""
        ids, is_complete = self._find_ids()
        live = [article for article in sorted(ids) if self._copy_article(article)]
        if not is_complete:
            self.lost[""] = []
        if not self._copy("corrections", "path = ?", _WAITING_PATH):
            self.lost.setdefault("", [])
        self._copy_files()
        self._copy_chrome()
        return live

    def copy_user_tables(self) -> None:
        """Copy each table of what users add, up to the first row that cannot be read."""
        for table, called in _USER_TABLES.items():
            # An older store does not have all of them.
            if not self._read("SELECT 1 FROM sqlite_schema WHERE name = ?", table):
                continue
            if not self._copy(table, "true"):
                self._copy_first_rows(table)
                self.lost_additions.append(called)

    def _copy_first_rows(self, table: str) -> None:
        step = 0
        while rows := self._read(f"SELECT * FROM {table} LIMIT 1 OFFSET ?", step):  # noqa: S608 - our names
            self._insert(table, rows)
            step += 1

    def _find_ids(self) -> tuple[set[str], bool]:
        """Return all ids that some table has, and whether it is certain that these are all."""
        ids: set[str] = set()
        unreadable: list[set[str]] = []
        for table, column in _ID_COLUMNS:
            ranges: set[str] = set()
            for start, end, rows in self._read_ranges(table, column):
                if rows is None:
                    ranges.add(start + end)
                else:
                    ids.update(article for (article,) in rows)
            unreadable.append(ranges)
        # Every article and every tombstone has a row in `articles`, and nearly all have sources.
        return ids, not unreadable[0] & unreadable[1]

    def _read_ranges(
        self, table: str, column: str, prefix: str = ""
    ) -> Iterator[tuple[str, str, list[Row] | None]]:
        """Yield the ids that begin with each prefix; a range that is damaged is read in parts."""
        bounds = [prefix, *(prefix + digit for digit in _DIGITS), prefix + "\x7f"]
        for start, end in pairwise(bounds):
            rows = self._read(
                f"SELECT DISTINCT {column} FROM {table} WHERE {column} >= ? AND {column} < ?",  # noqa: S608 - our names
                start,
                end,
            )
            if rows is None and len(start) in range(1, _MAX_PREFIX) and start != prefix:
                yield from self._read_ranges(table, column, start)
            else:
                yield start, end, rows

    def _copy_article(self, article: str) -> bool:
        """Copy an article, or count it as lost; return whether it was copied and is live."""
        rows = self._read("SELECT * FROM articles WHERE id = ?", article)
        sources = self._read_sources(article)
        is_live = bool(rows) and rows is not None and rows[0][2] == "live"
        tables = {
            "articles": rows,
            "sources": sources and [(*source, article) for source in sources],
        }
        if is_live:
            for table in _OWN_TABLES:
                tables[table] = self._read(f"SELECT * FROM {table} WHERE article = ?", article)  # noqa: S608 - our names
        for table in ("claims", "corrections"):
            tables[table] = self._rows_of_sources(table, sources)
            if tables[table] is None and not is_live:
                # That an article was removed counts more than what a user wrote of it before.
                tables[table] = []
                self.lost.setdefault("", [])
        if not rows or any(table_rows is None for table_rows in tables.values()):
            self.lost[article] = [path for path, _ in sources or ()]
            return False
        for table, copied in tables.items():
            self._insert(table, copied or ())
        if is_live:
            self._copy_sketch(article, rows[0])
            self._copy("recurring", "article = ?", article)
        return is_live

    def _read_sources(self, article: str) -> list[Row] | None:
        """Return path and record of each source of an article, of which there are two copies."""
        rows = self._read("SELECT path, record FROM sources WHERE article = ?", article)
        if rows is not None or self._all_sources is None:
            return rows
        return [source for source, owner in self._all_sources.items() if owner == article]

    @cached_property
    def _all_sources(self) -> dict[tuple[bytes, str], str] | None:
        # The condition makes SQLite read the table itself, and not its index by article.
        rows = self._read("SELECT path, record, article FROM sources WHERE path >= x''")
        return None if rows is None else {(path, record): owner for path, record, owner in rows}

    def _rows_of_sources(self, table: str, sources: Sequence[Row] | None) -> list[Row] | None:
        """Return the rows of a table for some sources; None if any of them cannot be read."""
        if sources is None:
            return None
        result: list[Row] = []
        for source in sources:
            rows = self._read(f"SELECT * FROM {table} WHERE path = ? AND record = ?", *source)  # noqa: S608 - our names
            if rows is None:
                return None
            result += rows
        return result

    def _copy_sketch(self, article: str, row: Row) -> None:
        """Copy the sketch of an article, or make it again from the text."""
        from corpus_cli.store.compression import unpack
        from corpus_cli.text.sketches import sketch, sketch_keys

        rows = self._read("SELECT hashes FROM sketches WHERE article = ?", article)
        hashes = sketch(unpack(row[6])) if rows is None else rows[0][0] if rows else b""
        if hashes:
            self._insert("sketches", [(article, hashes)])
            self._insert("sketched", {(key, article) for key in sketch_keys(hashes)})

    def _copy_files(self) -> None:
        """Copy what is recorded of files, but not that a file of a lost article was read."""
        if not self._copy("quarantine", "true"):
            # The next ingest reads all files again, and says which cannot be read.
            return
        self._target.write(SKIPPED_TABLE)
        if self._read("SELECT 1 FROM sqlite_schema WHERE name = 'skipped'"):
            self._copy("skipped", "true")
        lost_paths = {path for paths in self.lost.values() for path in paths}
        paths = self._target.rows("SELECT path FROM sources UNION SELECT path FROM quarantine")
        for (path,) in paths:
            if path not in lost_paths:
                self._copy("files", "path = ?", path)

    def _copy_chrome(self) -> None:
        """Copy which lines are chrome, or count them again."""
        if not self._copy("repeated", "true"):
            self._target.write(
                "INSERT INTO repeated SELECT site, line FROM recurring "
                "GROUP BY site, line HAVING count(*) > 2"
            )

    def _copy(self, table: str, where: str, *values: object) -> bool:
        """Copy rows; return whether they could be read."""
        rows = self._read(f"SELECT * FROM {table} WHERE {where}", *values)  # noqa: S608 - our names
        self._insert(table, rows or ())
        return rows is not None

    def _insert(self, table: str, rows: Sequence[Row] | set[Row]) -> None:
        for row in rows:
            marks = ", ".join("?" * len(row))
            self._target.write(f"INSERT INTO {table} VALUES ({marks})", *row)  # noqa: S608 - our names

    def _read(self, sql: str, *values: object) -> list[Row] | None:
        """Return every row of a query; None if not all can be read."""
        try:
            return self._damaged.rows(sql, *values)
        except CorpusDamaged:
            return None
