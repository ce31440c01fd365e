"""Judged questions to the five articles."""

import math
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.model import DEK
from corpus_cli.search.options import Options
from tests.conftest import DATA

QUERIES: list[dict[str, Any]] = tomllib.loads((DATA / "queries.toml").read_text("utf-8"))["queries"]

Place = tuple[str, int]


def answer(corpus: Corpus, line: str) -> list[Place]:
    """The first three digits of the file and the line of each hit."""
    found = corpus.search(line, Options(limit=1_000))
    return [
        (hit.header.sources[0].path.rpartition("/")[2][:3], hit.passage.lines[0])
        for hit in found.hits
    ]


def deks(corpus: Corpus) -> set[Place]:
    return {
        (header.sources[0].path.rpartition("/")[2][:3], line.n)
        for header in corpus.headers()
        for line in corpus.article(header.id)[0].lines
        if line.kind == DEK
    }


def ndcg(ranking: list[Place], grades: dict[Place, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain, gain = grade."""
    gains = [grades.get(place, 0) for place in ranking[:depth]]
    ideal = sorted(grades.values(), reverse=True)[:depth]
    return dcg(gains) / dcg(ideal)


def dcg(gains: list[int]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


@pytest.mark.parametrize(
    "query", [q for q in QUERIES if q["mode"] == "exact"], ids=lambda q: q["line"]
)
def test_all_and_only_the_listed_passages(corpus: Corpus, query: dict[str, Any]) -> None:
    assert sorted(answer(corpus, query["line"])) == sorted((f, n) for f, n, _ in query["relevant"])


def test_the_better_passages_come_first(corpus: Corpus) -> None:
    skipped = deks(corpus)
    scores = {}
    for query in QUERIES:
        if query["mode"] == "ranked":
            ignored = skipped | {(f, n) for f, n in query["ignore"]}
            ranking = [place for place in answer(corpus, query["line"]) if place not in ignored]
            scores[query["id"]] = ndcg(
                ranking, {(f, n): grade for f, n, grade in query["relevant"]}
            )
    assert sum(scores.values()) / len(scores) >= 0.94, scores
    # Who asks for one name finds every passage that says it.
    assert min(scores[query] for query in ("q02", "q03", "q06", "q07", "q09", "q13")) >= 0.95


MADE = {
    "isis.txt": "ISIS lost Mosul. ISIS fighters fled. The leader of ISIS is dead, and ISIS is weak; ISIS said so.",
    "isi.txt": "Pakistan's ISI met the ISI chief. The ISI denies it. ISI officers and ISI money were named in full.",
    "isil.txt": "ISIL is what some call it. ISIL held land, ISIL taxed people, ISIL sold oil and then ISIL lost it.",
}


@pytest.fixture
def made(tmp_path: Any) -> Iterator[Corpus]:
    from tests.conftest import SEEDS

    for name, text in MADE.items():
        (tmp_path / name).write_text(f"A report on {name[:-4].upper()}\n\n{text}\n")
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(SEEDS), *(str(tmp_path / name) for name in MADE)])
        yield corpus


def test_articles_on_isis_isi_and_isil_do_not_outrank_isis_k(made: Corpus) -> None:
    hits = made.search("ISIS-K", Options(limit=100, mentioned=True)).hits
    assert hits
    assert all("ISIS-K" in hit.names for hit in hits)


@pytest.mark.parametrize(
    ("line", "files"),
    [("ISI", {"isi"}), ("ISIS", {"isis", "001"}), ("ISIL", {"isil"}), ("isi", {"isi"})],
)
def test_each_finds_only_its_own(made: Corpus, line: str, files: set[str]) -> None:
    hits = made.search(line, Options(limit=100, names=False)).hits
    names = {hit.header.sources[0].path.rpartition("/")[2].partition(".")[0] for hit in hits}
    assert {name[:3] if name[0].isdigit() else name for name in names} == files
