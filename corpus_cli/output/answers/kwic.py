"""A concordance as a table."""

from corpus_cli.explore.kwic import Concordance
from corpus_cli.output.answers.table import (
    ARTICLE_COLUMNS,
    CITATION_COLUMNS,
    AnswerTable,
    cite,
)

_WORDS = ("left", "match", "right")


def tabulate(concordance: Concordance) -> AnswerTable:
    """Return a row for each match: the text before it, itself, the text after it, where it is."""
    return AnswerTable(
        "lines",
        concordance.about,
        {
            "matches": len(concordance.lines),
            "passages": concordance.passages,
            "articles": concordance.articles,
        },
        [
            {"left": one.left, "match": one.match, "right": one.right, "why": one.why}
            | cite(one.citation)
            for one in concordance.lines
        ],
        (*_WORDS, *CITATION_COLUMNS),
        (*_WORDS, *CITATION_COLUMNS, *ARTICLE_COLUMNS),
    )
