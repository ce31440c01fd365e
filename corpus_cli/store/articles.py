"""The record of articles: SQLite, the truth of a corpus."""

import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from corpus_cli.model import Article, Datum, Definition, Header, Line, Passage, Source
from corpus_cli.store.database import Database
from corpus_cli.text.data import DATA

NAME = "store.db"

_VERSION = 2


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

    `path` is the database file, or None for one in memory.
    """

    def __init__(self, path: Path | None, *, create: bool = False) -> None:
        tables = (DATA / "store.sql").read_text("utf-8") if create else ""
        self._db = Database(path, tables, _VERSION, create=create)
        self._base = str(path.absolute().parent.parent) if path else ""

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All of what is written inside it lands, or none."""
        return self._db.transaction()

    def snapshot(self) -> AbstractContextManager[None]:
        """Everything that is read inside it is of one moment."""
        return self._db.snapshot()

    # --- reading ---

    def last_change(self) -> int:
        """The number of the latest change; 0 in an empty store."""
        return self._db.number("SELECT coalesce(max(change), 0) FROM articles")

    def changes(self, after: int) -> Iterator[Change]:
        """What changed after a change number, in order."""
        rows = self._db.rows(
            "SELECT change, id, state = 'live' FROM articles WHERE change > ? ORDER BY change",
            after,
        )
        return (Change(number, article, bool(live)) for number, article, live in rows)

    def counts(self) -> Mapping[str, int]:
        """How many live articles, passages, sources and quarantined files there are."""
        return {
            "articles": self._db.number("SELECT count(*) FROM articles WHERE state = 'live'"),
            "passages": self._db.number("SELECT count(*) FROM passages"),
            "sources": self._db.number("SELECT count(*) FROM sources"),
            "quarantined": self._db.number("SELECT count(*) FROM quarantine"),
        }

    def behind(self, upto: int) -> int:
        """How many articles changed after a change number."""
        return self._db.number("SELECT count(*) FROM articles WHERE change > ?", upto)

    def state(self, article: str) -> State | None:
        """What became of an article; None if there never was one of that id."""
        row = self._db.row("SELECT state, successor FROM articles WHERE id = ?", article)
        return State(row[0], row[1] or "") if row else None

    def ids(self, prefix: str = "") -> Sequence[str]:
        """The live articles whose id begins so, ascending."""
        end = prefix + "\x7f"
        rows = self._db.rows(
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
        kinds = self._db.rows("SELECT n, kind FROM lines WHERE article = ? ORDER BY n", article)
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
        rows = self._db.rows(
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
        count = self._db.number("SELECT count(*) FROM passages WHERE article = ?", article)
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
        rows = self._db.rows(
            "SELECT path, record, size, mtime_ns, digest FROM sources WHERE article = ? "
            "ORDER BY path, record",
            article,
        )
        return [Source(self._unpacked(path), *rest) for path, *rest in rows]

    def known(self, path: str) -> Known | None:
        """What was read at a path before."""
        row = self._db.row(
            "SELECT digest, reading, article FROM sources WHERE path = ?", self._packed(path)
        )
        return Known(*row) if row else None

    def paths(self) -> Sequence[str]:
        """Every source, ascending."""
        return [
            self._unpacked(row[0])
            for row in self._db.rows("SELECT DISTINCT path FROM sources ORDER BY path")
        ]

    def definitions(self) -> Sequence[tuple[str, Definition]]:
        """The abbreviations that articles explain, by article and line."""
        rows = self._db.rows(
            "SELECT article, short, long, line FROM definitions ORDER BY article, line, short, long"
        )
        return [(article, Definition(*found)) for article, *found in rows]

    def explained(self) -> tuple[int, int]:
        """How many definitions there are, and the number of the last: they tell a change."""
        row = self._db.row("SELECT count(*), coalesce(max(id), 0) FROM definitions")
        return row[:2] if row else (0, 0)

    def quarantine(self) -> Mapping[str, str]:
        """Files that could not be read when last met, and why."""
        rows = self._db.rows("SELECT path, reason FROM quarantine ORDER BY path")
        return {self._unpacked(path): reason for path, reason in rows}

    def quarantined(self, path: str) -> bool:
        """Whether a file could not be read when last met."""
        return bool(self._db.row("SELECT 1 FROM quarantine WHERE path = ?", self._packed(path)))

    # --- writing ---

    def put(
        self,
        article: Article,
        passages: Iterable[Passage],
        definitions: Iterable[Definition],
        source: Source,
        reading: int,
    ) -> None:
        """Record an article and that it stands at a source."""
        self._record(article, passages)
        self._db.write_all(
            "INSERT OR IGNORE INTO definitions VALUES (NULL, ?, ?, ?, ?)",
            ((article.id, found.line, found.short, found.long) for found in definitions),
        )
        self.point(source, article.id, reading)

    def point(self, source: Source, article: str, reading: int) -> None:
        """Record which article stands at a source; what stood there before gives way."""
        before = self.known(source.path)
        self._db.write(
            "REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?, ?)",
            self._packed(source.path),
            source.record,
            article,
            source.size,
            source.mtime_ns,
            source.digest,
            reading,
        )
        self._db.write("DELETE FROM quarantine WHERE path = ?", self._packed(source.path))
        if before and before.article != article:
            self._orphaned(before.article, "replaced", article)

    def fail(self, path: str, reason: str) -> None:
        """Remember a file that cannot be read; what was read of it before stays."""
        self._db.write("REPLACE INTO quarantine VALUES (?, ?)", self._packed(path), reason)

    def drop_source(self, path: str) -> None:
        """Forget a source that went away, and its article if it has no other."""
        known = self.known(path)
        self._db.write("DELETE FROM quarantine WHERE path = ?", self._packed(path))
        if known:
            self._db.write("DELETE FROM sources WHERE path = ?", self._packed(path))
            self._orphaned(known.article, "gone", None)

    def remove(self, article: str) -> None:
        """Take an article out for good: its sources stay known, so that it is not read again."""
        self._clear(article, "removed", None)

    def _record(self, article: Article, passages: Iterable[Passage]) -> None:
        self._db.write(
            "REPLACE INTO articles VALUES (?, ?, 'live', NULL, ?)",
            article.id,
            self.last_change() + 1,
            zlib.compress(article.text.encode("utf-8", "surrogatepass")),
        )
        self._empty(article.id)
        self._db.write_all(
            "INSERT INTO lines VALUES (?, ?, ?)",
            ((article.id, line.n, line.kind) for line in article.lines),
        )
        self._db.write_all(
            "INSERT INTO metadata VALUES (?, ?, ?, ?, ?)",
            ((article.id, n, *datum) for n, datum in enumerate(article.metadata)),
        )
        self._db.write_all(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((article.id, p.n, p.start, p.end, *p.lines, p.heading) for p in passages),
        )

    def _orphaned(self, article: str, state: str, successor: str | None) -> None:
        """What becomes of an article that lost a source: nothing but new paths if it has others."""
        if not self._db.row("SELECT 1 FROM sources WHERE article = ?", article):
            self._clear(article, state, successor)
        else:
            self._db.write(
                "UPDATE articles SET change = ? WHERE id = ? AND state = 'live'",
                self.last_change() + 1,
                article,
            )

    def _clear(self, article: str, state: str, successor: str | None) -> None:
        self._db.write(
            "UPDATE articles SET change = ?, state = ?, successor = ?, text = NULL "
            "WHERE id = ? AND state = 'live'",
            self.last_change() + 1,
            state,
            successor,
            article,
        )
        self._empty(article)

    def _empty(self, article: str) -> None:
        for table in ("lines", "metadata", "passages", "definitions"):
            self._db.write(f"DELETE FROM {table} WHERE article = ?", article)  # noqa: S608 - our names

    # --- small things ---

    def _packed(self, path: str) -> bytes:
        """A path as the bytes it is kept as: below the folder of the corpus a relative one.

        So a folder that holds its articles and its corpus can be moved.
        """
        base = f"{self._base}{os.sep}"
        return os.fsencode(path.removeprefix(base) if self._base else path)

    def _unpacked(self, path: bytes) -> str:
        return os.path.join(self._base, os.fsdecode(path))  # noqa: PTH118 - need not be valid text

    def _text(self, article: str) -> str | None:
        row = self._db.row("SELECT text FROM articles WHERE id = ? AND state = 'live'", article)
        try:
            return zlib.decompress(row[0]).decode("utf-8", "surrogatepass") if row else None
        except zlib.error as error:
            raise self._db.explain(error) from error

    def _metadata(self, article: str) -> tuple[Datum, ...]:
        rows = self._db.rows(
            "SELECT field, value, origin FROM metadata WHERE article = ? ORDER BY n", article
        )
        return tuple(Datum(*row) for row in rows)
