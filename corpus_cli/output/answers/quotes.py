"""Quotations as a table."""

from corpus_cli.explore.quotes import Quote, Quotes
from corpus_cli.output.answers.table import (
    ARTICLE_COLUMNS,
    CITATION_COLUMNS,
    AnswerTable,
    cite,
)
from corpus_cli.output.records import Record

_WORDS = ("quotation", "speaker", "verb", "agency", "kind")


def tabulate(quotes: Quotes) -> AnswerTable:
    """Return a row for each quotation: its words, who said them, and where they are."""
    return AnswerTable(
        "quotes",
        quotes.about,
        {
            "by": quotes.by,
            "about": quotes.words,
            "quotations": len(quotes.quotes),
            "speakers": quotes.speakers,
            "articles": quotes.articles,
        },
        [_record(one) for one in quotes.quotes],
        (*_WORDS, *CITATION_COLUMNS),
        (*_WORDS, *CITATION_COLUMNS, *ARTICLE_COLUMNS, "copies"),
    )


def _record(quote: Quote) -> Record:
    return {
        "quotation": quote.text,
        "speaker": quote.speaker,
        "verb": quote.verb,
        "agency": quote.agency,
        "kind": quote.kind,
        **cite(quote.citation),
        "copies": list(quote.copies),
    }
