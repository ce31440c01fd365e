"""Lists of articles: their order, their tables, several corpora."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_schema import check
from tests.conftest import article

CORPORA = ["-i", "one/index", "-i", "two/index"]
TOWNS = [f"Town{n} fell" for n in range(8)]


@pytest.fixture
def two(run: Run) -> None:
    """Make two corpora: the second has a near-copy and a copy of articles of the first."""
    texts = {
        "one/a.txt": ("2021-05-02", "Alpha", TOWNS),
        "one/b.txt": ("2021-05-01", "Beta", ["Kabul fell quietly"]),
        "one/c.txt": ("2021-05-05", "Gamma", ["Herat held out"]),
        "two/d.txt": ("2021-05-03", "Delta", [*TOWNS, "Kabul fell at last"]),
        "two/e.txt": ("2021-05-01", "Beta", ["Kabul fell quietly"]),
        "two/f.txt": ("2021-05-04", "Epsilon", ["Kabul fell again"]),
    }
    for name, (day, title, paragraphs) in texts.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(f"---\ndate: {day}\n---\n{article(*paragraphs, title=title)}")
    for name in ("one", "two"):
        run("ingest", name, "-i", f"{name}/index")


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("date", "b e d f"),
        ("-date", "f d b e"),
        ("path", "b d e f"),
    ],
)
def test_found_paths_are_sorted_over_all_corpora(
    two: None, run: Run, order: str, names: str
) -> None:
    paths = [
        Path(line).stem
        for line in run("search", "Kabul", "-l", "--sort", order, *CORPORA).out.splitlines()
    ]
    assert sorted(paths) == sorted(names.split())
    if order != "date":
        assert [name for name in paths if name not in "be"] == [
            n for n in names.split() if n not in "be"
        ]
    listed = run("list", "Kabul", "--sort", order, *CORPORA).out.splitlines()
    assert [Path(line.split("\t")[2]).stem for line in listed] == paths


def test_paths_without_a_match_are_sorted(two: None, run: Run) -> None:
    ran = run("search", "Kabul", "-L", "--sort", "-date", "-i", "one/index")
    assert ran.out == "one/c.txt\none/a.txt\n"
    ran = run(
        "search", "Kabul", "-L", "--sort", "date", "--group", "article", "-n1", "-i", "one/index"
    )
    assert ran.out == "one/a.txt\n"


@pytest.mark.parametrize("option", [["-C", "1"], ["--per-article", "1"], ["--with", "chrome"]])
def test_options_of_hits_are_refused_for_paths(two: None, run: Run, option: list[str]) -> None:
    ran = run("search", "Kabul", "-l", *option, *CORPORA)
    assert ran.code == 2
    assert "are for hits" in ran.err


def test_options_that_do_not_change_a_count(two: None, run: Run) -> None:
    for option in (["--sort", "date"], ["--group", "article"]):
        ran = run("search", "Kabul", "-c", *option, *CORPORA)
        assert (ran.code, "do not change -c" in ran.err) == (2, True)


def test_the_articles_of_several_corpora(two: None, run: Run) -> None:
    listed = json.loads(run("list", "--json", *CORPORA).out)
    check("articles", listed)
    assert [(row["corpus"], Path(row["path"]).stem) for row in listed["articles"]] == [
        ("one/index", "b"),
        ("two/index", "e"),
        ("one/index", "a"),
        ("two/index", "d"),
        ("two/index", "f"),
        ("one/index", "c"),
    ]
    assert "corpus" not in json.loads(run("list", "--json", "-i", "one/index").out)["articles"][0]
    assert len(run("list", *CORPORA).out.splitlines()) == 6
    assert run("list", "--format", "terminal", *CORPORA).out.count("2021-05-01") == 2
    assert run("list", "nosuchword", "--no-suggest", *CORPORA).code == 1


@pytest.mark.parametrize("several", [False, True])
def test_tables_of_articles(two: None, run: Run, *, several: bool) -> None:
    corpora = CORPORA if several else CORPORA[:2]
    head, *rows = csv.reader(run("list", "--format", "csv", *corpora).out.splitlines())
    assert head[: 2 + several] == (["corpus"] if several else []) + ["id", "published"]
    cells = [line.split("\t") for line in run("list", "--format", "tsv", *corpora).out.splitlines()]
    assert cells == rows
    head, *rows = csv.reader(run("duplicates", "--format", "csv", *CORPORA).out.splitlines())
    assert head[:3] == ["corpus", "cluster", "id"]
    tsv = run("duplicates", "--format", "tsv", *CORPORA).out.splitlines()
    assert [line.split("\t") for line in tsv] == rows
    assert [(row[0], row[1]) for row in rows] == [
        ("one/index", "1"),
        ("two/index", "1"),
        ("one/index", "2"),
        ("two/index", "2"),
    ]


def test_near_copies_in_several_corpora(two: None, run: Run) -> None:
    assert run("duplicates", "-i", "one/index").code == 1
    assert run("duplicates", "-i", "two/index").code == 1
    found = json.loads(run("duplicates", "--json", *CORPORA).out)
    check("clusters", found)
    names = [[Path(row["path"]).stem for row in one["articles"]] for one in found["clusters"]]
    assert sorted(names) == [["a", "d"], ["b", "e"]]
    assert run("duplicates", "--format", "terminal", *CORPORA).out.count("Beta") == 2
    # In another order of the corpora, the earliest article still comes first.
    other = json.loads(run("duplicates", "--json", *CORPORA[2:], *CORPORA[:2]).out)
    assert {one["articles"][0]["published"] for one in other["clusters"]} == {
        "2021-05-01",
        "2021-05-02",
    }


def test_facets_of_several_corpora_are_added_up(two: None, run: Run) -> None:
    line = ["facets", "Kabul", "--by", "year,month", "--format", "tsv"]
    one, both = (run(*line, *corpora).out for corpora in (CORPORA[:2], CORPORA))
    other = run(*line, *CORPORA[2:]).out

    def counts(text: str) -> list[tuple[int, ...]]:
        return [tuple(map(int, row.split("\t")[2:])) for row in text.splitlines()]

    added = [
        tuple(map(sum, zip(*pair, strict=True)))
        for pair in zip(counts(one), counts(other), strict=True)
    ]
    assert counts(both) == added
    answer = json.loads(run("facets", "Kabul", "--json", *CORPORA).out)
    check("facets", answer)
    assert (answer["total"], answer["articles"]) == (4, 4)
    assert run("facets", "nosuchword", *CORPORA).code == 1
