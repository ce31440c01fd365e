"""An article that is read, with what matches in it."""

from collections.abc import Iterator
from typing import NamedTuple

from corpus_cli.corpus import Corpus
from corpus_cli.model import (
    BLANK,
    CHROME,
    METADATA,
    NO_SPANS,
    TITLE,
    Header,
    Line,
    Span,
    SpansByLine,
)
from corpus_cli.output.records import shown
from corpus_cli.output.references import Reference
from corpus_cli.search.request import SearchRequest
from corpus_cli.text.printable import one_line

_MAX_COPIES = 20
_MAX_CHARACTERS = 500_000


class ArticleKey(NamedTuple):
    """The name of a corpus, empty if there is only one, and the id of an article in it."""

    corpus: str
    article: str


class OpenArticle(NamedTuple):
    """An article as it is read: its lines without chrome, and the spans in them.

    `matches` are the spans in the order of the text, each with the number of its line. `copies` are
    the near-copies of the article, at most `_MAX_COPIES` of `copy_count`. `lines_left` is how many
    lines a very long article has beyond those that are shown. `facts` are shown above the text,
    each with a label.
    """

    key: ArticleKey
    header: Header
    short_id: str
    lines: tuple[Line, ...]
    spans: SpansByLine
    title_spans: tuple[Span, ...]
    matches: tuple[tuple[int, Span], ...]
    copies: tuple[Header, ...] = ()
    copy_count: int = 0
    lines_left: int = 0
    saved: str = ""
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def reference(self) -> Reference:
        """Return the article as a reference to be cited."""
        return Reference(self.header, self.saved)


def read_article(key: ArticleKey, corpus: Corpus, line: str, request: SearchRequest) -> OpenArticle:
    """Read an article with what a query matches in it. Raises `NotFound` if it was removed."""
    article, _, header = corpus.article(key.article)
    spans, title_spans = NO_SPANS, tuple[Span, ...]()
    if line.strip():
        marks = corpus.mark_article(line, article.id, request)
        spans, title_spans = marks.by_line, marks.title
    readable = [*_readable(article.lines, one_line(header.title))]
    lines = _first(readable)
    store = corpus.store
    copies = [*store.near_copies.siblings(article.id)]
    return OpenArticle(
        key=key,
        header=header,
        short_id=store.short_id(article.id),
        lines=lines,
        spans=spans,
        title_spans=title_spans,
        matches=tuple((one.n, span) for one in lines for span in spans.get(one.n, ())),
        copies=tuple(store.headers(copies[:_MAX_COPIES]).values()),
        copy_count=len(copies),
        lines_left=len(readable) - len(lines),
        saved=store.files.saved_days([article.id]).get(article.id, ""),
        facts=tuple(_read_facts(header)),
    )


def _read_facts(header: Header) -> Iterator[tuple[str, str]]:
    """Yield what is shown of an article above its text, each line with a label."""
    for source in header.sources:
        yield "file", shown(source.name)
    if header.url:
        yield "url", header.url
    if header.tags:
        yield "tags", ", ".join(header.tags)


def _readable(lines: tuple[Line, ...], title: str) -> Iterator[Line]:
    """Yield the lines of the text, without repeated blank lines and without the title."""
    was_blank, has_title = True, False
    for line in lines:
        if line.broad in (CHROME, METADATA) or (was_blank and line.broad == BLANK):
            continue
        if line.broad == TITLE and not has_title and one_line(line.text) == title:
            has_title = True
            continue
        was_blank = line.broad == BLANK
        yield line


def _first(lines: list[Line]) -> tuple[Line, ...]:
    """Return the first lines, up to a number of characters: to wrap them takes time."""
    room = _MAX_CHARACTERS
    for n, line in enumerate(lines):
        room -= len(line.text)
        if room < 0 and n:
            return tuple(lines[:n])
    return tuple(lines)
