"""Draw hits, facets and articles as text that is safe to show."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual.content import Content
from textual.style import Style

from corpus_cli.browse.open_article import OpenArticle
from corpus_cli.browse.state import Filter, State
from corpus_cli.model import HEADING, TITLE, Facet, Header, Hit, Line, Results, Span
from corpus_cli.output import plain
from corpus_cli.output.records import shown
from corpus_cli.output.terminal.hits import header_facts, join_parts
from corpus_cli.output.terminal.page import inline
from corpus_cli.text.plurals import plural
from corpus_cli.text.printable import one_line, printable

BOLD = Style(bold=True)
DIM = Style(dim=True)
MARK = Style.parse("bold ansi_yellow")
CURRENT = Style(reverse=True)

_SNIPPET = 170
_BEFORE = 50
_STALE = {"changed": "file changed", "gone": "file gone", "missing": "file not found"}
_HEADINGS = {"source": "Source", "author": "Author", "year": "Year", "name": "Name"}


class ArticleRow(NamedTuple):
    """A row of an article on the screen, and the matches that begin in it."""

    content: Content
    matches: tuple[int, ...] = ()


def mark_spans(
    text: str, spans: Sequence[Span], *, brackets: bool, style: Style = MARK, first: int = -1
) -> Content:
    """Return a text with its spans in a style, and in brackets where there are no colours.

    With the number of the `first` span, each can be found again by its number.
    """
    parts: list[Content | str | tuple[str, Style]] = []
    at = 0
    for n, span in enumerate(spans, first):
        parts.append(inline(text[at : span.start]))
        word = inline(text[span.start : span.end])
        numbered = style + Style.from_meta({"match": n}) if first >= 0 else style
        parts.append((f"[{word}]" if brackets else word, numbered))
        at = span.end
    parts.append(inline(text[at:]))
    return Content.assemble(*parts)


def draw_hit(hit: Hit, room: int, *, brackets: bool) -> Content:
    """Return title, source and date, and the part of the best passage around its matches."""
    has_spans = hit.header.title == hit.passage.title
    top = draw_title(hit.header, hit.title_spans if has_spans else (), brackets=brackets)
    facts = list(map(one_line, _hit_facts(hit)))
    rows = [top, *(Content.styled(row, DIM) for row in join_parts(facts, room))]
    text, spans = _cut(hit.snippet.text, hit.snippet.spans)
    rows.append(mark_spans(text, spans, brackets=brackets))
    return Content("\n").join(rows)


def _hit_facts(hit: Hit) -> Iterator[str]:
    """Yield date and source of a hit, and remarks on it."""
    yield from filter(None, (hit.header.published, hit.header.site))
    if hit.matches > 1:
        yield plural(hit.matches, "passage")
    if hit.suggested:
        yield "not as typed"
    elif hit.only_in:
        yield f"only in the {hit.only_in}"
    if hit.copies:
        yield f"+{plural(len(hit.copies), 'near-copy', 'near-copies')}"
    if hit.stale:
        yield _STALE[hit.stale]
    if hit.corpus:
        yield f"in {hit.corpus}"


def _cut(text: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """Return a short part of a snippet from a little before its first match on."""
    first = spans[0].start if spans else 0
    start = max(first - _BEFORE, 0)
    start = text.find(" ", start, first) + 1 if start and " " in text[start:first] else start
    end = min(start + _SNIPPET, len(text))
    end = max(text.rfind(" ", start, end), first + 1) if end < len(text) else end
    shift = start - (1 if start else 0)
    cut = f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
    return cut, [
        Span(one.start - shift, one.end - shift, one.why)
        for one in spans
        if start <= one.start and one.end <= end
    ]


def draw_facet(facet: Facet, width: int) -> Content:
    """Return a value and the number of its articles, at the two ends of a row."""
    value = one_line(facet.value) or "unknown"
    count = f"{facet.articles:,}"
    room = max(width - len(count) - 1, 1)
    left = Content(value).truncate(room, ellipsis=True)
    gap = " " * max(width - left.cell_length - len(count), 1)
    return Content.assemble(left, gap, (count, DIM))


def facet_heading(by: str) -> Content:
    """Return the heading above the values of a facet."""
    return Content.styled(_HEADINGS.get(by, by), BOLD)


def draw_filter(one: Filter) -> Content:
    """Return a filter as it is shown above the results."""
    return Content(f"{one.field}: {one_line(one.label)} ✕")


def draw_heading(reading: OpenArticle | None, *, brackets: bool) -> Content:
    """Return the title above an article, which does not scroll with it."""
    if reading is None:
        return Content()
    return draw_title(reading.header, reading.title_spans, brackets=brackets)


def draw_title(header: Header, spans: Sequence[Span], *, brackets: bool) -> Content:
    """Return the title of an article, or the path of one without a title."""
    if not header.title:
        return Content.styled(one_line(_path(header)), BOLD)
    return mark_spans(header.title, spans, brackets=brackets).stylize_before(BOLD)


def draw_article(reading: OpenArticle, width: int, *, brackets: bool) -> list[ArticleRow]:
    """Return the rows of an article: its metadata, and its lines with numbers in the margin."""
    margin = len(str(reading.lines[-1].n if reading.lines else 1)) + 2
    room = max(width - margin, 1)
    rows: list[ArticleRow] = []
    for block in _head(reading, room):
        rows += _wrap(block, room, margin)
    rows.append(ArticleRow(Content()))
    number = 0
    for line in reading.lines:
        spans = reading.spans.get(line.n, ())
        content = _draw_line(line, spans, number, brackets=brackets)
        rows += _wrap(content, room, margin, line.n if line.text.strip() else 0)
        number += len(spans)
    if reading.lines_left:
        more = f"{plural(reading.lines_left, 'more line')}: corpus show {reading.short_id}"
        rows += _wrap(Content.styled(more, DIM), room, margin)
    return rows


def _head(reading: OpenArticle, room: int) -> Iterator[Content]:
    for row in join_parts(header_facts(reading.header), room):
        yield Content.styled(row, DIM)
    for label, value in (*reading.facts, ("id", reading.short_id)):
        yield Content.styled(f"{label}: {one_line(value)}", DIM)
    if reading.copies:
        count = plural(reading.copy_count, "near-copy", "near-copies")
        yield Content.styled(f"{count}, which o opens one after the other:", DIM)
    for copy in reading.copies:
        facts = " · ".join((*header_facts(copy), one_line(copy.title)))
        yield Content.styled(f"  {facts}", DIM)


def _draw_line(line: Line, spans: Sequence[Span], number: int, *, brackets: bool) -> Content:
    if spans:
        content = mark_spans(line.text, spans, brackets=brackets, first=number)
    else:
        content = Content(printable(line.text).expandtabs())
    return content.stylize_before(BOLD) if line.broad in (TITLE, HEADING) else content


def _wrap(content: Content, room: int, margin: int, number: int = 0) -> Iterator[ArticleRow]:
    """Yield the rows of a wrapped text behind a margin, with the number of the line in it."""
    label = Content.styled(str(number or "").rjust(margin - 2).ljust(margin), DIM)
    previous = -1
    for row in content.wrap(room) if content else [content]:
        numbers = {
            span.style.meta["match"]
            for span in row.spans
            if isinstance(span.style, Style) and "match" in span.style.meta
        }
        first_matches = tuple(sorted(n for n in numbers if n > previous))
        previous = max(numbers, default=previous)
        yield ArticleRow(Content.assemble(label, row), first_matches)
        label = Content(" " * margin)


def highlight(content: Content, match: int) -> Content:
    """Return a row with the match that is looked at highlighted."""
    for span in content.spans:
        if isinstance(span.style, Style) and span.style.meta.get("match") == match:
            content = content.stylize(CURRENT, span.start, span.end)
    return content


def describe(state: State) -> str:
    """Return one line on what was found, and where one is in it."""
    if state.error:
        return printable(state.error)
    results = state.results
    if state.is_empty:
        return "Type what to search for; ? shows the keys."
    if results is None:
        return "Searching …"
    size = _describe_size(results)
    if state.is_waiting:
        return f"{size} · searching …"
    scope = f"all words in the {state.all_terms}" if state.all_terms else ""
    parts = (_describe_place(state), size, scope, f"by {state.sort}", *describe_notes(results))
    return " · ".join(filter(None, parts))


def _describe_place(state: State) -> str:
    """Return which match is looked at; empty if there is no article or no word to match."""
    if state.reading is None:
        return "reading …" if state.key else ""
    if not state.line.strip():
        return ""
    count = len(state.reading.matches)
    return f"match {state.match + 1} of {count}" if count else "no match in this text"


def _describe_size(results: Results) -> str:
    where = f"{plural(results.total, 'passage')} in {plural(results.articles, 'article')}"
    return plain.at_least(where, partial=results.partial)


def describe_notes(results: Results) -> list[str]:
    """Return what was done with the query, and why nothing was found, each safe to show."""
    notes = [*plain.expansion_notes(results), *plain.result_notes(results)]
    return [printable(note) for note in notes]


def _path(header: Header) -> str:
    return shown(header.sources[0].name) if header.sources else header.id
