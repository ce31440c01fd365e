"""Lay out a dossier as a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus_cli.explore.answer import Citation
from corpus_cli.explore.dossier import LEAST_STRENGTH, Dossier
from corpus_cli.explore.quotes import Quote
from corpus_cli.explore.timeline import TimelineRow
from corpus_cli.model import Header, Hit, Span
from corpus_cli.output.documents.notes import NumberedNotes, describe_article, name_article
from corpus_cli.output.documents.tree import (
    Bar,
    BarChart,
    Block,
    BlockQuote,
    Column,
    Document,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    Notes,
    Paragraph,
    Table,
    Text,
)
from corpus_cli.text.plurals import plural

_NO_SOURCE = "Source unknown"
_NO_DATE = "no date"
_MOST_SOURCES = 20
_FEWEST_BARS = 2
_VERBS_WITH_LISTENER = frozenset(["told", "tells", "tell", "telling"])


def lay_out(dossier: Dossier, imprint: str) -> Document:
    """Return a dossier as a document; `imprint` says when it was made, and with what."""
    notes = NumberedNotes(dossier.copies)
    blocks = [
        *_introduce(dossier, imprint),
        *_lay_out_timeline(dossier, notes),
        *_lay_out_sources(dossier),
        *_lay_out_names(dossier, notes),
        *_lay_out_quotes(dossier, notes),
        *_lay_out_passages(dossier, notes),
        Heading("What was not looked at"),
        Listing([[Text(f"{one}.")] for one in _limits(dossier)]),
        Heading("Notes"),
        Notes(notes.contents()),
        Heading("Articles cited"),
        _explain(
            "By source and date. An id is the beginning of the SHA-256 of the text; "
            "corpus show ID shows it."
        ),
        Listing([_cite_article(*cited, dossier) for cited in notes.articles()]),
    ]
    return Document(dossier.about.query, blocks)


def _introduce(dossier: Dossier, imprint: str) -> Iterator[Block]:
    results = dossier.results
    all_articles = sum(one.articles for one in dossier.corpora)
    corpora = [one.name for one in dossier.corpora if one.name]
    where, have = (
        (f"The corpora {', '.join(corpora)}", "have") if corpora else ("The corpus", "has")
    )
    counts = f"{plural(results.total, 'passage')} in {plural(results.articles, 'article')}"
    if dossier.about.partial:
        text = "The time limit ended the search, so that counts are too low and passages may lack."
        yield Paragraph([Text(text, "strong")])
    size = f"{where} {have} {plural(all_articles, 'article')}."
    yield Paragraph([Text(f"Found {counts}{_date_range(dossier)}. {size}")])
    for one in results.expanded:
        if one.forms:
            forms = ", ".join(form for form, _ in one.forms)
            caution = f" ({one.note})" if one.note else ""
            yield _explain(f"{one.typed} counts in all of its forms, also as {forms}{caution}.")
    yield _explain(f"Read as: {dossier.about.parsed}. What begins with + has to be there.")
    yield _explain(f"Made on {imprint}.")


def _date_range(dossier: Dossier) -> str:
    periods = [row.period for row in dossier.timeline.rows if row.period]
    if not periods:
        return ""
    first, last = periods[0], periods[-1]
    return f", published in {first}" if first == last else f", published {first} to {last}"


def _lay_out_timeline(dossier: Dossier, notes: NumberedNotes) -> Iterator[Block]:
    timeline = dossier.timeline
    yield Heading("Over time")
    yield _explain(
        f"Matching articles and passages by the {timeline.by} in which the article was published. "
        "Near-copies count."
    )
    dated = [row for row in timeline.rows if row.period]
    title = f"Articles by {timeline.by}"
    if len(dated) >= _FEWEST_BARS:
        highest = max(dated, key=lambda row: row.articles)
        yield BarChart(
            title,
            f"from {dated[0].period} to {dated[-1].period}; "
            f"most in {highest.period}, with {plural(highest.articles, 'article')}. "
            "The table below has the values.",
            [Bar(row.period, row.articles, _describe_period(row)) for row in dated],
            is_upright=True,
        )
    yield Table(
        f"{title}, with the best passage of each",
        [
            Column(timeline.by.capitalize()),
            Column("Articles", has_numbers=True),
            Column("Passages", has_numbers=True),
            Column("Best passage"),
        ],
        [_period_cells(row, notes) for row in timeline.rows if row.passages],
    )


def _describe_period(row: TimelineRow) -> str:
    return f"{row.period}: {plural(row.articles, 'article')}, {plural(row.passages, 'passage')}"


def _period_cells(row: TimelineRow, notes: NumberedNotes) -> list[Inlines]:
    best: list[Inline] = []
    if row.best:
        citation = row.best.example.citation
        best = [Text(name_article(citation.header)), notes.cite(citation)]
    return [
        [Text(row.period or _NO_DATE)],
        [Text(f"{row.articles:,}")],
        [Text(f"{row.passages:,}")],
        best,
    ]


def _lay_out_sources(dossier: Dossier) -> Iterator[Block]:
    rows = dossier.sources.facets
    yield Heading("Sources")
    explanation = "Matching articles and passages by the site or publication that they are from."
    if left_out := len(rows[_MOST_SOURCES:]):
        explanation += f" {plural(left_out, 'source')} with fewer passages not shown."
    yield _explain(explanation)
    yield Table(
        "Sources by number of passages",
        [
            Column("Source"),
            Column("Articles", has_numbers=True),
            Column("Passages", has_numbers=True),
        ],
        [
            [
                [Text(row.value or _NO_SOURCE)],
                [Text(f"{row.articles:,}")],
                [Text(f"{row.passages:,}")],
            ]
            for row in rows[:_MOST_SOURCES]
        ],
    )


def _lay_out_names(dossier: Dossier, notes: NumberedNotes) -> Iterator[Block]:
    companions = dossier.companions
    yield Heading("Mentioned together")
    yield _explain(
        f"Names in the {plural(companions.matched, 'passage')} that mention the query, out of "
        f"{companions.units:,}, the strongest first. The strength is the log-likelihood ratio "
        "(Dunning 1993): the higher, the less chance explains that both are mentioned together. "
        f"Names with less than {LEAST_STRENGTH} are left out, as chance makes that of one in 20. "
        "Near-copies count, titles and headings do not."
    )
    if not companions.rows:
        yield Paragraph([Text("No name is mentioned together with it more often than by chance.")])
        return
    strongest = companions.rows[0]
    if len(companions.rows) >= _FEWEST_BARS:
        yield BarChart(
            "Passages with both, by name",
            f"{plural(len(companions.rows), 'name')}; the strongest is {strongest.name}, in "
            f"{plural(strongest.together, 'passage')}. The table below has the values.",
            [
                Bar(row.name, row.together, f"{row.name}: {plural(row.together, 'passage')}")
                for row in sorted(companions.rows, key=lambda row: -row.together)
            ],
        )
    yield Table(
        "Names mentioned together with the query, by passages",
        [
            Column("Name"),
            Column("Kind"),
            Column("Both", has_numbers=True),
            Column("In all", has_numbers=True),
            Column("Strength", has_numbers=True),
            Column("Example"),
        ],
        [
            [
                [Text(row.name)],
                [Text(row.kind)],
                [Text(f"{row.together:,}")],
                [Text(f"{row.total:,}")],
                [Text(f"{row.strength:,.1f}")],
                [notes.cite(row.example.citation)] if row.example else [],
            ]
            for row in companions.rows
        ],
    )


def _lay_out_quotes(dossier: Dossier, notes: NumberedNotes) -> Iterator[Block]:
    shown = dossier.quotes.quotes
    yield Heading("Who said what")
    if not shown:
        yield Paragraph([Text("No quotation was found in the matching passages.")])
        return
    count = plural(dossier.quotations, "quotation")
    text = f"{count} in the matching passages, read by patterns in English, by date."
    if len(shown) < dossier.quotations:
        text += (
            f" {len(shown):,} are shown: direct speech, named speakers and what several articles "
            "have before others, of every year in turn, and of the best of these first those that "
            "have the words of the query; at most two of a speaker if there are others."
        )
    yield _explain(text)
    for quote in shown:
        yield BlockQuote(
            [*_spoken_words(quote)],
            [*_describe_speaker(quote), notes.cite(quote.citation, quote.copies)],
            quote.citation.passage.language,
        )


def _spoken_words(quote: Quote) -> Iterator[Inline]:
    """Yield the words of a quotation; a direct one has lost its marks, and gets them here."""
    opening, closing = ("“", "”") if quote.kind == "direct" else ("", "")
    # The comma belongs to the sentence around the quotation.
    words = quote.text.rstrip(", ") if quote.kind == "direct" else quote.text
    yield Text(opening)
    yield from mark_spans(words, [span for span in quote.spans if span.end <= len(words)])
    yield Text(closing)


def _describe_speaker(quote: Quote) -> Iterator[Inline]:
    yield Text(quote.speaker, "strong")
    to = quote.agency if quote.verb in _VERBS_WITH_LISTENER else f"to {quote.agency}"
    facts = [f"{quote.verb} {to}" if quote.agency else quote.verb]
    if quote.kind != "direct":
        facts.append(
            "in part in the words of the speaker" if quote.kind == "partial" else "as reported"
        )
    header = quote.citation.header
    facts += filter(None, (header.site, header.published))
    yield Text(f", {', '.join(facts)}")


def _lay_out_passages(dossier: Dossier, notes: NumberedNotes) -> Iterator[Block]:
    hits = dossier.results.hits
    yield Heading("Best passages by source")
    yield _explain(
        f"{len(hits):,} of {plural(dossier.results.total, 'passage')}, by source, the best source "
        "first; at most three of a source if there are others. Near-copies of a passage are not "
        "shown but named in its note."
    )
    # The passages of an article stay together, in the order of the text.
    by_source: dict[str, dict[str, list[Hit]]] = {}
    for hit in hits:
        by_source.setdefault(hit.header.site, {}).setdefault(hit.header.id, []).append(hit)
    for source, by_article in by_source.items():
        yield Heading(source or _NO_SOURCE, 3)
        for of_article in by_article.values():
            for hit in sorted(of_article, key=lambda one: one.passage.n):
                yield _quote_passage(hit, notes)


def _quote_passage(hit: Hit, notes: NumberedNotes) -> BlockQuote:
    citation = Citation(hit.passage, hit.header, hit.place.line, hit.corpus)
    return BlockQuote(
        [*mark_spans(hit.passage.text, hit.spans)],
        [*describe_article(hit.header, with_source=False), notes.cite(citation, hit.copies)],
        hit.passage.language,
    )


def mark_spans(text: str, spans: Sequence[Span]) -> Iterator[Text]:
    """Yield the pieces of a text, of which spans are what a query matched."""
    at = 0
    for span in sorted(spans, key=lambda one: one.start):
        if span.start >= at:
            yield Text(text[at : span.start])
            yield Text(text[span.start : span.end], "match")
            at = span.end
    yield Text(text[at:])


def _limits(dossier: Dossier) -> Iterator[str]:
    """Yield what a reader should know about what the answers leave out, without full stops."""
    yield "Lines around the texts, such as menus, captions and comments, were not searched"
    yield "Quotations in other languages than English were not read"
    yield from (note.rstrip(".") for note in dossier.about.notes)


def _cite_article(header: Header, corpus: str, numbers: Sequence[int], dossier: Dossier) -> Inlines:
    day = dossier.saved.get(header.id)
    address: list[Inline] = [Text(" "), Link(header.url, header.url), Text(".")]
    within = f" in {corpus}" if corpus else ""
    where = "note" if len(numbers) == 1 else "notes"
    cited = ", ".join(map(str, numbers))
    return [
        *describe_article(header),
        *(address if header.url else ()),
        Text(f" Saved {day}." if day else ""),
        Text(f" Article {header.id}{within}; {where} {cited}."),
    ]


def _explain(text: str) -> Paragraph:
    return Paragraph([Text(text)], explains=True)
