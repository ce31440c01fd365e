"""Store metadata of articles: inferred, claimed, corrected."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from corpus_cli.model import CLAIMED, INFERRED, STATED, STDIN, Article, Datum, Header, Source
from corpus_cli.store.database import Database
from corpus_cli.store.file_records import FileRecords
from corpus_cli.store.query_limits import Row

BY_HAND = "by hand"
"""The origin of a correction."""

_WAITING_PATH = b"\0"
_CERTAINTIES = (STATED, CLAIMED, INFERRED)


class Metadata:
    """The metadata of articles, by origin.

    Inferred values come from the lines of an article and belong to the article. Claims, which its
    files make outside of the lines, and corrections by hand belong to each of its sources.
    """

    def __init__(self, database: Database, files: FileRecords) -> None:
        self._db = database
        self._files = files

    def of(self, article: str) -> tuple[Datum, ...]:
        """Return the metadata of an article; corrections replace the other values of a field."""
        return self.by_article([article])[article]

    def by_article(self, articles: Sequence[str]) -> Mapping[str, tuple[Datum, ...]]:
        """Return the metadata of several articles, by article."""
        rows = self._db.rows_among(
            "SELECT article, field, value, path, record "
            "FROM corrections JOIN sources USING (path, record) "
            "WHERE article IN (VALUES *) ORDER BY path, record, field, n",
            zip(articles),
        )
        corrected: dict[str, dict[str, tuple[object, list[Datum]]]] = {}
        for article, field, value, *source in rows:
            # If several files were corrected, the corrections of the first count.
            first_source, data = corrected.setdefault(article, {}).setdefault(field, (source, []))
            if first_source == source:
                data.append(Datum(field, value, BY_HAND, STATED))
        data_by_article = {}
        for article, data_as_read in self.as_read(articles).items():
            corrections = corrected.get(article, {})
            by_hand = (datum for _, data in corrections.values() for datum in data if datum.value)
            data_by_article[article] = (
                *by_hand,
                *(datum for datum in data_as_read if datum.field not in corrections),
            )
        return data_by_article

    def as_read(self, articles: Sequence[str]) -> Mapping[str, tuple[Datum, ...]]:
        """Return the metadata of articles without corrections: claims, else inferred values.

        If several files claim a field, the most certain claim is used, then the first by path.
        """
        from_lines: dict[str, list[Datum]] = {article: [] for article in articles}
        # The orders are those of the tables, so that nothing is sorted.
        for article, *datum in self._db.rows_among(
            "SELECT article, field, value, origin, certainty FROM metadata "
            "WHERE article IN (VALUES *) ORDER BY article, n",
            zip(articles),
        ):
            from_lines[article].append(Datum(*datum))
        claims_by_article: dict[str, dict[str, list[Datum]]] = {article: {} for article in articles}
        rows = self._db.rows_among(
            "SELECT article, path, record, field, value, origin, certainty "
            "FROM sources JOIN claims USING (path, record) "
            "WHERE article IN (VALUES *) ORDER BY article, path, record, n",
            zip(articles),
        )
        for article, by_source in groupby(rows, key=itemgetter(0)):
            sources = [list(source) for _, source in groupby(by_source, key=itemgetter(1, 2))]
            if len(sources) > 1:
                sources.sort(key=self._is_from_stdin)
            claims = claims_by_article[article]
            for source in sources:
                claimed: dict[str, list[Datum]] = {}
                for row in source:
                    claimed.setdefault(row[3], []).append(Datum(*row[3:]))
                for field, field_claims in claimed.items():
                    previous = claims.get(field)
                    if not previous or _uncertainty(field_claims) < _uncertainty(previous):
                        claims[field] = field_claims
        return {
            article: (
                *(datum for data in claims_by_article[article].values() for datum in data),
                *(
                    datum
                    for datum in from_lines[article]
                    if datum.field not in claims_by_article[article]
                ),
            )
            for article in articles
        }

    def _is_from_stdin(self, rows: Sequence[Row]) -> bool:
        """Return whether the rows of a source are those of standard input, which comes last."""
        return bool(rows[0][1] == self._files.stored_path(STDIN))

    def headers(self, articles: Sequence[str]) -> Mapping[str, Header]:
        """Return the headers of several articles, by article."""
        sources = self._files.sources_by_article(articles)
        values = self._values_by_article(articles, sources)
        # Passages are numbered from 1, and the last is found without reading the others.
        rows = self._db.rows_among(
            "WITH wanted AS (VALUES *) "
            "SELECT column1, (SELECT max(n) FROM passages WHERE article = column1) FROM wanted",
            zip(articles),
        )
        counts: dict[str, int | None] = dict(rows)
        return {
            article: _make_header(article, sources[article], values[article], counts[article] or 0)
            for article in articles
        }

    def _values_by_article(
        self, articles: Sequence[str], sources: Mapping[str, Sequence[Source]]
    ) -> Mapping[str, Mapping[str, Sequence[str]]]:
        """Return the values of each field of several articles, by article.

        These are the values of `by_article`. Most articles have one source and no correction, so
        that there is nothing to choose between and less to read.
        """
        rows = self._db.rows_among(
            "SELECT article FROM corrections JOIN sources USING (path, record) "
            "WHERE article IN (VALUES *)",
            zip(articles),
        )
        corrected = {article for (article,) in rows}
        simple = [one for one in articles if len(sources[one]) <= 1 and one not in corrected]
        claimed: dict[str, dict[str, list[str]]] = {article: {} for article in simple}
        for article, field, value in self._db.rows_among(
            "SELECT article, field, value FROM sources JOIN claims USING (path, record) "
            "WHERE article IN (VALUES *) ORDER BY article, path, record, n",
            zip(simple),
        ):
            claimed[article].setdefault(field, []).append(value)
        inferred: dict[str, dict[str, list[str]]] = {article: {} for article in simple}
        for article, field, value in self._db.rows_among(
            "SELECT article, field, value FROM metadata "
            "WHERE article IN (VALUES *) ORDER BY article, n",
            zip(simple),
        ):
            inferred[article].setdefault(field, []).append(value)
        values = {article: inferred[article] | claimed[article] for article in simple}
        for article, data in self.by_article([*{*articles}.difference(simple)]).items():
            values[article] = {}
            for datum in data:
                values[article].setdefault(datum.field, []).append(datum.value)
        return values

    def values_of_field(self, field: str) -> Mapping[str, Sequence[str]]:
        """Return the values of a field, as in `of`, of all articles that have the field."""
        values_by_article: dict[str, Sequence[str]] = {}
        joined = "JOIN sources USING (path, record) WHERE field = ? ORDER BY article, path = ?"
        rows = self._db.rows(
            f"SELECT article, path, record, value FROM corrections {joined}, path, record, n",  # noqa: S608 - our own text
            field,
            None,
        )
        for article, sources in groupby(rows, key=itemgetter(0)):
            # If several files were corrected, the corrections of the first count.
            _, first_source_rows = next(groupby(sources, key=itemgetter(1, 2)))
            values_by_article[article] = [row[3] for row in first_source_rows if row[3]]
        corrected = set(values_by_article)
        rows = self._db.rows(
            f"SELECT article, path, record, value, certainty FROM claims {joined}, path, record, n",  # noqa: S608 - the same
            field,
            self._files.stored_path(STDIN),
        )
        for article, sources in groupby(rows, key=itemgetter(0)):
            claims_by_source = (list(one) for _, one in groupby(sources, key=itemgetter(1, 2)))
            surest_claims = min(
                claims_by_source, key=lambda one: min(_CERTAINTIES.index(row[4]) for row in one)
            )
            values_by_article.setdefault(article, [row[3] for row in surest_claims])
        claimed = set(values_by_article)
        rows = self._db.rows(
            "SELECT article, value FROM metadata WHERE field = ? ORDER BY article, n", field
        )
        for article, article_rows in groupby(rows, key=itemgetter(0)):
            if article not in claimed | corrected:
                values_by_article[article] = [value for _, value in article_rows]
        return values_by_article

    def claims(self, source: Source) -> Sequence[Datum]:
        """Return the claims of a source."""
        rows = self._db.rows(
            "SELECT field, value, origin, certainty FROM claims "
            "WHERE path = ? AND record = ? ORDER BY n",
            *self._files.stored_key(source),
        )
        return [Datum(*row) for row in rows]

    def record_inferred(self, articles: Iterable[Article]) -> None:
        """Record the values inferred from the lines of articles that have none recorded."""
        self._db.write_all(
            "INSERT INTO metadata VALUES (?, ?, ?, ?, ?, ?)",
            (
                (article.id, n, *datum)
                for article in articles
                for n, datum in enumerate(article.metadata)
                if datum.own
            ),
        )

    def record_claims(self, claims: Mapping[Source, Sequence[Datum]]) -> None:
        """Record the claims of sources, in place of their previous ones."""
        data_by_key = {self._files.stored_key(source): data for source, data in claims.items()}
        self._db.write_all("DELETE FROM claims WHERE path = ? AND record = ?", data_by_key)
        self._db.write_all(
            "INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (*key, n, *datum)
                for key, data in data_by_key.items()
                for n, datum in enumerate(data)
            ),
        )

    def correct(self, source: Source, field: str, values: Sequence[str] | None) -> None:
        """Replace the values of a field of a source by hand; None undoes the correction."""
        key = (*self._files.stored_key(source), field)
        self._db.write("DELETE FROM corrections WHERE path = ? AND record = ? AND field = ?", *key)
        # A correction without a value is stored as an empty one: it removes the field.
        for n, value in enumerate(() if values is None else values or ("",)):
            self._db.write("INSERT INTO corrections VALUES (?, ?, ?, ?, ?)", *key, n, value)

    def move_corrections(self, source: Source, new_source: Source | None, article: str) -> None:
        """Move the corrections of a source that is deleted to another source of its article.

        If `new_source` is None, they are kept for the article in case it returns.
        """
        key = self._files.stored_key(new_source) if new_source else (_WAITING_PATH, article)
        self._db.write(
            "UPDATE OR IGNORE corrections SET path = ?, record = ? WHERE path = ? AND record = ?",
            *key,
            *self._files.stored_key(source),
        )
        self._db.write(
            "DELETE FROM corrections WHERE path = ? AND record = ?", *self._files.stored_key(source)
        )

    def adopt_waiting_corrections(self, articles: Mapping[Source, str]) -> None:
        """Give sources the corrections that were kept for their articles."""
        self._db.write_all(
            "UPDATE OR IGNORE corrections SET path = ?, record = ? WHERE path = ? AND record = ?",
            (
                (*self._files.stored_key(source), _WAITING_PATH, article)
                for source, article in articles.items()
            ),
        )

    def follow_moved_records(self, path: str, article_by_record: Mapping[str, str]) -> None:
        """Move corrections with articles that moved to other records of their file.

        `article_by_record` is the previous article of each record. The corrections of a record
        stay with it if its article was replaced by another version.
        """
        stored_path = self._files.stored_path(path)
        rows = self._db.rows(
            "SELECT record, field, n, value FROM corrections WHERE path = ?", stored_path
        )
        if not rows:
            return
        record_by_article = {
            article: record for record, article, _ in self._files.articles_in_file(path)
        }
        self._db.write("DELETE FROM corrections WHERE path = ?", stored_path)
        self._db.write_all(
            "INSERT OR IGNORE INTO corrections VALUES (?, ?, ?, ?, ?)",
            (
                (
                    stored_path,
                    record_by_article.get(article_by_record.get(record, ""), record),
                    field,
                    n,
                    value,
                )
                for record, field, n, value in rows
            ),
        )


def claims_of(article: Article) -> Sequence[Datum]:
    """Return the metadata that a file claims outside of the lines of its article."""
    return [datum for datum in article.metadata if not datum.own]


def find_title(data: Sequence[Datum]) -> str:
    """Return the title in the metadata of an article; empty if it has none."""
    return next((datum.value for datum in data if datum.field == "title"), "")


def _make_header(
    article: str, sources: Sequence[Source], values: Mapping[str, Sequence[str]], passages: int
) -> Header:
    first_values = {field: field_values[0] for field, field_values in values.items()}
    is_record = bool(sources and sources[0].record)
    kept_lines = first_values.get("lines", "").partition("-")[0]
    return Header(
        id=article,
        sources=tuple(sources),
        title=first_values.get("title", ""),
        authors=tuple(values.get("author", ())),
        published=first_values.get("published", ""),
        modified=first_values.get("modified", ""),
        source=first_values.get("source", ""),
        url=first_values.get("url", ""),
        tags=tuple(values.get("tag", ())),
        language=first_values.get("language", ""),
        passages=passages,
        record_line=int(kept_lines or first_values.get("line", "0")) if is_record else 0,
        keeps_lines=is_record and bool(kept_lines),
    )


def _uncertainty(data: Sequence[Datum]) -> int:
    return min(_CERTAINTIES.index(datum.certainty) for datum in data)
