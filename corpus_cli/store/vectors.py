"""Store the vectors of passages in a file of their own.

The file may be deleted at any time; `corpus embed` creates it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corpus_cli.errors import CorpusDamaged
from corpus_cli.model import passage_id
from corpus_cli.store.database import Database
from corpus_cli.system.files import path_exists

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]
    _Cache = tuple[tuple[int, Mapping[str, int]], list[str], Array]

VECTORS_FILE = "vectors.db"

_TABLES = """
CREATE TABLE model (name TEXT NOT NULL);
CREATE TABLE vectors (
    article TEXT NOT NULL,
    change INTEGER NOT NULL,
    n INTEGER NOT NULL,
    key BLOB NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (article, change, n)
);
CREATE INDEX vectors_by_key ON vectors (key);
"""

_VERSION = 1


class PassageVector(NamedTuple):
    """The vector of a passage of one version of its article.

    `change` is the change number of that version, `key` the digest of the text that the model
    read, and `vector` the numbers in half precision.
    """

    article: str
    change: int
    n: int
    key: bytes
    vector: bytes


class Vectors:
    """The vectors of one model. `path` is the file, or None for one in memory."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._cache: _Cache | None = None

    def close(self) -> None:
        """Close the file."""
        if "_db" in vars(self):
            self._db.close()

    def model_name(self) -> str:
        """Return the name of the model of the vectors; empty if there are none."""
        if "_db" not in vars(self) and not (self._path and path_exists(self._path)):
            return ""
        with self._translate_damage():
            row = self._db.row("SELECT name FROM model")
        return row[0] if row else ""

    def matrix(self, changes: Mapping[str, int], size: int) -> tuple[list[str], Array]:
        """Return the ids of passages, and the matrix of their vectors in the same order.

        `changes` maps articles to the change numbers of the versions to include; `size` is the
        length of a vector. The result is cached until any process writes.
        """
        import numpy as np

        with self._translate_damage():
            stamp = self._db.number("PRAGMA data_version"), changes
            if self._cache is None or self._cache[0] != stamp:
                vector_by_passage = dict(self._current_vectors(changes))
                try:
                    numbers = np.frombuffer(b"".join(vector_by_passage.values()), "<f2")
                    matrix = numbers.astype(np.float32).reshape(len(vector_by_passage), size)
                except ValueError as error:
                    raise CorpusDamaged("a vector is cut short") from error
                self._cache = stamp, list(vector_by_passage), matrix
        return self._cache[1:]

    def passages_with_vector(self) -> set[tuple[str, int, int]]:
        """Return article, change number and passage number of each vector."""
        with self._translate_damage():
            rows = self._db.rows("SELECT article, change, n FROM vectors")
        return {(article, change, n) for article, change, n in rows}

    def vectors_by_key(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """Return the vectors of the texts with these keys; texts without a vector are left out."""
        marks = ", ".join("?" * len(keys))
        with self._translate_damage():
            return dict(
                self._db.rows(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", *keys)  # noqa: S608 - only marks
            )

    def start_model(self, model: str) -> None:
        """Prepare for vectors of a model, and delete those of any other model."""
        if self.model_name() != model:
            with self._translate_damage(), self._db.transaction():
                self._db.write("DELETE FROM vectors")
                self._db.write("DELETE FROM model")
                self._db.write("INSERT INTO model VALUES (?)", model)

    def add(self, vectors: Iterable[PassageVector]) -> None:
        """Record vectors in one transaction."""
        self._cache = None
        with self._translate_damage(), self._db.transaction():
            self._db.write_all("REPLACE INTO vectors VALUES (?, ?, ?, ?, ?)", vectors)

    def copy(self, articles: Iterable[tuple[str, int, str, int]]) -> None:
        """Copy the vectors of articles to other ids, each an old and a new id with its change."""
        if self.model_name():
            with self._translate_damage(), self._db.transaction():
                self._db.write_all(
                    "REPLACE INTO vectors SELECT ?3, ?4, n, key, vector FROM vectors "
                    "WHERE article = ?1 AND change = ?2",
                    articles,
                )

    def keep_only(self, changes: Mapping[str, int]) -> None:
        """Delete all vectors but those of these versions of articles."""
        if self.model_name():
            versions = {(article, change) for article, change, _ in self.passages_with_vector()}
            self.remove(versions.difference(changes.items()))

    def remove(self, articles: Iterable[tuple[str, int]]) -> None:
        """Delete the vectors of versions of articles, each an article and its change number."""
        with self._translate_damage(), self._db.transaction():
            self._db.write_all("DELETE FROM vectors WHERE article = ? AND change = ?", articles)

    def _current_vectors(self, changes: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
        rows = self._db.rows("SELECT article, change, n, vector FROM vectors ORDER BY 1, 3")
        return (
            (passage_id(article, n), vector)
            for article, change, n, vector in rows
            if changes.get(article) == change
        )

    @cached_property
    def _db(self) -> Database:
        return Database(self._path, _TABLES, _VERSION, create=True)

    @contextmanager
    def _translate_damage(self) -> Iterator[None]:
        try:
            yield
        except CorpusDamaged as error:
            raise CorpusDamaged(
                f"{self._path} is damaged: remove it and create it again with: corpus embed"
            ) from error
