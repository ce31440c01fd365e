"""Record articles and their sources."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count

from corpus_cli.model import Datum, Entry, Source
from corpus_cli.store.article_lines import encode_lines
from corpus_cli.store.compression import pack
from corpus_cli.store.database import Database
from corpus_cli.store.file_records import FileRecords
from corpus_cli.store.longer_ids import adopt
from corpus_cli.store.metadata import Metadata, claims_of
from corpus_cli.store.name_words import NameWords
from corpus_cli.store.near_copies import NearCopies
from corpus_cli.store.recurring_lines import RecurringLines


class Recorder:
    """Records articles and all that belongs to them, inside a transaction.

    A table takes one statement for all articles that are recorded together.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a store
        self,
        database: Database,
        files: FileRecords,
        metadata: Metadata,
        near_copies: NearCopies,
        recurring_lines: RecurringLines,
        name_words: NameWords,
    ) -> None:
        self._db = database
        self._files = files
        self._metadata = metadata
        self._near_copies = near_copies
        self._recurring_lines = recurring_lines
        self._name_words = name_words

    def record(self, entries: Mapping[Source, Entry]) -> None:
        """Record the articles of some sources."""
        distinct = {entry.article.id: entry for entry in entries.values()}
        adopt(self._db, distinct)
        self.replace(distinct.values())
        self._recurring_lines.add(distinct.values())
        articles = {source: entry.article for source, entry in entries.items()}
        self._assign_sources(
            {source: article.id for source, article in articles.items()},
            {source: claims_of(article) for source, article in articles.items()},
        )

    def replace(self, entries: Collection[Entry]) -> None:
        """Record different articles, each in place of its previous version."""
        articles = [entry.article for entry in entries]
        # Articles that are in the store, live or not.
        clusters: dict[str, str | None] = dict(
            self._db.rows_among(
                "SELECT id, cluster FROM articles WHERE id IN (VALUES *)",
                ((article.id,) for article in articles),
            )
        )
        self._db.write_all(
            "REPLACE INTO articles VALUES (?, ?, 'live', NULL, ?, ?, ?, ?)",
            (
                (
                    entry.article.id,
                    change,
                    clusters.get(entry.article.id),
                    entry.site or None,
                    pack(entry.article.text),
                    pack(encode_lines(entry.article.lines)),
                )
                for change, entry in zip(self._count_on(), entries, strict=False)
            ),
        )
        self._delete_derived(clusters)
        self._metadata.record_inferred(articles)
        self._db.write_all(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (entry.article.id, p.n, p.start, p.end, *p.lines, p.page, p.language, p.heading)
                for entry in entries
                for p in entry.passages
            ),
        )
        self._db.write_all(
            "INSERT OR IGNORE INTO definitions VALUES (NULL, ?, ?, ?, ?)",
            (
                (entry.article.id, definition.line, definition.short, definition.long)
                for entry in entries
                for definition in entry.definitions
            ),
        )
        self._near_copies.add(
            {entry.article.id: entry.full_sketch or entry.sketch for entry in entries}
        )
        self._name_words.add({entry.article.id: entry.name_runs for entry in entries})

    def update_chrome(self) -> Sequence[str]:
        """Update the clusters of near-copies, and then the chrome lines.

        Return the ids of the articles whose lines have to be reclassified.
        """
        self._near_copies.rebuild_clusters()
        update = self._recurring_lines.update()
        # Near-copies do not have lines that recur, so they were found by full sketches first.
        self._near_copies.add(update.sketches)
        return update.articles

    def assign_source(self, source: Source, article: str) -> None:
        """Record which article a source contains, in place of the previous one."""
        adopt(self._db, [article])
        previous = self._files.article_at(source)
        self._assign_sources({source: article}, {})
        if previous != article:
            # The article has a new path to cite, and may have new corrections.
            self._mark_changed([article])

    def drop_source(self, source: Source) -> None:
        """Delete a source, and its article if the article has no other source."""
        article = self._files.article_at(source)
        other_sources = [other for other in self._files.sources_of(article) if other != source]
        self._metadata.move_corrections(
            source, other_sources[0] if other_sources else None, article
        )
        self._db.write(
            "DELETE FROM sources WHERE path = ? AND record = ?", *self._files.stored_key(source)
        )
        self._metadata.record_claims({source: ()})
        if article:
            self._handle_lost_sources("gone", {article: None})

    def remove(self, articles: Iterable[str]) -> None:
        """Remove articles for good; their sources are kept, so that they are not read again."""
        self._retire("removed", dict.fromkeys(articles))

    def correct(self, article: str, field: str, values: Sequence[str] | None) -> None:
        """Replace the values of a field by hand; None undoes the correction.

        A correction belongs to the sources of the article, and stays when they are read again.
        """
        for source in self._files.sources_of(article):
            self._metadata.correct(source, field, values)
        self._mark_changed([article])

    def _count_on(self) -> "count[int]":
        """Return the numbers of the next changes."""
        last = self._db.number("SELECT coalesce(max(change), 0) FROM articles")
        return count(last + 1)

    def _assign_sources(
        self, articles: Mapping[Source, str], claims: Mapping[Source, Sequence[Datum]]
    ) -> None:
        """Record the article and the claims of each source, in place of its previous ones."""
        previous = self._files.articles_at(articles)
        self._files.record_articles(articles)
        self._metadata.record_claims({source: claims.get(source, ()) for source in articles})
        self._metadata.adopt_waiting_corrections(articles)
        successors = {previous[source]: articles[source] for source in previous}
        self._handle_lost_sources(
            "replaced", {old: new for old, new in successors.items() if old != new}
        )

    def _handle_lost_sources(self, state: str, successors: Mapping[str, str | None]) -> None:
        """Retire the articles that lost their last source; mark the others as changed.

        `successors` has the articles that lost a source, each with the one in its place.
        """
        rows = self._db.rows_among(
            "SELECT DISTINCT article FROM sources WHERE article IN (VALUES *)", zip(successors)
        )
        with_sources = {article for (article,) in rows}
        self._mark_changed([article for article in successors if article in with_sources])
        self._retire(
            state, {old: new for old, new in successors.items() if old not in with_sources}
        )

    def _mark_changed(self, articles: Collection[str]) -> None:
        if articles:
            self._db.write_all(
                "UPDATE articles SET change = ? WHERE id = ? AND state = 'live'",
                zip(self._count_on(), articles, strict=False),
            )

    def _retire(self, state: str, successors: Mapping[str, str | None]) -> None:
        """Delete what is recorded of articles, except their state and their successors."""
        if not successors:
            return
        self._db.write_all(
            "UPDATE articles SET change = ?, state = ?, successor = ?, text = NULL, lines = NULL, "
            "site = NULL WHERE id = ? AND state = 'live'",
            (
                (change, state, successor, article)
                for change, (article, successor) in zip(
                    self._count_on(), successors.items(), strict=False
                )
            ),
        )
        self._delete_derived(successors)
        self._near_copies.remove(successors)
        self._recurring_lines.remove(successors)
        self._name_words.remove(successors)

    def _delete_derived(self, articles: Iterable[str]) -> None:
        rows = list(zip(articles))
        for table in ("metadata", "passages", "definitions"):
            self._db.write_all(f"DELETE FROM {table} WHERE article = ?", rows)  # noqa: S608 - our names
