"""Queries, and which documents were judged to answer them."""

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
"""What files are called in a folder, the first that is there; each may end in .gz."""

_GRADE = re.compile(r"[+-]?[0-9]{1,6}")
_TOPIC = re.compile(r"<top>(.*?)(?=</top>|<top>|\Z)", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"<num>\s*+(?:Number:\s*+)?([^\s<]+)", re.IGNORECASE)
_TITLE = re.compile(r"<title>\s*(?:Topic:)?((?:[^<]|<(?![a-z/]))*)", re.IGNORECASE)
_PASSAGE = re.compile(r".+:[0-9]{1,9}", re.DOTALL)

_OURS = 'write {"queries": [{"id": "1", "query": "words", "relevant": {"DOCUMENT": 1}}]}'

Grades = dict[str, dict[str, int]]
"""Query → document → grade."""


class JudgedQuery(NamedTuple):
    """A question, what answers it with grades above 0, and what counts neither way."""

    id: str
    text: str
    relevant: Mapping[str, int]
    ignored: Collection[str] = ()


class JudgedQueries(NamedTuple):
    """Queries with something relevant, in the order of the judgments.

    What was judged are documents, or `passages` as `document:line`. `notes` tell what was
    left out.
    """

    queries: tuple[JudgedQuery, ...]
    passages: bool = False
    notes: tuple[str, ...] = ()


def read_judgments(place: Path) -> JudgedQueries:
    """A folder with files of queries and judgments, or one JSON file. Raises `UsageError`."""
    if not place.is_dir():
        return _read_json(place)
    return read_pair(
        _find_file(place, _QUERIES, "queries (queries.jsonl, queries.tsv or topics*)", "--queries"),
        _find_file(place, _QRELS, "judgments (qrels/test.tsv or qrels*)", "--qrels"),
    )


def read_pair(queries_path: Path | None, qrels_path: Path) -> JudgedQueries:
    """Queries of one file, judgments of another; without the first they have no text."""
    texts = _read_queries(queries_path) if queries_path else {}
    grades = _read_grades(qrels_path, texts)
    unknown_ids = [name for name in grades if queries_path and name not in texts]
    queries = [
        JudgedQuery(name, texts.get(name, ""), judged)
        for name, judged in grades.items()
        if name not in unknown_ids
    ]
    unjudged = len(texts.keys() - grades.keys())
    count = plural(len(unknown_ids), "query is", "queries are")
    notes = [f"{count} of {qrels_path} not in {queries_path}: left out"] if unknown_ids else []
    return _keep_answerable(qrels_path, queries, unjudged, notes)


def _keep_answerable(
    path: Path, judged: list[JudgedQuery], unjudged: int = 0, notes: Collection[str] = ()
) -> JudgedQueries:
    """Those that something relevant was found for: no measure is defined for the others."""
    graded = [
        one._replace(relevant={name: grade for name, grade in one.relevant.items() if grade > 0})
        for one in judged
    ]
    queries = [one for one in graded if one.relevant]
    if not queries:
        raise UsageError(f"{path} has no relevant document for any query: a grade is above 0")
    if omitted := unjudged + len(judged) - len(queries):
        notes = [
            *notes,
            f"{plural(omitted, 'query is', 'queries are')} without any relevant document: left out",
        ]
    return JudgedQueries(tuple(queries), notes=tuple(notes))


def _find_file(folder: Path, names: tuple[str, ...], what: str, option: str) -> Path:
    for name in names:
        paths = {path for end in ("", ".gz") for path in folder.glob(name + end) if path.is_file()}
        if len(paths) > 1:
            files = ", ".join(sorted(path.name for path in paths))
            raise UsageError(f"{folder} has several files of {what}: {files}; give one as {option}")
        if paths:
            return paths.pop()
    raise UsageError(f"{folder} has no {what}: give the file as {option}")


# --- queries ---


def _read_queries(path: Path) -> dict[str, str]:
    """The queries of a file: JSON lines, topics of TREC, or lines of id, tab, text."""
    numbered = list(lines(path))
    opening = numbered[0][1].lstrip() if numbered else ""
    kind = {"{": _parse_json_lines, "<": _parse_topics}.get(opening[:1], _parse_tabbed)
    texts: dict[str, str] = {}
    for n, name, text in kind(path, numbered):
        if plain(name) in texts:
            raise wrong(path, n, f"there is a query {name} already")
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
            raise wrong(path, n, f"it is no JSON: {error}") from error
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
            raise wrong(path, n, "the topic lacks <num> or <title>")
        yield n, number[1], " ".join(title[1].split())


def _parse_tabbed(path: Path, numbered: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    for n, line in numbered:
        name, tab, text = line.partition("\t")
        if not tab or not name.strip():
            raise wrong(path, n, "it has no query: write the id, a tab and the words")
        yield n, name.strip(), text.strip()


# --- judgments ---


def _read_grades(path: Path, texts: Mapping[str, str]) -> Grades:
    """Lines of query, document, grade, or those of TREC: query, 0, document, grade.

    Queries come in the order of their first judgments.
    """
    grades: Grades = {}
    first = True
    for n, line in lines(path):
        parts = columns(line)
        if len(parts) not in (3, 4) or not all(parts):
            raise wrong(
                path,
                n,
                f"{len(parts)} columns, not query, document, grade or query 0 document grade",
            )
        query, document = plain(parts[0]), plain(parts[-2])
        header = first and query not in texts and parts[-1].isalpha()
        first = False
        if header:
            continue
        if not _GRADE.fullmatch(parts[-1]):
            raise wrong(path, n, f"the grade {parts[-1]} is no whole number")
        _set_grade(grades.setdefault(query, {}), document, int(parts[-1]), path, n)
    return grades


def _set_grade(grades: dict[str, int], document: str, grade: int, path: Path, n: int) -> None:
    if grades.setdefault(document, grade) != grade:
        raise wrong(path, n, f"{document} is judged again, with another grade")


# --- both in one ---


def _read_json(path: Path) -> JudgedQueries:
    try:
        content = json.loads(data(path))
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{path} is no JSON ({error}): give a folder, or --queries and --qrels"
        ) from error
    records = content.get("queries") if isinstance(content, dict) else None
    if not isinstance(records, list):
        raise UsageError(f"{path} has no queries: {_OURS}")
    queries = [_parse_query(path, n, record) for n, record in enumerate(records, 1)]
    if len({one.id for one in queries}) < len(queries):
        raise UsageError(f"{path} has two queries of the same id")
    names = {name for one in queries for name in (*one.relevant, *one.ignored)}
    passages = {name for name in names if _PASSAGE.fullmatch(name)}
    if passages and passages != names:
        raise UsageError(
            f"{path} has passages ({min(passages)}) and documents ({min(names - passages)}): "
            "make two files of it"
        )
    return _keep_answerable(path, queries)._replace(passages=bool(passages))


def _parse_query(path: Path, n: int, record: object) -> JudgedQuery:
    fields: dict[str, Any] = record if isinstance(record, dict) else {}
    name, text = fields.get("id"), fields.get("query")
    relevant, ignored = fields.get("relevant"), fields.get("ignore", [])
    if not _is_id(name) or not isinstance(text, str) or not isinstance(relevant, dict):
        raise UsageError(f"{path}, query {n}: it lacks id, query or relevant: {_OURS}")
    for document, grade in relevant.items():
        if type(grade) is not int or not _GRADE.fullmatch(str(grade)):
            raise UsageError(f"{path}, query {n}: the grade of {document} is no whole number")
    if not isinstance(ignored, list) or not all(isinstance(one, str) for one in ignored):
        raise UsageError(f'{path}, query {n}: ignore is to be a list of names: ["DOCUMENT"]')
    if contradictory := relevant.keys() & set(ignored):
        raise UsageError(f"{path}, query {n}: {min(contradictory)} is both judged and ignored")
    grades: dict[str, int] = {}
    for document, grade in relevant.items():
        if grades.setdefault(plain(mend_surrogates(document)), grade) != grade:
            raise UsageError(f"{path}, query {n}: {document} is judged twice, with other grades")
    return JudgedQuery(
        plain(mend_surrogates(str(name))),
        mend_surrogates(text),
        grades,
        {plain(mend_surrogates(one)) for one in ignored},
    )


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and bool(str(value).strip())
