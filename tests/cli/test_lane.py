"""What is read without click is what click would read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_cli.cli import lane
from corpus_cli.cli.option_table import FILTER_OPTIONS, SEARCH_OPTIONS
from corpus_cli.cli.search import search
from corpus_cli.query import filters
from tests.cli.conftest import Run

SPECS = {
    name: spec
    for spec in SEARCH_OPTIONS
    for name in spec.names
    if spec.kind not in ("file", "files")
}
FILTERS = tuple(spec.parameter for spec in FILTER_OPTIONS if spec.kind == "several")
VALUES = ["5", "0", "-5", "٥", "1e3", " 7", "2.5", "", "date", "-date", "article", "json", "plain"]
ODD = ["--", "-", "--in", "--queries", "--debug", "-h", "--help", "-lc", "-ln5", "-n5", "-C", "-i"]
GLUED = [f"{name}{sign}{value}" for name in SPECS for sign in ("=", "") for value in ("5", "json")]
WORDS = ["Kurilla", "ISIS-K", "-Pakistan", '"a b"', "İ", "\udcff", "title:x", "a=b", "--nothing"]

single = st.sampled_from([*ODD, *GLUED, *WORDS]).map(lambda one: [one])
paired = st.tuples(st.sampled_from([*SPECS]), st.sampled_from(VALUES)).map(list)
switched = st.sampled_from([name for name in SPECS if SPECS[name].kind == "switch"])
several = st.sampled_from(FILTERS).map(lambda name: [f"--{name}", "a", f"--{name}", "b"])
words = st.sampled_from(["Kurilla", "TTP"]).map(lambda one: [one])
pieces = words | single | paired | several | switched.map(lambda one: [one])
arguments = st.lists(pieces, max_size=4).map(
    lambda groups: [argument for group in groups for argument in group]
)


@settings(max_examples=400, deadline=None)
@given(arguments)
def test_the_fast_lane_reads_as_click_does_or_not_at_all(arguments: list[str]) -> None:
    values = lane.read_search(["search", *arguments])
    if values is not None:
        assert values == search.make_context("search", list(arguments)).params


@pytest.mark.parametrize("flag", sorted(SPECS))
def test_every_option_can_be_read_without_click(flag: str) -> None:
    for value in (["5"], ["-date"], ["article"], ["chrome"], ["json"], ["always"], []):
        values = lane.read_search(["search", "Kurilla", flag, *value])
        if values is not None:
            assert values == search.make_context("search", ["Kurilla", flag, *value]).params
            break
    else:
        pytest.fail(f"{flag} is always left to click")


@pytest.mark.parametrize(
    "line",
    [[], ["list"], ["--debug", "search", "x"], ["search"], ["search", "x", "-n", "-1"]]
    + [["search", "x", *odd] for odd in (["--in", "y"], ["--help"], ["-n"], ["-n", "5", "-n5"])],
)
def test_the_fast_lane_leaves_all_else_to_click(line: list[str]) -> None:
    assert lane.read_search(line) is None


def test_the_filters_are_those_of_a_query() -> None:
    assert FILTERS == filters.FILTERS


@pytest.mark.parametrize(
    "line",
    [
        ["Kurilla"],
        ["nosuchword"],
        ["TTP", "--jsonl", "-n2"],
        ["TTP", "--sort", "-date", "-l"],
        ["TTP", "-c", "-l"],
        ["TTP", "-i", "nowhere"],
        ["x", "--lang", "*"],
    ],
)
@pytest.mark.usefixtures("here")
def test_both_lanes_print_the_same(
    run: Run, monkeypatch: pytest.MonkeyPatch, line: list[str]
) -> None:
    assert lane.read_search(["search", *line]) is not None
    fast = run("search", *line)
    monkeypatch.setattr(lane, "read_search", lambda _: None)
    assert run("search", *line) == fast
