"""The concordance."""

import csv
import io
import json
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from corpus_cli import Corpus, SearchRequest
from corpus_cli.explore.kwic import KwicOptions
from corpus_cli.search.select import Selected, select_hits
from tests.cli.conftest import Run

ARTICLES = {
    "one.txt": (
        "Title of one\n\nThe red bridge fell on Monday. Nobody crossed the red bridge at night.\n"
        "\nA second paragraph has a bridge, a red one.\n"
    ),
    "two.txt": "Title of two\n\nOver the old bridge came the red cart of the miller.\n",
}


@pytest.fixture
def bridges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "texts" / name).write_text(text)
    assert run("ingest", "texts").code == 0
    return tmp_path / "index"


def rows(run: Run, *arguments: str) -> list[list[str]]:
    ran = run("kwic", *arguments, "--format", "csv")
    assert ran.code == 0
    return list(csv.reader(io.StringIO(ran.out)))


def test_words_next_to_each_other_are_one_match(bridges: Path, run: Run) -> None:
    matches = [row[1] for row in rows(run, "red", "bridge", "--sort", "M")[1:]]
    assert matches == ["bridge", "bridge", "red", "red", "red bridge", "red bridge"]


def test_all_words_have_to_be_in_the_passage(bridges: Path, run: Run) -> None:
    assert run("kwic", "miller", "Monday").code == 1
    assert run("kwic", "cart", "bridge").code == 0


def test_lines_are_sorted_by_the_words_around_the_match(bridges: Path, run: Run) -> None:
    by_left = [row[0].split()[-1] for row in rows(run, "bridge", "--sort", "L1")[1:]]
    assert by_left == sorted(by_left) == ["a", "old", "red", "red"]
    by_right = [row[2].split()[0] for row in rows(run, "bridge", "--sort", "r1")[1:]]
    assert by_right == [",", "at", "came", "fell"]


def test_context_is_cut_at_words(bridges: Path, run: Run) -> None:
    left, match, right = rows(run, "crossed", "--width", "9")[1][:3]
    assert (left, match, right) == ("Nobody ", "crossed", " the red")


def test_a_sentence_is_the_whole_sentence(bridges: Path, run: Run) -> None:
    left, match, right = rows(run, "crossed", "--sentence", "--width", "1")[1][:3]
    assert left + match + right == "Nobody crossed the red bridge at night."


def test_counts_and_lines_in_json(bridges: Path, run: Run) -> None:
    answer = json.loads(run("kwic", "bridge", "--json").out)
    assert (answer["matches"], answer["passages"], answer["articles"]) == (4, 2, 2)
    assert len(answer["lines"]) == 4
    assert {"left", "match", "right", "id", "path", "line", "title"} <= answer["lines"][0].keys()


def test_a_wrong_sort_key_is_an_error(bridges: Path, run: Run) -> None:
    ran = run("kwic", "bridge", "--sort", "L1,X2")
    assert ran.code == 2
    assert "'X2'" in ran.err


def test_near_copies_are_left_out_and_counted(bridges: Path, run: Run) -> None:
    words = " ".join(f"word{n}" for n in range(60))
    for name in ("a", "b"):
        Path("texts", f"{name}.txt").write_text(f"Title\n\nThe walrus saw {words} end {name}.\n")
    run("ingest", "texts")
    ran = run("kwic", "walrus")
    assert len(ran.out.splitlines()) == 1
    assert "1 near-copy is left out" in ran.err
    assert len(run("kwic", "walrus", "--duplicates").out.splitlines()) == 2


def test_several_corpora_are_sorted_together(bridges: Path, run: Run) -> None:
    Path("more").mkdir()
    Path("more/three.txt").write_text("Title of three\n\nThey saw the new bridge open.\n")
    run("ingest", "more", "-i", "second")
    ran = run("kwic", "bridge", "--sort", "L1", "-i", "index", "-i", "second")
    corpora = [line.split("\t")[0] for line in ran.out.splitlines()]
    assert corpora == ["index", "second", "index", "index", "index"]


def test_the_time_limit_is_said(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def select(*arguments: Any) -> list[Selected]:
        monkeypatch.setattr("corpus_cli.engines.clock.monotonic", lambda: monotonic() + 100)
        return select_hits(*arguments)

    monkeypatch.setattr("corpus_cli.explore.passage_words._PASSAGES_PER_READ", 1)
    with Corpus.open(here) as corpus:
        whole = corpus.explore.kwic("Kurilla", KwicOptions())
        monkeypatch.setattr("corpus_cli.explore.kwic.select_hits", select)
        answer = corpus.explore.kwic("Kurilla", KwicOptions(), SearchRequest(seconds=60))
    assert not whole.about.partial
    assert answer.about.partial
    assert answer.passages == 1
    (note,) = answer.about.notes
    assert note.startswith(f"the time ended after 1 of {whole.passages} passages")


def test_an_escape_sequence_is_shown_and_never_sent(bridges: Path, run: Run) -> None:
    Path("texts/evil.txt").write_text("Title\n\nThe \x1b[31m walrus [/url] was\x07 here today.\n")
    run("ingest", "texts")
    ran = run("kwic", "walrus", "--format", "terminal")
    assert "\x1b" not in ran.out
    assert "[/url]" in ran.out
