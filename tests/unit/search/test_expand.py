"""Words of a query to names."""

from time import process_time

import pytest

from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.names.book import Book, compiled
from corpus_cli.names.merge import shipped
from corpus_cli.names.packs import parse as read
from corpus_cli.query.nodes import Mention, Node, unparse, walk
from corpus_cli.query.parse import parse
from corpus_cli.search.expand import Expanded, expand
from tests.engine.conftest import passage, put

NAMES = """
["Grey Front"]
forms = ["GF", "Grey Front of Ost"]
["Ost"]
adjectives = ["Ostian"]
["Union of States"]
forms = ["US"]
["Let Them Be"]
forms = ["LeT"]
["Jo Alpha"]
short = ["JA", "Alpha"]
["Jo Beta"]
short = ["JA"]
["Korel North"]
adjectives = ["Korelan"]
["Korel South"]
adjectives = ["Korelan"]
["X-Y"]
forms = ["XYZ"]
["Zed Quux Omega"]
forms = ["Omega the Zed"]
["Zed Omega"]
"""
BOOK = Book(compiled(shipped(read(NAMES, "test", "test").entries), ""))


@pytest.fixture(scope="module")
def engine() -> MemoryEngine:
    made = MemoryEngine()
    texts = ["The GF and LeT, XYZ", "We let it be", "They let us go", "Let me see", "The US left"]
    texts += ["In Ost Jo Alpha met Jo Beta", "Korel North and Korel South", "Zed, and Omega"]
    put(made, *(passage(f"a#{n}", text) for n, text in enumerate(texts)))
    return made


def read_as(line: str, engine: MemoryEngine) -> Expanded:
    return expand(parse(line).query, BOOK, engine)


def names(line: str, engine: MemoryEngine) -> list[tuple[str, str, str]]:
    query = read_as(line, engine).query
    return [
        (node.typed, node.name.canonical, node.role)
        for node in walk(query)
        if isinstance(node, Mention)
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("GF", ["Grey Front"]),
        ("gf", ["Grey Front"]),
        ("grey front", ["Grey Front"]),
        ("the Grey Front of Ost fights", ["Grey Front"]),
        ("Grey Front Ost", ["Grey Front", "Ost"]),
        ("Grey attacks Front", []),
        ('"Grey Front"', []),
        ("US", ["Union of States"]),
        ("U.S.", ["Union of States"]),
        ("us", []),
        ("LeT", ["Let Them Be"]),
        ("let", []),
        ("WHO LET US GO", []),
        ("x-y", ["X-Y"]),
        ("xyz", ["X-Y"]),
        ("GF OR Ost", ["Grey Front", "Ost"]),
        ("+GF -Ost", ["Grey Front", "Ost"]),
        ("(GF AND Ost) word", ["Grey Front", "Ost"]),
        ("GF NEAR/3 Ost", []),
        ("GF Grey-Front-x", ["Grey Front"]),
        ("GF Grey Front", []),
        ("GF GF", ["Grey Front", "Grey Front"]),
        ("GF -(Grey Front)", []),
        ("GF OR (Grey-Front)", ["Grey Front", "Grey Front"]),
        ("+GF OR gf", ["Grey Front", "Grey Front"]),
        ("Alpha", ["Jo Alpha"]),
        ("Bo Alpha", []),
        ("bo alpha", ["Jo Alpha"]),
        ("Ost Alpha", ["Ost", "Jo Alpha"]),
        ("Who Alpha", ["Jo Alpha"]),
        ("Korelan", []),
        ("Ostian", ["Ost"]),
        ("title:GF", []),
        ("GF*", []),
        ("Zed Omega GF", ["Grey Front"]),
    ],
)
def test_names_of_a_query(line: str, found: list[str], engine: MemoryEngine) -> None:
    assert [name for _, name, _ in names(line, engine)] == found


def test_as_what_it_stands(engine: MemoryEngine) -> None:
    assert names("Ostian Alpha GF", engine) == [
        ("Ostian", "Ost", "adjective"),
        ("Alpha", "Jo Alpha", "short"),
        ("GF", "Grey Front", "form"),
    ]


def test_two_forms_of_one_name_are_said(engine: MemoryEngine) -> None:
    done = read_as("GF AND NOT (Grey Front)", engine)
    assert done.notes == ("GF, Grey Front are one name (Grey Front): searched as typed",)


def test_many_names_are_read_soon(engine: MemoryEngine) -> None:
    began = process_time()
    read_as("GF Ost Alpha " * 5_000, engine)
    assert process_time() - began < 15


def test_what_may_be_two_names_is_said(engine: MemoryEngine) -> None:
    done = read_as("JA", engine)
    assert done.notes == ("JA may be Jo Alpha or Jo Beta: name the one you mean",)
    assert unparse(done.query) == "JA"


def test_a_name_that_stands_nowhere_is_its_words(engine: MemoryEngine) -> None:
    """Though each word of it stands somewhere."""
    done = read_as("Omega the Zed", engine)
    assert done.notes == ("Omega the Zed stands nowhere as a name: looked for its words",)
    assert unparse(done.query) == "Omega the Zed"


@pytest.mark.parametrize(
    "line", ["name:GF", 'name:"Grey Front"', "name:(grey front)", "-name:GF x", "(name:GF OR b)"]
)
def test_filters(line: str, engine: MemoryEngine) -> None:
    assert names(line, engine) == [("", "Grey Front", "form")]


def test_a_filter_for_no_name(engine: MemoryEngine) -> None:
    done = read_as("name:Nobody x", engine)
    assert done.notes == ("no name is called Nobody: it was looked for as it is written",)
    assert names("name:Nobody", engine) == [("", "Nobody", "form")]


def test_without_names_only_filters(engine: MemoryEngine) -> None:
    done = expand(parse("GF name:GF").query, BOOK, engine, loose=False)
    assert [node.typed for node in walk(done.query) if isinstance(node, Mention)] == [""]


def test_a_query_reads_as_it_was_typed(engine: MemoryEngine) -> None:
    for line in ("Grey Front Ost", "GF OR (Ost x)", "+GF -Ost", 'name:"Grey Front" x'):
        again: Node = parse(unparse(read_as(line, engine).query)).query
        assert again == parse(line).query
