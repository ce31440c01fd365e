"""corpus compare."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from corpus_cli import Corpus
from corpus_cli.explore.compare import CompareOptions
from tests.cli.conftest import Run
from tests.cli.test_words_that_stand_out import g2

ARTICLES = {
    "one.txt": (
        "2019-03-04",
        "Ann Lee",
        ["The red bridge fell and the red boat sank, red as rust."],
    ),
    "two.txt": (
        "2019-01-02",
        "Ann Lee",
        ["No crossing today.", "The bridge has red red red paint."],
    ),
    "three.txt": (
        "2021-05-06",
        "Bo Ray",
        ["A bridge of stone, stone and stone.", "Stone is slow."],
    ),
    "four.txt": ("", "", ["One old bridge."]),
}


@pytest.fixture
def bridges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts").mkdir()
    for name, (day, author, paragraphs) in ARTICLES.items():
        facts = f"title: {name} of a town\n"
        facts += f"date: {day}\nauthor: {author}\n" if day else ""
        body = "\n\n".join(paragraphs)
        (tmp_path / "texts" / name).with_suffix(".md").write_text(f"---\n{facts}---\n\n{body}\n")
    assert run("ingest", "texts").code == 0
    return tmp_path / "index"


def compared(run: Run, *arguments: str) -> dict[str, dict[str, Any]]:
    ran = run("compare", *arguments, "--json")
    assert ran.code == 0
    return {row["value"]: row for row in json.loads(ran.out)["values"]}


def found(name: str) -> list[str]:
    """Return the paragraphs of an article that have the word, without the program."""
    return [text for text in ARTICLES[name][2] if "bridge" in text]


def test_counts_and_rates_are_those_of_a_script(bridges: Path, run: Run) -> None:
    rows = compared(run, "bridge", "--by", "author")
    for author in ("Ann Lee", "Bo Ray", ""):
        names = [name for name, (_, by, _) in ARTICLES.items() if by == author]
        passages = json.loads(run("facets", "--by", "author", "--json").out)["facets"]
        of = next(row["passages"] for row in passages if row["value"] == author)
        row = rows[author]
        assert row["passages"] == sum(len(found(name)) for name in names)
        assert row["articles"] == len(names)
        assert row["of"] == of
        assert row["rate"] == pytest.approx(1000 * row["passages"] / of, abs=0.006)


def test_typical_words_are_those_of_a_script(bridges: Path) -> None:
    with Corpus.open(bridges) as corpus:
        answer = corpus.explore.compare("bridge", CompareOptions("year", words=9))
    counts = {
        name: Counter(re.findall(r"[a-z]+", " ".join(found(name)).lower())) for name in ARTICLES
    }
    of_2019 = counts["one.txt"] + counts["two.txt"]
    others = counts["three.txt"] + counts["four.txt"]
    row = next(row for row in answer.rows if row.value == "2019")
    assert [one.word for one in row.typical] == ["red"]
    (red,) = row.typical
    assert (red.frequency, red.reference_count) == (of_2019["red"], others["red"])
    total = of_2019.total() + others.total()
    likelihood = g2(of_2019["red"], of_2019.total(), of_2019["red"], total)
    assert red.log_likelihood == pytest.approx(likelihood)


def test_the_first_mention_is_the_earliest(bridges: Path, run: Run) -> None:
    rows = compared(run, "bridge", "--by", "author")
    assert rows["Ann Lee"]["published"] == "2019-01-02"
    assert rows["Ann Lee"]["text"] == "The bridge has red red red paint."
    assert "id" not in rows[""]


def test_periods_come_by_date_and_others_by_count(bridges: Path, run: Run) -> None:
    assert list(compared(run, "bridge", "--by", "year")) == ["2019", "2021", ""]
    assert list(compared(run, "bridge", "--by", "author")) == ["Ann Lee", "Bo Ray", ""]


def test_filters_choose_what_is_compared(bridges: Path, run: Run) -> None:
    row = compared(run, "bridge", "--by", "year", "--until", "2019-02-01")["2019"]
    assert (row["passages"], row["articles"]) == (1, 1)
    assert row["of"] < compared(run, "bridge", "--by", "year")["2019"]["of"]


def test_few_passages_and_many_values_are_left_out_and_said(bridges: Path, run: Run) -> None:
    ran = run("compare", "bridge", "--by", "author", "--min", "2", "--json")
    assert [row["value"] for row in json.loads(ran.out)["values"]] == ["Ann Lee"]
    assert "2 more authors" in ran.err
    assert "2 more authors" in run("compare", "bridge", "--by", "author", "-n", "1").err


def test_several_corpora_are_added_up(bridges: Path, run: Run) -> None:
    for part in ("one", "two"), ("three", "four"):
        names = [f"texts/{name}.md" for name in part]
        run("ingest", *names, "-i", part[0])
    parts = compared(run, "bridge", "--by", "year", "-i", "one", "-i", "three")
    whole = compared(run, "bridge", "--by", "year")
    assert list(parts) == list(whole)
    for value, row in parts.items():
        for field in ("passages", "articles", "of", "rate", "words"):
            assert row[field] == whole[value][field]
        assert row.get("text") == whole[value].get("text")
    assert parts["2021"]["corpus"] == "three"


def test_without_a_query_all_passages_are_compared(bridges: Path, run: Run) -> None:
    assert {row["rate"] for row in compared(run, "--by", "year").values()} == {1000}


def test_nothing_is_found(bridges: Path, run: Run) -> None:
    assert run("compare", "walrus").code == 1


def test_the_table_is_drawn(bridges: Path, run: Run) -> None:
    shown = run("compare", "bridge", "--by", "author", "--format", "terminal").out
    assert re.search(r"2 +2 +\d+\.\d  Ann Lee  of \d passages\n    red\n", shown)
    assert "no author" in shown


def test_a_value_takes_no_more_time_if_there_are_many_other_words(
    bridges: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of authors took hours, because each was compared with the words of all."""
    taken: list[int] = []

    def count(counts: Counter[str], reference: Mapping[str, int], *_: object, **__: object) -> Any:
        taken.append(len(reference) - len(counts))
        return []

    monkeypatch.setattr("corpus_cli.explore.compare.find_typical_words", count)
    with Corpus.open(bridges) as corpus:
        corpus.explore.compare("bridge", CompareOptions("author"))
    assert taken
    assert {*taken} == {0}
