"""Turn an article into the entry that the store records."""

import os
from collections.abc import Iterable, Sequence

from corpus_cli.ingest.languages import most_common_language
from corpus_cli.ingest.mining import find_definitions
from corpus_cli.ingest.passages import split_passages
from corpus_cli.ingest.readers.port import Document, DocumentLine
from corpus_cli.ingest.recurring import LineCounts
from corpus_cli.ingest.structure import clues
from corpus_cli.ingest.structure.structure import (
    REPEATED,
    reclassify,
    recurring_key,
    structure,
)
from corpus_cli.model import (
    CHROME,
    INFERRED,
    STATED,
    STDIN,
    TEXT_KINDS,
    Article,
    Datum,
    Entry,
    Passage,
    Source,
    host,
)
from corpus_cli.text.name_runs import encode_runs
from corpus_cli.text.sketches import line_hash, sketch

_CHROME_BY_FORMAT = f"{CHROME}:"


def describe_document(document: Document, source: Source, line_counts: LineCounts) -> Entry:
    """Return everything that the store records of a document from a source."""
    metadata = (*document.metadata, *_describe_place(document))
    site = _site(metadata, source)
    lines = _comparable_lines(document.lines, site)
    recurring = line_counts.add(site, lines)
    article = structure(document.lines, metadata, _RecurringLines(recurring))
    site_in_text = _site(article.metadata, source)
    if site_in_text != site:
        lines = _comparable_lines(document.lines, site_in_text)
    return _describe(article)._replace(
        site=site_in_text,
        lines=lines,
        recurring=recurring,
        full_sketch=_sketch_with_recurring_lines(article) if recurring else b"",
    )


def _describe_place(document: Document) -> list[Datum]:
    """Return where a record is in a text: its first line, or all if it is stored as it is."""
    if not document.line:
        return []
    if not document.keeps_lines:
        return [Datum("line", str(document.line), "file", STATED)]
    last = document.line + len(document.lines) - 1
    return [Datum("lines", f"{document.line}-{last}", "file", STATED)]


def describe_again(article: Article, site: str, recurring: frozenset[int]) -> Entry:
    """Return what the store records of an article of a site, by other recurring lines.

    This needs no file. The entry is without the lines to compare, which stay the same.
    """
    return _describe(reclassify(article, _RecurringLines(recurring)))._replace(site=site)


class _RecurringLines:
    """The lines that recur on a site, stored as hashes, for membership tests by `structure`."""

    def __init__(self, lines: frozenset[int]) -> None:
        self._lines = lines

    def __contains__(self, line: object) -> bool:
        return bool(self._lines and line) and line_hash(str(line)) in self._lines


def _describe(article: Article) -> Entry:
    """Return what the store records of an article, without its lines and its site."""
    parts = tuple(split_passages(article))
    text_lines = [line for line in article.lines if line.broad in TEXT_KINDS]
    return Entry(
        article=_add_language(article, parts),
        passages=parts,
        definitions=tuple(find_definitions(text_lines)),
        sketch=sketch("\n".join(line.text for line in text_lines)),
        name_runs=encode_runs(part.text for part in parts),
    )


def _sketch_with_recurring_lines(article: Article) -> bytes:
    lines = (one for one in article.lines if one.broad in TEXT_KINDS or one.kind == REPEATED)
    return sketch("\n".join(line.text for line in lines))


def _add_language(article: Article, parts: tuple[Passage, ...]) -> Article:
    """Return an article with the language of most of its text, unless it states a language."""
    if article.values("language"):
        return article
    language = most_common_language((part.language, part.text) for part in parts)
    language_data = [Datum("language", language, "text", INFERRED)] if language else []
    return article._replace(metadata=(*article.metadata, *language_data))


def _site(metadata: Sequence[Datum], source: Source) -> str:
    """Return the site whose articles are compared line by line: a host, publication or folder.

    A file with several records is a site too. Folders and files begin with a slash, hosts never.
    """
    address, publication = (
        next((datum.value for datum in metadata if datum.field == field), "")
        for field in ("url", "source")
    )
    named = host(address) or publication
    if named or source.path == STDIN:
        return named.casefold()
    site = source.path if source.record else os.path.dirname(source.path)  # noqa: PTH120 - need not be valid text
    return os.fsencode(site).decode("utf-8", "backslashreplace")


def _comparable_lines(lines: Iterable[DocumentLine], site: str) -> frozenset[int]:
    """Return hashes of the lines that may turn out to be chrome, but are not so by the format.

    A common folder proves little: a sentence that several of its articles quote is not chrome.
    """
    texts = (line.text for line in lines if not line.kind.startswith(_CHROME_BY_FORMAT))
    if site.startswith("/"):
        texts = (text for text in texts if not clues.is_prose(text))
    return frozenset(line_hash(folded) for text in texts if (folded := recurring_key(text)))
