"""Store the articles of a corpus in SQLite."""

import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache, cached_property
from pathlib import Path
from sys import getsizeof
from typing import TYPE_CHECKING, NamedTuple

from corpus_cli.errors import CorpusError
from corpus_cli.model import (
    CAPTION,
    CHROME,
    Article,
    Definition,
    Header,
    Line,
    Passage,
    parse_passage_id,
    passage_id,
)
from corpus_cli.model.ids import DIGITS, SHORT_DIGITS, shorten
from corpus_cli.store.article_lines import decode_lines
from corpus_cli.store.compression import unpack
from corpus_cli.store.database import Database
from corpus_cli.store.file_records import SKIPPED_TABLE, FileRecords
from corpus_cli.store.metadata import Metadata, find_title
from corpus_cli.store.name_words import NameWords
from corpus_cli.store.near_copies import NearCopies
from corpus_cli.store.recurring_lines import RecurringLines
from corpus_cli.text.data import DATA
from corpus_cli.text.name_runs import encode_runs

if TYPE_CHECKING:
    from corpus_cli.store.annotation_table import Annotations
    from corpus_cli.store.recording import Recorder
    from corpus_cli.store.saved_searches import SavedSearches

_VERSION = 7
_FILES_BY_VERSION = {
    _VERSION: ("store.sql", "name_words.sql", "user.sql"),
    # These can be read, and have to be upgraded to be written.
    6: ("store.sql", "name_words.sql"),
    5: ("store.sql", "name_words.sql"),
    4: ("store.sql",),
    3: ("store.sql",),
}
"""The files with the tables of each format."""

_VERSION_WITHOUT_SUMS = 5
"""The format with the same articles as now, but without sums of pages."""

_VERSION_WITH_SUMS = 6
"""The format with sums of pages, but without what users add."""

_MAX_CACHED_TEXTS, _MAX_CACHED_BYTES = 64, 50_000_000
_MAX_TEXTS_BYTES = 300_000_000
"""The memory that texts may take which are read at once."""

_SCAN_PER_LOOKUP = 8
"""The number of ids that can be scanned in the time of one lookup."""


class TextsTooLarge(CorpusError):
    """Several texts take too much memory together; each of them can be read alone."""


class ArticleChange(NamedTuple):
    """An article that changed: an engine deletes it from its index, and adds it if it is live."""

    number: int
    article: str
    live: bool


class ArticleState(NamedTuple):
    """The state of an article: `live`, `replaced`, `gone` or `removed`; and its successor."""

    name: str
    successor: str


class LostArticle(NamedTuple):
    """An article that could not be copied from a damaged store, and the paths of its files.

    The id is empty for articles of which nothing can be read.
    """

    id: str
    paths: Sequence[str]


class Losses(NamedTuple):
    """What could not be copied from a damaged store: articles, and kinds of what users added."""

    articles: Sequence[LostArticle]
    additions: Sequence[str]


class Store:
    """The articles of a corpus, with their passages and metadata.

    An index can be rebuilt from the store, but not the store from an index.

    `files` records the files they were read from, `metadata` their values by origin,
    `near_copies` the clusters, `recurring_lines` the chrome of sites, `name_words` how names are
    spelt, `saved_searches` searches with what was seen of them, and `annotations` notes and tags
    of a person. `path` is the database file, or None for a database in memory; `folder` is that of
    the corpus, and `base_prefix` what paths relative to the folder above begin with.
    """

    def __init__(self, path: Path | None, *, create: bool = False, salvage: bool = False) -> None:
        tables = {
            version: "".join(map(_read_tables, names))
            for version, names in _FILES_BY_VERSION.items()
        }
        self._db = Database(path, tables, create=create, salvage=salvage, optional=SKIPPED_TABLE)
        self._text_cache: dict[str, str] | None = None
        self.folder = path.parent if path else None
        # Without `..`, which would keep the folder from being a prefix of the paths of its files.
        base = str(Path(os.path.abspath(path)).parent.parent) if path else ""  # noqa: PTH100 - resolve() follows links
        self.base_prefix = f"{base}/" if base else ""
        self.files = FileRecords(self._db, base)
        self.metadata = Metadata(self._db, self.files)
        self.near_copies = NearCopies(self._db)
        self.recurring_lines = RecurringLines(self._db)
        self.name_words = NameWords(self._db)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def deadline(self, seconds: float) -> AbstractContextManager[None]:
        """Return a context in which no query takes longer; 0 seconds set no limit."""
        return self._db.deadline(seconds)

    def transaction(self) -> AbstractContextManager[None]:
        """Return a context in which all changes are committed, or none."""
        return self._db.transaction()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read the same state of the store throughout the context."""
        outer_cache, self._text_cache = self._text_cache, self._text_cache or {}
        try:
            with self._db.snapshot():
                yield
        finally:
            self._text_cache = outer_cache

    def find_fault(self) -> str:
        """Return the first value that corpus does not write; empty if there is none."""
        from corpus_cli.store import store_check

        return store_check.find_fault(self, self._db)

    def save_snapshot(self, path: Path) -> None:
        """Write the store as it is now to a new file, while others read and write."""
        self._db.save_snapshot(path)

    def salvage(self, damaged: "Store") -> Losses:
        """Copy what can be read of a damaged store into this one, which is empty.

        Returns what could not be copied.
        """
        from corpus_cli.store.placing import place_annotations
        from corpus_cli.store.salvage import Salvage

        with self.transaction():
            rescue = Salvage(damaged._db, self._db)  # noqa: SLF001 - of another store
            articles = rescue.copy_articles()
            for article in articles:
                self._record_names(article)
            rescue.copy_user_tables()
            # An article that is lost gets a new number when it is read again.
            self.annotations.forget_places()
            place_annotations(self)
            lost_articles = [
                LostArticle(article, [self.files.full_path(path) for path in paths])
                for article, paths in rescue.lost.items()
            ]
            return Losses(lost_articles, rescue.lost_additions)

    def find_faults(self) -> list[str]:
        """Return what SQLite finds wrong with the structure of the store."""
        return self._db.find_faults()

    # --- reading ---

    def last_change(self) -> int:
        """Return the number of the latest change; 0 in an empty store."""
        return self._db.number("SELECT coalesce(max(change), 0) FROM articles")

    def changes(self, after: int) -> Iterator[ArticleChange]:
        """Yield the articles that changed after a change number, in order."""
        rows = self._db.rows(
            "SELECT change, id, state = 'live' FROM articles WHERE change > ? ORDER BY change",
            after,
        )
        return (ArticleChange(number, article, bool(live)) for number, article, live in rows)

    def current(self) -> Mapping[str, int]:
        """Return the live articles by id, each with the number of its last change."""
        rows = self._db.rows("SELECT id, change FROM articles WHERE state = 'live' ORDER BY id")
        return dict(rows)

    def count_articles(self) -> int:
        """Count the live articles."""
        return self._db.number("SELECT count(*) FROM articles WHERE state = 'live'")

    def counts(self) -> Mapping[str, int]:
        """Count live articles, their passages and files, failed and skipped files."""
        return {
            "articles": self.count_articles(),
            "passages": self._db.number("SELECT count(*) FROM passages WHERE n > 0"),
            "files": self._db.number("SELECT count(DISTINCT path) FROM sources"),
            "failed": self._db.number("SELECT count(*) FROM quarantine WHERE path >= x''"),
            "skipped": len(self.files.all_skipped()),
        }

    def change_before(self, count: int) -> int:
        """Return the last change without the articles that changed last; 0 if these are all."""
        row = self._db.row(
            "SELECT change FROM articles ORDER BY change DESC LIMIT 1 OFFSET ?", count
        )
        return int(row[0]) if row else 0

    def count_changes(self, after: int) -> int:
        """Count the articles that changed after a change number."""
        return self._db.number("SELECT count(*) FROM articles WHERE change > ?", after)

    def state(self, article: str) -> ArticleState | None:
        """Return the state of an article; None if no article ever had that id."""
        # Of an article that is not live, an older store knew only the beginning of the id.
        short = article[:SHORT_DIGITS] if len(article) == DIGITS else article
        row = self._db.row(
            "SELECT state, successor FROM articles WHERE id IN (?, ?) ORDER BY id DESC",
            article,
            short,
        )
        return ArticleState(row[0], row[1] or "") if row else None

    def ids(self, prefix: str = "") -> Sequence[str]:
        """Return the ids of live articles that begin with `prefix`, sorted."""
        end = prefix + "\x7f"
        rows = self._db.rows(
            "SELECT id FROM articles WHERE state = 'live' AND id >= ? AND id < ? ORDER BY id",
            prefix,
            end,
        )
        return [row[0] for row in rows]

    def dead_ids(self, prefix: str) -> Sequence[str]:
        """Return the ids of articles that are not live and begin with `prefix`, sorted."""
        rows = self._db.rows(
            "SELECT id FROM articles WHERE state != 'live' AND id >= ? AND id < ? ORDER BY id",
            prefix,
            prefix + "\x7f",
        )
        return [row[0] for row in rows]

    def short_ids(self, articles: Iterable[str]) -> Mapping[str, str]:
        """Return the ids to show to a person: 12 digits, or more if another article has those."""
        wanted = list(articles)
        if len(wanted) * _SCAN_PER_LOOKUP > self.last_change():
            return shorten(wanted, self.ids())
        rows = self._db.rows_among(
            "WITH shown AS (VALUES *) SELECT id FROM shown CROSS JOIN articles "
            "ON id >= column1 AND id < column1 || '\x7f' WHERE state = 'live'",
            [(prefix,) for prefix in {article[:SHORT_DIGITS] for article in wanted}],
        )
        return shorten(wanted, (row[0] for row in rows))

    def short_id(self, article: str) -> str:
        """Return the id of one article to show to a person."""
        return self.short_ids([article])[article]

    def has_other_text(self, article: Article) -> bool:
        """Return whether a live article has the same id as this one, but another text."""
        text = self.texts([article.id]).get(article.id)
        # Blanks at the end do not change the id.
        return text is not None and text.rstrip() != article.text.rstrip()

    def article(self, article: str) -> Article | None:
        """Return a live article with its lines and metadata; None if it is not live."""
        text = self.texts([article]).get(article)
        if text is None:
            return None
        return Article(article, self.lines(article), self.metadata.of(article))

    def articles_as_read(self, articles: Sequence[str]) -> Iterator[tuple[Article, str]]:
        """Yield live articles without the corrections by hand, each with its site.

        The site is that with whose articles the lines are compared.
        """
        metadata = self.metadata.as_read(articles)
        rows = self._db.rows_among(
            "SELECT id, text, lines, site FROM articles WHERE id IN (VALUES *) "
            "AND state = 'live' ORDER BY id",
            zip(articles),
        )
        for article, text, kinds, site in rows:
            lines = self._decode_lines(self._unpack(text), self._unpack(kinds))
            yield Article(article, lines, metadata[article]), site or ""

    def chrome_texts(self) -> Iterator[tuple[str, str]]:
        """Yield each live article that has lines of chrome, by id, with the text of these lines."""
        for article in self.ids():
            rows = self._db.rows("SELECT text, lines FROM articles WHERE id = ?", article)
            for packed_text, packed_kinds in rows:
                kinds = self._unpack(packed_kinds)
                if f'"{CHROME}' in kinds:
                    lines = self._decode_lines(self._unpack(packed_text), kinds)
                    yield (
                        article,
                        "\n".join(line.text for line in lines if line.kind.startswith(CHROME)),
                    )

    def lines(self, article: str) -> tuple[Line, ...]:
        """Return the lines of a live article."""
        row = self._db.row("SELECT lines FROM articles WHERE id = ?", article)
        return self._decode_lines(self.text(article), self._unpack(row[0]) if row else "[]")

    def _decode_lines(self, text: str, encoded: str) -> tuple[Line, ...]:
        try:
            return decode_lines(text, encoded)
        except ValueError as error:
            raise self._db.translate_error(error) from error

    def text(self, article: str) -> str:
        """Return the text of an article, which its passages are ranges of; empty if not live."""
        return self.texts([article]).get(article, "")

    def texts(self, articles: Sequence[str]) -> Mapping[str, str]:
        """Return the texts of several articles, by article; those that are not live are left out.

        Within a snapshot, recently read texts are cached.
        """
        texts_by_article = {} if self._text_cache is None else self._text_cache
        size = sum(map(getsizeof, texts_by_article.values()))
        if len(texts_by_article) > _MAX_CACHED_TEXTS or size > _MAX_CACHED_BYTES:
            texts_by_article.clear()
            size = 0
        rows = self._db.rows_among(
            "SELECT id, text FROM articles WHERE id IN (VALUES *) AND state = 'live'",
            [(article,) for article in articles if article not in texts_by_article],
        )
        for article, packed in rows:
            texts_by_article[article] = self._unpack(packed)
            size += getsizeof(texts_by_article[article])
            if size > _MAX_TEXTS_BYTES:
                raise TextsTooLarge(
                    f"the articles of the answer take more than {_MAX_TEXTS_BYTES // 10**6} MB of "
                    "memory: ask for fewer with --limit or a filter"
                )
        return {
            article: texts_by_article[article]
            for article in articles
            if article in texts_by_article
        }

    def passages(self, article: str) -> Sequence[Passage]:
        """Return the passages of an article, in order."""
        return self.passages_of([article])[article]

    def passages_with_captions(self, articles: Sequence[str]) -> Mapping[str, Sequence[Passage]]:
        """Return the passages of several articles as they are indexed, by article.

        The first passage of an article has its captions, one a line.
        """
        passages_by_article = self.passages_of(articles)
        rows = self._db.rows_among(
            "SELECT id, lines FROM articles WHERE id IN (VALUES *) AND state = 'live'",
            zip(articles),
        )
        for article, packed in rows:
            kinds, passages = self._unpack(packed), passages_by_article[article]
            if f'"{CAPTION}"' in kinds and passages:
                lines = self._decode_lines(self.text(article), kinds)
                captions = "\n".join(line.text for line in lines if line.kind == CAPTION)
                passages[0] = passages[0]._replace(captions=captions)
        return passages_by_article

    def passages_of(self, articles: Sequence[str]) -> dict[str, list[Passage]]:
        """Return the passages of several articles, in order, by article."""
        texts, data_by_article = self.texts(articles), self.metadata.by_article(articles)
        rows = self._db.rows_among(
            "SELECT article, n, start, end, first, last, heading, page, language FROM passages "
            "WHERE article IN (VALUES *) ORDER BY article, n",
            zip(articles),
        )
        passages: dict[str, list[Passage]] = {article: [] for article in articles}
        titles = {article: find_title(data_by_article[article]) for article in articles}
        for article, n, start, end, first, last, *rest in rows:
            text = texts.get(article, "")[start:end]
            passages[article].append(
                Passage(article, n, start, end, (first, last), text, titles[article], *rest)
            )
        return passages

    def passages_by_id(self, ids: Iterable[str]) -> Mapping[str, Passage]:
        """Return the passages with these ids; ids that do not exist are left out."""
        pairs = list(map(parse_passage_id, ids))
        articles = list({article: None for article, _ in pairs})
        texts, data_by_article = self.texts(articles), self.metadata.by_article(articles)
        rows = self._db.rows_among(
            "WITH wanted AS (VALUES *) "
            "SELECT article, n, start, end, first, last, heading, page, language "
            "FROM wanted CROSS JOIN passages ON article = column1 AND n = column2",
            pairs,
        )
        # An article that is not live has no passages.
        if any(row[0] not in texts for row in rows):
            raise self._db.translate_error(ValueError("an article has passages, but no text"))
        passages = (
            Passage(article, n, start, end, (first, last), text[start:end], above, *rest)
            for article, n, start, end, first, last, *rest in rows
            for text, above in [(texts[article], find_title(data_by_article[article]))]
        )
        return {passage.id: passage for passage in passages}

    def passage_ids(self, articles: Iterable[str]) -> Sequence[str]:
        """Return the ids of the passages of some articles."""
        rows = self._db.rows_among(
            "SELECT article, n FROM passages WHERE article IN (VALUES *)", zip(articles)
        )
        return [passage_id(article, n) for article, n in rows]

    def languages(self) -> Mapping[str, str]:
        """Return the language of each passage by its id; unknown languages are left out."""
        rows = self._db.rows("SELECT article, n, language FROM passages WHERE language != ''")
        return {passage_id(article, n): language for article, n, language in rows}

    def header(self, article: str) -> Header:
        """Return the header of an article."""
        return self.headers([article])[article]

    def headers(self, articles: Sequence[str]) -> Mapping[str, Header]:
        """Return the headers of several articles, by article."""
        return self.metadata.headers(articles)

    def definitions(self) -> Sequence[tuple[str, Definition]]:
        """Return the abbreviations that articles explain, sorted by article and line."""
        rows = self._db.rows(
            "SELECT article, short, long, line FROM definitions ORDER BY article, line, short, long"
        )
        return [(article, Definition(*values)) for article, *values in rows]

    def definitions_stamp(self) -> tuple[int, ...]:
        """Return numbers that change when the definitions or the clusters of near-copies change."""
        row = self._db.row(
            "SELECT count(*), coalesce(max(id), 0), "
            "(SELECT count(*) FROM articles WHERE cluster IS NOT NULL), "
            "(SELECT count(DISTINCT cluster) FROM articles WHERE cluster IS NOT NULL) "
            "FROM definitions"
        )
        return tuple(row or ())

    # --- writing ---

    def is_upgraded(self) -> bool:
        """Return whether the store has the articles and the ids of the current format."""
        return self._db.version() >= _VERSION_WITHOUT_SUMS

    def has_user_tables(self) -> bool:
        """Return whether the store has the tables of what users add; an older one has none."""
        return self._db.version() == _VERSION

    def complete_upgrade(self) -> None:
        """Give an older store what needs no other index: sums of its pages, and more tables.

        The sums tell when a page is damaged; the tables are those of what users add.
        """
        if self._db.version() == _VERSION_WITHOUT_SUMS:
            self._db.add_page_sums(_VERSION_WITH_SUMS)
        if not self.has_user_tables():
            with self.transaction():
                self._db.create_tables(_read_tables("user.sql"))
                self._db.set_version(_VERSION)

    @contextmanager
    def upgrade(self) -> Iterator[None]:
        """Bring a store of an older format to the current one, if the context ends without error.

        All articles get long ids and new change numbers, and their names are recorded; they keep
        everything else. In the context the index has to be made again.
        """
        from corpus_cli.store import longer_ids

        with self.transaction():
            longer_ids.find_long_ids(self._db, self._unpack)
            # The last change of the new index is then too high for the store as it was: if a kill
            # leaves these two together, it is noticed.
            increment = self.last_change()
            longer_ids.extend_ids(self._db, increment)
            self._db.create_tables(_read_tables("name_words.sql"))
            for article in self.ids():
                self._record_names(article)
            self._db.set_version(_VERSION_WITHOUT_SUMS)
            yield

    def _record_names(self, article: str) -> None:
        runs = encode_runs(passage.text for passage in self.passages(article))
        self.name_words.add({article: runs})

    @cached_property
    def recorder(self) -> "Recorder":
        """Return what writes articles and sources, inside a transaction."""
        # A search does not load the module.
        from corpus_cli.store.recording import Recorder

        return Recorder(
            self._db,
            self.files,
            self.metadata,
            self.near_copies,
            self.recurring_lines,
            self.name_words,
        )

    @cached_property
    def saved_searches(self) -> "SavedSearches":
        """Return the searches that users saved, and what was seen of them."""
        from corpus_cli.store.saved_searches import SavedSearches

        return SavedSearches(self._db)

    @cached_property
    def annotations(self) -> "Annotations":
        """Return the notes and tags of a person."""
        from corpus_cli.store.annotation_table import Annotations

        return Annotations(self._db, self.has_annotations)

    def has_annotations(self) -> bool:
        """Return whether there are notes or tags; a store of an older format has none.

        What reads them is loaded only if there are.
        """
        has_table = self._db.row("SELECT 1 FROM sqlite_schema WHERE name = 'annotations'")
        return bool(has_table and self._db.row("SELECT 1 FROM annotations LIMIT 1"))

    # --- compression ---

    def _unpack(self, packed: bytes) -> str:
        try:
            return unpack(packed)
        except (zlib.error, TypeError, ValueError) as error:
            raise self._db.translate_error(error) from error


@cache
def _read_tables(name: str) -> str:
    return (DATA / name).read_text("utf-8")
