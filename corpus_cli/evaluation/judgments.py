"""Read queries and relevance judgments."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from corpus_cli.errors import UsageError
from corpus_cli.evaluation.columns import columns, data, lines, plain, wrong
from corpus_cli.text.normalise import mend_surrogates
from corpus_cli.text.plurals import plural

_QUERIES = ("queries.jsonl", "queries.tsv", "topics*", "*.topics")
_QRELS = ("qrels/test.tsv", "qrels.tsv", "qrels*", "qrels/*")
"""Patterns of file names; the first that matches counts, and each name may end in `.gz`."""

_GRADE = re.compile(r"[+-]?[0-9]{1,6}")
_TOPIC = re.compile(r"<top>(.*?)(?=</top>|<top>|\Z)", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"<num>\s*+(?:Number:\s*+)?([^\s<]+)", re.IGNORECASE)
_TITLE = re.compile(r"<title>\s*(?:Topic:)?((?:[^<]|<(?![a-z/]))*)", re.IGNORECASE)
_PASSAGE = re.compile(r".+:[0-9]{1,9}", re.DOTALL)

_OURS = 'write {"queries": [{"id": "1", "query": "words", "relevant": {"DOCUMENT": 1}}]}'

Grades = dict[str, dict[str, int]]
"""The grade of each judged document of each query: query → document → grade."""


class JudgedQuery(NamedTuple):
    """A query, its relevant documents with grades above 0, and documents to ignore.

    An ignored document is removed from a ranking before it is measured.
    """

    id: str
    text: str
    relevant: Mapping[str, int]
    ignored: Collection[str] = ()


class JudgedQueries(NamedTuple):
    """The judged queries that have a relevant document, in the order of the judgments.

    The judgments are of documents, or of passages (`document:line`) if `passages` is true.
    `notes` say which queries were left out.
    """

    queries: tuple[JudgedQuery, ...]
    passages: bool = False
    notes: tuple[str, ...] = ()


def read_judgments(place: Path) -> JudgedQueries:
    """Read a folder with files of queries and judgments, or one JSON file of both.

    Raises `UsageError` if the files are missing or invalid.
    """
    if not place.is_dir():
        return _read_json(place)
    return read_pair(
        _find_file(place, _QUERIES, "queries (queries.jsonl, queries.tsv or topics*)", "--queries"),
        _find_file(place, _QRELS, "judgments (qrels/test.tsv or qrels*)", "--qrels"),
    )


def read_pair(queries_path: Path | None, qrels_path: Path) -> JudgedQueries:
    """Read queries from one file and judgments from another.

    Without a file of queries, the texts of the queries are empty.
    """
    texts = _read_queries(queries_path) if queries_path else {}
    grades = _read_grades(qrels_path, texts)
    unknown_ids = [name for name in grades if queries_path and name not in texts]
    queries = [
        JudgedQuery(name, texts.get(name, ""), judged)
        for name, judged in grades.items()
        if name not in unknown_ids
    ]
    unjudged = len(texts.keys() - grades.keys())
    left_out = plural(
        len(unknown_ids), "query was left out: it is", "queries were left out: they are"
    )
    notes = [f"{left_out} in {qrels_path}, but not in {queries_path}"] if unknown_ids else []
    return _keep_answerable(qrels_path, queries, unjudged, notes)


def _keep_answerable(
    path: Path, judged: list[JudgedQuery], unjudged: int = 0, notes: Collection[str] = ()
) -> JudgedQueries:
    """Keep the queries with a relevant document: the measures are undefined for all others."""
    graded = [
        one._replace(relevant={name: grade for name, grade in one.relevant.items() if grade > 0})
        for one in judged
    ]
    queries = [one for one in graded if one.relevant]
    if not queries:
        raise UsageError(
            f"{path} has no relevant document for any query: give at least one a grade above 0"
        )
    if omitted := unjudged + len(judged) - len(queries):
        left_out = plural(omitted, "query was left out: it has", "queries were left out: they have")
        notes = [*notes, f"{left_out} no relevant document"]
    return JudgedQueries(tuple(queries), notes=tuple(notes))


def _find_file(folder: Path, names: tuple[str, ...], what: str, option: str) -> Path:
    for name in names:
        paths = {path for end in ("", ".gz") for path in folder.glob(name + end) if path.is_file()}
        if len(paths) > 1:
            files = ", ".join(sorted(path.name for path in paths))
            raise UsageError(
                f"{folder} has several files of {what}: {files}; name one with {option}"
            )
        if paths:
            return paths.pop()
    raise UsageError(f"{folder} has no {what}: name the file with {option}")


# --- queries ---


def _read_queries(path: Path) -> dict[str, str]:
    """Return the text of each query in a file: JSON lines, TREC topics, or `id`, tab, text."""
    numbered = list(lines(path))
    opening = numbered[0][1].lstrip() if numbered else ""
    kind = {"{": _parse_json_lines, "<": _parse_topics}.get(opening[:1], _parse_tabbed)
    texts: dict[str, str] = {}
    for n, name, text in kind(path, numbered):
        if plain(name) in texts:
            raise wrong(path, n, f"the query {name} is already on an earlier line")
        texts[plain(name)] = text
    if not texts:
        raise UsageError(f"{path} has no queries")
    return texts


def _parse_json_lines(
    path: Path, numbered: list[tuple[int, str]]
) -> Iterator[tuple[int, str, str]]:
    for n, line in numbered:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise wrong(path, n, f"it is not JSON: {error}") from error
        fields: dict[str, Any] = record if isinstance(record, dict) else {}
        name = fields.get("_id", fields.get("id"))
        text = fields.get("text", fields.get("query"))
        if not _is_id(name) or not isinstance(text, str):
            raise wrong(path, n, 'it has no query: write it as {"_id": "1", "text": "words"}')
        yield n, mend_surrogates(str(name)), mend_surrogates(text)


def _parse_topics(path: Path, numbered: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    text = "".join(f"{line}\n" for _, line in numbered)
    for topic in _TOPIC.finditer(text):
        n, _ = numbered[text.count("\n", 0, topic.start())]
        number, title = _NUMBER.search(topic[1]), _TITLE.search(topic[1])
        if not number or not title or not title[1].strip():
            raise wrong(path, n, "the topic has no <num> or no <title>")
        yield n, number[1], " ".join(title[1].split())


def _parse_tabbed(path: Path, numbered: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    for n, line in numbered:
        name, tab, text = line.partition("\t")
        if not tab or not name.strip():
            raise wrong(path, n, "it has no query: write the id, a tab and the text of the query")
        yield n, name.strip(), text.strip()


# --- judgments ---


def _read_grades(path: Path, texts: Mapping[str, str]) -> Grades:
    """Return the grades in a file of lines `query document grade` or `query 0 document grade`.

    The second form is that of TREC. The queries are in the order of their first judgments. A first
    line that looks like a header is skipped, unless its query is in `texts`.
    """
    grades: Grades = {}
    first = True
    for n, line in lines(path):
        parts = columns(line)
        if len(parts) not in (3, 4) or not all(parts):
            raise wrong(
                path,
                n,
                f"it has {plural(len(parts), 'column')}: "
                "write query document grade or query 0 document grade, no column empty",
            )
        query, document = plain(parts[0]), plain(parts[-2])
        header = first and query not in texts and parts[-1].isalpha()
        first = False
        if header:
            continue
        if not _GRADE.fullmatch(parts[-1]):
            raise wrong(path, n, f"the grade {parts[-1]} is not a whole number")
        _set_grade(grades.setdefault(query, {}), document, int(parts[-1]), path, n)
    return grades


def _set_grade(grades: dict[str, int], document: str, grade: int, path: Path, n: int) -> None:
    if grades.setdefault(document, grade) != grade:
        raise wrong(path, n, f"{document} has another grade on an earlier line")


# --- both in one ---


def _read_json(path: Path) -> JudgedQueries:
    try:
        content = json.loads(data(path))
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{path} is not JSON ({error}): give a folder, or --queries and --qrels"
        ) from error
    records = content.get("queries") if isinstance(content, dict) else None
    if not isinstance(records, list):
        raise UsageError(f"{path} has no queries: {_OURS}")
    queries = [_parse_query(path, n, record) for n, record in enumerate(records, 1)]
    if len({one.id for one in queries}) < len(queries):
        raise UsageError(f"{path} has two queries with the same id")
    names = {name for one in queries for name in (*one.relevant, *one.ignored)}
    passages = {name for name in names if _PASSAGE.fullmatch(name)}
    if passages and passages != names:
        raise UsageError(
            f"{path} judges both passages ({min(passages)}) and documents "
            f"({min(names - passages)}): divide it into two files"
        )
    return _keep_answerable(path, queries)._replace(passages=bool(passages))


def _parse_query(path: Path, n: int, record: object) -> JudgedQuery:
    fields: dict[str, Any] = record if isinstance(record, dict) else {}
    name, text = fields.get("id"), fields.get("query")
    relevant, ignored = fields.get("relevant"), fields.get("ignore", [])
    if not _is_id(name) or not isinstance(text, str) or not isinstance(relevant, dict):
        raise UsageError(f"{path}, query {n}: it has no id, query or relevant: {_OURS}")
    for document, grade in relevant.items():
        if type(grade) is not int or not _GRADE.fullmatch(str(grade)):
            raise UsageError(f"{path}, query {n}: the grade of {document} is not a whole number")
    if not isinstance(ignored, list) or not all(isinstance(one, str) for one in ignored):
        raise UsageError(f'{path}, query {n}: ignore has to be a list of names: ["DOCUMENT"]')
    if contradictory := relevant.keys() & set(ignored):
        raise UsageError(f"{path}, query {n}: {min(contradictory)} is both judged and ignored")
    grades: dict[str, int] = {}
    for document, grade in relevant.items():
        if grades.setdefault(plain(mend_surrogates(document)), grade) != grade:
            raise UsageError(f"{path}, query {n}: {document} has two different grades")
    return JudgedQuery(
        plain(mend_surrogates(str(name))),
        mend_surrogates(text),
        grades,
        {plain(mend_surrogates(one)) for one in ignored},
    )


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and bool(str(value).strip())
