"""corpus search --in: a grep that ranks."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from corpus_cli.cli import run_search, session
from corpus_cli.corpora import search_corpora
from tests.cli.conftest import Run

WRITERS = """
Kadyrov came to Grozny with his men in the morning.
Herat is quiet, and nobody came there on that day.
Kadyrov left, and the men of the town were glad of it.
""".strip().splitlines()


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "texts"
    folder.mkdir()
    for n, text in enumerate(WRITERS):
        (folder / f"{n}.txt").write_text(f"Report {n}\n\n{text}\n")
    return folder


def test_only_articles_with_the_words_are_found_and_counted(texts: Path, run: Run) -> None:
    assert run("search", "Kadyrov", "-c", "--in", "texts").out == "2\n"
    ran = run("search", "Kadyrov", "-l", "--in", "texts")
    assert sorted(ran.out.splitlines()) == ["texts/0.txt", "texts/2.txt"]
    assert run("search", "Kadyrov", "-q", "--in", "texts").code == 0
    assert run("search", "Kadyrov", "-L", "--in", "texts").out == "texts/1.txt\n"
    assert run("search", "-c", "--in", "texts", "--", "-Kadyrov").out == "1\n"
    assert run("search", "-c", "--in", "texts", "--path", "texts/1*").out == "1\n"


def test_an_answer_without_hits_says_what_was_not_looked_at(texts: Path, run: Run) -> None:
    ran = run("search", "Kadyrow", "--in", "texts")
    assert (ran.code, ran.out) == (1, "")
    assert "3 articles without the words of the query were not read further" in ran.err
    assert "the corpus is empty" not in ran.err
    ran = run("search", "Grozny", "--source", "nowhere", "--in", "texts")
    assert ran.code == 1
    assert "no article has the source" not in ran.err


def test_a_word_that_all_articles_may_have_gets_suggestions(texts: Path, run: Run) -> None:
    (texts / "1.txt").unlink()
    (texts / "2.txt").unlink()
    ran = run("search", "Grozny mornign", "--in", "texts")
    assert "morning" in ran.err


def test_each_of_many_queries_is_answered(texts: Path, run: Run) -> None:
    Path("queries").write_text("Herat\nKadyrov\nnobody AND glad\n")
    ran = run("search", "--queries", "queries", "-c", "--json", "--in", "texts")
    assert [json.loads(line)["total"] for line in ran.out.splitlines()] == [1, 2, 0]


def test_what_could_not_be_read_is_named_beside_what_was_passed_over(texts: Path, run: Run) -> None:
    (texts / "bad.txt").write_bytes(b"\x00\xff")
    (texts / "bad.jsonl").write_text('{"text": "Herat fell."}\n{"text": \n')
    ran = run("search", "Kadyrov", "-c", "--in", "texts")
    assert (ran.code, ran.out) == (3, "2\n")
    assert "texts/bad.txt: " in ran.err
    assert "texts/bad.jsonl" in ran.err


def test_files_passed_over_are_counted_whatever_they_are(texts: Path, run: Run) -> None:
    os.mkfifo(texts / "pipe.txt")
    (texts / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    ran = run("search", "Kadyrov", "-c", "--in", "texts")
    assert ran == (0, "2\n", "corpus: skipped 2 files that corpus does not read\n")


def test_files_that_cannot_be_read_are_no_empty_corpus(texts: Path, run: Run) -> None:
    for path in texts.iterdir():
        path.write_bytes(b"\x00\xff")
    ran = run("search", "Kadyrov", "--in", "texts")
    assert ran.code == 3
    assert "none of the files could be read" in ran.err
    assert "empty" not in ran.err
    Path("none").mkdir()
    ran = run("search", "Kadyrov", "--in", "none")
    assert ran.code == 1
    assert "there is no file that corpus reads" in ran.err


def test_a_query_after_in_is_named(texts: Path, run: Run) -> None:
    ran = run("search", "--in", "texts", "Ramzan Kadyrov", "Grozny")
    assert ran.code == 2
    assert "corpus search 'Ramzan Kadyrov' Grozny --in texts" in ran.err
    assert "corpus search QUERY --in texts" in run("search", "--in", "texts").err
    assert run("search", "--in", "texts", "--path", "texts/1*").code == 0


def test_quiet_ends_at_the_first_match(texts: Path, run: Run) -> None:
    (texts / "9.jsonl").write_text('{"text": \n')
    assert run("search", "Kadyrov", "-c", "--in", "texts").code == 3
    assert run("search", "Kadyrov", "-q", "--in", "texts").code == 0
    # The first article has these words, but in another order.
    assert run("search", '"with Grozny"', "-q", "--in", "texts").code == 3
    assert run("search", "-q", "--in", "texts", "--", "Kadyrov -Herat").code == 3
    (texts / "9.jsonl").unlink()
    assert run("search", '"with Grozny"', "-q", "--in", "texts").code == 1
    (texts / "3.txt").write_text("Report 3\n\nHerat met with Grozny in the end.\n")
    assert run("search", '"with Grozny"', "-q", "--in", "texts").code == 0


def test_quiet_reads_a_pipe_once() -> None:
    texts = ("Kadyrov met Grozny with joy.", "Herat met with Grozny in the end.")
    ran = subprocess.run(
        [sys.executable, "-m", "corpus_cli", "search", '"with Grozny"', "-q", "--in", "-"],
        input="".join(json.dumps({"text": text}) + "\n" for text in texts),
        text=True,
        check=False,
    )
    assert ran.returncode == 0


@pytest.mark.parametrize(
    ("options", "expected"), [([], range(1)), (["--timeout", "60"], range(6, 60))]
)
def test_the_time_limit_is_that_of_reading_and_matching(
    options: list[str], expected: range, texts: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[float] = []

    def search(*arguments: Any) -> Any:
        limits.append(arguments[-1].seconds)
        return search_corpora(*arguments)

    monkeypatch.setattr(run_search, "search_corpora", search)
    assert run("search", "Kadyrov", "-c", *options, "--in", "texts").out == "2\n"
    assert int(limits[0]) in expected


def test_ctrl_c_covers_what_was_passed_over(
    texts: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(_: str, done: int, __: int) -> None:
        if done == session.job_count() * 2 + 1:
            raise KeyboardInterrupt

    @contextmanager
    def progress(_: str = "") -> Iterator[Any]:
        yield tell

    for n in range(3, 9):
        (texts / f"{n}.txt").write_text(f"Report {n}\n\nNothing of the kind.\n")
    monkeypatch.setattr(session, "job_count", lambda: 1)
    monkeypatch.setattr(session, "show_progress", progress)
    ran = run("search", "Kadyrov", "-c", "--in", "texts")
    assert (ran.code, ran.out) == (3, "at least 1\n")
    assert "this answer covers 2 articles" in ran.err


def test_a_pipe_is_read_again_for_an_abbreviation_that_it_explains() -> None:
    texts = [f"The Zanbar Rural Council (ZRC) met for the {n}th time." for n in range(4, 7)]
    texts.append("The ZRC did not meet in that year.")
    records = "".join(json.dumps({"title": f"R{n}", "text": t}) + "\n" for n, t in enumerate(texts))
    ran = subprocess.run(
        [sys.executable, "-m", "corpus_cli", "search", "Zanbar Rural Council", "-c", "--in", "-"],
        input=records,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "4\n"
