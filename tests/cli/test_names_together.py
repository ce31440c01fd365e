"""corpus with and corpus network."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from math import log
from pathlib import Path
from time import monotonic
from typing import Any

import networkx as nx
import pytest

from corpus_cli import Corpus, SearchRequest
from corpus_cli.explore.companions import CompanionOptions
from corpus_cli.explore.network import NetworkOptions
from corpus_cli.model import article_of
from tests.cli.conftest import Run, spawn

NAMES = """
["Alma Quist"]
kind = "person"
forms = ["Alma Quist"]

["Bert Zoll"]
kind = "person"
forms = ["Bert Zoll", "Zollo"]

["Gray & \\u000bCo <x>"]
kind = "company"
forms = ["Graycorp"]
"""
# Short paragraphs would be one passage.
LONG = " ".join(f"Sentence number {n} says nothing about anybody at all." for n in range(30))
ARTICLES = {
    "one.txt": (
        f"Title of one\n\nAlma Quist met Bert Zoll at Graycorp in the morning. {LONG}\n\n"
        f"Later Alma Quist saw Zollo again. {LONG}\n"
    ),
    "two.txt": f"Title of two\n\nGraycorp was silent. {LONG}\n\nAlma Quist was away. {LONG}\n",
    "three.txt": f"Title of three\n\nNobody of them was at the fair office. {LONG}\n",
}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "texts" / name).write_text(text)
    (tmp_path / "pack.toml").write_text(NAMES)
    assert run("ingest", "texts").code == 0
    assert run("names", "import", "pack.toml").code == 0
    assert run("reindex").code == 0
    return tmp_path / "index"


def rows(run: Run, *arguments: str) -> list[tuple[str, int, int]]:
    answer = json.loads(run(*arguments, "--json").out)
    return [(row["name"], row["together"], row["total"]) for row in answer["names"]]


def test_names_in_the_same_passages(office: Path, run: Run) -> None:
    assert rows(run, "with", "Alma", "Quist") == [("Bert Zoll", 2, 2), ("Gray & \x0bCo <x>", 1, 2)]


def test_any_form_of_a_name_is_the_name(office: Path, run: Run) -> None:
    assert rows(run, "with", "Zollo") == rows(run, "with", "Bert Zoll")
    assert rows(run, "with", "Zollo")[0] == ("Alma Quist", 2, 3)


def test_names_in_the_same_articles(office: Path, run: Run) -> None:
    assert ("Gray & \x0bCo <x>", 2, 2) in rows(run, "with", "Alma", "Quist", "--per", "article")


def test_a_query_in_place_of_a_name(office: Path, run: Run) -> None:
    assert rows(run, "with", "met", "morning") == [
        ("Bert Zoll", 1, 2),
        ("Gray & \x0bCo <x>", 1, 2),
        ("Alma Quist", 1, 3),
    ]


def test_only_some_kinds(office: Path, run: Run) -> None:
    assert [name for name, _, _ in rows(run, "with", "Zollo", "--kind", "company")] == [
        "Gray & \x0bCo <x>"
    ]
    both = rows(run, "with", "Zollo", "--kind", "company,person")
    assert both == rows(run, "with", "Zollo", "--kind", "company", "--kind", "person")
    assert len(both) == 2


@pytest.mark.parametrize("command", ["with", "network"])
def test_an_unknown_kind_is_an_error(office: Path, run: Run, command: str) -> None:
    ran = run(command, "Zollo", "--kind", "persn")
    assert ran.code == 2
    assert "did you mean person?" in ran.err


def test_an_empty_name_is_an_error(office: Path, run: Run) -> None:
    ran = run("with", "")
    assert ran.code == 2
    assert "give a name or a query" in ran.err


def test_a_name_is_added_without_a_new_index(office: Path, run: Run) -> None:
    assert run("names", "add", "the fair office", "office", "--kind", "place").code == 0
    answer = json.loads(run("with", "nobody", "--json").out)
    assert "the fair office" in [row["name"] for row in answer["names"]]


def test_the_example_mentions_both_and_marks_them(office: Path) -> None:
    with Corpus.open(office) as corpus:
        answer = corpus.explore.companions("Zollo", CompanionOptions(kinds=("person",)))
    (row,) = answer.rows
    assert row.example
    text, spans = row.example.snippet
    assert [text[span.start : span.end] for span in spans] == ["Alma Quist", "Zollo"]
    assert row.example.citation.line == 5


def test_rows_beyond_the_limit_are_counted(office: Path, run: Run) -> None:
    ran = run("with", "morning", "-n", "1")
    assert len(ran.out.splitlines()) == 1
    assert "2 more names: -n 0 shows all" in ran.err


def test_filters_limit_what_is_compared(here: Path) -> None:
    with Corpus.open(here) as corpus:
        everything = corpus.explore.companions("Taliban")
        request = SearchRequest(filters=SearchRequest().filters._replace(since=("2025",)))
        later = corpus.explore.companions("Taliban", request=request)
    assert later.units < everything.units
    assert later.matched <= everything.matched
    assert sum(later.totals.values()) < sum(everything.totals.values())


@pytest.mark.parametrize("per", ["passage", "article"])
def test_the_counts_are_those_of_the_hits(here: Path, per: Any) -> None:
    """Compare the network with the names that search lists for each passage."""
    with Corpus.open(here) as corpus:
        everything = SearchRequest(limit=None, list_names=True, duplicates=True)
        hits = corpus.search("-zzzz", everything).hits
        network = corpus.explore.network("", NetworkOptions(per=per, minimum=1))
        companions = corpus.explore.companions("Taliban", CompanionOptions(per=per))
    names: dict[str, set[str]] = {}
    for hit in hits:
        unit = hit.passage.id if per == "passage" else article_of(hit.passage.id)
        names.setdefault(unit, set()).update(hit.names)
    totals = Counter(name for one in names.values() for name in one)
    pairs = Counter(pair for one in names.values() for pair in combinations(sorted(one), 2))
    assert network.units == len(names)
    assert {(one.first.name, one.second.name): one.together for one in network.pairs} == pairs
    for one in network.pairs:
        assert (one.first.total, one.second.total) == (
            totals[one.first.name],
            totals[one.second.name],
        )
        likelihood = g2(one.together, one.first.total, one.second.total, len(names))
        assert abs(one.strength) == pytest.approx(likelihood, abs=1e-6)
    with_taliban = {
        (set(pair) - {"Taliban"}).pop(): count for pair, count in pairs.items() if "Taliban" in pair
    }
    assert with_taliban
    assert {row.name: row.together for row in companions.rows} == with_taliban


def g2(together: int, first: int, second: int, total: int) -> float:
    cells = [together, first - together, second - together, total - first - second + together]
    margins = [first, total - first, second, total - second]
    return 2 * (
        sum(one * log(one) for one in (*cells, total) if one)
        - sum(one * log(one) for one in margins if one)
    )


def test_the_network_as_graphml_is_read_back(office: Path, tmp_path: Path) -> None:
    ran = spawn("network", "--min", "1", "--format", "graphml", CORPUS_INDEX=str(office))
    (tmp_path / "net.graphml").write_text(ran.out)
    graph = nx.read_graphml(tmp_path / "net.graphml")
    labels = dict(graph.nodes(data="label"))
    assert sorted(labels.values()) == ["Alma Quist", "Bert Zoll", "Gray & \ufffdCo <x>"]
    weights = {
        frozenset((labels[one], labels[other])): data["weight"]
        for one, other, data in graph.edges(data=True)
    }
    assert weights == {
        frozenset(("Alma Quist", "Bert Zoll")): 2.0,
        frozenset(("Alma Quist", "Gray & \ufffdCo <x>")): 1.0,
        frozenset(("Bert Zoll", "Gray & \ufffdCo <x>")): 1.0,
    }
    assert not graph.is_directed()
    assert {data["kind"] for _, data in graph.nodes(data=True)} == {"person", "company"}


def test_graphml_says_the_same_as_json(here: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.graphml").write_text(run("network", "--format", "graphml").out)
    graph = nx.read_graphml(tmp_path / "net.graphml")
    answer = json.loads(run("network", "--json").out)
    names = dict(graph.nodes(data="label"))
    assert sorted(names.values()) == sorted(one["name"] for one in answer["names"])
    edges = {
        frozenset((names[one], names[other])): (data["weight"], data["strength"], data["example"])
        for one, other, data in graph.edges(data=True)
    }
    assert edges == {
        frozenset((pair["first"], pair["second"])): (
            pair["together"],
            pair["strength"],
            pair["id"],
        )
        for pair in answer["pairs"]
    }


def test_a_pair_has_to_be_frequent_enough(office: Path, run: Run) -> None:
    ran = run("network", "--format", "csv")
    header, *pairs = csv.reader(io.StringIO(ran.out))
    assert header[:5] == ["first", "first_kind", "second", "second_kind", "together"]
    assert [(row[0], row[2], row[4]) for row in pairs] == [("Alma Quist", "Bert Zoll", "2")]


def test_a_network_of_what_a_query_finds(office: Path, run: Run) -> None:
    answer = json.loads(run("network", "morning", "--min", "1", "--json").out)
    assert answer["units"] == 1
    assert len(answer["pairs"]) == 3


def test_a_query_without_words_finds_nothing(office: Path, run: Run) -> None:
    assert run("network", "?!").code == 1


def test_a_pair_of_an_article_has_an_example(office: Path, run: Run) -> None:
    Path("texts/four.txt").write_text(
        f"Title of four\n\nBert Zoll came first. {LONG}\n\nBradfordia was never told. {LONG}\n"
    )
    assert run("names", "add", "Bradfordia", "Bradfordian land", "--kind", "place").code == 0
    run("ingest", "texts")
    answer = json.loads(run("network", "--per", "article", "--min", "1", "--json").out)
    (pair,) = (pair for pair in answer["pairs"] if "Bradfordia" in (pair["first"], pair["second"]))
    assert pair["id"]


def test_several_corpora_are_added_up(office: Path, run: Run) -> None:
    Path("more").mkdir()
    Path("more/five.txt").write_text("Title\n\nAlma Quist and Bert Zoll were both there again.\n")
    Path("pack.toml").write_text(NAMES)
    assert run("ingest", "more", "-i", "second").code == 0
    assert run("names", "import", "pack.toml", "-i", "second").code == 0
    both = ("-i", "index", "-i", "second")
    assert ("Bert Zoll", 3, 3) in rows(run, "with", "Alma Quist", *both)
    answer = json.loads(run("network", *both, "--min", "3", "--json").out)
    assert [(pair["first"], pair["together"]) for pair in answer["pairs"]] == [("Alma Quist", 3)]
    assert answer["pairs"][0]["corpus"] == "index"
    alone = json.loads(run("network", "-i", "index", "--json").out)
    assert answer["units"] == alone["units"] + 1


def test_the_time_limit_is_said(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: Any) -> Iterator[Any]:
        monkeypatch.setattr("corpus_cli.engines.clock.monotonic", lambda: monotonic() + 100)
        return combinations(*_)

    monkeypatch.setattr("corpus_cli.explore.network._PAIRS_PER_CHECK", 0)
    monkeypatch.setattr("corpus_cli.explore.network.combinations", late)
    with Corpus.open(here) as corpus:
        answer = corpus.explore.network("", NetworkOptions(minimum=1), SearchRequest(seconds=60))
    assert answer.about.partial
    assert any(re.match("the time ended after [1-9] of", note) for note in answer.about.notes)


@pytest.mark.parametrize("per", ["passage", "article"])
def test_a_list_of_very_many_names_has_no_pairs(
    office: Path, run: Run, monkeypatch: pytest.MonkeyPatch, per: str
) -> None:
    """4,000 names in an article are 8 million pairs, which take a gigabyte."""
    assert run("network", "--per", per, "--min", "1").code == 0
    monkeypatch.setattr("corpus_cli.explore.network._MAX_NAMES", 2)
    ended = run("network", "--per", per, "--min", "1", "--json")
    pairs = {(pair["first"], pair["second"]) for pair in json.loads(ended.out)["pairs"]}
    assert "1 " + per + " is a list of more than 2 names" in ended.err
    few = {("Alma Quist", "Bert Zoll")} if per == "passage" else set()
    assert few <= pairs < {*combinations(("Alma Quist", "Bert Zoll", "Gray & \x0bCo <x>"), 2)}


def test_hostile_names_are_shown_and_never_sent(office: Path, run: Run) -> None:
    for command in ("with", "network"):
        ran = run(command, "Alma", "Quist", "--min", "1", "--format", "terminal")
        assert "\x0b" not in ran.out
        assert "Gray &" in ran.out
