"""The scripts of bench/ on a tiny folder, each run as its user does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parent.parent.parent / "bench"


@pytest.fixture
def instructions(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(BENCH))
    yield import_module("instructions")
    sys.modules.pop("instructions")


def speed(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, BENCH / "speed.py", *arguments, "--rounds", "1", "--builds", "1"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(BENCH.parent)},
    )


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for n in range(6):
        text = f"Story {n}\n\nTaliban talks with ISIS-K near border post {n} went on for days.\n"
        (folder / f"{n}.txt").write_text(text)
    return folder


@pytest.mark.slow
def test_one_run_writes_ratios_a_page_and_a_plot_and_names_what_is_missing(
    articles: Path, tmp_path: Path
) -> None:
    figures, page = tmp_path / "figures.json", tmp_path / "page.md"
    missing = "tantivy=/nowhere/python"
    chosen = ["--peers", "fts5,tantivy", "--python", missing, "--seconds", "0"]
    ran = speed(articles, *chosen, "--json", figures, "--write", page)
    assert "corpus ÷ it" in ran.stdout
    assert "tantivy: missing" in ran.stderr
    assert {"corpus", "fts5"} == set(json.loads(figures.read_text())["A"]["cold"])
    text = page.read_text()
    assert "- tantivy: " in text
    assert str(articles.parent) not in text
    assert page.with_suffix(".svg").read_text().startswith("<svg")


def test_queries_stand_in_the_documents_they_are_asked_of(
    articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    documents, queries = import_module("documents"), import_module("queries")
    held = list(documents.read(articles))
    found = queries.derived(held)
    kinds = {"rare", "common", "and", "or", "phrase", "prefix", "fuzzy", "name", "filter"}
    assert {one.kind for one in found} <= kinds
    assert ("name", "ISIS-K") in {(one.kind, one.words[0]) for one in found}
    text = " ".join(one.text for one in held).lower()
    plain = [one for one in found if one.kind in {"rare", "common", "and", "or", "prefix"}]
    assert plain
    assert all(word in text or word in "story" for one in plain for word in one.words)


def test_a_page_keeps_what_was_written_around_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    report = import_module("report")
    page = tmp_path / "page.md"
    page.write_text(
        "# Before\n\n<!-- growth: made by bench/speed.py -->\nold\n<!-- end of growth -->\n\nAfter\n"
    )
    monkeypatch.setattr(report, "table", lambda label, found: "new\n")
    monkeypatch.setattr(report, "drawn", lambda ratios, growth: "<svg/>")
    report.page({"growth": {}}, page)
    text = page.read_text()
    assert text.startswith("# Before")
    assert "\n\nAfter\n" in text
    assert "new" in text
    assert "old" not in text


@pytest.mark.parametrize(("grown", "code"), [(1.11, 1), (1.09, 0), (0.5, 0)])
def test_a_count_that_grew_by_more_than_a_tenth_is_red(  # noqa: PLR0913, PLR0917 - two figures, four fixtures
    grown: float,
    code: int,
    instructions: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    recording = tmp_path / "recorded.json"
    monkeypatch.setattr(instructions, "counter", lambda: "valgrind")
    for arguments, count in ((["--write"], 1000), (["--check"], round(1000 * grown))):
        monkeypatch.setattr(instructions, "counted", lambda tool, count=count: {"ingest": count})
        line = ["instructions.py", *arguments, "--recording", str(recording)]
        monkeypatch.setattr(sys, "argv", line)
        ended = instructions.main()
    assert ended == code
    told = capsys.readouterr().err
    assert ("ingest takes 11.0% more" in told) == bool(code)
    assert ("instructions.py --write" in told) == bool(code)


def test_what_was_never_recorded_is_said_and_passes(
    instructions: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(instructions, "counter", lambda: "perf")
    monkeypatch.setattr(instructions, "counted", lambda tool: {"ingest": 1000})
    line = ["instructions.py", "--check", "--recording", str(tmp_path / "none.json")]
    monkeypatch.setattr(sys, "argv", line)
    assert instructions.main() == 0
    assert "no counts are recorded for perf, Python" in capsys.readouterr().err


@pytest.mark.slow
def test_judged_passages_are_pooled_graded_and_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {
        "d1": "The harbour was closed on Monday.\n\nA ferry sank in the storm off Arlen.",
        "d2": "Nobody spoke of a ferry or of its crew.\n\nThe council met again at noon.",
    }
    records = [{"id": name, "title": "News", "text": text} for name, text in texts.items()]
    write_lines(tmp_path / "docs.jsonl", records)
    write_lines(tmp_path / "asked.jsonl", [{"id": "Q1", "text": "ferry sank", "intent": "x"}])
    monkeypatch.syspath_prepend(str(BENCH))
    passages, judge = import_module("passages"), import_module("judge_passages")
    monkeypatch.setattr(judge, "JUDGED", tmp_path / "judged.jsonl")
    loaded = passages.read_records(tmp_path)
    pooled = judge.pool(tmp_path, loaded, judge.read_rows(tmp_path / "asked.jsonl"))
    assert [row["n"] for row in pooled] == list(range(len(pooled)))
    assert {row["document"] for row in pooled} == {"d1", "d2"}
    grades = [{"n": row["n"], "grade": 3 * ("sank" in row["text"])} for row in pooled]
    judge.add(loaded, judge.read_rows(tmp_path / "asked.jsonl"), pooled, grades, grades)
    judged = (tmp_path / "judged.jsonl").read_text("utf-8")
    assert "storm" not in judged
    (query,) = passages.read_judged(tmp_path / "judged.jsonl", loaded)
    found = [("d2", "Nobody spoke of a ferry or of its crew."), ("d1", texts["d1"][35:])]
    assert passages.measure(query, found[::-1]) == (1.0, 1 / 3, 1 / 3, 0.0)
    assert passages.measure(query, found).ndcg < 1
    assert passages.measure(query, [("d1", "words of no judged passage")]).unjudged == 1
    assert judge.kappa({1: 3, 2: 0}, {1: 3, 2: 0}) == 1
    sys.modules.pop("passages")
    sys.modules.pop("judge_passages")
    sys.modules.pop("ranking", None)


def write_lines(file: Path, rows: list[dict[str, Any]]) -> None:
    """Write objects to a file, one on each line."""
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
