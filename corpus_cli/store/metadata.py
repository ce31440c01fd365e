"""Metadata of articles: inferred, claimed and corrected."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from corpus_cli.model import CLAIMED, INFERRED, STATED, STDIN, Article, Datum, Header, Source
from corpus_cli.store.database import Database
from corpus_cli.store.file_records import Files

BY_HAND = "by hand"
"""Where a correction comes from."""

_WAITING = b"\0"
_CERTAIN = (STATED, CLAIMED, INFERRED)


class Metadata:
    """The metadata of articles, by who says so.

    What its lines give away belongs to an article, what its files say beside them and what
    was corrected by hand to each of its sources.
    """

    def __init__(self, database: Database, files: Files) -> None:
        self._db = database
        self._files = files

    def of(self, article: str) -> tuple[Datum, ...]:
        """What is known of an article; a field that was corrected by hand is as it was told."""
        return self.each([article])[article]

    def each(self, articles: Sequence[str]) -> Mapping[str, tuple[Datum, ...]]:
        """The same of several at once."""
        rows = self._db.among(
            "SELECT article, field, value, path, record "
            "FROM corrections JOIN sources USING (path, record) "
            "WHERE article IN (VALUES *) ORDER BY path, record, field, n",
            zip(articles),
        )
        corrected: dict[str, dict[str, tuple[object, list[Datum]]]] = {}
        for article, field, value, *place in rows:
            # Of two files that were both corrected the first counts.
            first, data = corrected.setdefault(article, {}).setdefault(field, (place, []))
            if first == place:
                data.append(Datum(field, value, BY_HAND, STATED))
        found = {}
        for article, read in self._as_read(articles).items():
            told = corrected.get(article, {})
            by_hand = (datum for _, data in told.values() for datum in data if datum.value)
            found[article] = (*by_hand, *(datum for datum in read if datum.field not in told))
        return found

    def as_read(self, article: str) -> tuple[Datum, ...]:
        """What its files claim, and what its lines give away where they do not.

        Of several files that claim a field the surest is believed, then the first by path.
        """
        return self._as_read([article])[article]

    def _as_read(self, articles: Sequence[str]) -> Mapping[str, tuple[Datum, ...]]:
        own: dict[str, list[Datum]] = {article: [] for article in articles}
        for article, *datum in self._db.among(
            "SELECT article, field, value, origin, certainty FROM metadata "
            "WHERE article IN (VALUES *) ORDER BY n",
            zip(articles),
        ):
            own[article].append(Datum(*datum))
        best: dict[str, dict[str, Sequence[Datum]]] = {article: {} for article in articles}
        rows = self._db.among(
            "SELECT article, path, record, field, value, origin, certainty "
            "FROM sources JOIN claims USING (path, record) "
            "WHERE article IN (VALUES *) ORDER BY article, path = ?, path, record, n",
            zip(articles),
            self._files.packed(STDIN),
        )
        for (article, *_), source in groupby(rows, key=itemgetter(0, 1, 2)):
            claimed: dict[str, list[Datum]] = {}
            for row in source:
                claimed.setdefault(row[3], []).append(Datum(*row[3:]))
            for field, found in claimed.items():
                if field not in best[article] or _doubt(found) < _doubt(best[article][field]):
                    best[article][field] = found
        return {
            article: (
                *(datum for data in best[article].values() for datum in data),
                *(datum for datum in own[article] if datum.field not in best[article]),
            )
            for article in articles
        }

    def headers(self, articles: Sequence[str]) -> Mapping[str, Header]:
        """What a list says about articles."""
        sources, data = self._files.each(articles), self.each(articles)
        rows = self._db.among(
            "SELECT article, count(*) FROM passages WHERE article IN (VALUES *) GROUP BY article",
            zip(articles),
        )
        counts: dict[str, int] = dict(rows)
        return {
            article: _header(article, sources[article], data[article], counts.get(article, 0))
            for article in articles
        }

    def known(self, field: str) -> Mapping[str, Sequence[str]]:
        """The values of one field of all articles that have one: the same as `of` tells."""
        found: dict[str, Sequence[str]] = {}
        joined = "JOIN sources USING (path, record) WHERE field = ? ORDER BY article, path = ?"
        rows = self._db.rows(
            f"SELECT article, path, record, value FROM corrections {joined}, path, record, n",  # noqa: S608 - our words
            field,
            None,
        )
        for article, sources in groupby(rows, key=itemgetter(0)):
            # Of two files that were both corrected the first counts.
            _, first = next(groupby(sources, key=itemgetter(1, 2)))
            found[article] = [row[3] for row in first if row[3]]
        corrected = set(found)
        rows = self._db.rows(
            f"SELECT article, path, record, value, certainty FROM claims {joined}, path, record, n",  # noqa: S608 - the same
            field,
            self._files.packed(STDIN),
        )
        for article, sources in groupby(rows, key=itemgetter(0)):
            told = (list(one) for _, one in groupby(sources, key=itemgetter(1, 2)))
            best = min(told, key=lambda one: min(_CERTAIN.index(row[4]) for row in one))
            found.setdefault(article, [row[3] for row in best])
        claimed = set(found)
        rows = self._db.rows(
            "SELECT article, value FROM metadata WHERE field = ? ORDER BY article, n", field
        )
        for article, own in groupby(rows, key=itemgetter(0)):
            if article not in claimed | corrected:
                found[article] = [value for _, value in own]
        return found

    def claims(self, source: Source) -> Sequence[Datum]:
        """What a file says of its article beside its lines."""
        rows = self._db.rows(
            "SELECT field, value, origin, certainty FROM claims "
            "WHERE path = ? AND record = ? ORDER BY n",
            *self._files.place(source),
        )
        return [Datum(*row) for row in rows]

    def read(self, article: Article) -> None:
        """Keep what the lines of an article give away; of it nothing is known."""
        self._db.write_all(
            "INSERT INTO metadata VALUES (?, ?, ?, ?, ?, ?)",
            ((article.id, n, *datum) for n, datum in enumerate(article.metadata) if datum.own),
        )

    def forget(self, article: str) -> None:
        """Forget what the lines of an article gave away."""
        self._db.write("DELETE FROM metadata WHERE article = ?", article)

    def claim(self, source: Source, data: Sequence[Datum]) -> None:
        """Keep what a file says beside the lines of its article."""
        place = self._files.place(source)
        self._db.write("DELETE FROM claims WHERE path = ? AND record = ?", *place)
        self._db.write_all(
            "INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((*place, n, *datum) for n, datum in enumerate(data)),
        )

    def correct(self, source: Source, field: str, values: Sequence[str] | None) -> None:
        """Put values in the place of those that are read there; None takes a correction back."""
        place = (*self._files.place(source), field)
        self._db.write(
            "DELETE FROM corrections WHERE path = ? AND record = ? AND field = ?", *place
        )
        # No value at all is a correction too.
        for n, value in enumerate(() if values is None else values or ("",)):
            self._db.write("INSERT INTO corrections VALUES (?, ?, ?, ?, ?)", *place, n, value)

    def hand_over(self, source: Source, heir: Source | None, article: str) -> None:
        """Let the corrections of a source that goes away follow its article.

        To where else it stands; where that is nowhere they wait for it to come back.
        """
        place = self._files.place(heir) if heir else (_WAITING, article)
        self._db.write(
            "UPDATE OR IGNORE corrections SET path = ?, record = ? WHERE path = ? AND record = ?",
            *place,
            *self._files.place(source),
        )
        self._db.write(
            "DELETE FROM corrections WHERE path = ? AND record = ?", *self._files.place(source)
        )

    def adopt(self, source: Source, article: str) -> None:
        """Take up corrections that wait for an article."""
        self._db.write(
            "UPDATE OR IGNORE corrections SET path = ?, record = ? WHERE path = ? AND record = ?",
            *self._files.place(source),
            _WAITING,
            article,
        )

    def follow(self, path: str, before: Mapping[str, str]) -> None:
        """Let corrections follow articles that moved to other records of their file.

        `before` is which article each record held. Where an article was replaced in its place,
        what was corrected there stays.
        """
        packed = self._files.packed(path)
        rows = self._db.rows(
            "SELECT record, field, n, value FROM corrections WHERE path = ?", packed
        )
        if not rows:
            return
        now = {article: record for record, article, _ in self._files.standing(path)}
        self._db.write("DELETE FROM corrections WHERE path = ?", packed)
        self._db.write_all(
            "INSERT OR IGNORE INTO corrections VALUES (?, ?, ?, ?, ?)",
            (
                (packed, now.get(before.get(record, ""), record), field, n, value)
                for record, field, n, value in rows
            ),
        )


def claims(article: Article) -> Sequence[Datum]:
    """What an article's file says of it beside its lines."""
    return [datum for datum in article.metadata if not datum.own]


def title(data: Sequence[Datum]) -> str:
    """The title among what is known of an article; empty where there is none."""
    return next((datum.value for datum in data if datum.field == "title"), "")


def _header(
    article: str, sources: Sequence[Source], data: Sequence[Datum], passages: int
) -> Header:
    known: dict[str, list[str]] = {}
    for datum in data:
        known.setdefault(datum.field, []).append(datum.value)
    first = {name: values[0] for name, values in known.items()}
    return Header(
        id=article,
        sources=tuple(sources),
        title=first.get("title", ""),
        authors=tuple(known.get("author", ())),
        published=first.get("published", ""),
        source=first.get("source", ""),
        url=first.get("url", ""),
        tags=tuple(known.get("tag", ())),
        language=first.get("language", ""),
        passages=passages,
    )


def _doubt(data: Sequence[Datum]) -> int:
    return min(_CERTAIN.index(datum.certainty) for datum in data)
