"""Turn an article into the entry that the store records."""

import os

from corpus_cli.ingest.languages import most_common_language
from corpus_cli.ingest.mining import find_definitions
from corpus_cli.ingest.passages import split_passages
from corpus_cli.ingest.structure import clues
from corpus_cli.ingest.structure.structure import reclassify, recurring_key
from corpus_cli.model import (
    BLANK,
    CHROME,
    INFERRED,
    STDIN,
    TEXT_KINDS,
    Article,
    Datum,
    Entry,
    Passage,
    Source,
    host,
)
from corpus_cli.store.store import Store
from corpus_cli.text.name_runs import encode_runs
from corpus_cli.text.sketches import line_hash, sketch

_CHROME_BY_FORMAT = f"{CHROME}:"


def describe_article(article: Article, source: Source) -> Entry:
    """Return everything that the store records of an article from a source."""
    return _describe(article, _site(article, source))


def reclassify_recurring_lines(store: Store) -> None:
    """Reclassify the articles with lines that now recur on their site, or no longer do.

    This uses the stored lines and reads no files.
    """
    for article in store.update_chrome():
        as_read = store.as_read(article)
        site = store.site(article)
        if as_read:
            store.replace(
                _describe(
                    reclassify(
                        as_read, _RecurringLines(store.recurring_lines.chrome_lines(article))
                    ),
                    site,
                )
            )


class _RecurringLines:
    """The lines that recur on a site, stored as hashes, for membership tests by `structure`."""

    def __init__(self, lines: frozenset[int]) -> None:
        self._lines = lines

    def __contains__(self, line: object) -> bool:
        return bool(line) and line_hash(str(line)) in self._lines


def _describe(article: Article, site: str) -> Entry:
    parts = tuple(split_passages(article))
    return Entry(
        article=_add_language(article, parts),
        passages=parts,
        definitions=tuple(find_definitions(article)),
        site=site,
        lines=frozenset(line_hash(line) for line in _comparable_lines(article, site)),
        sketch=sketch("\n".join(line.text for line in article.lines if line.broad in TEXT_KINDS)),
        name_runs=encode_runs(part.text for part in parts),
    )


def _add_language(article: Article, parts: tuple[Passage, ...]) -> Article:
    """Return an article with the language of most of its text, unless it states a language."""
    if article.values("language"):
        return article
    language = most_common_language((part.language, part.text) for part in parts)
    language_data = [Datum("language", language, "text", INFERRED)] if language else []
    return article._replace(metadata=(*article.metadata, *language_data))


def _site(article: Article, source: Source) -> str:
    """Return the site whose articles are compared line by line: a host, publication or folder.

    A file with several records is a site too. Folders and files begin with a slash, hosts never.
    """
    named = host("".join(article.values("url")[:1])) or "".join(article.values("source")[:1])
    if named or source.path == STDIN:
        return named.casefold()
    site = source.path if source.record else os.path.dirname(source.path)  # noqa: PTH120 - need not be valid text
    return os.fsencode(site).decode("utf-8", "backslashreplace")


def _comparable_lines(article: Article, site: str) -> set[str]:
    """Return the folded lines that may turn out to be chrome, without those the format calls so.

    A common folder proves little: a sentence that several of its articles quote is not chrome.
    """
    lines = [
        line.text
        for line in article.lines
        if line.kind != BLANK and not line.stated.startswith(_CHROME_BY_FORMAT)
    ]
    if site.startswith("/"):
        lines = [text for text in lines if not clues.is_prose(text)]
    return {folded for text in lines if (folded := recurring_key(text))}
