"""Collocates, keywords and comparisons as tables."""

from corpus_cli.explore.collocates import Collocates
from corpus_cli.explore.compare import ValueComparison
from corpus_cli.explore.keywords import Keywords
from corpus_cli.output.answers.table import (
    ARTICLE_COLUMNS,
    CITATION_COLUMNS,
    AnswerTable,
    cite_example,
)

_NEAR = ("word", "near", "articles", "total", "log_dice", "log_likelihood", "text")
_TYPICAL = (
    "word",
    "frequency",
    "articles",
    "reference_count",
    "log_ratio",
    "log_likelihood",
    "text",
)

_COMPARED = ("value", "passages", "articles", "of", "rate", "words")


def tabulate_collocates(collocates: Collocates) -> AnswerTable:
    """Return a row for each word: its counts, its scores and an example."""
    return AnswerTable(
        "collocates",
        collocates.about,
        {"matches": collocates.matches, "near": collocates.near, "words": collocates.words},
        [
            {
                "word": row.word,
                "near": row.near,
                "articles": row.articles,
                "total": row.total,
                "log_dice": round(row.log_dice, 2),
                "log_likelihood": round(row.log_likelihood, 2),
            }
            | cite_example(row.example)
            for row in collocates.rows
        ],
        (*_NEAR, *CITATION_COLUMNS),
        (*_NEAR, *CITATION_COLUMNS, *ARTICLE_COLUMNS),
    )


def tabulate_keywords(keywords: Keywords) -> AnswerTable:
    """Return a row for each word: its counts on both sides, its scores and an example."""
    return AnswerTable(
        "keywords",
        keywords.about,
        {
            "against": keywords.against,
            "passages": keywords.passages,
            "words": keywords.words,
            "reference_words": keywords.reference_words,
        },
        [
            {
                "word": row.word,
                "frequency": row.frequency,
                "articles": row.articles,
                "reference_count": row.reference_count,
                "log_ratio": round(row.log_ratio, 2),
                "log_likelihood": round(row.log_likelihood, 2),
            }
            | cite_example(row.example)
            for row in keywords.rows
        ],
        (*_TYPICAL, *CITATION_COLUMNS),
        (*_TYPICAL, *CITATION_COLUMNS, *ARTICLE_COLUMNS),
    )


def tabulate_comparison(comparison: ValueComparison) -> AnswerTable:
    """Return a row for each value: its counts, its typical words and the first mention."""
    return AnswerTable(
        "values",
        comparison.about,
        {
            "by": comparison.by,
            "passages": comparison.passages,
            "articles": comparison.articles,
            "of": comparison.of,
        },
        [
            {
                "value": row.value,
                "passages": row.passages,
                "articles": row.articles,
                "of": row.of,
                "rate": round(row.rate, 2),
                "words": [one.word for one in row.typical],
            }
            | cite_example(row.first)
            for row in comparison.rows
        ],
        (*_COMPARED, *CITATION_COLUMNS),
        (*_COMPARED, *CITATION_COLUMNS, *ARTICLE_COLUMNS, "text"),
    )
