"""What a notebook imports, and what it can do with it."""

import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Thread
from typing import Any

import apsw
import pytest

import corpus_cli
from corpus_cli import (
    Corpus,
    CorpusError,
    CorpusMissing,
    Filters,
    Hit,
    IngestRequest,
    Results,
    SearchRequest,
    UsageError,
    record,
    search_corpora,
)
from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.output.records import FIELDS
from corpus_cli.search import pipeline
from tests.conftest import SEEDS, article


def loaded(code: str) -> set[str]:
    line = [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"]
    return set(subprocess.run(line, capture_output=True, check=True, text=True).stdout.split())


def test_importing_the_package_loads_nothing_more() -> None:
    more = loaded("import corpus_cli") - loaded("import typing")
    assert more == {"corpus_cli"}


def test_a_name_loads_its_own_room_only() -> None:
    found = loaded("from corpus_cli import CorpusMissing, Filters")
    assert "corpus_cli.query.filters" in found
    assert not {"corpus_cli.corpus", "click", "whoosh", "apsw"} & found


def test_every_name_is_there_and_is_told() -> None:
    for name in corpus_cli.__all__:
        assert getattr(corpus_cli, name).__name__ == {"record": "hit"}.get(name, name)
    assert set(corpus_cli.__all__) < set(dir(corpus_cli))


def test_a_name_that_is_none_is_an_error_as_everywhere() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Search'"):
        getattr(corpus_cli, "Search")  # noqa: B009 - mypy knows that it is none
    with pytest.raises(ImportError):
        exec("from corpus_cli import Search")  # noqa: S102 - the same


def test_a_notebook_opens_asks_and_reads(seeded: Path) -> None:
    with Corpus.open(seeded) as corpus:
        options = SearchRequest(limit=2, filters=Filters(author=("Hussain",)), list_names=True)
        found = corpus.search("IS-KP", options)
        counted = corpus.facets("IS-KP", ["source"])
        whole, _, header = corpus.article(found.hits[0].passage.article)
    assert isinstance(found, Results)
    assert found.total == 4
    one, _ = found.hits
    assert isinstance(one, Hit)
    assert one.header.title == header.title == "The Case for US Engagement with Afghanistan"
    assert [one.passage.text[span.start : span.end] for span in one.spans][-1] == "IS-KP"
    assert one.passage.text == whole.lines[one.place.line - 1].text
    assert {facet.value: facet.passages for facet in counted.facets}["The National Interest"] == 4
    row = record(one)
    assert set(row) <= set(FIELDS)
    assert (row["title"], row["line"]) == (one.header.title, one.place.line)


def test_a_notebook_searches_several_corpora_as_one(tmp_path: Path, seeded: Path) -> None:
    (tmp_path / "a.txt").write_text(article("Kurilla came back."))
    with Corpus.create(tmp_path / "index") as mine, Corpus.open(seeded) as theirs:
        mine.ingest([str(tmp_path / "a.txt")])
        merged, (first, second) = search_corpora([("mine", mine), ("theirs", theirs)], "Kurilla")
    assert merged.total == first.total + second.total > first.total == 1
    assert {hit.corpus for hit in merged.hits} == {"mine", "theirs"}


def test_a_notebook_makes_a_corpus_and_brings_it_in_step(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(article("Kurilla came back."))
    with Corpus.create(tmp_path / "index") as corpus:
        report = corpus.ingest([str(SEEDS), str(tmp_path / "a.txt")], IngestRequest(dry_run=True))
        assert (len(report.added), corpus.search("Kurilla").total) == (6, 0)
        corpus.ingest([str(tmp_path / "a.txt")])
        assert corpus.search("Kurilla").total == 1


def test_errors_say_what_to_do(tmp_path: Path, corpus: Corpus) -> None:
    with pytest.raises(CorpusMissing, match="make one with: corpus ingest PATH"):
        Corpus.open(tmp_path / "index")
    with pytest.raises(UsageError, match="--since must be a date like 2023"):
        corpus.search("Kabul", SearchRequest(filters=Filters(since=("someday",))))
    assert issubclass(UsageError, CorpusError)


def test_a_corpus_of_another_thread_says_so(corpus: Corpus) -> None:
    raised: list[BaseException] = []

    def search() -> None:
        try:
            corpus.search("Kurilla")
        except CorpusError as error:
            raised.append(error)

    thread = Thread(target=search)
    thread.start()
    thread.join()
    assert isinstance(raised[0], UsageError)
    assert "was opened in another thread" in str(raised[0])
    assert corpus.search("Kurilla").total


def test_an_error_of_a_program_is_not_damage(seeded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Corpus.open(seeded)
    closed.close()
    with pytest.raises(apsw.ConnectionClosedError):
        closed.headers()
    monkeypatch.setattr(pipeline, "select_hits", lambda *_: 1 // 0)
    with Corpus.open(seeded) as corpus, pytest.raises(ZeroDivisionError):
        corpus.search("Kurilla")


def test_in_memory_the_index_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus_cli.ingest.batches._MAX_ARTICLES", 2)
    written: list[int] = []
    writer = MemoryEngine.writer

    def counted(engine: MemoryEngine, upto: int, **more: Any) -> AbstractContextManager[object]:
        written.append(upto)
        return writer(engine, upto, **more)

    monkeypatch.setattr(MemoryEngine, "writer", counted)
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(SEEDS)])
        assert written == [corpus.store.last_change()]
        assert corpus.search("Kurilla").total
