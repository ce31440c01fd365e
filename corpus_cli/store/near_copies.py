"""Find clusters of articles that are near-copies."""

from collections import Counter
from collections.abc import Iterator, Sequence

from corpus_cli.store.database import Database

_MIN_SHARED_KEYS = 2
_MAX_PER_KEY = 100


class NearCopies:
    """The sketch of each article, and the clusters of articles with similar sketches.

    An article without near-copies is in no cluster.
    """

    def __init__(self, database: Database) -> None:
        self._db = database
        self._clusters_to_rebuild: set[str] = set()

    def siblings(self, article: str) -> Sequence[str]:
        """Return the other live articles of an article's cluster, sorted by id."""
        rows = self._db.rows(
            "SELECT b.id FROM articles a JOIN articles b ON b.cluster = a.cluster "
            "WHERE a.id = ? AND b.id != a.id AND b.state = 'live' ORDER BY b.id",
            article,
        )
        return [row[0] for row in rows]

    def clusters(self) -> Iterator[Sequence[str]]:
        """Yield the sorted ids of the live articles of each cluster."""
        rows = self._db.rows(
            "SELECT cluster, group_concat(id) FROM articles "
            "WHERE cluster IS NOT NULL AND state = 'live' GROUP BY cluster ORDER BY cluster"
        )
        return (sorted(ids.split(",")) for _, ids in rows)

    def sketches(self) -> Iterator[tuple[str, bytes]]:
        """Yield each article that has a sketch, with its sketch."""
        rows = self._db.rows("SELECT article, hashes FROM sketches ORDER BY article")
        return ((article, sketch) for article, sketch in rows)

    def add(self, article: str, sketch: bytes) -> None:
        """Record the sketch of an article, and put the article in a cluster with its near-copies.

        An empty sketch means that the text is too short to compare.
        """
        previous = self._sketch(article)
        if sketch == previous:
            return
        if previous:
            self.remove(article)
        if not sketch:
            return
        from corpus_cli.text.sketches import sketch_keys

        self._db.write("REPLACE INTO sketches VALUES (?, ?)", article, sketch)
        self._db.write_all(
            "INSERT OR IGNORE INTO sketched VALUES (?, ?)",
            ((key, article) for key in sketch_keys(sketch)),
        )
        self._join_copies(article, sketch)

    def remove(self, article: str) -> None:
        """Remove an article from its cluster, which `rebuild_clusters` will then rebuild."""
        from corpus_cli.text.sketches import sketch_keys

        row = self._db.row("SELECT cluster FROM articles WHERE id = ?", article)
        self._clusters_to_rebuild.update(row[:1] if row and row[0] else ())
        self._db.write("UPDATE articles SET cluster = NULL WHERE id = ?", article)
        # The key of the table is hash and article: by article alone, SQLite would read the whole
        # table.
        self._db.write_all(
            "DELETE FROM sketched WHERE hash = ? AND article = ?",
            ((key, article) for key in sketch_keys(self._sketch(article))),
        )
        self._db.write("DELETE FROM sketches WHERE article = ?", article)

    def rebuild_clusters(self) -> None:
        """Rebuild the clusters that lost a member.

        Two articles may have been in one cluster only because both resembled that member.
        """
        for cluster in self._clusters_to_rebuild:
            rows = self._db.rows("SELECT id FROM articles WHERE cluster = ?", cluster)
            self._db.write("UPDATE articles SET cluster = NULL WHERE cluster = ?", cluster)
            for (article,) in rows:
                self._join_copies(article, self._sketch(article))
        self._clusters_to_rebuild.clear()

    def _join_copies(self, article: str, sketch: bytes) -> None:
        """Put an article in one cluster with its near-copies, if it has any."""
        near_copies = {article, *self.similar(sketch)}
        if len(near_copies) > 1:
            self._join(near_copies)

    def _join(self, articles: set[str]) -> None:
        """Put articles in one cluster, together with all other articles of their clusters."""
        clusters = {
            row[0]
            for article in articles
            for row in self._db.rows("SELECT cluster FROM articles WHERE id = ?", article)
            if row[0]
        }
        name = min(articles | clusters)
        for cluster in clusters - {name}:
            self._db.write("UPDATE articles SET cluster = ? WHERE cluster = ?", name, cluster)
        self._db.write_all(
            "UPDATE articles SET cluster = ? WHERE id = ?",
            ((name, article) for article in articles),
        )

    def similar(self, sketch: bytes) -> list[str]:
        """Return the articles with a similar sketch."""
        from corpus_cli.text.sketches import near, sketch_keys

        hashes = sketch_keys(sketch)
        # A key that many articles share is weak evidence, and near-copies share other keys as well.
        select = f"SELECT * FROM (SELECT article FROM sketched WHERE hash = ? LIMIT {_MAX_PER_KEY})"  # noqa: S608 - our number
        rows = self._db.rows(" UNION ALL ".join([select] * len(hashes)), *hashes)
        shared_keys = Counter(candidate for (candidate,) in rows)
        return [
            candidate
            for candidate, count in shared_keys.items()
            if count >= _MIN_SHARED_KEYS and near(sketch, self._sketch(candidate))
        ]

    def _sketch(self, article: str) -> bytes:
        row = self._db.row("SELECT hashes FROM sketches WHERE article = ?", article)
        return row[0] if row else b""
