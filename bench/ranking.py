"""Measure how well judged queries are answered, part by part, compared with two peers.

    python bench/ranking.py FOLDER ...

Each folder contains docs.jsonl (id, title, text), queries.jsonl and qrels.tsv, packed by gzip or
not. Makes a corpus of each and prints nDCG@10 / MAP of the product, of the product without each
part of its ranking, and of the two peers (SQLite FTS5 and Whoosh) on the same texts and queries
in the same run; then the means, their ratio to FTS5, and milliseconds a query. Without a folder
it uses the five articles of seeds/ and their judged passages.
"""

import argparse
import gzip
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus_cli.corpus import Corpus
from corpus_cli.engines import matching, plan, query_terms, rerank
from corpus_cli.evaluation import judgments, runs
from corpus_cli.evaluation.measures import DEPTH, means
from corpus_cli.search import feedback
from corpus_cli.search.request import SearchRequest

ROOT = Path(__file__).parent.parent
OPTIONS = SearchRequest(limit=DEPTH, group_by_article=True, literal=True, seconds=0)

Run = Callable[[str], Sequence[tuple[str, float]]]
"""A function from a query to documents with their scores."""

NEARNESS = tuple((rerank, name, 0.0) for name in ("NEARNESS", "NEARNESS_LONG", "NEARNESS_NAME"))

UNSTEMMED = (
    (plan, "UNSTEMMED_WEIGHT", 0.0),
    (query_terms, "UNSTEMMED_WEIGHT", 0.0),
    (plan, "BOTH_FIELDS", 1.0),
    (matching, "BOTH_FIELDS", 1.0),
)

PARTS: dict[str, tuple[Sequence[tuple[Any, str, float]], dict[str, bool]]] = {
    "corpus": ((), {}),
    "- words as written": (
        UNSTEMMED,
        {},
    ),
    "- names": ((), {"expand_names": False}),
    "- adjectives of names": (((query_terms, "ADJECTIVE_WEIGHT", 0.0),), {}),
    "- suggestions": ((), {"suggest": False}),
    "- proximity": (NEARNESS, {}),
    "- whole article": (((rerank, "ARTICLE_WEIGHT", 0.0),), {}),
    "- words of names": (
        (
            (query_terms, "NEAR_WORDS_WEIGHT", 0.0),
            (query_terms, "WORD_WEIGHT", 0.0),
            (rerank, "WORD_WEIGHT", 0.0),
        ),
        {},
    ),
    "- typed form": (((rerank, "TYPED_BONUS", 0.0),), {}),
    "- coverage": (((rerank, "COVERAGE_POWER", 0.0),), {}),
    "- levelled lengths": (((matching, "LENGTH_SHARE", 1.0),), {}),
    "- feedback": (((feedback, "WEIGHT", 0.0),), {}),
    "words and article alone": (
        (
            *NEARNESS,
            (feedback, "WEIGHT", 0.0),
            *UNSTEMMED,
        ),
        {"expand_names": False, "suggest": False},
    ),
}
"""What each row changes: values of constants, and options."""

STOCK = """
import json, os, sys, time
from whoosh import fields, index, qparser
from whoosh.analysis import StemmingAnalyzer
docs, folder, depth = sys.argv[1:]
os.mkdir(folder)
text = fields.TEXT(StemmingAnalyzer())
made = index.create_in(folder, fields.Schema(id=fields.ID(stored=True), text=text))
writer = made.writer(limitmb=256)
for line in open(docs, encoding="utf-8"):
    one = json.loads(line)
    writer.add_document(id=one["id"], text=one.get("title", "") + chr(10) + one.get("text", ""))
writer.commit()
parser = qparser.QueryParser("text", made.schema, group=qparser.OrGroup)
took, found = 0.0, {}
with made.searcher() as searcher:
    for name, line in json.load(sys.stdin).items():
        for _ in range(2):
            began = time.perf_counter()
            hits = searcher.search(parser.parse(line), limit=int(depth))
            found[name] = {hit["id"]: hit.score for hit in hits}
        took += time.perf_counter() - began
print(json.dumps([found, took]))
"""


def main() -> None:
    """Print a row for each way to rank, and a column for each folder."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("folders", nargs="*", type=Path)
    folders = asked.parse_args().folders
    table: dict[str, list[tuple[float, float, float]]] = {}
    for folder in folders or [ROOT / "tests/data/judged.json"]:
        with tempfile.TemporaryDirectory() as made:
            for name, row in measured(folder, Path(made)):
                table.setdefault(name, []).append(row)
                print(f"{folder.name}: {name} {row[0]:.4f}/{row[1]:.4f}", file=sys.stderr)
    names = [folder.name for folder in folders] or ["seeds"]
    print("| nDCG@10 / MAP |", " | ".join((*names, "mean", "of FTS5", "ms")), "|")
    print("|---" * (len(names) + 4) + "|")
    base = table.get("SQLite FTS5")
    for name, rows in table.items():
        ndcg, average, seconds = (sum(column) / len(rows) for column in zip(*rows, strict=True))
        cells = [f"{one:.3f}/{other:.3f}" for one, other, _ in rows]
        ratio = f"{ndcg / (sum(one for one, _, _ in base) / len(base)):.3f}" if base else "-"
        cells += [f"{ndcg:.3f}/{average:.3f}", ratio, f"{1000 * seconds:.0f}"]
        print(f"| {name} |", " | ".join(cells), "|")


def measured(folder: Path, made: Path) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """Yield each way to rank with its mean nDCG@10, its MAP and its seconds per query."""
    held = judgments.read_judgments(folder)
    with Corpus.create(made / "index") as corpus:
        corpus.ingest([str(ROOT / "seeds" if held.passages else docs(folder, made))])
        called = runs.DocumentNames(corpus.store, passages=held.passages)
        queries, _ = runs.name_judged_documents(held.queries, [called])
        for query in queries:
            # This fills the caches, so that the first row does not pay for them.
            corpus.ranking(query.text, OPTIONS)
        for name, (constants, options) in PARTS.items():
            chosen = OPTIONS._replace(group_by_article=not held.passages, **options)

            def ours(line: str, chosen: SearchRequest = chosen) -> Sequence[tuple[str, float]]:
                return list(called.name_ranking(corpus.ranking(line, chosen).ranked))

            with switched(constants):
                yield name, means_of(queries, ours)
    if not held.passages:
        records = [
            json.loads(line) for line in (made / "docs.jsonl").read_text("utf-8").split("\n")[:-1]
        ]
        yield "SQLite FTS5", means_of(queries, fts5(records))
        yield "Whoosh, stemming", stock(made, queries)


def means_of(queries: Sequence[judgments.JudgedQuery], run: Run) -> tuple[float, float, float]:
    """Return the mean nDCG@10, MAP and seconds over all queries."""
    found = {}
    took = 0.0
    for query in queries:
        began = time.perf_counter()
        found[query.id] = runs.keep_best(run(query.text))
        took += time.perf_counter() - began
    ndcg, average, *_ = means(runs.score_run(queries, found))
    return ndcg, average, took / len(queries)


def docs(folder: Path, made: Path) -> Path:
    """Unpack the documents of a folder. Returns the path of the file."""
    target = made / "docs.jsonl"
    packed = folder / "docs.jsonl.gz"
    text = (
        gzip.decompress(packed.read_bytes())
        if packed.exists()
        else (folder / target.name).read_bytes()
    )
    target.write_bytes(text.rstrip(b"\n") + b"\n")
    return target


@contextmanager
def switched(constants: Sequence[tuple[Any, str, float]]) -> Iterator[None]:
    """Set some constants to other values while the context lasts."""
    before = [(module, name, getattr(module, name)) for module, name, _ in constants]
    for module, name, value in constants:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def plain(line: str) -> list[str]:
    """Return the words of a query, because its punctuation has a meaning for the peers."""
    return re.findall(r"\w+", line.lower())


def fts5(records: Sequence[dict[str, str]]) -> Run:
    """Return SQLite's own ranking with its Porter stemmer; any of the words may match."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, text, tokenize='porter')")
    rows = ((one["id"], f"{one.get('title', '')}\n{one.get('text', '')}") for one in records)
    db.executemany("INSERT INTO docs VALUES (?, ?)", rows)

    def run(line: str) -> Sequence[tuple[str, float]]:
        query = " OR ".join(f'"{word}"' for word in plain(line))
        found = "SELECT id, -rank FROM docs WHERE docs MATCH ? ORDER BY rank, id LIMIT ?"
        return list(db.execute(found, (query, DEPTH)))

    return run


def stock(made: Path, queries: Sequence[judgments.JudgedQuery]) -> tuple[float, float, float]:
    """Return the means of Whoosh without changes, run in a separate process."""
    asked = json.dumps({query.id: " ".join(plain(query.text)) for query in queries})
    done = subprocess.run(
        [sys.executable, "-c", STOCK, made / "docs.jsonl", made / "stock", str(DEPTH)],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
    )
    found, took = json.loads(done.stdout)
    ndcg, average, *_ = means(runs.score_run(queries, found))
    return ndcg, average, took / len(queries)


if __name__ == "__main__":
    main()
