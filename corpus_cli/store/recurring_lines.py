"""Find the short lines that recur on a site, which are chrome."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from corpus_cli.model import Entry
from corpus_cli.store.database import Database

MIN_ARTICLES = 3
"""The number of articles of a site that have a line of chrome, if the site is not small."""

_SMALL_SITE = range(2, 5)
"""The numbers of articles of a site on which two articles with a line are enough."""


class RecurringUpdate(NamedTuple):
    """The sorted ids of the articles to reclassify, and the sketches of some other new ones.

    The sketches are those of articles with lines that recur, without these lines.
    """

    articles: Sequence[str]
    sketches: Mapping[str, bytes]


class _NewArticle(NamedTuple):
    """What is needed of the entry of a new article until it is decided which lines are chrome."""

    site: str
    lines: frozenset[int]
    recurring: frozenset[int]
    sketch: bytes


class RecurringLines:
    """The hashes of the short lines of each site, and which of the lines are chrome there.

    A line is chrome if three articles of the site have it, or two if the site has two to four
    articles. Near-copies count as one article. A folder, whose name begins with `/`, is a weaker
    bond than a site: a line always needs three articles there.
    """

    def __init__(self, database: Database) -> None:
        self._db = database
        self.lacks_articles = False
        """Whether articles were passed over, so that a site may have more than are recorded."""
        self._changed_lines: dict[str, set[int]] = {}
        self._new_articles: dict[str, _NewArticle] = {}

    def add(self, entries: Collection[Entry]) -> None:
        """Record the lines of articles as lines of their sites."""
        self.remove([entry.article.id for entry in entries])
        with_site = [entry for entry in entries if entry.site]
        self._db.write_all(
            "INSERT OR IGNORE INTO recurring VALUES (?, ?, ?)",
            ((entry.site, line, entry.article.id) for entry in with_site for line in entry.lines),
        )
        for entry in with_site:
            self._changed_lines.setdefault(entry.site, set()).update(entry.lines)
            self._new_articles[entry.article.id] = _NewArticle(
                entry.site, entry.lines, entry.recurring, entry.sketch
            )

    def remove(self, articles: Collection[str]) -> None:
        """Delete the lines of articles from the record of their sites."""
        for site, line in self._db.rows_among(
            "SELECT DISTINCT site, line FROM recurring WHERE article IN (VALUES *)", zip(articles)
        ):
            self._changed_lines.setdefault(site, set()).add(line)
        self._db.write_all("DELETE FROM recurring WHERE article = ?", zip(articles))
        for article in articles:
            self._new_articles.pop(article, None)

    def chrome_lines(self, articles: Iterable[str]) -> Mapping[str, frozenset[int]]:
        """Return the hashes of the lines of articles that are chrome on their sites."""
        lines: dict[str, set[int]] = {article: set() for article in articles}
        for article, line in self._db.rows_among(
            "SELECT article, line FROM recurring JOIN repeated USING (site, line) "
            "WHERE article IN (VALUES *)",
            zip(lines),
        ):
            lines[article].add(line)
        return {article: frozenset(chrome) for article, chrome in lines.items()}

    def update(self) -> RecurringUpdate:
        """Decide which of the changed lines are chrome, by the current clusters.

        An article has to be reclassified if one of its lines became chrome or ceased to be, a
        new one if it was classified by others than the lines that are chrome.
        """
        articles: set[str] = set()
        chrome: set[tuple[str, int]] = set()
        for site, changed_lines in self._changed_lines.items():
            count = self._count_articles(site)
            is_site = not (site.startswith("/") or self.lacks_articles)
            is_small = is_site and count in _SMALL_SITE
            min_articles = min(_SMALL_SITE) if is_small else MIN_ARTICLES
            # If a site is small or has just outgrown that, the threshold may change for all lines.
            lines = self._lines(site) if count <= _SMALL_SITE.stop else changed_lines
            for line, with_line, was_chrome in self._count_articles_with(site, lines):
                is_chrome = with_line >= min_articles
                if is_chrome:
                    chrome.add((site, line))
                if is_chrome != was_chrome:
                    self._record(site, line, is_chrome=is_chrome)
                    articles.update(self._articles_with(site, line))
        articles.difference_update(self._new_articles)
        sketches: dict[str, bytes] = {}
        for article, new in self._new_articles.items():
            if new.recurring != {line for line in new.lines if (new.site, line) in chrome}:
                articles.add(article)
            elif new.recurring:
                sketches[article] = new.sketch
        self._changed_lines.clear()
        self._new_articles.clear()
        return RecurringUpdate(sorted(articles), sketches)

    def _count_articles(self, site: str) -> int:
        """Return how many articles a site has, but no more than `_SMALL_SITE.stop + 1`."""
        return self._db.number(
            "SELECT count(*) FROM (SELECT DISTINCT coalesce(cluster, id) FROM articles "
            "WHERE site = ? AND state = 'live' LIMIT ?)",
            site,
            _SMALL_SITE.stop + 1,
        )

    def _count_articles_with(
        self, site: str, lines: Iterable[int]
    ) -> Iterator[tuple[int, int, bool]]:
        """Yield lines of a site, how many articles have each, and whether it is chrome so far.

        Articles are counted up to `MIN_ARTICLES`.
        """
        rows = self._db.rows_among(
            "WITH changed (line) AS (VALUES *) SELECT line, (SELECT count(*) FROM ("
            "SELECT DISTINCT coalesce(a.cluster, a.id) FROM recurring r "
            "JOIN articles a ON a.id = r.article "
            "WHERE r.site = ? AND r.line = changed.line LIMIT ?)), "
            "EXISTS (SELECT 1 FROM repeated p WHERE p.site = ? AND p.line = changed.line) "
            "FROM changed",
            zip(lines),
            *(site, MIN_ARTICLES, site),
        )
        return ((line, count, bool(was_chrome)) for line, count, was_chrome in rows)

    def _lines(self, site: str) -> list[int]:
        rows = self._db.rows("SELECT DISTINCT line FROM recurring WHERE site = ?", site)
        return [row[0] for row in rows]

    def _articles_with(self, site: str, line: int) -> Iterator[str]:
        rows = self._db.rows(
            "SELECT article FROM recurring WHERE site = ? AND line = ?", site, line
        )
        return (row[0] for row in rows)

    def _record(self, site: str, line: int, *, is_chrome: bool) -> None:
        if is_chrome:
            self._db.write("INSERT INTO repeated VALUES (?, ?)", site, line)
        else:
            self._db.write("DELETE FROM repeated WHERE site = ? AND line = ?", site, line)
