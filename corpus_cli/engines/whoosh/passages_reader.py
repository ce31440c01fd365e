"""The passages of a segment for Whoosh, with their texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, cached_property, lru_cache
from pathlib import Path
from threading import local
from typing import NamedTuple

from whoosh import columns
from whoosh.codec import base

from corpus_cli.config import STORE_FILE
from corpus_cli.engines.fields import Facts
from corpus_cli.engines.port import article_facts
from corpus_cli.engines.scoring import LENGTHS, total_length
from corpus_cli.engines.whoosh.segment import Segment
from corpus_cli.engines.whoosh.whoosh_fields import FACT_FIELDS, KEY_FIELDS, TEXT_FIELDS
from corpus_cli.model import Passage
from corpus_cli.store.store import Store

_CACHED_ARTICLES = 64

_LISTS = ("author", "tag")
"""The metadata of which a stored field has all values; of the others it has the first."""


class PassagesReader(base.PerDocumentReader):
    """The passages of a segment. Their texts and metadata are read from the store.

    `root` is the folder of the index, an absolute path.
    """

    def __init__(self, segment: Segment, root: Path) -> None:
        self._segment = segment
        self._store = StoredPassages(root)
        self._length_codes = cache(segment.length_codes)
        self._total_length = cache(self._sum_lengths)
        self._columns = cache(self._read_column)

    def close(self) -> None:
        self._store.close()

    def doc_count(self) -> int:
        return len(self._segment.live_passages)

    def doc_count_all(self) -> int:
        return self._segment.passages

    def has_deletions(self) -> bool:
        return bool(self._segment.removed)

    def is_deleted(self, docnum: int) -> bool:
        # Whoosh also asks about the number after the last.
        return docnum < self._segment.passages and not self._segment.alive_flags[docnum]

    def deleted_docs(self) -> frozenset[int]:
        if not self._segment.removed:
            return frozenset()
        return frozenset(n for n, flag in enumerate(self._segment.alive_flags) if not flag)

    def all_doc_ids(self) -> Iterator[int]:
        return iter(self._segment.live_passages)

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in FACT_FIELDS or fieldname in KEY_FIELDS

    def list_columns(self) -> Sequence[str]:
        return (*FACT_FIELDS, *KEY_FIELDS)

    def column_reader(self, fieldname: str, column: object) -> ValueColumn:
        return self._columns(fieldname)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        if fieldname not in TEXT_FIELDS:
            return default
        return LENGTHS[self._length_codes(TEXT_FIELDS[fieldname])[docnum]]

    def field_length(self, fieldname: str) -> int:
        """Return the length of a field in all passages, with the removed ones as Whoosh does."""
        return self._total_length(fieldname)

    def min_field_length(self, fieldname: str) -> int:
        if fieldname not in TEXT_FIELDS:
            return 0
        return LENGTHS[min(self._length_codes(TEXT_FIELDS[fieldname]))]

    def max_field_length(self, fieldname: str) -> int:
        if fieldname not in TEXT_FIELDS:
            return 0
        return LENGTHS[max(self._length_codes(TEXT_FIELDS[fieldname]))]

    def stored_fields(self, docnum: int) -> dict[str, object]:
        """Return text and metadata; only the ids if the article has changed since."""
        article, number = self._locate(docnum)
        stored: dict[str, object] = {"id": f"{article}#{number}", "article": article}
        content = self._store.read_article(article)
        passage = content.passages.get(number)
        if not passage:
            return stored
        stored |= {
            "title": passage.title,
            "heading": passage.heading,
            "lines": passage.lines,
            "page": passage.page,
            "text": passage.text,
        }
        for field in FACT_FIELDS:
            values = _values(content.facts, field, passage)
            if values:
                stored[field] = list(values) if field in _LISTS else values[0]
        return stored

    def _sum_lengths(self, fieldname: str) -> int:
        if fieldname not in TEXT_FIELDS:
            return 0
        return total_length(self._length_codes(TEXT_FIELDS[fieldname]))

    def _locate(self, passage: int) -> tuple[str, int]:
        """Return the article of a passage, and its number there."""
        article = self._segment.article(self._segment.owner(passage))
        return article, self._segment.passage_number(passage)

    def _read_column(self, field: str) -> ValueColumn:
        segment = self._segment
        articles = [segment.article(ordinal) for ordinal in range(segment.articles)]
        spans = map(segment.article_span, range(segment.articles))
        if field == "id":
            values = [
                f"{article}#{segment.passage_number(passage)}"
                for article, span in zip(articles, spans, strict=True)
                for passage in span
            ]
        else:
            facts = {} if field == "article" else self._store.read_facts(articles)
            languages = self._store.languages if field == "lang" else {}
            values = []
            for article, span in zip(articles, spans, strict=True):
                if field == "article":
                    value = article
                else:
                    value = next(iter(_values(facts.get(article, {}), field)), "")
                values += [
                    languages.get(f"{article}#{segment.passage_number(passage)}", value)
                    if languages
                    else value
                    for passage in span
                ]
        return ValueColumn(values)


def _values(facts: Facts, field: str, passage: Passage | None = None) -> Sequence[str]:
    """Return the values of a field that are not empty; a passage has its own language."""
    if field == "lang" and passage and passage.language:
        return (passage.language,)
    return [value for value in facts.get(field, ()) if value]


class StoredArticle(NamedTuple):
    """The passages of an article by number, and its metadata."""

    passages: Mapping[int, Passage]
    facts: Facts


class StoredPassages(local):
    """What the store of a corpus holds, opened when it is first used.

    SQLite wants a connection for each thread, so each thread has an object of its own here.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / STORE_FILE
        self._base = f"{root.parent}/"
        self.read_article = lru_cache(_CACHED_ARTICLES)(self._read_article)

    @cached_property
    def _opened(self) -> _OpenStore:
        return _OpenStore(self._path)

    @property
    def _store(self) -> Store:
        return self._opened.store

    def _read_article(self, article: str) -> StoredArticle:
        passages = {passage.n: passage for passage in self._store.passages(article)}
        return StoredArticle(passages, self.read_facts([article])[article] if passages else {})

    def read_facts(self, articles: Sequence[str]) -> Mapping[str, Facts]:
        """Return the metadata of articles by id, empty values among it."""
        headers = self._store.headers(articles)
        return {article: article_facts(header, self._base) for article, header in headers.items()}

    @cached_property
    def languages(self) -> Mapping[str, str]:
        """The language of each passage that has one of its own, by id."""
        return self._store.languages()

    def close(self) -> None:
        """Close the store of this thread, if it is open."""
        if "_opened" in vars(self):
            vars(self).pop("_opened").store.close()


class _OpenStore:
    """A store that is closed with its thread, if its reader is not closed there."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path)

    def __del__(self) -> None:
        # What is left of it is closed by Python: nothing was written.
        with suppress(Exception):
            self.store.close()


class ValueColumn(columns.ColumnReader):
    """A value for each passage, by which Whoosh sorts and groups."""

    def __init__(self, values: Sequence[str]) -> None:
        self._values = [value.encode(errors="replace") for value in values]

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._values)

    def __getitem__(self, passage: int) -> bytes:
        return self._values[passage]
