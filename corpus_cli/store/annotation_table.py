"""Store notes and tags, and where they are now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from corpus_cli.model.annotations import (
    MAX_NOTE,
    MAX_QUOTE,
    MAX_TAG,
    MAX_TAGS,
    Anchor,
    Annotation,
)
from corpus_cli.store.database import Database
from corpus_cli.store.query_limits import Row

_SELECT = (
    "SELECT annotations.id, article, passage, quote, title, note, annotations.changed, "
    "now_article, now_passage, coalesce(state = 'live', 0) "
    "FROM annotations LEFT JOIN articles ON articles.id = now_article"
)


class Annotations:
    """The annotations of a corpus.

    Each keeps what it was written on, which no change of an article touches. Where that is now is
    recorded beside it, by the writer that changes articles (`place_annotations`). `exist` says
    whether there are any.
    """

    def __init__(self, database: Database, exist: Callable[[], bool]) -> None:
        self._db = database
        self._exist = exist

    def all(self) -> list[Annotation]:
        """Return all annotations, by the article and the passage that they are on now."""
        return self._read("ORDER BY now_article, now_passage, annotations.id")

    def of(self, articles: Collection[str]) -> list[Annotation]:
        """Return the annotations that are now on some articles or on their passages."""
        if not self._exist():
            return []
        rows = self._db.rows_among(
            f"{_SELECT} WHERE now_article IN (VALUES *) "
            "ORDER BY now_article, now_passage, annotations.id",
            zip(articles),
        )
        return self._build(rows)

    def written_on(self, prefix: str) -> list[Annotation]:
        """Return the annotations that were written on articles whose id begins with a text."""
        return self._read("WHERE article >= ? AND article < ?", prefix, prefix + "\x7f")

    def find(self, anchor: Anchor) -> Annotation | None:
        """Return the annotation that was written on a passage with this text."""
        matching = self._read(
            "WHERE article = ? AND passage IS ? AND quote = ?",
            anchor.article,
            anchor.passage,
            anchor.quote,
        )
        return next(iter(matching), None)

    def tags(self) -> Sequence[tuple[str, int]]:
        """Return the tags, each with the number of places that have it, sorted."""
        if not self._exist():
            return []
        rows = self._db.rows("SELECT tag, count(*) FROM annotation_tags GROUP BY tag ORDER BY tag")
        return [(tag, count) for tag, count in rows]

    # --- writing, inside a transaction ---

    def put(self, annotation: Annotation) -> None:
        """Record an annotation, in place of that with its key; a key of 0 adds one.

        Where it is now has to be found out after that.
        """
        row = (*annotation.anchor, annotation.note, annotation.changed)
        self._db.write(
            "REPLACE INTO annotations VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, 0)",
            annotation.key or None,
            *row,
            annotation.now_article or annotation.anchor.article,
        )
        key = annotation.key or self._db.number("SELECT last_insert_rowid()")
        self._delete_tags(key)
        self._db.write_all(
            "INSERT INTO annotation_tags VALUES (?, ?)",
            ((key, tag) for tag in dict.fromkeys(annotation.tags)),
        )

    def remove(self, annotation: Annotation) -> None:
        """Delete an annotation."""
        self._db.write("DELETE FROM annotations WHERE id = ?", annotation.key)
        self._delete_tags(annotation.key)

    def outdated(self) -> list[Annotation]:
        """Return the annotations with an article that changed since they were placed."""
        if not self._exist():
            return []
        # One that was not placed yet may be on an article that this corpus never had.
        rows = self._db.rows(
            f"{_SELECT} WHERE placed = 0 OR EXISTS (SELECT 1 FROM articles AS changed "  # noqa: S608 - ours
            "WHERE changed.id IN (article, now_article) AND changed.change > placed)"
        )
        return self._build(rows)

    def record_places(
        self, places: Iterable[tuple[str, int | None, Annotation]], change: int
    ) -> None:
        """Record the article and the passage that annotations are on, as of a change."""
        self._db.write_all(
            "UPDATE annotations SET now_article = ?, now_passage = ?, placed = ? WHERE id = ?",
            ((article, passage, change, one.key) for article, passage, one in places),
        )

    def forget_places(self) -> None:
        """Have every annotation placed again."""
        self._db.write("UPDATE annotations SET placed = 0")

    def _delete_tags(self, key: int) -> None:
        self._db.write("DELETE FROM annotation_tags WHERE annotation = ?", key)

    def _read(self, rest: str, *values: object) -> list[Annotation]:
        return self._build(self._db.rows(f"{_SELECT} {rest}", *values)) if self._exist() else []

    def _build(self, rows: Sequence[Row]) -> list[Annotation]:
        tags: dict[object, list[str]] = {row[0]: [] for row in rows}
        for key, tag in self._db.rows_among(
            "SELECT annotation, tag FROM annotation_tags WHERE annotation IN (VALUES *) "
            "ORDER BY annotation, tag",
            zip(tags),
        ):
            tags[key].append(tag)
        try:
            return [_annotation(row, tags[row[0]]) for row in rows]
        except ValueError as error:
            raise self._db.translate_error(error) from error


def _annotation(row: Row, tags: Sequence[str]) -> Annotation:
    """Return the annotation of a row. Raises `ValueError` if it has what is never written."""
    key, article, passage, quote, title, note, changed, now_article, now_passage, is_live = row
    texts = (article, quote, title, note, changed, now_article, *tags)
    numbers = [number for number in (passage, now_passage) if number is not None]
    if not (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(number, int) and number >= 0 for number in numbers)
        and len(note) <= MAX_NOTE
        and len(quote) <= MAX_QUOTE
        and len(tags) <= MAX_TAGS
        and all(len(tag) <= MAX_TAG for tag in tags)
    ):
        raise ValueError("a note or a tag is not as corpus writes it")
    anchor = Anchor(article, passage, quote, title)
    return Annotation(
        anchor, note, tuple(tags), changed, now_article, now_passage, bool(is_live), key
    )
