"""Draw quotations: who said it, the words, where they are."""

from rich.cells import cell_len
from rich.text import Text

from corpus_cli.explore.quotes import Quote, Quotes
from corpus_cli.model.ids import SHORT_DIGITS
from corpus_cli.output.records import shown
from corpus_cli.output.terminal.page import Page, tail
from corpus_cli.text.plurals import plural
from corpus_cli.text.printable import one_line

_MARGIN = 2


def draw_quotes(page: Page, quotes: Quotes) -> None:
    """Add a block for each quotation."""
    if not quotes.quotes:
        return
    counts = (
        plural(len(quotes.quotes), "quotation"),
        plural(quotes.speakers, "speaker"),
        plural(quotes.articles, "article"),
    )
    page.line(Text(f"{counts[0]} of {counts[1]} in {counts[2]}", "dim"))
    for quote in quotes.quotes:
        page.line(Text())
        _draw_quote(page, quote)


def _draw_quote(page: Page, quote: Quote) -> None:
    verb = one_line(quote.verb)
    told_to = f" ({one_line(quote.agency)})" if quote.agency else ""
    head = Text.assemble((one_line(quote.speaker), "bold"), (f"  {verb}{told_to}", "dim"))
    head.truncate(page.measure, overflow="ellipsis")
    page.line(head)
    words = page.marked(quote.text, quote.spans, "")
    if quote.kind == "direct":
        words = Text.assemble("“", words, "”")
    page.block(words, _MARGIN)
    _draw_place(page, quote)


def _draw_place(page: Page, quote: Quote) -> None:
    header, line = quote.citation.header, quote.citation.line
    corpus = tail(one_line(shown(quote.citation.corpus)), page.measure // 4)
    place = f"{header.id[:SHORT_DIGITS]}:{line}"
    copies = f"+{plural(len(quote.copies), 'copy', 'copies')}" if quote.copies else ""
    parts = (corpus, header.published, header.site, header.title, copies)
    facts = Text(" · ".join(filter(None, map(one_line, parts))), "dim")
    facts.truncate(page.measure - _MARGIN - cell_len(place) - 2, overflow="ellipsis")
    linked = page.linked(place, header.sources[0], line)
    page.line(Text.assemble(" " * _MARGIN, linked, "  ", facts))
