"""How measured rankings are told."""

from collections.abc import Sequence

from corpus_cli.cli import screens, shared
from corpus_cli.evaluation.judgments import Query
from corpus_cli.evaluation.measures import MEASURES, Values, compared, means
from corpus_cli.output import records, stream, tables
from corpus_cli.output.records import Record

_AGAINST = "_against"
_DIFFERENCE = "_difference"

_ROOM = MEASURES[:2]
"""The measures that a terminal has room for beside those of another run."""


def told(
    queries: Sequence[Query],
    values: Sequence[Values],
    others: Sequence[Values],
    style: str | None,
    *,
    each: bool,
) -> None:
    """Write the means, or the values of each query; `others` are of another run, if any."""
    overall = _overall(values, others)
    rows = _by_query(queries, values, others) if each else overall
    match shared.chosen(style):
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
            screens.table(tables.tsv(map(_short, rows), fields), tuple(fields), None)
        case _:
            stream.write(tables.tsv(map(_short, rows), list(rows[0])))
    count = "1 query" if len(queries) == 1 else f"{len(queries):,} queries"
    lines = (", ".join(f"{name} {value}" for name, value in _short(row).items()) for row in overall)
    shared.told([count, *(line.removeprefix("measure ") for line in lines if each)])


def _overall(values: Sequence[Values], others: Sequence[Values]) -> list[Record]:
    """A row for each measure: its mean, and how it compares."""
    rows: list[Record] = []
    for n, (measure, mean) in enumerate(zip(MEASURES, means(values), strict=True)):
        row: Record = {"measure": measure, "mean": _rounded(mean)}
        if others:
            other = means(others)[n]
            row |= {"against": _rounded(other), "difference": _rounded(mean - other)}
            found = compared([one[n] for one in values], [one[n] for one in others])
            row |= {**found._asdict(), "p": _rounded(found.p)}
        rows.append(row)
    return rows


def _by_query(
    queries: Sequence[Query], values: Sequence[Values], others: Sequence[Values]
) -> list[Record]:
    """A row for each query, the worst first, or what changed most."""
    rows = []
    for query, value, other in zip(queries, values, others or values, strict=True):
        changes = [one - before for one, before in zip(value, other, strict=True)]
        row: Record = {"id": query.id, "query": query.text} | _named(value)
        if others:
            row |= _named(other, _AGAINST) | _named(changes, _DIFFERENCE)
        order = [-abs(round(change, 9)) for change in changes] if others else list(value)
        rows.append((order, row))
    return [row for _, row in sorted(rows, key=lambda one: one[0])]


def _named(values: Sequence[float], end: str = "") -> Record:
    return {name + end: _rounded(value) for name, value in zip(MEASURES, values, strict=True)}


def _narrow(fields: Sequence[str]) -> list[str]:
    """Those that a terminal has room for, the words last."""
    kept = [field for field in fields if field not in ("id", "query")]
    if len(kept) > len(MEASURES):
        kept = [f"{name}{end}" for name in _ROOM for end in ("", _DIFFERENCE)]
    return ["id", *kept, "query"]


def _rounded(value: float) -> float:
    # There is a zero below zero, which nobody wants to read.
    return round(value, 6) + 0.0


def _short(row: Record) -> Record:
    """Four digits are what measures are told with."""
    return {
        name: f"{round(value, 4) + 0.0:.4f}" if isinstance(value, float) else value
        for name, value in row.items()
    }
