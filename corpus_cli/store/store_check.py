"""Check that the values in a store are as corpus writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from corpus_cli.errors import CorpusError
from corpus_cli.model import CLAIMED, INFERRED, STATED
from corpus_cli.store.database import Database

if TYPE_CHECKING:
    from corpus_cli.store.store import Store

_ID = re.compile(r"[0-9a-f]{12}(?:[0-9a-f]{20})?")
_LANGUAGE = re.compile(r"[a-z]{0,3}(?:-[A-Za-z0-9]{1,8})*")
_CERTAINTIES = (CLAIMED, INFERRED, STATED)
_DATE_FIELDS = ("published", "modified")
_SHOWN = 40
"""How much of a wrong value is shown."""


def find_fault(store: Store, database: Database) -> str:
    """Return the first value that corpus does not write; empty if there is none.

    It reads the whole store, so it is for one that another function failed on.
    """
    try:
        tables = {name for (name,) in database.rows("SELECT name FROM sqlite_schema")}
        for table, columns in _CHECKS.items():
            if table not in tables:
                continue
            rows = database.rows(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608 - our names
            for row in rows:
                for (column, is_valid), value in zip(columns.items(), row, strict=True):
                    if not is_valid(value):
                        return f"{table}.{column} is {str(value)[:_SHOWN]!r}"
        return _find_wrong_article(store, database)
    except (CorpusError, KeyError, RecursionError, TypeError, ValueError) as error:
        return str(error)


def _find_wrong_article(store: Store, database: Database) -> str:
    """Return what is wrong in an article: a date, or a passage that is not in its text."""
    for article in store.ids():
        content = store.article(article)
        length = len(content.text) if content else 0
        for passage in store.passages(article):
            if not 0 <= passage.start <= passage.end <= length:
                return f"a passage of {article} is not in its text"
    rows = database.rows(
        "SELECT field, value FROM metadata UNION SELECT field, value FROM claims "
        "UNION SELECT field, value FROM corrections"
    )
    for field, value in rows:
        if field in _DATE_FIELDS and value and not _is_date(value):
            return f"{field} is {value[:_SHOWN]!r}"
    return ""


def _is_date(value: str) -> bool:
    """Return whether a value is a date, or the beginning of one: `2024`, `2024-05`."""
    try:
        date.fromisoformat((value + "-01-01"[len(value) - 4 :])[:10])
    except ValueError:
        return False
    return True


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and value >= 0


def _is_any_number(value: object) -> bool:
    return isinstance(value, int | float)


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes)


def _or_none(is_valid: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or is_valid(value)


def _is_list_of_texts(value: object) -> bool:
    """Return whether a value is a list of texts as JSON. Raises `ValueError` if it is no JSON."""
    listed = json.loads(value) if isinstance(value, str) else None
    return isinstance(listed, list) and all(isinstance(one, str) for one in listed)


def _is_language(value: object) -> bool:
    return isinstance(value, str) and bool(_LANGUAGE.fullmatch(value))


_CHECKS: Mapping[str, Mapping[str, Callable[[object], bool]]] = {
    "articles": {
        "id": _is_id,
        "change": _is_number,
        "successor": _or_none(_is_id),
        "cluster": _or_none(_is_id),
        "site": _or_none(_is_text),
        "text": _or_none(_is_bytes),
        "lines": _or_none(_is_bytes),
    },
    "metadata": {
        "article": _is_id,
        "field": _is_text,
        "value": _is_text,
        "origin": _is_text,
        "certainty": _CERTAINTIES.__contains__,
    },
    "passages": {
        "article": _is_id,
        "n": _is_number,
        "start": _is_number,
        "end": _is_number,
        "first": _is_number,
        "last": _is_number,
        "page": _is_number,
        "language": _is_language,
        "heading": _is_text,
    },
    "definitions": {"article": _is_id, "line": _is_number, "short": _is_text, "long": _is_text},
    "sketches": {"article": _is_id, "hashes": _is_bytes},
    "sketched": {"hash": _is_any_number, "article": _is_id},
    "recurring": {"site": _is_text, "line": _is_any_number, "article": _is_id},
    "files": {
        "path": _is_bytes,
        "size": _is_number,
        "mtime_ns": _is_any_number,
        "digest": _is_text,
        "reading": _is_number,
    },
    "sources": {"path": _is_bytes, "record": _is_text, "article": _is_id},
    "claims": {
        "path": _is_bytes,
        "record": _is_text,
        "field": _is_text,
        "value": _is_text,
        "origin": _is_text,
        "certainty": _CERTAINTIES.__contains__,
    },
    "corrections": {"path": _is_bytes, "record": _is_text, "field": _is_text, "value": _is_text},
    "name_words": {"n": _is_any_number, "runs": _is_text, "previous": _or_none(_is_text)},
    "spelling_pairs": {
        "word": _is_text,
        "other": _is_text,
        "score": _is_any_number,
        "is_certain": _is_number,
        "cost": _is_any_number,
        "company": _is_any_number,
        "companions": _is_list_of_texts,
    },
    "saved_searches": {
        "name": _is_text,
        "query": _is_text,
        "options": _is_text,
        "added": _is_text,
    },
    "consumers": {"search": _is_text, "consumer": _is_text, "change": _is_number},
    "seen": {
        "search": _is_text,
        "consumer": _is_text,
        "article": _is_id,
        "sentences": _is_bytes,
    },
    "annotations": {
        "article": _is_id,
        "passage": _or_none(_is_number),
        "quote": _is_text,
        "title": _is_text,
        "note": _is_text,
        "changed": _is_text,
        "now_article": _is_id,
        "now_passage": _or_none(_is_number),
        "placed": _is_number,
    },
    "annotation_tags": {"annotation": _is_number, "tag": _is_text},
    "quarantine": {"path": _is_bytes, "record": _is_text, "reason": _is_text},
}
"""The columns of tables whose values are read as they are, and what each of them may be."""
