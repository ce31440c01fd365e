"""Find what a query matches in the lines of an article."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from operator import attrgetter
from typing import NamedTuple

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.fields import HEADING as HEADING_POSITION
from corpus_cli.engines.plan import plan_query
from corpus_cli.model import HEADING, TITLE, Article, Line, Match, Passage, Span, SpansByLine
from corpus_cli.query.nodes import unparse
from corpus_cli.search.freshness import index_notes
from corpus_cli.search.moment import Moment
from corpus_cli.search.read_query import read_query
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.snippets import spans, title_spans
from corpus_cli.search.verified import verify

_NOTHING = "nothing in this article matches the query"


class ArticleMarks(NamedTuple):
    """What a query matches in an article, as a search marks it in hits.

    `by_line` has the spans of each line with a match, in code points of the line, by the number of
    the line; `title` has those of the title. `parsed` is the query as it was parsed.
    """

    query: str
    parsed: str
    by_line: SpansByLine
    title: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()
    partial: bool = False


def mark_article(
    line: str, article: str, moment: Moment, request: SearchRequest
) -> ArticleMarks | None:
    """Return what a query matches in an article; None if the article is not in the store."""
    content = moment.store.article(article)
    if content is None:
        return None
    clock = Clock(request.seconds)
    query, notes = read_query(line, moment, request, clock)
    verified = verify(query, moment, clock)
    candidates = moment.index.match(plan_query(query, moment.index, verified), clock)
    matches = [
        (passage, match)
        for passage in moment.store.passages(article)
        if (match := candidates.match(passage.id))
    ]
    counts = candidates.counts
    return ArticleMarks(
        query=line,
        parsed=unparse(query),
        by_line=_spans_by_line(content, matches),
        title=next((title_spans(passage.title, match.marks) for passage, match in matches), ()),
        notes=(
            *notes,
            *counts.notes,
            *index_notes(moment),
            *(() if matches or counts.partial else (_NOTHING,)),
        ),
        partial=counts.partial,
    )


def _spans_by_line(article: Article, matches: Sequence[tuple[Passage, Match]]) -> SpansByLine:
    """Return the spans of each line with a match, ascending and without overlaps."""
    starts = [*accumulate((len(line.text) + 1 for line in article.lines), initial=0)]
    by_line: defaultdict[int, set[Span]] = defaultdict(set)
    headings = [
        line for line in article.lines if line.broad in (HEADING, TITLE) and line.text.strip()
    ]
    # All passages have the same title.
    for line, span in chain.from_iterable(_spans_in_title(headings, *one) for one in matches[:1]):
        by_line[line.n].add(span)
    for passage, match in matches:
        for span in spans(passage.text, match.marks):
            first = passage.line_at(span.start)
            last = passage.line_at(span.end)
            for number in range(first, last + 1):
                line = article.lines[number - 1]
                shift = passage.start - starts[number - 1]
                start, end = max(span.start + shift, 0), min(span.end + shift, len(line.text))
                if start < end:
                    by_line[line.n].add(Span(start, end, span.why))
        for line, span in _spans_in_heading(headings, passage, match):
            by_line[line.n].add(span)
    return {number: _without_overlaps(matched) for number, matched in sorted(by_line.items())}


def _without_overlaps(spans_of_line: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in their order; of those that overlap the first, or the longer."""
    kept: list[Span] = []
    for span in sorted(spans_of_line, key=lambda one: (one.start, -one.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


def _spans_in_title(
    headings: Sequence[Line], passage: Passage, match: Match
) -> Iterator[tuple[Line, Span]]:
    """Yield the spans in each line that has the title, with the line."""
    matched = title_spans(passage.title, match.marks)
    for line in headings if matched else ():
        # The line may have more: `# Title` in Markdown.
        at = line.text.find(passage.title) if line.broad == TITLE else -1
        if at >= 0:
            yield from _shift(line, matched, at)


def _spans_in_heading(
    headings: Sequence[Line], passage: Passage, match: Match
) -> Iterator[tuple[Line, Span]]:
    """Yield the spans in the lines of the heading of a passage, each with its line."""
    matched = spans(passage.heading, match.marks, HEADING_POSITION)
    start = 0
    for line in _heading_lines(headings, passage) if matched else ():
        length = len(line.text.strip())
        inside = [span for span in matched if start <= span.start < span.end <= start + length]
        yield from _shift(line, inside, len(line.text) - len(line.text.lstrip()) - start)
        start += length + 1


def _shift(line: Line, matched: Iterable[Span], by: int) -> Iterator[tuple[Line, Span]]:
    return ((line, Span(span.start + by, span.end + by, span.why)) for span in matched)


def _heading_lines(headings: Sequence[Line], passage: Passage) -> Sequence[Line]:
    """Return the lines that are the heading of a passage when joined by blanks; else none."""
    rest, lines = passage.heading, list[Line]()
    at = bisect_left(headings, passage.lines[0], key=attrgetter("n"))
    while rest and at:
        at -= 1
        text = headings[at].text.strip()
        if not rest.endswith(text):
            return ()
        rest = rest.removesuffix(text).rstrip()
        lines.insert(0, headings[at])
    return () if rest else lines
