"""An answer as rows, in every format for programs."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from corpus_cli.explore.answer import About, Citation
from corpus_cli.explore.examples import CitedExample
from corpus_cli.output import lines, records
from corpus_cli.output.records import Record


class AnswerTable(NamedTuple):
    """The rows of an answer.

    `key` names their list in JSON, and `counts` are what JSON says beside the query and the list.
    `columns` are those of TSV, `all_columns` those of CSV.
    """

    key: str
    about: About
    counts: Record
    rows: Sequence[Record]
    columns: Sequence[str]
    all_columns: Sequence[str]


CITATION_COLUMNS = ("id", "path", "line", "published", "title")
"""The columns by which a row of a table can be cited."""

ARTICLE_COLUMNS = ("authors", "source", "url")
"""More columns of a citation, for CSV."""


def format_answer(table: AnswerTable, style: str, *, several: bool = False) -> Iterator[str]:
    """Yield the lines of an answer: tsv (also called plain), csv, json or jsonl.

    Rows of `several` corpora begin with theirs.
    """
    from corpus_cli.output import tables

    columns = table.all_columns if style == "csv" else table.columns
    if several:
        columns = ("corpus", *columns)
    match style:
        case "json":
            yield records.dumps({**_summary(table), table.key: table.rows})
        case "jsonl":
            yield from (records.dumps({"v": records.VERSION, **row}) for row in table.rows)
        case "csv":
            yield from tables.csv(table.rows, columns)
        case _:
            yield from tables.tsv(table.rows, columns)


def cite(citation: Citation) -> Record:
    """Return the fields by which a passage can be cited and opened."""
    header, passage = citation.header, citation.passage
    corpus = {"corpus": records.shown(citation.corpus)} if citation.corpus else {}
    return {
        **corpus,
        "id": passage.id,
        "path": lines.path(header),
        "line": citation.line,
        "published": header.published,
        "title": header.title,
        "authors": list(header.authors),
        "source": header.site,
        "url": header.url,
    }


def cite_example(example: CitedExample | None) -> Record:
    """Return the text of an example and the fields by which it can be cited; none without one."""
    return {"text": example.snippet.text, **cite(example.citation)} if example else {}


def _summary(table: AnswerTable) -> Record:
    about = table.about
    return {
        "v": records.VERSION,
        "query": about.query,
        "parsed": about.parsed,
        "notes": list(about.notes),
        **table.counts,
        "partial": about.partial,
    }
