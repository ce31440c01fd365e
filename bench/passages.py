"""Measure whether the first passages of an answer are the right ones, compared with two peers.

    python bench/passages.py FOLDER [--judged FILE ...] [--per-query]

FOLDER contains docs.jsonl (id, title, text), packed by gzip or not. A corpus is made of it, and the
queries of the judged files are asked as they are, without each part of the ranking, and grouped by
article; SQLite FTS5 (Porter stemmer) and Whoosh (StemmingAnalyzer) rank the same passages, and any
word may match.
Prints nDCG@10 with the gain 2^grade - 1, useful@3 (the share of the first three passages with a
grade of at least 2), useless@3 (below 1, unjudged ones left out) and the share that is unjudged.

A judged file has a line for each query, `{"id", "text", "intent", "passages"}`; a passage is the id
of its document, its range of characters in the document's text, and its grade: 3 is exactly what
the person wants, 2 useful, 1 marginal, 0 useless; the mean of two judges. A hit has the grade of
the judged passage of its document with which it shares most words, at least half of the shorter.
"""

import argparse
import json
import math
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from ranking import PARTS, docs, fts5, plain, switched
from whoosh import fields, qparser
from whoosh.analysis import StemmingAnalyzer
from whoosh.filedb.filestore import RamStorage

from corpus_cli import Corpus, SearchRequest

JUDGED = Path(__file__).with_name("judged_passages.jsonl")
DEPTH, FIRST = 10, 3
USEFUL, MARGINAL = 2.0, 1.0
MIN_SHARED = 0.5

Words = Counter[str]
Hit = tuple[str, str]
"""A passage that was found: the id of its document, and its text."""

Find = Callable[[str], Sequence[Hit]]
"""A function from a query to the first passages."""


class Judged(NamedTuple):
    """A query and its judged passages: words and grade by document."""

    id: str
    text: str
    passages: Mapping[str, Sequence[tuple[Words, float]]]


class Figures(NamedTuple):
    """The measures of one query: see the description of the module."""

    ndcg: float
    useful: float
    useless: float
    unjudged: float


def main() -> None:
    """Print a row for each way to rank."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--judged", type=Path, nargs="+", default=[JUDGED])
    parser.add_argument("--per-query", action="store_true")
    asked = parser.parse_args()
    records = read_records(asked.folder)
    queries = [query for file in asked.judged for query in read_judged(file, records)]
    with ranked(asked.folder) as ways:
        for name, find in ways.items():
            figures = [measure(query, find(query.text)) for query in queries]
            means = (math.fsum(column) / len(figures) for column in zip(*figures, strict=True))
            print(f"{name:24}", *(f"{mean:.3f}" for mean in means))
            for query, one in zip(queries, figures, strict=True) if asked.per_query else ():
                print(f"    {query.id:6}", *(f"{value:.3f}" for value in one), query.text)


@contextmanager
def ranked(folder: Path) -> Iterator[dict[str, Find]]:
    """Make a corpus of a folder; yield the ways to find its passages while it is open."""
    with tempfile.TemporaryDirectory() as made, Corpus.create(Path(made) / "index") as corpus:
        corpus.ingest([str(docs(folder, Path(made)))])
        yield systems(corpus)


def read_records(folder: Path) -> dict[str, dict[str, str]]:
    """Return the documents of a folder by their ids."""
    with tempfile.TemporaryDirectory() as made:
        lines = docs(folder, Path(made)).read_text("utf-8").split("\n")
    return {record["id"]: record for record in map(json.loads, filter(None, lines))}


def read_judged(file: Path, records: Mapping[str, Mapping[str, str]]) -> Iterator[Judged]:
    """Yield the queries of a judged file; the texts of passages are those of the documents."""
    for line in filter(None, file.read_text("utf-8").split("\n")):
        query = json.loads(line)
        by_document: dict[str, list[tuple[Words, float]]] = {}
        for document, start, end, grade in query["passages"]:
            written = words(records[document]["text"][start:end])
            by_document.setdefault(document, []).append((written, grade))
        yield Judged(query["id"], query["text"], by_document)


def systems(corpus: Corpus) -> dict[str, Find]:
    """Return the ways to find passages by their names: ours, without each part, and the peers."""
    passages = [
        (header.sources[0].record, passage.text)
        for header in corpus.headers()
        for passage in corpus.store.passages(header.id)
    ]

    def ours(constants: Sequence[tuple[Any, str, float]], **options: bool) -> Find:
        request = SearchRequest(limit=DEPTH, seconds=0)._replace(**options)

        def find(line: str) -> Sequence[Hit]:
            with switched(constants):
                hits = corpus.search(line, request).hits
            return [(hit.header.sources[0].record, hit.passage.text) for hit in hits]

        return find

    parts = {name: ours(constants, **options) for name, (constants, options) in PARTS.items()}
    return {
        **parts,
        "corpus --group article": ours((), group_by_article=True),
        "SQLite FTS5": best_of(passages),
        "Whoosh, stemming": stock_whoosh(passages),
    }


def best_of(passages: Sequence[Hit]) -> Find:
    """Return SQLite's own ranking of passages."""
    run = fts5([{"id": n, "text": text} for n, (_, text) in enumerate(passages)])
    return lambda line: [passages[int(n)] for n, _ in run(line)[:DEPTH]]


def stock_whoosh(passages: Sequence[Hit]) -> Find:
    """Return the ranking of Whoosh without changes."""
    schema = fields.Schema(doc=fields.STORED, text=fields.TEXT(StemmingAnalyzer(), stored=True))
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for document, text in passages:
        writer.add_document(doc=document, text=text)
    writer.commit()
    parser = qparser.QueryParser("text", schema, group=qparser.OrGroup)
    searcher = index.searcher()

    def find(line: str) -> Sequence[Hit]:
        query = parser.parse(" ".join(plain(line)))
        return [(hit["doc"], hit["text"]) for hit in searcher.search(query, limit=DEPTH)]

    return find


def words(text: str) -> Words:
    """Count the words of a text."""
    return Counter(text.casefold().split())


def find_grade(hit: Hit, query: Judged) -> float | None:
    """Return the grade of a hit, None if it is not judged."""
    document, text = hit
    written = words(text)
    best, grade = 0.0, None
    for judged, its_grade in query.passages.get(document, ()):
        shorter = max(1, min(written.total(), judged.total()))
        shared = (written & judged).total() / shorter
        if shared > best:
            best, grade = shared, its_grade
    return grade if best >= MIN_SHARED else None


def measure(query: Judged, hits: Sequence[Hit]) -> Figures:
    """Return the measures of the first passages of one query."""
    grades = [find_grade(hit, query) for hit in hits[:DEPTH]]
    all_grades = (grade for rated in query.passages.values() for _, grade in rated)
    ideal = _discounted(sorted(all_grades, reverse=True)[:DEPTH])
    first = grades[:FIRST]
    return Figures(
        _discounted([grade or 0.0 for grade in grades]) / ideal if ideal else 0.0,
        sum((grade or 0.0) >= USEFUL for grade in first) / FIRST,
        sum(grade is not None and grade < MARGINAL for grade in first) / FIRST,
        sum(grade is None for grade in grades) / max(1, len(grades)),
    )


def _discounted(grades: Sequence[float]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


if __name__ == "__main__":
    main()
