"""What is alike: near-copies, and lines that recur on a site."""

from collections import Counter
from collections.abc import Iterator, Sequence

from corpus_cli.model import Entry
from corpus_cli.store.database import Database

_OFTEN = 3
_FEW = range(2, 5)
_SHARED = 2
_LOOKED_UP = 100


class Alike:
    """Clusters of near-copies, and which lines of a site are no article's own."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._touched: dict[str, set[int]] = {}
        self._fresh: dict[str, Entry] = {}
        self._broken: set[str] = set()

    # --- near-copies ---

    def siblings(self, article: str) -> Sequence[str]:
        """The other articles of its cluster, by id."""
        rows = self._db.rows(
            "SELECT b.id FROM articles a JOIN articles b ON b.cluster = a.cluster "
            "WHERE a.id = ? AND b.id != a.id AND b.state = 'live' ORDER BY b.id",
            article,
        )
        return [row[0] for row in rows]

    def clusters(self) -> Iterator[Sequence[str]]:
        """The ids of near-copies, cluster by cluster."""
        rows = self._db.rows(
            "SELECT cluster, group_concat(id) FROM articles "
            "WHERE cluster IS NOT NULL AND state = 'live' GROUP BY cluster ORDER BY cluster"
        )
        return (sorted(ids.split(",")) for _, ids in rows)

    def join(self, article: str, sketch: bytes) -> None:
        """Keep the sketch of an article, and put it in a cluster with its near-copies."""
        before = self._sketch(article)
        if sketch == before:
            return
        if before:
            self.leave(article)
        if not sketch:
            return
        from corpus_cli.text.sketches import keys

        self._db.write("REPLACE INTO sketches VALUES (?, ?)", article, sketch)
        self._db.write_all(
            "INSERT OR IGNORE INTO sketched VALUES (?, ?)", ((key, article) for key in keys(sketch))
        )
        if near := self._near(article, sketch):
            self._cluster({article, *near})

    def leave(self, article: str) -> None:
        """Take an article out of its cluster; `settled` sees who was near to it alone."""
        from corpus_cli.text.sketches import keys

        row = self._db.row("SELECT cluster FROM articles WHERE id = ?", article)
        self._broken.update(row[:1] if row and row[0] else ())
        self._db.write("UPDATE articles SET cluster = NULL WHERE id = ?", article)
        # By hash and article, the key of the table: by article alone all of it would be read.
        self._db.write_all(
            "DELETE FROM sketched WHERE hash = ? AND article = ?",
            ((key, article) for key in keys(self._sketch(article))),
        )
        self._db.write("DELETE FROM sketches WHERE article = ?", article)

    def _mend(self, cluster: str) -> None:
        """Put those that are left of a cluster in clusters anew."""
        rows = self._db.rows("SELECT id FROM articles WHERE cluster = ?", cluster)
        self._db.write("UPDATE articles SET cluster = NULL WHERE cluster = ?", cluster)
        for (member,) in rows:
            if near := self._near(member, self._sketch(member)):
                self._cluster({member, *near})

    def _cluster(self, members: set[str]) -> None:
        found = {
            row[0]
            for member in members
            for row in self._db.rows("SELECT cluster FROM articles WHERE id = ?", member)
            if row[0]
        }
        name = min(members | found)
        for other in found - {name}:
            self._db.write("UPDATE articles SET cluster = ? WHERE cluster = ?", name, other)
        self._db.write_all(
            "UPDATE articles SET cluster = ? WHERE id = ?", ((name, member) for member in members)
        )

    def _near(self, article: str, sketch: bytes) -> list[str]:
        from corpus_cli.text.sketches import keys, near

        looked_up = keys(sketch)
        # What very many share is no article's own; a copy shares others as well.
        each = f"SELECT * FROM (SELECT article FROM sketched WHERE hash = ? LIMIT {_LOOKED_UP})"  # noqa: S608 - our number
        found = self._db.rows(" UNION ALL ".join([each] * len(looked_up)), *looked_up)
        shared = Counter(other for (other,) in found)
        return [
            other
            for other, count in shared.items()
            if other != article and count >= _SHARED and near(sketch, self._sketch(other))
        ]

    def _sketch(self, article: str) -> bytes:
        row = self._db.row("SELECT hashes FROM sketches WHERE article = ?", article)
        return row[0] if row else b""

    # --- lines that recur ---

    def read(self, entry: Entry) -> None:
        """Note the lines of an article, as those of its site."""
        article = entry.article.id
        self.unread(article)
        if entry.site:
            self._db.write_all(
                "INSERT OR IGNORE INTO recurring VALUES (?, ?, ?)",
                ((entry.site, line, article) for line in entry.lines),
            )
            self._touched.setdefault(entry.site, set()).update(entry.lines)
            self._fresh[article] = entry

    def unread(self, article: str) -> None:
        """Forget the lines of an article."""
        for site, line in self._db.rows(
            "SELECT site, line FROM recurring WHERE article = ?", article
        ):
            self._touched.setdefault(site, set()).add(line)
        self._db.write("DELETE FROM recurring WHERE article = ?", article)
        self._fresh.pop(article, None)

    def chrome(self, article: str) -> frozenset[int]:
        """The lines of an article that are chrome on its site."""
        rows = self._db.rows(
            "SELECT line FROM recurring JOIN repeated USING (site, line) WHERE article = ?", article
        )
        return frozenset(row[0] for row in rows)

    def _is_repeated(self, site: str, line: int) -> bool:
        """Whether a line is chrome on a site."""
        return bool(self._db.row("SELECT 1 FROM repeated WHERE site = ? AND line = ?", site, line))

    def settled(self) -> Sequence[str]:
        """Decide anew who is near to whom and which lines recur; the articles this changes.

        A line is chrome on a site if it stands in three articles, or in two of two to four;
        near-copies count as one. A folder is a weaker bond than a site: there it takes three.
        """
        for cluster in self._broken:
            self._mend(cluster)
        self._broken.clear()
        changed: set[str] = set()
        chrome: set[tuple[str, int]] = set()
        for site, lines in self._touched.items():
            count = self._articles(site)
            enough = min(_FEW) if count in _FEW and not site.startswith("/") else _OFTEN
            # Where two stop being enough every line of the site is in question.
            for line in self._lines(site) if count <= _FEW.stop else lines:
                now = self._stands_in(site, line) >= enough
                if now:
                    chrome.add((site, line))
                if now != self._is_repeated(site, line):
                    self._mark(site, line, chrome=now)
                    changed.update(self._having(site, line))
        for article, entry in self._fresh.items():
            if any((entry.site, line) in chrome for line in entry.lines):
                changed.add(article)
        self._touched.clear()
        self._fresh.clear()
        return sorted(changed)

    def _articles(self, site: str) -> int:
        """How many articles a site has, or one more than are few."""
        return self._db.number(
            "SELECT count(*) FROM (SELECT DISTINCT coalesce(cluster, id) FROM articles "
            "WHERE site = ? AND state = 'live' LIMIT ?)",
            site,
            _FEW.stop + 1,
        )

    def _stands_in(self, site: str, line: int) -> int:
        return self._db.number(
            "SELECT count(*) FROM (SELECT DISTINCT coalesce(a.cluster, a.id) FROM recurring r "
            "JOIN articles a ON a.id = r.article WHERE r.site = ? AND r.line = ? LIMIT ?)",
            site,
            line,
            _OFTEN,
        )

    def _lines(self, site: str) -> list[int]:
        rows = self._db.rows("SELECT DISTINCT line FROM recurring WHERE site = ?", site)
        return [row[0] for row in rows]

    def _having(self, site: str, line: int) -> Iterator[str]:
        rows = self._db.rows(
            "SELECT article FROM recurring WHERE site = ? AND line = ?", site, line
        )
        return (row[0] for row in rows)

    def _mark(self, site: str, line: int, *, chrome: bool) -> None:
        if chrome:
            self._db.write("INSERT INTO repeated VALUES (?, ?)", site, line)
        else:
            self._db.write("DELETE FROM repeated WHERE site = ? AND line = ?", site, line)
