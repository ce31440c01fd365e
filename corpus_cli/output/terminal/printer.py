"""Print results for people at a terminal."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from rich.text import Text

from corpus_cli.model import (
    BLANK,
    CHROME,
    HEADING,
    METADATA,
    NO_SPANS,
    TITLE,
    Article,
    Facets,
    Header,
    Line,
    Results,
    Span,
)
from corpus_cli.output.records import shown
from corpus_cli.output.terminal import hits, rows
from corpus_cli.output.terminal.page import Page
from corpus_cli.search.article_marks import ArticleMarks
from corpus_cli.text.printable import one_line, printable


class Terminal:
    """Print to standard output, in a pager if the text is longer than the screen.

    Matches are in colour, and in brackets without colour or with `mark`. `link` is a
    template of links (`links.link_template`), `pager` a command, `never`, or empty for what the
    environment says.
    """

    def __init__(self, *, color: bool, mark: bool = False, link: str = "", pager: str = "") -> None:
        self._page = Page(color=color, mark=mark, link=link, pager=pager)

    def print_results(self, results: Results, above: Sequence[str] = ()) -> None:
        """Print hits: rank and title; author, date, source and position; the marked passage.

        `above` are lines to print first.
        """
        for line in above:
            if line:
                self._page.block(Text(printable(line)), 0)
            else:
                self._page.line(Text())
        hits.print_results(self._page, results)
        self._page.show()

    def print_facets(self, facets: Facets) -> None:
        """Print counts field by field, with bars."""
        rows.print_facets(self._page, facets)
        self._page.show()

    def listed(self, headers: Iterable[Header]) -> None:
        """Print an article per line: id, date, title, source."""
        rows.listed(self._page, headers)
        self._page.show()

    def print_clusters(self, clusters: Iterable[Sequence[Header]]) -> None:
        """Print the articles of clusters, with a blank line between clusters."""
        for n, headers in enumerate(clusters):
            if n:
                self._page.line(Text())
            rows.listed(self._page, headers)
        self._page.show()

    def table(self, cells: Iterable[Sequence[str]], header: Sequence[str]) -> None:
        """Print rows of cells under the names of their columns."""
        rows.table(self._page, cells, header)
        self._page.show()

    def draw(self, draw: Callable[[Page], None]) -> None:
        """Print what a function adds to the page."""
        draw(self._page)
        self._page.show()

    def print_article(
        self,
        article: Article,
        header: Header,
        lines: range | None,
        marks: ArticleMarks | None = None,
        notes: Mapping[int, Sequence[tuple[str, str]]] = MappingProxyType({}),
    ) -> None:
        """Print an article: its metadata, and its lines with their numbers, without chrome.

        With a range of `lines`, print every line of it and nothing else. What `marks` has of its
        lines and of the title is marked. `notes` are notes of a person, each with its label, by the
        line that they follow; 0 is the beginning.
        """
        margin = len(str(len(article.lines))) + 2
        by_line, title_spans = (marks.by_line, marks.title) if marks else (NO_SPANS, ())
        if lines is None:
            picked = _readable(article.lines, self._head(article, header, margin, title_spans))
        else:
            picked = (line for line in article.lines if line.n in lines)
        if 0 in notes:
            hits.print_notes(self._page, notes[0], margin)
            self._page.line(Text())
        for line in picked:
            style = "bold" if line.broad in (TITLE, HEADING) else ""
            matched = by_line.get(line.n)
            text = (
                self._page.marked(line.text, matched, style)
                if matched
                else Text(printable(line.text), style)
            )
            self._page.block(text, margin, str(line.n))
            hits.print_notes(self._page, notes.get(line.n, ()), margin)
        self._page.show()

    def _head(
        self, article: Article, header: Header, margin: int, title_spans: Sequence[Span]
    ) -> int:
        """Print title, facts and paths; return the number of the title's line, else 0."""
        title = one_line(header.title)
        at = next((n.n for n in article.lines if n.broad == TITLE and one_line(n.text) == title), 0)
        if title:
            text = (
                self._page.marked(header.title, title_spans, "bold")
                if title_spans
                else Text(title, "bold")
            )
            self._page.block(text, margin, str(at or ""))
        room = self._page.measure - margin
        for row in hits.join_parts(hits.header_facts(header), room):
            self._page.block(Text(row, "dim"), margin)
        for source in header.sources:
            self._page.block(self._page.linked(one_line(shown(source.name)), source), margin)
        self._page.line(Text())
        return at


def _readable(lines: Iterable[Line], title: int) -> Iterator[Line]:
    """Yield the lines of the text, without the title and repeated blank lines."""
    blank = True
    for line in lines:
        if line.broad in (CHROME, METADATA) or line.n == title or (blank and line.broad == BLANK):
            continue
        blank = line.broad == BLANK
        yield line
