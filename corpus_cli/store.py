"""The record of articles: SQLite, the truth of a corpus."""

import contextlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from corpus_cli.errors import CorpusDamaged, CorpusError, CorpusMissing
from corpus_cli.model import Article, Datum, Header, Line, Passage, Source
from corpus_cli.text.data import DATA

NAME = "store.db"

_VERSION = 1


class Known(NamedTuple):
    """What the store remembers of a source: its digest, the reading, and its article."""

    digest: str
    reading: int
    article: str


class Change(NamedTuple):
    """One article that changed: what an engine has to take out, and put in if it is live."""

    number: int
    article: str
    live: bool


class State(NamedTuple):
    """What became of an article: `live`, `replaced`, `gone` or `removed`; and its successor."""

    name: str
    successor: str


class Store:
    """Articles, their sources and what is known about them.

    `path` is the database file, or None for one in memory. A reader never blocks a writer,
    nor a writer a reader (write-ahead log); a commit is on the disk when it returns.
    """

    def __init__(self, path: Path | None, *, create: bool = False) -> None:
        if path and not create and not (path.exists() and path.stat().st_size):
            raise CorpusMissing(
                f"there is no corpus in {path.parent}: make one with: corpus ingest PATH"
            )
        self._path = path
        self._base = str(path.absolute().parent.parent) if path else ""
        with self._reporting():
            self._db = _connect(path)
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0 and create:
                tables = (DATA / "store.sql").read_text("utf-8")
                self._db.executescript(f"BEGIN;{tables}PRAGMA user_version={_VERSION};COMMIT;")
            elif version != _VERSION:
                raise CorpusDamaged(
                    f"{path} was written by another version of corpus (format {version}, "
                    f"this one reads {_VERSION}): use that version, or ingest into a new folder"
                )

    def close(self) -> None:
        """Fold the log into the file and let go of it."""
        with self._reporting():
            self._db.close()

    # --- reading ---

    def last_change(self) -> int:
        """The number of the latest change; 0 in an empty store."""
        return self._count("SELECT coalesce(max(change), 0) FROM articles")

    def changes(self, after: int) -> Iterator[Change]:
        """What changed after a change number, in order."""
        rows = self._rows(
            "SELECT change, id, state = 'live' FROM articles WHERE change > ? ORDER BY change",
            after,
        )
        return (Change(number, article, bool(live)) for number, article, live in rows)

    def counts(self) -> Mapping[str, int]:
        """How many live articles, passages, sources and quarantined files there are."""
        return {
            "articles": self._count("SELECT count(*) FROM articles WHERE state = 'live'"),
            "passages": self._count("SELECT count(*) FROM passages"),
            "sources": self._count("SELECT count(*) FROM sources"),
            "quarantined": self._count("SELECT count(*) FROM quarantine"),
        }

    def behind(self, upto: int) -> int:
        """How many articles changed after a change number."""
        return self._count("SELECT count(*) FROM articles WHERE change > ?", upto)

    def state(self, article: str) -> State | None:
        """What became of an article; None if there never was one of that id."""
        row = self._row("SELECT state, successor FROM articles WHERE id = ?", article)
        return State(row[0], row[1] or "") if row else None

    def ids(self, prefix: str = "") -> Sequence[str]:
        """The live articles whose id begins so, ascending."""
        end = prefix + "\x7f"
        rows = self._rows(
            "SELECT id FROM articles WHERE state = 'live' AND id >= ? AND id < ? ORDER BY id",
            prefix,
            end,
        )
        return [row[0] for row in rows]

    def article(self, article: str) -> Article | None:
        """A live article with its lines and metadata."""
        text = self._text(article)
        if text is None:
            return None
        kinds = self._rows("SELECT n, kind FROM lines WHERE article = ? ORDER BY n", article)
        lines = (
            Line(n, kind, line) for (n, kind), line in zip(kinds, text.split("\n"), strict=True)
        )
        return Article(article, tuple(lines), self._metadata(article))

    def passages(self, article: str) -> Sequence[Passage]:
        """The passages of an article, in order."""
        text = self._text(article)
        if text is None:
            return []
        title = next((d.value for d in self._metadata(article) if d.field == "title"), "")
        rows = self._rows(
            "SELECT n, start, end, first, last, heading FROM passages WHERE article = ? ORDER BY n",
            article,
        )
        return [
            Passage(article, n, start, end, (first, last), text[start:end], title, heading)
            for n, start, end, first, last, heading in rows
        ]

    def header(self, article: str) -> Header:
        """What a list says about an article."""
        known: dict[str, list[str]] = {}
        for datum in self._metadata(article):
            known.setdefault(datum.field, []).append(datum.value)
        first = {name: values[0] for name, values in known.items()}
        count = self._count("SELECT count(*) FROM passages WHERE article = ?", article)
        return Header(
            id=article,
            paths=tuple(source.path for source in self.sources(article)),
            title=first.get("title", ""),
            authors=tuple(known.get("author", ())),
            published=first.get("published", ""),
            source=first.get("source", ""),
            url=first.get("url", ""),
            tags=tuple(known.get("tag", ())),
            language=first.get("language", ""),
            passages=count,
        )

    def sources(self, article: str) -> Sequence[Source]:
        """Where an article was read, by path."""
        rows = self._rows(
            "SELECT path, record, size, mtime_ns, digest FROM sources WHERE article = ? "
            "ORDER BY path, record",
            article,
        )
        return [Source(self._unpacked(path), *rest) for path, *rest in rows]

    def known(self, path: str) -> Known | None:
        """What was read at a path before."""
        row = self._row(
            "SELECT digest, reading, article FROM sources WHERE path = ?", self._packed(path)
        )
        return Known(*row) if row else None

    def paths(self) -> Sequence[str]:
        """Every source, ascending."""
        return [
            self._unpacked(row[0])
            for row in self._rows("SELECT DISTINCT path FROM sources ORDER BY path")
        ]

    def quarantine(self) -> Mapping[str, str]:
        """Files that could not be read when last met, and why."""
        rows = self._rows("SELECT path, reason FROM quarantine ORDER BY path")
        return {self._unpacked(path): reason for path, reason in rows}

    # --- writing ---

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside it lands, or none."""
        with self._reporting():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise

    def put(
        self, article: Article, passages: Iterable[Passage], source: Source, reading: int
    ) -> None:
        """Record an article as what stands at a source; what stood there before gives way."""
        before = self.known(source.path)
        self._record(article, passages)
        self._db.execute(
            "REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self._packed(source.path),
                source.record,
                article.id,
                source.size,
                source.mtime_ns,
                source.digest,
                reading,
            ),
        )
        self._db.execute("DELETE FROM quarantine WHERE path = ?", (self._packed(source.path),))
        if before and before.article != article.id:
            self._orphaned(before.article, "replaced", article.id)

    def fail(self, path: str, reason: str) -> None:
        """Remember a file that cannot be read; what was read of it before stays."""
        self._db.execute("REPLACE INTO quarantine VALUES (?, ?)", (self._packed(path), reason))

    def drop_source(self, path: str) -> None:
        """Forget a source that went away, and its article if it has no other."""
        known = self.known(path)
        self._db.execute("DELETE FROM quarantine WHERE path = ?", (self._packed(path),))
        if known:
            self._db.execute("DELETE FROM sources WHERE path = ?", (self._packed(path),))
            self._orphaned(known.article, "gone", None)

    def remove(self, article: str) -> None:
        """Take an article out for good: its sources stay known, so that it is not read again."""
        self._clear(article, "removed", None)

    def _record(self, article: Article, passages: Iterable[Passage]) -> None:
        self._db.execute(
            "REPLACE INTO articles VALUES (?, ?, 'live', NULL, ?)",
            (
                article.id,
                self.last_change() + 1,
                zlib.compress(article.text.encode("utf-8", "surrogatepass")),
            ),
        )
        self._empty(article.id)
        self._db.executemany(
            "INSERT INTO lines VALUES (?, ?, ?)",
            ((article.id, line.n, line.kind) for line in article.lines),
        )
        self._db.executemany(
            "INSERT INTO metadata VALUES (?, ?, ?, ?, ?)",
            ((article.id, n, *datum) for n, datum in enumerate(article.metadata)),
        )
        self._db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((article.id, p.n, p.start, p.end, *p.lines, p.heading) for p in passages),
        )

    def _orphaned(self, article: str, state: str, successor: str | None) -> None:
        """What becomes of an article that lost a source: nothing but new paths if it has others."""
        if not self._row("SELECT 1 FROM sources WHERE article = ?", article):
            self._clear(article, state, successor)
        else:
            self._db.execute(
                "UPDATE articles SET change = ? WHERE id = ? AND state = 'live'",
                (self.last_change() + 1, article),
            )

    def _clear(self, article: str, state: str, successor: str | None) -> None:
        self._db.execute(
            "UPDATE articles SET change = ?, state = ?, successor = ?, text = NULL "
            "WHERE id = ? AND state = 'live'",
            (self.last_change() + 1, state, successor, article),
        )
        self._empty(article)

    def _empty(self, article: str) -> None:
        for table in ("lines", "metadata", "passages"):
            self._db.execute(f"DELETE FROM {table} WHERE article = ?", (article,))  # noqa: S608 - our names

    # --- the database ---

    def _packed(self, path: str) -> bytes:
        """A path as the bytes it is kept as: below the folder of the corpus a relative one.

        So a folder that holds its articles and its corpus can be moved.
        """
        base = f"{self._base}{os.sep}"
        return os.fsencode(path.removeprefix(base) if self._base else path)

    def _unpacked(self, path: bytes) -> str:
        return os.path.join(self._base, os.fsdecode(path))  # noqa: PTH118 - need not be valid text

    def _text(self, article: str) -> str | None:
        row = self._row("SELECT text FROM articles WHERE id = ? AND state = 'live'", article)
        try:
            return zlib.decompress(row[0]).decode("utf-8", "surrogatepass") if row else None
        except zlib.error as error:
            raise _explained(self._path, error) from error

    def _metadata(self, article: str) -> tuple[Datum, ...]:
        rows = self._rows(
            "SELECT field, value, origin FROM metadata WHERE article = ? ORDER BY n", article
        )
        return tuple(Datum(*row) for row in rows)

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._reporting():
            return self._db.execute(sql, values).fetchall()

    def _row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        rows = self._rows(sql, *values)
        return rows[0] if rows else None

    def _count(self, sql: str, *values: object) -> int:
        return int(self._rows(sql, *values)[0][0])

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _explained(self._path, error) from error


def _connect(path: Path | None) -> sqlite3.Connection:
    """Open the database; on media that cannot be written to, as a file that nobody changes."""
    if path is None:
        return sqlite3.connect(":memory:", isolation_level=None)
    if os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK)):
        db = sqlite3.connect(path, isolation_level=None, timeout=30)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error:
            db.close()
            raise
        return db
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?immutable=1", isolation_level=None, uri=True
    )


def _explained(path: Path | None, error: Exception) -> CorpusError:
    """SQLite's errors as ours: a full disk, a folder that is not writable, a damaged file."""
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith("SQLITE_FULL"):
        return CorpusError(f"no space is left for {path}: make room and run the command again")
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")):
        return CorpusError(
            f"{path} cannot be used ({error}): check its folder's permissions and disk"
        )
    if code.startswith("SQLITE_BUSY"):
        return CorpusError(f"{path} is held by another program: try again when it is done")
    return CorpusDamaged(
        f"{path} does not read back ({error}): restore it from a backup, "
        "or ingest the files again into another folder with --index"
    )
