"""Metadata of articles: inferred, claimed and corrected."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from corpus_cli.model import CLAIMED, INFERRED, STATED, STDIN, Article, Datum, Header, Source
from corpus_cli.store.database import Database
from corpus_cli.store.file_records import FileRecords

BY_HAND = "by hand"
"""Where a correction comes from."""

_WAITING_PATH = b"\0"
_CERTAINTIES = (STATED, CLAIMED, INFERRED)


class Metadata:
    """The metadata of articles, by who says so.

    What its lines give away belongs to an article, what its files say beside them and what
    was corrected by hand to each of its sources.
    """

    def __init__(self, database: Database, files: FileRecords) -> None:
        self._db = database
        self._files = files

    def of(self, article: str) -> tuple[Datum, ...]:
        """What is known of an article; a field that was corrected by hand is as it was told."""
        return self.by_article([article])[article]

    def by_article(self, articles: Sequence[str]) -> Mapping[str, tuple[Datum, ...]]:
        """The same of several at once."""
        rows = self._db.rows_among(
            "SELECT article, field, value, path, record "
            "FROM corrections JOIN sources USING (path, record) "
            "WHERE article IN (VALUES *) ORDER BY path, record, field, n",
            zip(articles),
        )
        corrected: dict[str, dict[str, tuple[object, list[Datum]]]] = {}
        for article, field, value, *source in rows:
            # Of two files that were both corrected the first counts.
            first_source, data = corrected.setdefault(article, {}).setdefault(field, (source, []))
            if first_source == source:
                data.append(Datum(field, value, BY_HAND, STATED))
        data_by_article = {}
        for article, data_as_read in self._as_read_by_article(articles).items():
            corrections = corrected.get(article, {})
            by_hand = (datum for _, data in corrections.values() for datum in data if datum.value)
            data_by_article[article] = (
                *by_hand,
                *(datum for datum in data_as_read if datum.field not in corrections),
            )
        return data_by_article

    def as_read(self, article: str) -> tuple[Datum, ...]:
        """What its files claim, and what its lines give away where they do not.

        Of several files that claim a field the surest is believed, then the first by path.
        """
        return self._as_read_by_article([article])[article]

    def _as_read_by_article(self, articles: Sequence[str]) -> Mapping[str, tuple[Datum, ...]]:
        from_lines: dict[str, list[Datum]] = {article: [] for article in articles}
        for article, *datum in self._db.rows_among(
            "SELECT article, field, value, origin, certainty FROM metadata "
            "WHERE article IN (VALUES *) ORDER BY n",
            zip(articles),
        ):
            from_lines[article].append(Datum(*datum))
        claims_by_article: dict[str, dict[str, Sequence[Datum]]] = {
            article: {} for article in articles
        }
        rows = self._db.rows_among(
            "SELECT article, path, record, field, value, origin, certainty "
            "FROM sources JOIN claims USING (path, record) "
            "WHERE article IN (VALUES *) ORDER BY article, path = ?, path, record, n",
            zip(articles),
            self._files.stored_path(STDIN),
        )
        for (article, *_), source in groupby(rows, key=itemgetter(0, 1, 2)):
            claimed: dict[str, list[Datum]] = {}
            for row in source:
                claimed.setdefault(row[3], []).append(Datum(*row[3:]))
            for field, field_claims in claimed.items():
                if field not in claims_by_article[article] or _uncertainty(
                    field_claims
                ) < _uncertainty(claims_by_article[article][field]):
                    claims_by_article[article][field] = field_claims
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

    def headers(self, articles: Sequence[str]) -> Mapping[str, Header]:
        """What a list says about articles."""
        sources, data = self._files.sources_by_article(articles), self.by_article(articles)
        rows = self._db.rows_among(
            "SELECT article, count(*) FROM passages WHERE article IN (VALUES *) GROUP BY article",
            zip(articles),
        )
        counts: dict[str, int] = dict(rows)
        return {
            article: _make_header(article, sources[article], data[article], counts.get(article, 0))
            for article in articles
        }

    def values_of_field(self, field: str) -> Mapping[str, Sequence[str]]:
        """The values of one field of all articles that have one: the same as `of` tells."""
        values_by_article: dict[str, Sequence[str]] = {}
        joined = "JOIN sources USING (path, record) WHERE field = ? ORDER BY article, path = ?"
        rows = self._db.rows(
            f"SELECT article, path, record, value FROM corrections {joined}, path, record, n",  # noqa: S608 - our words
            field,
            None,
        )
        for article, sources in groupby(rows, key=itemgetter(0)):
            # Of two files that were both corrected the first counts.
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
        """What a file says of its article beside its lines."""
        rows = self._db.rows(
            "SELECT field, value, origin, certainty FROM claims "
            "WHERE path = ? AND record = ? ORDER BY n",
            *self._files.stored_key(source),
        )
        return [Datum(*row) for row in rows]

    def record_inferred(self, article: Article) -> None:
        """Keep what the lines of an article give away; of it nothing is known."""
        self._db.write_all(
            "INSERT INTO metadata VALUES (?, ?, ?, ?, ?, ?)",
            ((article.id, n, *datum) for n, datum in enumerate(article.metadata) if datum.own),
        )

    def delete_inferred(self, article: str) -> None:
        """Forget what the lines of an article gave away."""
        self._db.write("DELETE FROM metadata WHERE article = ?", article)

    def record_claims(self, source: Source, data: Sequence[Datum]) -> None:
        """Keep what a file says beside the lines of its article."""
        key = self._files.stored_key(source)
        self._db.write("DELETE FROM claims WHERE path = ? AND record = ?", *key)
        self._db.write_all(
            "INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((*key, n, *datum) for n, datum in enumerate(data)),
        )

    def correct(self, source: Source, field: str, values: Sequence[str] | None) -> None:
        """Put values in the place of those that are read there; None takes a correction back."""
        key = (*self._files.stored_key(source), field)
        self._db.write("DELETE FROM corrections WHERE path = ? AND record = ? AND field = ?", *key)
        # No value at all is a correction too.
        for n, value in enumerate(() if values is None else values or ("",)):
            self._db.write("INSERT INTO corrections VALUES (?, ?, ?, ?, ?)", *key, n, value)

    def move_corrections(self, source: Source, new_source: Source | None, article: str) -> None:
        """Let the corrections of a source that goes away follow its article.

        To where else it stands; where that is nowhere they wait for it to come back.
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

    def adopt_waiting_corrections(self, source: Source, article: str) -> None:
        """Take up corrections that wait for an article."""
        self._db.write(
            "UPDATE OR IGNORE corrections SET path = ?, record = ? WHERE path = ? AND record = ?",
            *self._files.stored_key(source),
            _WAITING_PATH,
            article,
        )

    def follow_moved_records(self, path: str, article_by_record: Mapping[str, str]) -> None:
        """Let corrections follow articles that moved to other records of their file.

        `article_by_record` is the article that each record had before. Corrections of a record
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
    """What an article's file says of it beside its lines."""
    return [datum for datum in article.metadata if not datum.own]


def find_title(data: Sequence[Datum]) -> str:
    """The title among what is known of an article; empty where there is none."""
    return next((datum.value for datum in data if datum.field == "title"), "")


def _make_header(
    article: str, sources: Sequence[Source], data: Sequence[Datum], passages: int
) -> Header:
    values_by_field: dict[str, list[str]] = {}
    for datum in data:
        values_by_field.setdefault(datum.field, []).append(datum.value)
    first_values = {name: values[0] for name, values in values_by_field.items()}
    return Header(
        id=article,
        sources=tuple(sources),
        title=first_values.get("title", ""),
        authors=tuple(values_by_field.get("author", ())),
        published=first_values.get("published", ""),
        source=first_values.get("source", ""),
        url=first_values.get("url", ""),
        tags=tuple(values_by_field.get("tag", ())),
        language=first_values.get("language", ""),
        passages=passages,
    )


def _uncertainty(data: Sequence[Datum]) -> int:
    return min(_CERTAINTIES.index(datum.certainty) for datum in data)
