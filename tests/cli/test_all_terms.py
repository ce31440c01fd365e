"""What is required in a passage or an article, and is said."""

import json
from pathlib import Path

import pytest

from corpus_cli.cli.option_table import SEARCH_OPTIONS
from corpus_cli.query.all_terms import SCOPES
from tests.cli.conftest import Run
from tests.conftest import article

CENTRAL_ASIA = "seeds/000_607f2354cd99f308.txt"
"""The only article with Kurilla and Tajikistan, which are in different passages of it."""


def test_words_may_be_in_different_passages(here: Path, run: Run) -> None:
    for flag in ("--all-terms", "--all-terms=passage"):
        assert run("search", flag, "Kurilla Tajikistan").code == 1
    ran = run("search", "--all-terms=article", "Kurilla Tajikistan", "--jsonl")
    found = list(map(json.loads, ran.out.splitlines()))
    assert {hit["path"] for hit in found} == {CENTRAL_ASIA}
    assert {word for hit in found for word in hit["lacks"]} == {"Kurilla", "Tajikistan"}
    assert run("list", "--all-terms=article", "Kurilla Tajikistan").out.count("\n") == 1
    assert run("search", "--all-terms=article", "Kurilla Jalali").code == 1


@pytest.mark.parametrize(
    "line",
    [
        ["search", "--all-terms=article", "+Kurilla Tajikistan", "-c"],
        ["search", "--all-terms=article", "Kurilla AND Tajikistan", "-c"],
        ["search", "Kurilla", "--all-terms=article", "Tajikistan", "-c"],
        ["search", "-c", "Kurilla Tajikistan article:Kurilla article:Tajikistan"],
        ["search", "-c", "--all-terms=article", "Kurilla Tajikistan", "--literal"],
    ],
)
def test_other_ways_to_say_it(here: Path, run: Run, line: list[str]) -> None:
    assert run(*line).out == run("search", "-c", "--all-terms=article", "Kurilla Tajikistan").out


def test_the_word_after_the_option_is_a_word(here: Path, run: Run) -> None:
    for line in (
        ["--all-terms", "article"],
        ["article", "--all-terms"],
        ["--all-terms", "--", "article"],
    ):
        ran = (
            run("search", *line, "--json", "-n0")
            if "--" not in line
            else run("search", "--json", "-n0", *line)
        )
        assert json.loads(ran.out)["parsed"] == "+article"
    ran = run("search", "--all-terms=text", "x")
    assert ran.code == 2
    assert "is not one of 'passage', 'article'" in ran.err


def test_the_option_has_the_scopes_of_a_query() -> None:
    (spec,) = (spec for spec in SEARCH_OPTIONS if spec.parameter == "all_terms")
    assert spec.choices == SCOPES


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (["--all-terms", "Kurilla Tajikistan"], "'Kurilla Tajikistan'"),
        (["+Kurilla +Tajikistan"], "'Kurilla Tajikistan'"),
        (["Kurilla AND Tajikistan"], "'Kurilla Tajikistan'"),
        (['"General Erik Kurilla" AND Tajikistan'], "'\"General Erik Kurilla\" Tajikistan'"),
        (["--all-terms", "Kurilla Tajikistan", "--lang", "en"], "'Kurilla Tajikistan lang:\"en\"'"),
        (
            ["--all-names", "--name", "Kurilla", "--name", "Tajikistan"],
            '\'name:"Michael Erik Kurilla" name:"Tajikistan"\'',
        ),
    ],
)
def test_what_only_articles_have_is_said(
    here: Path, run: Run, line: list[str], command: str
) -> None:
    ran = run("search", *line)
    assert ran.code == 1
    says = "1 article contains all of these in different passages; find them with: "
    assert f"{says}corpus search --all-terms=article {command}" in ran.err
    assert run("search", "--all-terms=article", command.strip("'"), "-l").out == f"{CENTRAL_ASIA}\n"


@pytest.mark.parametrize(
    "line", [["Kurilla AND Jalali"], ["+Kurilla"], ["+Kurilla +Tajikistan", "--since", "1999"]]
)
def test_what_no_article_has_is_not_said(here: Path, run: Run, line: list[str]) -> None:
    assert "in different passages" not in run("search", *line).err


def test_parts_are_counted_where_no_article_has_all(here: Path, run: Run) -> None:
    ran = run("search", "--all-terms=article", 'Kurilla Sharifullah Tehran "Central Asia"')
    assert "no article matches the whole query: Kurilla matches" in ran.err
    assert "article:" not in ran.err


def test_one_of_the_names_or_all(here: Path, run: Run) -> None:
    names = ["--name", "TTP", "--name", "Kurilla"]
    found = [int(run("search", "-c", "--name", name).out) for name in names[1::2]]
    both = [*names, "--all-names"]
    assert int(run("search", "-c", *names).out) > max(found)
    shared = int(run("search", "-c", *both).out or 0)
    assert shared < min(found)
    assert run("search", "-c", *both).out == run("search", "-c", "name:TTP name:Kurilla").out


def test_a_timeline_leaves_out_what_has_little_of_the_query(run: Run) -> None:
    Path("in").mkdir()
    for day in range(1, 10):
        text = article(f"The agent of player {day} left", title=f"Sports {day}")
        Path(f"in/s{day}.txt").write_text(f"---\ndate: 2018-03-0{day}\n---\n{text}")
    for date, words in (
        ("04", "Skripal was hit by a nerve agent"),
        ("11", "Skripal was poisoned by an agent"),
    ):
        text = article(words, title=f"Salisbury {date}")
        Path(f"in/p{date}.txt").write_text(f"---\ndate: 2018-03-{date}\n---\n{text}")
    run("ingest", "in")
    query = ["Skripal poisoned nerve agent", "--no-suggest"]
    everything = run("search", *query, "-l")
    assert everything.out.count("\n") == 11
    assert "less than half" not in everything.err
    note = (
        "corpus: 9 passages have less than half of the query (rare words count more), so this order "
        "leaves them out; --sort score shows all, --all-terms only those with every word\n"
    )
    ran = run("search", *query, "--sort", "date", "--fields", "path", "--format", "tsv")
    assert ran.out == "in/p04.txt\nin/p11.txt\n"
    assert note in ran.err
    for line in (
        ["search", *query, "-l", "--sort", "date"],
        ["search", *query, "--sort=date", "-l", "--group", "article"],
    ):
        assert run(*line).out == ran.out
    assert run("search", *query, "-l", "--sort", "-date").out == "in/p11.txt\nin/p04.txt\n"
    listed = run("list", *query)
    assert [line.split("\t")[2] for line in listed.out.splitlines()] == ran.out.split()
    assert note in listed.err
    assert "9 passages have less than half" in run("facets", *query, "--by", "month").err
    assert run("search", *query, "-c").out == "11\n"
    assert run("search", "agent", "--sort", "date", "-l").out.count("\n") == 11
    others = run("search", *query, "-L", "--sort", "date")
    assert (others.out, others.err.count("less than half")) == ("", 0)
