"""Counts over time."""

import json
from pathlib import Path

import pytest

from corpus_cli.explore.timeline import TimelineRow, fill_gaps, period_of
from tests.cli.conftest import Run

ARTICLES = {
    "a": ("2015-10-03", "The walrus and the ferry met. It was in 1999."),
    "b": ("2015-10-05", "The walrus slept. Nobody saw the ferry."),
    "c": ("2015-12-31", "The ferry sank on Tuesday with a walrus."),
    "d": ("2014", "A walrus alone."),
    "e": ("", "The walrus again, with the ferry."),
}


@pytest.fixture
def walrus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts").mkdir()
    for name, (day, text) in ARTICLES.items():
        head = f"date: {day}\n" if day else ""
        (tmp_path / "texts" / f"{name}.md").write_text(
            f"---\ntitle: Title of {name}\n{head}---\n\n{text}\n"
        )
    assert run("ingest", "texts").code == 0
    return tmp_path / "index"


def counts(run: Run, *arguments: str) -> list[list[str]]:
    return [line.split("\t")[:3] for line in run("timeline", *arguments).out.splitlines()]


def test_months_between_have_a_row_and_what_has_no_month_is_last(walrus: Path, run: Run) -> None:
    ran = run("timeline", "walrus")
    rows = [line.split("\t") for line in ran.out.splitlines()]
    assert [row[:3] for row in rows] == [
        ["2015-10", "2", "2"],
        ["2015-11", "0", "0"],
        ["2015-12", "1", "1"],
        ["", "2", "2"],
    ]
    assert "2 passages have no date that tells the month" in ran.err


@pytest.mark.parametrize(
    ("by", "first"), [("year", "2014"), ("week", "2015-W40"), ("day", "2015-10-03")]
)
def test_other_periods(walrus: Path, run: Run, by: str, first: str) -> None:
    assert counts(run, "walrus", "--by", by)[0] == [first, "1", "1"]


def test_all_words_have_to_be_in_the_article(walrus: Path, run: Run) -> None:
    assert [row[0] for row in counts(run, "walrus", "ferry", "--by", "year")] == ["2015", ""]


def test_dates_in_the_text(walrus: Path, run: Run) -> None:
    rows = counts(run, "walrus", "--dates", "mentioned", "--by", "year")
    assert rows[0] == ["1999", "1", "1"]
    assert rows[-2:] == [["2015", "1", "1"], ["", "3", "3"]]
    days = counts(run, "ferry", "--dates", "mentioned", "--by", "day")
    assert days[0] == ["2015-12-29", "1", "1"]


def test_each_period_has_its_best_passage(walrus: Path, run: Run) -> None:
    answer = json.loads(run("timeline", "ferry sank", "--by", "year", "--json").out)
    (period,) = answer["periods"]
    assert period["title"] == "Title of c"
    assert "sank" in period["snippet"]
    assert (answer["passages"], answer["articles"]) == (1, 1)


def test_corpora_are_added_up(walrus: Path, run: Run) -> None:
    ran = run("timeline", "walrus", "--by", "year", "-i", "index", "-i", "../index")
    assert ran.code == 2
    Path("more").mkdir()
    Path("more/f.md").write_text("---\ntitle: T\ndate: 2017-02-03\n---\n\nAnother walrus came.\n")
    run("ingest", "more", "-i", "second")
    lines = run(
        "timeline", "walrus", "--by", "year", "-i", "index", "-i", "second"
    ).out.splitlines()
    assert [line.split("\t")[1:3] for line in lines] == [
        ["2014", "1"],
        ["2015", "3"],
        ["2016", "0"],
        ["2017", "1"],
        ["", "1"],
    ]
    assert [line.split("\t")[0] for line in lines] == ["index", "index", "", "second", "index"]


def test_long_gaps_are_one_line_on_a_terminal(walrus: Path, run: Run) -> None:
    out = run("timeline", "walrus", "--by", "day", "--format", "terminal").out
    assert "86 days without a match" in out
    assert len(out.splitlines()) < 20


def test_a_gap_to_the_end_of_the_calendar() -> None:
    rows = [TimelineRow("9999-12", 1, 1), TimelineRow("9999-10", 1, 1)]
    assert [row.period for row in fill_gaps(rows, "month")] == ["9999-10", "9999-11", "9999-12"]


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert period_of("2016-01-03", "week") == "2015-W53"
    assert period_of("2016-01", "week") == ""
