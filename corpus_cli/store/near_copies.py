"""Find clusters of articles that are near-copies."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

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

    def add(self, sketches: Mapping[str, bytes]) -> None:
        """Record the sketches of articles, and put each in a cluster with its near-copies.

        An empty sketch means that the text is too short to compare.
        """
        previous = self._sketches(sketches)
        changed = {
            article: sketch
            for article, sketch in sketches.items()
            if sketch != previous.get(article, b"")
        }
        self.remove([article for article in changed if article in previous])
        new = {article: sketch for article, sketch in changed.items() if sketch}
        from corpus_cli.text.sketches import sketch_keys

        self._db.write_all("REPLACE INTO sketches VALUES (?, ?)", new.items())
        self._db.write_all(
            "INSERT OR IGNORE INTO sketched VALUES (?, ?)",
            ((key, article) for article, sketch in new.items() for key in sketch_keys(sketch)),
        )
        self._join_copies(new)

    def remove(self, articles: Collection[str]) -> None:
        """Remove articles from their clusters, which `rebuild_clusters` will then rebuild."""
        if not articles:
            return
        from corpus_cli.text.sketches import sketch_keys

        self._clusters_to_rebuild.update(self._clusters(articles).values())
        self._db.write_all("UPDATE articles SET cluster = NULL WHERE id = ?", zip(articles))
        # The key of the table is hash and article: by article alone, SQLite would read the whole
        # table.
        self._db.write_all(
            "DELETE FROM sketched WHERE hash = ? AND article = ?",
            (
                (key, article)
                for article, sketch in self._sketches(articles).items()
                for key in sketch_keys(sketch)
            ),
        )
        self._db.write_all("DELETE FROM sketches WHERE article = ?", zip(articles))

    def rebuild_clusters(self) -> None:
        """Rebuild the clusters that lost a member.

        Two articles may have been in one cluster only because both resembled that member.
        """
        rows = self._db.rows_among(
            "SELECT id FROM articles WHERE cluster IN (VALUES *)", zip(self._clusters_to_rebuild)
        )
        self._db.write_all(
            "UPDATE articles SET cluster = NULL WHERE cluster = ?", zip(self._clusters_to_rebuild)
        )
        self._join_copies(self._sketches(article for (article,) in rows))
        self._clusters_to_rebuild.clear()

    def _join_copies(self, sketches: Mapping[str, bytes]) -> None:
        """Put each article in one cluster with its near-copies and the articles of their clusters.

        The name of a cluster is the first of the ids that it consists of.
        """
        copies = self._find_similar(sketches)
        pairs = [(article, copy) for article in sketches for copy in copies[article]]
        articles = {article for pair in pairs for article in pair}
        pairs += self._clusters(articles).items()
        names = _join(pairs)
        self._db.write_all(
            "UPDATE articles SET cluster = ? WHERE cluster = ?",
            ((name, joined) for joined, name in names.items() if joined != name),
        )
        self._db.write_all(
            "UPDATE articles SET cluster = ? WHERE id = ?",
            ((names[article], article) for article in articles),
        )

    def similar(self, sketch: bytes) -> list[str]:
        """Return the articles with a similar sketch."""
        return self._find_similar({"": sketch})[""]

    def _find_similar(self, sketches: Mapping[str, bytes]) -> Mapping[str, list[str]]:
        """Return for each of several articles the other articles with a similar sketch."""
        from corpus_cli.text.sketches import near, sketch_keys

        keys = {article: sketch_keys(sketch) for article, sketch in sketches.items()}
        # A key that many articles share is weak evidence, and near-copies share other keys as well.
        rows = self._db.rows_among(
            "WITH wanted AS (VALUES *) SELECT column1, (SELECT group_concat(article) FROM "
            "(SELECT article FROM sketched WHERE hash = column1 LIMIT ?)) FROM wanted",
            zip({key for article_keys in keys.values() for key in article_keys}),
            _MAX_PER_KEY,
        )
        with_key = {key: articles.split(",") for key, articles in rows if articles}
        candidates = {}
        for article, article_keys in keys.items():
            shared_keys = Counter(
                candidate for key in article_keys for candidate in with_key.get(key, ())
            )
            del shared_keys[article]
            candidates[article] = [
                candidate for candidate, n in shared_keys.items() if n >= _MIN_SHARED_KEYS
            ]
        of_candidates = self._sketches({one for several in candidates.values() for one in several})
        return {
            article: [one for one in several if near(sketches[article], of_candidates[one])]
            for article, several in candidates.items()
        }

    def _sketches(self, articles: Iterable[str]) -> Mapping[str, bytes]:
        """Return the sketches of articles; those that have none are left out."""
        rows = self._db.rows_among(
            "SELECT article, hashes FROM sketches WHERE article IN (VALUES *)", zip(articles)
        )
        return dict(rows)

    def _clusters(self, articles: Iterable[str]) -> Mapping[str, str]:
        """Return the clusters of articles; those that are in none are left out."""
        rows = self._db.rows_among(
            "SELECT id, cluster FROM articles WHERE id IN (VALUES *) AND cluster IS NOT NULL",
            zip(articles),
        )
        return dict(rows)


def _join(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return for each id in some pairs the first of those that the pairs connect with it."""
    first: dict[str, str] = {}

    def find(one: str) -> str:
        while first.setdefault(one, one) != one:
            first[one] = first[first[one]]
            one = first[one]
        return one

    for pair in pairs:
        low, high = sorted(map(find, pair))
        first[high] = low
    return {one: find(one) for one in first}
