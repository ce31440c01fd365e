"""Judged questions to the five articles."""

from collections.abc import Iterator
from typing import Any

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.evaluation import judgments, runs
from corpus_cli.evaluation.judgments import JudgedQuery
from corpus_cli.evaluation.measures import means
from corpus_cli.search.request import SearchRequest
from tests.conftest import DATA


def answer(corpus: Corpus, line: str) -> runs.Ranking:
    found = corpus.ranking(line, SearchRequest(limit=1_000)).ranked
    return runs.keep_best(runs.DocumentNames(corpus.store, passages=True).name_ranking(found))


@pytest.mark.parametrize(
    "query", judgments.read_judgments(DATA / "exact.json").queries, ids=lambda query: query.text
)
def test_all_and_only_the_listed_passages(corpus: Corpus, query: JudgedQuery) -> None:
    assert answer(corpus, query.text).keys() == query.relevant.keys()


def test_the_better_passages_come_first(corpus: Corpus) -> None:
    queries = judgments.read_judgments(DATA / "judged.json").queries
    values = runs.score_run(queries, {query.id: answer(corpus, query.text) for query in queries})
    scores = {query.id: value[0] for query, value in zip(queries, values, strict=True)}
    assert means(values)[0] >= 0.94, scores
    # Who asks for one name finds every passage that says it.
    assert min(scores[query] for query in ("q02", "q03", "q06", "q07", "q09", "q13")) >= 0.95


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("limit", [3, None])
def test_a_ranking_is_what_a_search_finds(
    corpus: Corpus, *, grouped: bool, limit: int | None
) -> None:
    options = SearchRequest(limit=limit, group_by_article=grouped, duplicates=True)
    hits = corpus.search("ISIS-K attacks in Russia", options).hits
    assert corpus.ranking("ISIS-K attacks in Russia", options).ranked == tuple(
        (hit.header.id if grouped else hit.passage.id, hit.score) for hit in hits
    )


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
    hits = made.search("ISIS-K", SearchRequest(limit=100, list_names=True)).hits
    assert hits
    assert all("ISIS-K" in hit.names for hit in hits)


@pytest.mark.parametrize(
    ("line", "files"),
    [("ISI", {"isi"}), ("ISIS", {"isis", "001"}), ("ISIL", {"isil"}), ("isi", {"isi"})],
)
def test_each_finds_only_its_own(made: Corpus, line: str, files: set[str]) -> None:
    hits = made.search(line, SearchRequest(limit=100, expand_names=False)).hits
    names = {hit.header.sources[0].path.rpartition("/")[2].partition(".")[0] for hit in hits}
    assert {name[:3] if name[0].isdigit() else name for name in names} == files
