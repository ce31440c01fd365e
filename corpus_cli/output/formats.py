"""Format results for programs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from corpus_cli.errors import UsageError, closest_name
from corpus_cli.model import Facets, Header, Results
from corpus_cli.output import lines, records

_TSV = ("id", "path", "line", "published", "title", "text")
_CSV = (
    "rank",
    "id",
    "path",
    "record",
    "record_line",
    "line",
    "published",
    "modified",
    "authors",
    "source",
    "title",
    "url",
    "text",
)
_FACETS = ("by", "value", "passages", "articles")
_COUNTS = ("total", "passages", "articles", "matches")


def format_results(  # noqa: PLR0913 - one parameter an option
    results: Results,
    style: str,
    *,
    fields: Sequence[str] = (),
    mark: bool = False,
    summary: bool = False,
    first: bool = True,
    several: bool = False,
    saved: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """Yield the lines of one answer in any format for programs.

    `fields` are for JSON and tables, `mark` for plain and vimgrep, `summary` is for jsonl.
    `first`: no answer of the batch came before. In a batch each line has its query.
    `several`: several corpora were searched, and tables have a column for the corpus. `saved` is
    the day on which the file of an article was saved, by article, for literature managers.
    """
    match style:
        case "json":
            hits = list(_hits(results, fields))
            yield records.dumps({**records.summary(results), "hits": hits})
        case "jsonl":
            yield from map(records.dumps, _hits(results, fields))
            if summary:
                yield records.dumps(records.summary(results))
        case "tsv" | "csv":
            yield from _table(
                results, style, _columns(results, style, fields, several), first=first
            )
        case "vimgrep":
            yield from lines.format_vimgrep(results, mark=mark)
        case "markdown":
            from corpus_cli.output.markdown import format_markdown

            yield from format_markdown(results)
        case "trec":
            from corpus_cli.output.trec import format_run

            yield from format_run(results)
        case "csl-json" | "ris" | "bibtex":
            from corpus_cli.output.references import format_references, from_hit

            cited = (from_hit(hit, saved.get(hit.header.id, "")) for hit in results.hits)
            yield from format_references(cited, style)
        case _:
            yield from lines.format_plain(results, mark=mark, first=first)


def format_count(results: Results, style: str, *, first: bool = True) -> Iterator[str]:
    """Yield the number of matching passages, in a batch after the id of the query.

    As JSON, tsv or csv with the query, and the number of articles. Except in JSON, a
    count that is not final is `at least 8`, which no program takes for a number.
    """
    from corpus_cli.output import tables

    row = records.count(results)
    if style in ("json", "jsonl"):
        yield records.dumps(row)
        return
    row = _at_least(row)
    match style:
        case "tsv" | "csv":
            fields = [name for name in row if name not in ("v", "partial")]
            rows = tables.tsv([row], fields)
            yield from tables.csv([row], fields, header=first) if style == "csv" else rows
        case _:
            query = f"{lines.one_line(results.id)}:" if results.id else ""
            yield f"{query}{row['total']}"


def format_facets(facets: Facets, style: str) -> Iterator[str]:
    """Yield the lines of facets: plain, tsv, csv, json or jsonl."""
    from corpus_cli.output import tables

    match style:
        case "json":
            yield records.dumps(records.facet_summary(facets))
        case "jsonl":
            yield from map(records.dumps, records.facets(facets))
        case "csv":
            yield from tables.csv(map(_at_least, records.facets(facets)), _FACETS)
        case _:
            yield from tables.tsv(map(_at_least, records.facets(facets)), _FACETS)


def format_names(headers: Iterable[Header], *, ids: bool, query: str = "") -> Iterator[str]:
    """Yield the path or id of each article once, in a batch after the id of the query."""
    query_prefix = f"{lines.one_line(query)}:" if query else ""
    for name in dict.fromkeys(one.id if ids else lines.path(one) for one in headers):
        yield query_prefix + name


def format_passage_ids(results: Results) -> Iterator[str]:
    """Return the id of each passage, in a batch after the id of the query."""
    query_prefix = f"{lines.one_line(results.id)}:" if results.id else ""
    return (query_prefix + hit.passage.id for hit in results.hits)


def parse_fields(text: str) -> tuple[str, ...]:
    """Parse a list of fields, `a,b,c`. Raises `UsageError` for an unknown field."""
    named = tuple(dict.fromkeys(filter(None, map(str.strip, text.split(",")))))
    if not named:
        raise UsageError(f"--fields takes names separated by commas: {', '.join(records.FIELDS)}")
    for name in named:
        if name not in records.FIELDS:
            near = closest_name(name.lower(), records.FIELDS, 0.6)
            suggestion = f"; did you mean {near}?" if near else ""
            raise UsageError(
                f"hits have no field {name}{suggestion}; fields: {', '.join(records.FIELDS)}"
            )
    return named


def _hits(results: Results, fields: Sequence[str]) -> Iterator[records.Record]:
    for one in results.hits:
        row = records.hit(one, results)
        kept = dict.fromkeys(("v", "query_id", *fields, "partial")) if fields else row
        yield {name: row[name] for name in kept if name in row}


def _at_least(row: records.Record) -> records.Record:
    """Return a row with `at least` before counts that are not final."""
    if not row.get("partial"):
        return row
    return {name: f"at least {value}" if name in _COUNTS else value for name, value in row.items()}


def _table(results: Results, style: str, fields: Sequence[str], *, first: bool) -> Iterator[str]:
    from corpus_cli.output import tables

    rows = (_at_least(records.hit(one, results)) for one in results.hits)
    if style == "csv":
        return tables.csv(rows, fields, header=first)
    return tables.tsv(rows, fields)


def _columns(
    results: Results,
    style: str,
    fields: Sequence[str],
    several: bool,  # noqa: FBT001 - one of a row
) -> Sequence[str]:
    """Return the columns of a table: those requested, else the default with query and corpus."""
    if not fields:
        fields = _CSV if style == "csv" else _TSV
        fields = ("corpus", *fields) if several else fields
        fields = ("query", *fields) if results.id and style == "csv" else fields
    return tuple(dict.fromkeys(("query_id", *fields))) if results.id else fields
