"""corpus eval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.option_table import FILTER_OPTIONS, WORD_OPTIONS
from corpus_cli.cli.session import OptionValues
from corpus_cli.errors import CorpusError, UsageError
from corpus_cli.evaluation import judgments, runs
from corpus_cli.evaluation.judgments import JudgedQueries, JudgedQuery
from corpus_cli.evaluation.measures import DEPTH, MEASURES, MeasureValues, compare, means
from corpus_cli.evaluation.run import evaluate
from corpus_cli.output import records, stream, tables
from corpus_cli.output.records import Record
from corpus_cli.text.plurals import plural

Runs = Mapping[str, runs.Ranking]


_file = partial(
    helping.option, metavar="FILE", group="Input", shell_complete=completion.complete_files
)


@helping.command(
    "eval",
    examples={
        "corpus eval judged.json": "the means over all queries",
        "corpus eval judged.json --write new.run": "also write the run",
        "corpus eval judged.json --against a.run": "is it better than before?",
    },
)
@click.argument(
    "place", metavar="[JUDGED]", required=False, shell_complete=completion.complete_files
)
@_file("--queries", help="Queries: JSON lines, TREC topics, or lines of id, tab, text.")
@_file("--qrels", help="Judgments: lines of query, document, grade, or query 0 document grade.")
@_file("--run", help="Score this TREC run instead of a corpus.")
@_file("--against", help="Compare with this TREC run.")
@options.with_values(*FILTER_OPTIONS, *WORD_OPTIONS)
@helping.option(
    "--operators", is_flag=True, group="Query", help="Use the operators in the queries."
)
@helping.option(
    "--per-query", "each", is_flag=True, group="Output", help="Print a row for each query."
)
@helping.option(
    "--write",
    metavar="FILE",
    group="Output",
    shell_complete=completion.complete_files,
    help="Also write the scored run to this file.",
)
@options.formats("terminal", "plain", "tsv", "csv", "json", "jsonl")
@options.indexes
@options.debug
def eval_(  # noqa: PLR0913 - one parameter an option
    *,
    place: str | None,
    queries: str | None,
    qrels: str | None,
    run: str | None,
    against: str | None,
    write: str | None,
    each: bool,
    style: str | None,
    index: tuple[str, ...],
    operators: bool,
    values: OptionValues,
) -> int:
    """Measure how well judged queries are answered.

    JUDGED is a folder in the format of BEIR (queries.jsonl, qrels/test.tsv) or of TREC
    (topics*, qrels*), whose files may be packed with gzip, or one JSON file: {"queries":
    [{"id": "1", "query": "ISIS-K", "relevant": {"DOCUMENT": 2}, "ignore": ["DOCUMENT"]}]}. A
    DOCUMENT is the id of a record, or the name of a file without its suffix. In a JSON file,
    all of them can instead be passages, as NAME:LINE; a run names a passage by its first line.

    Operators in the queries are read as text, because judged queries are sentences. nDCG@10
    uses the grade as gain. MAP counts the first 1,000 documents; for one query it is the
    average precision. Documents are ranked as with search --group article, and passages as
    passages. Each counts once, and near-copies are not merged.

    A row has a measure and its mean. --against adds the mean of the other run, the difference,
    wins, ties, losses, and p of a randomisation test. With --per-query a row has id, query and
    measures, the lowest nDCG@10 first; --against adds the measures of the other run and the
    differences, and puts the largest change first.

    Exit code: 0 done, 1 no query found anything, 2 error.
    """
    if run and (index or operators or any(values.values())):
        raise UsageError("--run searches no corpus: leave out -i, filters and query options")
    if write and Path(write).is_file():
        raise UsageError(f"{write} exists already: remove it, or give --write another file")
    judged_queries = _read_judgments(place, queries, qrels, run)
    other_rankings: Runs = runs.read_run(Path(against)) if against else {}
    if run:
        run_rankings: Runs = runs.read_run(Path(run))
    else:
        judged_queries, run_rankings = _ask_corpora(
            judged_queries, index, {**values, "literal": not operators, "timeout": 0.0}, each=each
        )
    run_rankings = runs.name_as_judged(judged_queries.queries, run_rankings)
    other_rankings = runs.name_as_judged(judged_queries.queries, other_rankings)
    printing.print_notes(judged_queries.notes)
    _print_missing(judged_queries, run_rankings, run or "the corpus")
    if write:
        _write_run(Path(write), judged_queries, run_rankings)
    if other_rankings:
        _print_missing(judged_queries, other_rankings, against or "")
    other_scores = runs.score_run(judged_queries.queries, other_rankings) if other_rankings else []
    print_measures(
        judged_queries.queries,
        runs.score_run(judged_queries.queries, run_rankings),
        other_scores,
        style,
        each=each,
    )
    return 0 if any(run_rankings.get(query.id) for query in judged_queries.queries) else 1


def _read_judgments(
    place: str | None, queries: str | None, qrels: str | None, run: str | None
) -> JudgedQueries:
    if bool(place) == bool(qrels) or (queries and not qrels):
        raise UsageError("give either one folder or file of judgments, or --queries and --qrels")
    if place:
        return judgments.read_judgments(Path(place))
    if not queries and not run:
        raise UsageError("--qrels contains no queries: give --queries as well, or --run")
    return judgments.read_pair(Path(queries) if queries else None, Path(qrels or ""))


def _ask_corpora(
    judged_queries: JudgedQueries, index: Sequence[str], values: OptionValues, *, each: bool
) -> tuple[JudgedQueries, Runs]:
    """Return the judged queries, with documents named as in the corpora, and the run."""
    with session.open_corpora(index) as opened:
        corpora = [corpus for _, corpus in opened.corpora]
        chosen = session.read_request(values, opened.folder)._replace(
            limit=DEPTH, group_by_article=not judged_queries.passages
        )
        for corpus in corpora:
            printing.print_notes(corpus.index_notes())
        evaluation = evaluate(corpora, judged_queries, chosen)
    notes, missing = evaluation.notes, evaluation.missing
    count = plural(len(notes), "note")
    printing.print_notes(
        notes if each or not notes else [f"{count} on the queries: --per-query prints them"]
    )
    if missing:
        relevant = len({name for query in judged_queries.queries for name in query.relevant})
        some = f"{len(missing):,} of {relevant:,} relevant documents"
        printing.print_notes([f"{some} are not in the corpus: they count as not found"])
    return evaluation.judged, evaluation.run


def _print_missing(judged_queries: JudgedQueries, rankings: Runs, name: str) -> None:
    """Print for how many queries a run has no results, and if its names do not fit."""
    if left := sum(not rankings.get(query.id) for query in judged_queries.queries):
        count = f"{left:,} of {len(judged_queries.queries):,} queries"
        printing.print_notes([f"{name} has no results for {count}: they count as 0"])
    names = {
        document for query in judged_queries.queries for document in rankings.get(query.id, ())
    }
    wanted = {document for query in judged_queries.queries for document in query.relevant}
    if names and not names & wanted:
        printing.print_notes(
            [f"{name} has no relevant document: {min(wanted)} was judged, {min(names)} was found"]
        )


def _write_run(path: Path, judged_queries: JudgedQueries, rankings: Runs) -> None:
    from corpus_cli.output import trec

    lines = (
        f"{line}\n"
        for query in judged_queries.queries
        for line in trec.format_lines(
            query.id,
            (
                (name, n, score)
                for n, (name, score) in enumerate(rankings.get(query.id, {}).items(), 1)
            ),
        )
    )
    try:
        with path.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            file.writelines(lines)
    except OSError as error:
        from corpus_cli.system.disk import explain_write_error

        raise CorpusError(explain_write_error(path, error)) from error


_AGAINST = "_against"
_DIFFERENCE = "_difference"

_ROOM = MEASURES[:2]
"""The measures that fit on a terminal next to their differences from another run."""


def print_measures(
    queries: Sequence[JudgedQuery],
    values: Sequence[MeasureValues],
    other_values: Sequence[MeasureValues],
    style: str | None,
    *,
    each: bool,
) -> None:
    """Write the means, or the values of each query; `other_values` are of another run, if any."""
    overall = _mean_rows(values, other_values)
    rows = _query_rows(queries, values, other_values) if each else overall
    match printing.output_format(style):
        case "json":
            whole: Record = {"queries": len(queries), "measures": overall}
            more: Record = {"per_query": rows} if each else {}
            stream.write([records.dumps({"v": records.VERSION, **whole, **more})])
        case "jsonl":
            stream.write(records.dumps({"v": records.VERSION, **row}) for row in rows)
        case "csv":
            stream.write(tables.csv(rows, list(rows[0])))
        case "terminal":
            fields = _narrow(list(rows[0])) if each else list(rows[0])
            printing.print_table(tables.tsv(map(_short, rows), fields), tuple(fields), None)
        case _:
            stream.write(tables.tsv(map(_short, rows), list(rows[0])))
    count = plural(len(queries), "query", "queries")
    lines = (", ".join(f"{name} {value}" for name, value in _short(row).items()) for row in overall)
    printing.print_notes([count, *(line.removeprefix("measure ") for line in lines if each)])


def _mean_rows(
    values: Sequence[MeasureValues], other_values: Sequence[MeasureValues]
) -> list[Record]:
    """Return a row for each measure: its mean, and the comparison with another run, if any."""
    rows: list[Record] = []
    for n, (measure, mean) in enumerate(zip(MEASURES, means(values), strict=True)):
        row: Record = {"measure": measure, "mean": _rounded(mean)}
        if other_values:
            other = means(other_values)[n]
            row |= {"against": _rounded(other), "difference": _rounded(mean - other)}
            comparison = compare([one[n] for one in values], [one[n] for one in other_values])
            row |= {**comparison._asdict(), "p": _rounded(comparison.p)}
        rows.append(row)
    return rows


def _query_rows(
    queries: Sequence[JudgedQuery],
    values: Sequence[MeasureValues],
    other_values: Sequence[MeasureValues],
) -> list[Record]:
    """Return a row for each query: the worst first, or the largest change between two runs."""
    rows = []
    for query, value, other in zip(queries, values, other_values or values, strict=True):
        changes = [one - before for one, before in zip(value, other, strict=True)]
        row: Record = {"id": query.id, "query": query.text} | _named(value)
        if other_values:
            row |= _named(other, _AGAINST) | _named(changes, _DIFFERENCE)
        order = [-abs(round(change, 9)) for change in changes] if other_values else list(value)
        rows.append((order, row))
    return [row for _, row in sorted(rows, key=lambda one: one[0])]


def _named(values: Sequence[float], end: str = "") -> Record:
    return {name + end: _rounded(value) for name, value in zip(MEASURES, values, strict=True)}


def _narrow(fields: Sequence[str]) -> list[str]:
    """Return the fields that fit on a terminal; the text of the query comes last."""
    kept = [field for field in fields if field not in ("id", "query")]
    if len(kept) > len(MEASURES):
        kept = [f"{name}{end}" for name in _ROOM for end in ("", _DIFFERENCE)]
    return ["id", *kept, "query"]


def _rounded(value: float) -> float:
    # This turns -0.0 into 0.0.
    return round(value, 6) + 0.0


def _short(row: Record) -> Record:
    """Return a row with its numbers as text of four decimals."""
    return {
        name: f"{round(value, 4) + 0.0:.4f}" if isinstance(value, float) else value
        for name, value in row.items()
    }
