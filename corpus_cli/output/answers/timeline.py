"""A timeline as a table."""

from corpus_cli.explore.timeline import Timeline, TimelineRow
from corpus_cli.output.answers.table import (
    ARTICLE_COLUMNS,
    CITATION_COLUMNS,
    AnswerTable,
    cite,
)
from corpus_cli.output.records import Record

_COUNTS = ("period", "passages", "articles")


def tabulate(timeline: Timeline) -> AnswerTable:
    """Return a row for each period: its counts, and where its best passage is."""
    return AnswerTable(
        "periods",
        timeline.about,
        {
            "by": timeline.by,
            "dates": timeline.dates,
            "passages": timeline.passages,
            "articles": timeline.articles,
        },
        [_record(row) for row in timeline.rows],
        (*_COUNTS, *CITATION_COLUMNS),
        (*_COUNTS, *CITATION_COLUMNS, *ARTICLE_COLUMNS, "snippet"),
    )


def _record(row: TimelineRow) -> Record:
    counts = {"period": row.period, "passages": row.passages, "articles": row.articles}
    if not row.best:
        return counts
    return counts | cite(row.best.example.citation) | {"snippet": row.best.example.snippet.text}
