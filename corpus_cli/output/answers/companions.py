"""The companions of a name as a table."""

from corpus_cli.explore.companions import Companions
from corpus_cli.output.answers.table import (
    ARTICLE_COLUMNS,
    CITATION_COLUMNS,
    AnswerTable,
    cite_example,
)

_COLUMNS = ("name", "kind", "together", "total", "strength", "text", *CITATION_COLUMNS)


def tabulate(companions: Companions) -> AnswerTable:
    """Return a row for each name: its counts, its strength and an example."""
    return AnswerTable(
        "names",
        companions.about,
        {"per": companions.per, "units": companions.units, "matched": companions.matched},
        [
            {
                "name": row.name,
                "kind": row.kind,
                "together": row.together,
                "total": row.total,
                "strength": round(row.strength, 2),
            }
            | cite_example(row.example)
            for row in companions.rows
        ],
        _COLUMNS,
        (*_COLUMNS, *ARTICLE_COLUMNS),
    )
