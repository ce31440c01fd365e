"""Record the files that were read, and those that failed."""

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from corpus_cli.model import STDIN, Source, Stamp
from corpus_cli.store.database import Database
from corpus_cli.store.query_limits import Row
from corpus_cli.text.printable import is_valid

# A corpus that an older version made has no such table, and no other need of an upgrade.
SKIPPED_TABLE = (
    "CREATE TABLE IF NOT EXISTS skipped (path BLOB PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID"
)


class FileRecord(NamedTuple):
    """What is recorded of a file: its stamp, why parts of it failed, and its articles.

    The stamp is None if the file was not read. The reasons are by record, and `articles` has each
    record with its article and whether that was removed by hand.
    """

    stamp: Stamp | None
    failures: Mapping[str, str]
    articles: Sequence[tuple[str, str, bool]]


class FileRecords:
    """The files that were read, their stamps, and the sources that could not be read.

    Paths are stored as bytes. Those below `base` are relative to it, so that a folder that
    contains both the articles and the corpus can be moved.
    """

    def __init__(self, database: Database, base: str) -> None:
        self._db = database
        self._base = base

    def stamp(self, path: str) -> Stamp | None:
        """Return the stamp of a file when it was read; None if it was not."""
        return self.records([path])[path].stamp

    def records(self, paths: Sequence[str]) -> Mapping[str, FileRecord]:
        """Return what is recorded of several files, by path."""
        stored = {path: self.stored_path(path) for path in paths}
        stamps = self._db.rows_among(
            "SELECT path, size, mtime_ns, digest, reading FROM files WHERE path IN (VALUES *)",
            zip(stored.values()),
        )
        stamp_by_path = {path: Stamp(*stamp) for path, *stamp in stamps}
        failures: defaultdict[bytes, dict[str, str]] = defaultdict(dict)
        for path, record, reason in self._db.rows_among(
            "SELECT path, record, reason FROM quarantine WHERE path IN (VALUES *) "
            "ORDER BY path, record",
            zip(stored.values()),
        ):
            failures[path][record] = reason
        articles: defaultdict[bytes, list[tuple[str, str, bool]]] = defaultdict(list)
        for path, record, article, removed in self._db.rows_among(
            "SELECT path, record, article, state = 'removed' FROM sources "
            "JOIN articles ON id = article WHERE path IN (VALUES *) ORDER BY path, record",
            zip(stored.values()),
        ):
            articles[path].append((record, article, bool(removed)))
        return {
            path: FileRecord(stamp_by_path.get(key), failures[key], articles[key])
            for path, key in stored.items()
        }

    def record_read(self, stamps: Mapping[str, Stamp]) -> None:
        """Record the stamps of files, once all of them was read."""
        self._db.write_all(
            "REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
            ((self.stored_path(path), *stamp) for path, stamp in stamps.items()),
        )

    def forget(self, paths: Iterable[str]) -> None:
        """Delete the stamps and the failures of files, so that the files are read again."""
        rows = [(self.stored_path(path),) for path in paths]
        for table in ("files", "quarantine"):
            self._db.write_all(f"DELETE FROM {table} WHERE path = ?", rows)  # noqa: S608 - our names

    def paths(self) -> Iterator[str]:
        """Yield every path that was read or could not be read, ascending."""
        rows = self._db.rows(
            "SELECT path FROM files UNION SELECT path FROM sources "
            "UNION SELECT path FROM quarantine ORDER BY path"
        )
        return (self.full_path(row[0]) for row in rows)

    def articles_in_file(self, path: str) -> Sequence[tuple[str, str, bool]]:
        """Return each record of a file with its article and whether that was removed by hand."""
        return self.records([path])[path].articles

    def article_at(self, source: Source) -> str:
        """Return the article of a source; empty if there is none."""
        return self.articles_at([source]).get(source, "")

    def articles_at(self, sources: Iterable[Source]) -> Mapping[Source, str]:
        """Return the articles of sources; those that have none are left out."""
        source_by_key = {self.stored_key(source): source for source in sources}
        rows = self._db.rows_among(
            "WITH wanted AS (VALUES *) SELECT path, record, article "
            "FROM wanted CROSS JOIN sources ON path = column1 AND record = column2",
            source_by_key,
        )
        return {source_by_key[path, record]: article for path, record, article in rows}

    def record_articles(self, articles: Mapping[Source, str]) -> None:
        """Record the articles of sources, in place of their previous ones."""
        self._db.write_all(
            "REPLACE INTO sources VALUES (?, ?, ?)",
            ((*self.stored_key(source), article) for source, article in articles.items()),
        )

    def saved_days(self, articles: Collection[str]) -> Mapping[str, str]:
        """Return the day on which the file of each article was last saved, in ISO 8601.

        Of several files the first by its path counts. What came from standard input has none, nor
        has a file that was read just after it was saved, whose time is not recorded.
        """
        # A search does not import it.
        from datetime import date

        rows = self._db.rows_among(
            "SELECT article, mtime_ns FROM sources JOIN files USING (path) "
            "WHERE article IN (VALUES *) AND mtime_ns > 0 ORDER BY path DESC",
            ((article,) for article in articles),
        )
        return {
            article: date.fromtimestamp(nanoseconds / 1e9).isoformat()  # noqa: DTZ012 - the user's day
            for article, nanoseconds in rows
        }

    def articles_by_last_part(self, name: str) -> Sequence[str]:
        """Return the live articles from a file or a record whose name ends so, sorted by id.

        `name` is the end of `PATH`, `PATH#RECORD` or `RECORD`, from a slash on: `b.txt` for
        `/a/b.txt`, `c.zip#a/b.txt`.
        """
        rows = self._db.rows(
            "SELECT article, path, record FROM sources JOIN articles ON id = article "
            "WHERE state = 'live' AND (instr(path, ?) OR instr(record, ?))",
            os.fsencode(name.partition("#")[0]),
            name if name and is_valid(name) else None,
        )
        ending = f"/{name}"
        return sorted(
            {
                article
                for article, path, record in rows
                if f"/{record}".endswith(ending)
                or f"/{os.fsdecode(path)}".endswith(ending)
                or f"/{os.fsdecode(path)}#{record}".endswith(ending)
            }
        )

    def sources_of(self, article: str) -> Sequence[Source]:
        """Return the sources of an article, sorted by path."""
        return self.sources_by_article([article])[article]

    def sources_by_article(self, articles: Sequence[str]) -> Mapping[str, Sequence[Source]]:
        """Return the sources of several articles, by article."""
        rows = self._db.rows_among(
            "SELECT article, path, record FROM sources WHERE article IN (VALUES *) "
            "ORDER BY article, path, record",
            zip(articles),
        )
        full_path = cache(self.full_path)
        sources: dict[str, list[Source]] = {article: [] for article in articles}
        for article, path, record in rows:
            sources[article].append(Source(full_path(path), record))
        for several in filter(lambda one: len(one) > 1, sources.values()):
            several.sort(key=lambda source: source.path == STDIN)
        return sources

    def first_source_names(self) -> Mapping[str, str]:
        """Return the name by which each article is cited: that of its first source."""
        rows = self._db.rows(
            "SELECT article, path, record FROM sources ORDER BY article, path = ? DESC, "
            "path DESC, record DESC",
            self.stored_path(STDIN),
        )
        full_path = cache(self.full_path)
        return {article: Source(full_path(path), record).name for article, path, record in rows}

    def sizes(self) -> Mapping[bytes, tuple[int, int]]:
        """Return size and modification time (ns) of each file when read, by path in bytes."""
        return self._with_full_paths(
            self._db.rows("SELECT path, size, mtime_ns FROM files ORDER BY path")
        )

    def has_more_than(self, count: int) -> bool:
        """Return whether more than `count` files were read."""
        sql = "SELECT count(*) FROM (SELECT 1 FROM files LIMIT ?)"
        return self._db.number(sql, count + 1) > count

    def sample(self, count: int) -> Mapping[bytes, tuple[int, int]]:
        """Return the same as `sizes` for about `count` files, spread evenly over all changes."""
        last = self._db.number("SELECT coalesce(max(change), 0) FROM articles")
        rows = self._db.rows_among(
            "SELECT files.path, size, mtime_ns FROM articles JOIN sources ON article = id "
            "JOIN files ON files.path = sources.path WHERE change IN (VALUES *) ORDER BY 1",
            ((1 + n * last // count,) for n in range(count)),
        )
        return self._with_full_paths(rows)

    def _with_full_paths(self, rows: Sequence[Row]) -> Mapping[bytes, tuple[int, int]]:
        base = os.fsencode(self._base)
        return {os.path.join(base, path): (size, time) for path, size, time in rows}  # noqa: PTH118 - bytes

    @staticmethod
    def possible_sources(name: str) -> Iterator[Source]:
        """Yield the sources that `PATH` or `PATH#RECORD` may name."""
        yield Source(os.path.abspath(name))  # noqa: PTH100 - as ingest does
        parts = name.split("#")
        for n in range(1, len(parts)):
            record = "#".join(parts[n:])
            if is_valid(record):
                yield Source(os.path.abspath("#".join(parts[:n])), record)  # noqa: PTH100 - the same

    # --- what was skipped ---

    def record_skipped(self, reasons: Mapping[str, str], forgotten: Collection[str]) -> None:
        """Record files that were skipped, and why; forget those that are not skipped any more."""
        if reasons or forgotten:
            self._db.write(SKIPPED_TABLE)
        for path in forgotten:
            self._db.write("DELETE FROM skipped WHERE path = ?", self.stored_path(path))
        for path, reason in reasons.items():
            self._db.write("REPLACE INTO skipped VALUES (?, ?)", self.stored_path(path), reason)

    def all_skipped(self) -> Mapping[str, str]:
        """Return the path of every file that was skipped, and why."""
        if not self._db.row("SELECT 1 FROM sqlite_master WHERE name = 'skipped'"):
            return {}
        rows = self._db.rows("SELECT path, reason FROM skipped ORDER BY path")
        return {self.full_path(path): reason for path, reason in rows}

    # --- what could not be read ---

    def record_failures(self, reasons: Mapping[Source, str]) -> None:
        """Record that sources cannot be read, and why."""
        self._db.write_all(
            "REPLACE INTO quarantine VALUES (?, ?, ?)",
            ((*self.stored_key(source), reason) for source, reason in reasons.items()),
        )

    def all_failures(self) -> Mapping[Source, str]:
        """Return every source that could not be read, and why."""
        rows = self._db.rows("SELECT path, record, reason FROM quarantine ORDER BY path, record")
        return {Source(self.full_path(path), record): reason for path, record, reason in rows}

    # --- paths ---

    def stored_key(self, source: Source) -> tuple[bytes, str]:
        """Return path and record of a source as they are stored."""
        return self.stored_path(source.path), source.record

    def stored_path(self, path: str) -> bytes:
        """Return a path as it is stored."""
        # Standard input has no path; it is stored as the empty path, which no file has.
        if path == STDIN:
            return b""
        return os.fsencode(path.removeprefix(f"{self._base}{os.sep}") if self._base else path)

    def full_path(self, path: bytes) -> str:
        """Return the full path of a stored path."""
        if not path:
            return STDIN
        return os.path.join(self._base, os.fsdecode(path))  # noqa: PTH118 - need not be valid text
