"""Words of a query to names."""

from time import process_time

import pytest

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.model import Name
from corpus_cli.names.lookup import NameLookup, compile_names
from corpus_cli.names.merge import merge_packs
from corpus_cli.names.packs import parse_pack as read
from corpus_cli.query.nodes import Bag, Mention, Node, Word, unparse, walk
from corpus_cli.query.parse import parse
from corpus_cli.search.counts import count_within
from corpus_cli.search.expand import ExpandedQuery, expand
from tests.engine.asking import current
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
short = ["JA", "JAL", "Alpha"]
["Jo Beta"]
short = ["JA"]
["Korel North"]
adjectives = ["Korelan"]
["Korel South"]
adjectives = ["Korelan"]
["X-Y"]
forms = ["XYZ", "X-Y/XYZ"]
["Zed Quux Omega"]
forms = ["Omega the Zed"]
["Zed Omega"]
"""
BOOK = NameLookup(compile_names(merge_packs(read(NAMES, "test", "test").entries), ""))


@pytest.fixture(scope="module")
def engine() -> MemoryEngine:
    made = MemoryEngine()
    texts = ["The GF and LeT, XYZ", "We let it be", "They let us go", "Let me see", "The US left"]
    texts += ["In Ost Jo Alpha met Jo Beta", "Korel North and Korel South", "Zed, and Omega"]
    put(made, *(passage(f"a#{n}", text) for n, text in enumerate(texts)))
    return made


def read_as(line: str, engine: MemoryEngine, book: NameLookup = BOOK) -> ExpandedQuery:
    return expand(
        parse(line).query, book, current(engine), count_within(current(engine), Clock(0), {})
    )


def names(line: str, engine: MemoryEngine) -> list[tuple[str, str, str]]:
    query = read_as(line, engine).query
    return [
        (" ".join(node.typed), node.name.canonical, node.role)
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
        ("GF Grey Front", ["Grey Front"]),
        ("gf, Grey-Front, GF", ["Grey Front", "Grey Front"]),
        ("(GF) (Grey Front)", ["Grey Front", "Grey Front"]),
        ("+(GF (Grey Front))", ["Grey Front", "Grey Front"]),
        ("GF x Grey Front", ["Grey Front"]),
        ("GF AND (Grey Front)", []),
        ("GF Grey Front -gf", []),
        ("+GF (Grey Front)", []),
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


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("GF Grey Front", [("GF", "Grey Front")]),
        ("Grey Front of Ost GF x", [("Grey Front of Ost", "GF")]),
        ("GF GF", [("GF",), ("GF",)]),
        # One form of two others is these; a surname is a part of the full name.
        ("X-Y/XYZ", [("X-Y", "XYZ")]),
        ("JA Alpha", [("Alpha",)]),
        ("Jo Alpha", [("Jo Alpha",)]),
        ("Jo Alpha JAL", [("Jo Alpha", "JAL")]),
        ("Ost Ostian", [("Ost",), ("Ostian",)]),
    ],
)
def test_forms_side_by_side_are_one_mention(
    line: str, typed: list[tuple[str, ...]], engine: MemoryEngine
) -> None:
    query = read_as(line, engine).query
    assert [node.typed for node in walk(query) if isinstance(node, Mention)] == typed


def test_another_form_further_on_is_its_words(engine: MemoryEngine) -> None:
    query = read_as("GF attacks Grey Front", engine).query
    assert [type(node) for node in query.nodes] == [Mention, Word, Word, Word]
    assert unparse(query) == "GF attacks Grey Front"


def test_an_abbreviation_of_few_articles_is_a_word(engine: MemoryEngine) -> None:
    names = [
        Name("Grey Front", forms=("Grey Front",), short=("GF",), local=("GF",)),
        Name("Ost", forms=("Ost",), short=("LeT",), local=("LeT",)),
        Name("Zed", forms=("Zed",), short=("LeT",), local=("LeT",)),
        Name("Jo Alpha", forms=("Jo Alpha",), short=("XYZ",), local=("XYZ",)),
        Name("Jo Beta", forms=("Jo Beta",), short=("XYZ",)),
    ]
    few = NameLookup(compile_names(names, ""))
    for line in ("GF", "gf", "Grey GF"):
        assert read_as(line, engine, few) == (parse(line).query, ())
    done = read_as("LeT", engine, few)
    assert done == (
        parse("LeT").query,
        ("LeT may be Ost or Zed; type the full name of the one you mean",),
    )
    (node,) = read_as("XYZ", engine, few).query.nodes
    assert isinstance(node, Mention)
    assert node.name.canonical == "Jo Beta"


def test_two_forms_of_one_name_are_said(engine: MemoryEngine) -> None:
    done = read_as("GF AND NOT (Grey Front)", engine)
    assert done.notes == (
        "GF, Grey Front are forms of one name (Grey Front); they were searched as typed",
    )
    done = read_as("GF (Grey Front of Ost) -gf", engine)
    forms = "gf, Grey Front of Ost"
    assert done.notes == (
        f"{forms} are forms of one name (Grey Front); they were searched as typed",
    )


def test_many_names_are_read_soon(engine: MemoryEngine) -> None:
    began = process_time()
    read_as("GF Ost Alpha " * 5_000, engine)
    assert process_time() - began < 15


def test_what_may_be_two_names_is_said(engine: MemoryEngine) -> None:
    done = read_as("JA", engine)
    assert done.notes == ("JA may be Jo Alpha or Jo Beta; type the full name of the one you mean",)
    assert unparse(done.query) == "JA"


def test_a_name_that_stands_nowhere_is_its_words(engine: MemoryEngine) -> None:
    """Though each word of it stands somewhere."""
    done = read_as("Omega the Zed", engine)
    assert done.notes == (
        "no passage contains the name Omega the Zed; its words were searched instead",
    )
    assert unparse(done.query) == "Omega the Zed"


@pytest.mark.parametrize(
    "line", ["name:GF", 'name:"Grey Front"', "name:(grey front)", "-name:GF x", "(name:GF OR b)"]
)
def test_filters(line: str, engine: MemoryEngine) -> None:
    assert names(line, engine) == [("", "Grey Front", "form")]


def test_a_filter_for_no_name(engine: MemoryEngine) -> None:
    done = read_as("name:Nobody x", engine)
    assert done.notes == ("no name is called Nobody; it was searched as written",)
    assert names("name:Nobody", engine) == [("", "Nobody", "form")]


def test_without_names_only_filters(engine: MemoryEngine) -> None:
    counted = count_within(current(engine), Clock(0), {})
    done = expand(parse("GF name:GF").query, BOOK, current(engine), counted, loose=False)
    assert [node.typed for node in walk(done.query) if isinstance(node, Mention)] == [()]


def test_a_query_reads_as_it_was_typed(engine: MemoryEngine) -> None:
    for line in (
        "Grey Front Ost",
        "GF Grey-Front x GF",
        "GF OR (Ost x)",
        "+GF -Ost",
        'name:"Grey Front" x',
    ):
        again: Node = parse(unparse(read_as(line, engine).query)).query
        assert again == parse(line).query


def test_what_stands_somewhere_is_looked_for_until_the_time_is_over(engine: MemoryEngine) -> None:
    def late(_: Bag) -> int:
        raise TimeOver

    with pytest.raises(TimeOver):
        expand(parse("Korelan").query, BOOK, current(engine), late)
