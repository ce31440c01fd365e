"""Store saved searches and what was seen of them."""

import sys
from array import array
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from corpus_cli.model.articles import MAX_LINES
from corpus_cli.store.database import Database

EVERYBODY = ""
"""The consumer that stands for all: what was in the corpus when a search was saved."""

_HASH_BYTES = 8
_MAX_HASHES = MAX_LINES
"""More sentences than any article has that a person reads."""


class SavedQuery(NamedTuple):
    """A query under a name: its options as JSON, and when it was added, in UTC (ISO 8601)."""

    name: str
    query: str
    options: str
    added: str


class SavedSearches:
    """The saved searches, and for each how far each consumer has seen its passages.

    A consumer has looked at all changes of articles up to a number. Of the articles in which it
    has seen passages, the hashes of the sentences of these are kept, so that they are recognised
    when an article is read again.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[SavedQuery]:
        """Return the saved searches, sorted by name; none in a store of an older format."""
        if not self._db.row("SELECT 1 FROM sqlite_schema WHERE name = 'saved_searches'"):
            return []
        rows = self._db.rows("SELECT name, query, options, added FROM saved_searches ORDER BY name")
        return [SavedQuery(*row) for row in rows]

    def last_change(self, search: str, consumer: str) -> int:
        """Return the last change that a consumer looked at, at least that when it was saved."""
        return self._db.number(
            "SELECT coalesce(max(change), 0) FROM consumers "
            "WHERE search = ? AND consumer IN (?, ?)",
            search,
            EVERYBODY,
            consumer,
        )

    def sentences(self, search: str, consumer: str) -> dict[str, frozenset[int]]:
        """Return the hashes of sentences that a consumer has seen, by article.

        Those of an article that was replaced belong to the one in its place.
        """
        rows = self._db.rows(
            "SELECT article, state = 'live', sentences FROM seen "
            "LEFT JOIN articles ON id = article WHERE search = ? AND consumer IN (?, ?)",
            search,
            EVERYBODY,
            consumer,
        )
        current = self.find_successors(article for article, is_live, _ in rows if not is_live)
        sentences: dict[str, frozenset[int]] = {}
        for article, _, packed in rows:
            # Of an article that is gone nothing can be compared.
            if live := current.get(article, article):
                sentences[live] = sentences.get(live, frozenset()) | self._unpack(packed)
        return sentences

    def find_successors(self, articles: Iterable[str]) -> dict[str, str]:
        """Return the live article that was read in the place of each article, empty if none was.

        The result has the articles in between as well.
        """
        successors: dict[str, str] = {}
        for article in articles:
            passed: list[str] = []
            last = article
            while last and last not in successors:
                # An article that follows itself is nobody's successor.
                successors[last] = ""
                passed.append(last)
                row = self._db.row("SELECT state, successor FROM articles WHERE id = ?", last)
                if row and row[0] == "live":
                    successors[last] = last
                    break
                last = (row and row[1]) or ""
            live = successors.get(last, "")
            successors.update(dict.fromkeys(passed, live))
        return successors

    # --- writing, inside a transaction ---

    def put(self, saved: SavedQuery) -> None:
        """Record a search in place of one with its name, of which everything is forgotten."""
        self.remove(saved.name)
        self._db.write("INSERT INTO saved_searches VALUES (?, ?, ?, ?)", *saved)

    def remove(self, name: str) -> None:
        """Delete a search and what was seen of it."""
        self._db.write("DELETE FROM saved_searches WHERE name = ?", name)
        for table in ("consumers", "seen"):
            self._db.write(f"DELETE FROM {table} WHERE search = ?", name)  # noqa: S608 - our names

    def set_last_change(self, search: str, consumer: str, change: int) -> None:
        """Record that a consumer has looked at all changes up to a number."""
        self._db.write("REPLACE INTO consumers VALUES (?, ?, ?)", search, consumer, change)

    def add_sentences(
        self, search: str, consumer: str, sentences: Mapping[str, Iterable[int]]
    ) -> None:
        """Record the sentences of passages that a consumer has seen, by article."""
        rows = self._db.rows_among(
            "SELECT article, sentences FROM seen WHERE (search, consumer, article) IN (VALUES *)",
            ((search, consumer, article) for article in sentences),
        )
        before = {article: self._unpack(packed) for article, packed in rows}
        self._db.write_all(
            "REPLACE INTO seen VALUES (?, ?, ?, ?)",
            (
                (search, consumer, article, _pack(before.get(article, frozenset()).union(hashes)))
                for article, hashes in sentences.items()
            ),
        )

    def take_dead(self, search: str, consumer: str) -> dict[str, frozenset[int]]:
        """Delete and return the sentences of articles that are not live, by article."""
        rows = self._db.rows(
            "SELECT article, sentences FROM seen LEFT JOIN articles ON id = article "
            "WHERE search = ? AND consumer = ? AND (id IS NULL OR state != 'live')",
            search,
            consumer,
        )
        self._db.write_all(
            "DELETE FROM seen WHERE search = ? AND consumer = ? AND article = ?",
            ((search, consumer, article) for article, _ in rows),
        )
        return {article: self._unpack(packed) for article, packed in rows}

    def _unpack(self, packed: bytes) -> frozenset[int]:
        if len(packed) % _HASH_BYTES or len(packed) > _MAX_HASHES * _HASH_BYTES:
            error = ValueError("what was seen of a saved search is not as it is written")
            raise self._db.translate_error(error)
        return frozenset(_little_endian(array("q", packed)))


def _pack(hashes: Iterable[int]) -> bytes:
    return _little_endian(array("q", sorted(hashes))).tobytes()


def _little_endian(hashes: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        hashes.byteswap()
    return hashes
