"""Guessing which lines recur while files are read."""

import json
from collections.abc import Container
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.ingest import entries, reclassifying, recurring
from corpus_cli.ingest.recurring import LineCounts, RecurringSoFar
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.ingest.structure.structure import reclassify
from corpus_cli.model import Article
from corpus_cli.system.processes import start_python
from tests.conftest import article

FOOTER = "Sign up for the Daily Brief"


@pytest.fixture
def reclassified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the articles that were classified a second time."""
    ids: list[str] = []

    def count(article: Article, lines: Container[str]) -> Article:
        ids.append(article.id)
        return reclassify(article, lines)

    monkeypatch.setattr(entries, "reclassify", count)
    return ids


def write_texts(folder: Path, count: int) -> list[str]:
    texts = []
    for n in range(count):
        town = f"Town{n} " + " ".join(f"word{n}{k}" for k in range(20))
        texts.append(article(f"{town} fell.", f"River{n} rose.") + f"\n\n{FOOTER}\n")
        folder.mkdir(exist_ok=True)
        (folder / f"{n:02}.txt").write_text(texts[-1])
    return texts


def kinds_of_footers(corpus: Corpus) -> set[str]:
    articles = map(corpus.store.article, corpus.store.ids())
    return {line.kind for one in articles if one for line in one.lines if line.text == FOOTER}


def test_a_line_recurs_from_the_third_document_on() -> None:
    counts = LineCounts({"b": {2}})
    assert [counts.add("a", [1, 2]) for _ in range(3)] == [set(), set(), {1, 2}]
    assert counts.add("b", [1, 2]) == {2}


def test_many_lines_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurring, "_MAX_COUNTS", 2)
    counts = LineCounts({})
    assert [counts.add("a", [1, 2, 3]) for _ in range(4)] == [set()] * 4


def test_readers_know_the_lines_of_files_long_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurring, "_FILES_BETWEEN", 2)
    monkeypatch.setattr(recurring, "_MAX_LINES_PER_FILE", 3)
    so_far = RecurringSoFar()
    ends = []
    for _ in range(7):
        ends.append(so_far.start_reader())
        so_far.add("site", range(5))
        so_far.end_file()
    assert ends == [0, 0, 0, 0, 3, 5, 5]
    assert so_far.between(3, 5) == {"site": [3, 4]}


def test_no_more_lines_are_known_than_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurring, "_MAX_COUNTS", 4)
    so_far = RecurringSoFar()
    for site in "aaabbbccc":
        so_far.add(site, [1, 2, 3])
        so_far.add(site, [1, 2, 3])
        so_far.add(site, [1, 2, 3])
    assert so_far.between(0, 100) == {"a": [1, 2, 3], "b": [1, 2, 3]}


@pytest.mark.parametrize("jobs", [1, 3])
def test_most_articles_of_files_are_classified_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reclassified: list[str], jobs: int
) -> None:
    monkeypatch.setattr(recurring, "_FILES_BETWEEN", 6)
    write_texts(tmp_path / "texts", 20)
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(tmp_path / "texts")], IngestRequest(jobs=jobs))
        assert kinds_of_footers(corpus) == {"chrome:repeated"}
    assert len(reclassified) == 8


def test_of_the_records_of_a_file_only_the_first_are_classified_twice(
    tmp_path: Path, reclassified: list[str]
) -> None:
    texts = write_texts(tmp_path / "texts", 20)
    records = (json.dumps({"source": "The Daily", "text": text}) for text in texts)
    (tmp_path / "records.jsonl").write_text("\n".join(records))
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(tmp_path / "records.jsonl")])
        assert kinds_of_footers(corpus) == {"chrome:repeated"}
    assert len(reclassified) == 2


def test_a_wrong_guess_is_corrected(tmp_path: Path, reclassified: list[str]) -> None:
    """Near-copies count as one article, so their lines do not recur."""
    (text,) = write_texts(tmp_path / "texts", 1)
    (tmp_path / "records.jsonl").write_text(
        "\n".join(json.dumps({"source": "The Daily", "text": f"{text}\nNo. {n}"}) for n in range(4))
    )
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(tmp_path / "records.jsonl")])
        assert kinds_of_footers(corpus) == {"chrome:navigation"}
    assert len(reclassified) == 2


def test_a_repair_is_still_known_after_a_second_classification(
    tmp_path: Path, reclassified: list[str]
) -> None:
    folder = tmp_path / "texts"
    write_texts(folder, 3)
    first = folder / "00.txt"
    first.write_text(first.read_text().replace("River0", "Obamaâ€™s river"))
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(folder)])
        assert len(reclassified) == 3
        repairs = [
            one.values("repaired")
            for one in map(corpus.store.article, corpus.store.ids())
            if one and one.values("repaired")
        ]
    assert repairs == [("1 line",)]


def dump(corpus: Corpus) -> list[object]:
    """What the store has of articles and their passages, and the numbers of changes."""
    store = corpus.store
    return [list(store.changes(0)), [corpus.article(one.id) for one in corpus.headers()]]


@pytest.mark.parametrize("code", ["", "raise SystemExit", "print('no frame', flush=True)"])
def test_children_classify_again_and_may_die(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reclassified: list[str]
) -> None:
    write_texts(tmp_path / "in", 9)
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(tmp_path)], IngestRequest(jobs=1))
        expected = dump(corpus)
    again = [*reclassified]
    reclassified.clear()
    monkeypatch.setattr(reclassifying, "_MIN_ARTICLES", 1)
    monkeypatch.setattr(reclassifying, "_ARTICLES_PER_REQUEST", 1)
    if code:
        monkeypatch.setattr(reclassifying, "start_reader", lambda: start_python(code))
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(tmp_path)], IngestRequest(jobs=2))
        assert dump(corpus) == expected
    assert len(again) > 1
    assert reclassified == (again if code else [])
