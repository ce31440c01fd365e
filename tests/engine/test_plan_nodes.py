"""Every node of a plan, in every region, on every engine."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest

from corpus_cli.engines.port import Engine
from corpus_cli.model import Name, Passage
from corpus_cli.query.nodes import (
    And,
    Bag,
    Dates,
    Exact,
    Field,
    Fuzzy,
    InArticle,
    Mention,
    Must,
    Near,
    Node,
    Not,
    Or,
    Quoted,
    Suggested,
    Wild,
    Word,
)
from corpus_cli.query.parse import parse
from tests.engine.asking import matched
from tests.engine.conftest import passage, put

REGIONS = ("own", "title", "heading")
PASSAGES_BY_COUNT = {"absent": (), "one": ("a#1",), "many": ("a#1", "b#1", "c#1")}
"""The passages that have each word, each in an article of its own."""

WORDS = {(region, count): f"{region}{count}" for region in REGIONS for count in PASSAGES_BY_COUNT}

SCOPES: dict[str, tuple[Callable[[Node], Node], frozenset[str]]] = {
    "bare": (lambda node: node, frozenset(REGIONS)),
    "required": (Must, frozenset({"own"})),
    "in article": (InArticle, frozenset(REGIONS)),
    "title": (lambda node: Field("title", Bag((node,))), frozenset({"title"})),
    "heading": (lambda node: Field("heading", Bag((node,))), frozenset({"heading"})),
}
"""How a node is asked for, and in which regions it must match then."""

NODES: dict[str, Callable[[str], Node]] = {
    "word": Word,
    "phrase": lambda word: Quoted(f"{word} zebra"),
    "near": lambda word: Near((Word("zebra"), Word(word)), 1),
    "pattern": lambda word: Wild(f"{word[:-1]}*"),
    "single": lambda word: Wild(f"{word[:-1]}?"),
    "similar": lambda word: Fuzzy(f"x{word}", 1),
    "name": lambda word: Mention(Name(word, forms=(word,)), (word,), typed=(word,)),
    "suggested": lambda word: Suggested(Word("nosuchword"), Word(word)),
}
_STRICT = {"phrase", "near"}
"""Nodes that must match in a passage's own text, even if they are asked for without a sign."""


def text_of(region: str, name: str) -> str:
    """Return a text with the words of a region that a passage has, each before `zebra`."""
    words = (
        word
        for (where, count), word in WORDS.items()
        if where == region and name in PASSAGES_BY_COUNT[count]
    )
    return ". ".join(f"{word} zebra" for word in words)


def passages() -> Iterator[Passage]:
    """Yield four passages, of which the last has none of the words."""
    for name in ("a#1", "b#1", "c#1", "d#1"):
        texts = {region: text_of(region, name) for region in REGIONS}
        own = f"{texts['own']} and so on."
        yield passage(name, own, title=texts["title"], heading=texts["heading"])


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Return an engine with the four passages, in two commits."""
    first, *others = passages()
    put(engine, first, date=("2024-03-31",), author=("Ann Lee",), lang=("en",), file=("x/a.txt",))
    put(engine, *others, upto=2, date=("2025-01-01",), modified=("2025-02-03",), author=("Bo Li",))
    return engine


def ids(engine: Engine, *nodes: Node) -> set[str]:
    """Return the passages that match nodes side by side."""
    return {name for name, _ in matched(engine, Bag(nodes)).ranked()}


@pytest.mark.parametrize("node", NODES)
@pytest.mark.parametrize("scope", SCOPES)
def test_a_node_matches_in_its_regions(filled: Engine, node: str, scope: str) -> None:
    for (region, count), word in WORDS.items():
        ask, regions = SCOPES[scope]
        if node in _STRICT and scope == "bare":
            regions = frozenset({"own"})
        expected = set(PASSAGES_BY_COUNT[count]) if region in regions else set[str]()
        assert ids(filled, ask(NODES[node](word))) == expected, (region, count)


@pytest.mark.parametrize("counts", list(product(PASSAGES_BY_COUNT, repeat=2)))
def test_operators_combine_sets(filled: Engine, counts: tuple[str, str]) -> None:
    left, right = (Word(WORDS["own", count]) for count in counts)
    with_left, with_right = (set(PASSAGES_BY_COUNT[count]) for count in counts)
    assert ids(filled, And((left, right))) == with_left & with_right
    assert ids(filled, Or((left, right))) == with_left | with_right
    assert ids(filled, left, right) == with_left | with_right
    assert ids(filled, left, Not(right)) == with_left - with_right
    assert ids(filled, And((left, Not(right)))) == with_left - with_right
    assert ids(filled, left, Must(right)) == with_right
    assert ids(filled, Not(left)) == {"a#1", "b#1", "c#1", "d#1"} - with_left


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Dates("2024", "2024"), {"a#1"}),
        (Dates("2024-04", ""), {"b#1", "c#1", "d#1"}),
        (Dates("", "2023"), set()),
        (Dates("2025-02", "2025-02", "modified"), {"b#1", "c#1", "d#1"}),
        (Dates("2024", "2025-01", "modified"), set()),
        (Field("author", Word("lee")), {"a#1"}),
        (Field("author", Quoted("bo li")), {"b#1", "c#1", "d#1"}),
        (Field("author", Wild("l*")), {"a#1", "b#1", "c#1", "d#1"}),
        (Field("author", Fuzzy("lea", 1)), {"a#1"}),
        (Field("lang", Word("en")), {"a#1"}),
        (Field("path", Wild("*.txt")), {"a#1"}),
        (Field("path", Wild("y/*")), set()),
    ],
)
def test_conditions_on_metadata(filled: Engine, node: Node, expected: set[str]) -> None:
    assert ids(filled, node) == expected
    with_word = expected & set(PASSAGES_BY_COUNT["many"])
    assert ids(filled, Word(WORDS["own", "many"]), node) == with_word
    assert ids(filled, Word(WORDS["own", "absent"]), node) == set()


def test_verified_passages(filled: Engine) -> None:
    node = Exact("zebra. own")
    assert not matched(filled, Bag((node,)), {}).counts.total
    assert matched(filled, Bag((node,)), {}).counts.partial
    candidates = matched(filled, Bag((node,)), {node: frozenset({"a#1", "z#9"})})
    assert [name for name, _ in candidates.ranked()] == ["a#1"]


def test_what_candidates_tell(filled: Engine) -> None:
    candidates = matched(filled, Bag((Word(WORDS["own", "many"]),)))
    assert candidates.counts.total == candidates.count_articles() == 3
    assert sorted(candidates.articles()) == ["a", "b", "c"]
    assert candidates.match("d#1") is None
    assert candidates.match("z#9") is None
    suggested = matched(filled, Bag((Suggested(Word("nosuchword"), Word(WORDS["own", "one"])),)))
    assert (suggested.counts.total, suggested.count_articles(), list(suggested.articles())) == (
        0,
        0,
        [],
    )


def test_a_commit_changes_nothing_of_a_snapshot(filled: Engine) -> None:
    query = Bag((Word(WORDS["own", "many"]),))
    candidates = matched(filled, query)
    for upto in range(3, 9):
        with filled.writer(upto) as writer:
            writer.remove("a")
            writer.remove("b")
    assert {name for name, _ in candidates.ranked()} == {"a#1", "b#1", "c#1"}
    match = candidates.match("a#1")
    assert match
    assert match.marks
    assert ids(filled, *query.nodes) == {"c#1"}


PARTS = {
    "a#1": "A drone crossed the border.",
    "a#2": "The strike killed a commander of the Haqqani network.",
    "a#3": "Nothing more is known.",
    "b#1": "A drone was seen, and no strike followed.",
    "c#1": "The strike of the miners goes on.",
    "d#1": "A drone show opened the games.",
}
"""Words in different passages of an article, in one passage, and alone."""


@pytest.fixture
def parted(engine: Engine) -> Engine:
    """Return an engine with these passages; the title of the last has a word more."""
    *others, last = (passage(name, text) for name, text in PARTS.items())
    put(engine, *others, last._replace(title="Strike two"))
    return engine


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("article:strike", "a#1 a#2 a#3 b#1 c#1 d#1"),
        ("drone article:strike", "a#1 b#1 d#1"),
        ("drone strike article:drone article:strike", "a#1 a#2 b#1 d#1"),
        ("drone -article:strike", ""),
        ("strike -article:drone", "c#1"),
        ('drone article:"killed a commander"', "a#1"),
        ("drone article:haqan*", ""),
        ("drone article:haq*", "a#1"),
        ("drone article:(commander miners)", "a#1"),
        ("drone article:(commander AND haqqani)", "a#1"),
        ("drone article:(commander AND miners)", ""),
        ("drone article:absent", ""),
        ("article:drone AND article:commander", "a#1 a#2 a#3"),
    ],
)
def test_conditions_on_the_whole_article(parted: Engine, line: str, expected: str) -> None:
    assert {*expected.split()} == ids(parted, *parse(line).query.nodes)


def test_a_passage_need_not_have_what_its_article_has(parted: Engine) -> None:
    name = Mention(Name("Haqqani", forms=("Haqqani",)), ("haqqani",), typed=("Haqqani",))
    for elsewhere in (Word("commander"), name):
        for query in (
            Bag((Word("crossed"), InArticle(elsewhere))),
            Bag((And((Word("crossed"), InArticle(elsewhere))),)),
        ):
            candidates = matched(parted, query)
            assert [passage for passage, _ in candidates.ranked()] == ["a#1"]
            match = candidates.match("a#1")
            assert match
            assert match.lacks == ()
            assert match.score == pytest.approx(sum(part.score for part in match.parts), abs=1e-6)
    both = matched(parted, parse("drone AND article:drone").query).match("b#1")
    alone = matched(parted, parse("+drone").query).match("b#1")
    assert both
    assert alone
    assert (both.score, sum(part.score for part in both.parts)) == (
        alone.score,
        sum(part.score for part in alone.parts),
    )


def test_names_are_required_in_the_article(parted: Engine) -> None:
    name = Mention(
        Name("Haqqani network", forms=("Haqqani network",)),
        ("haqqani network",),
        typed=("Haqqani network",),
    )
    assert ids(parted, Word("drone"), InArticle(name)) == {"a#1"}
    # One of its words is not the name.
    lone = name._replace(
        name=Name("drone network", forms=("drone network",)),
        terms=("drone network",),
        typed=("drone network",),
    )
    assert ids(parted, Word("strike"), InArticle(lone)) == set()


RELEVANT = {
    "a#1": "Skripal was poisoned with a nerve agent.",
    "b#1": "The nerve agent was made in a laboratory.",
    "c#1": "The agent sold houses.",
    **{f"x{n}#1": f"The agent of player {n} left." for n in range(9)},
}


def test_the_relevant_candidates_have_enough_of_the_query(engine: Engine) -> None:
    put(engine, *(passage(name, text) for name, text in RELEVANT.items()))
    query = parse("Skripal nerve agent poisoned").query
    candidates = matched(engine, query)
    relevant = candidates.relevant()
    assert candidates.counts.total == len(RELEVANT)
    assert [name for name, _ in relevant.ranked()] == ["a#1"]
    assert relevant.counts.total == relevant.count_articles() == 1
    assert list(relevant.articles()) == ["a"]
    assert [
        name for name, _ in matched(engine, parse("nerve agent").query).relevant().ranked()
    ] == ["a#1", "b#1"]


def test_a_title_makes_its_passages_relevant(engine: Engine) -> None:
    title = "Skripal and the nerve agent"
    put(
        engine,
        passage("a#1", "The poison came from a laboratory.", title=title),
        passage("a#2", "Who poisoned him?", title=title),
        passage("b#1", "He poisoned rats."),
    )
    relevant = matched(engine, parse("Skripal nerve agent poisoned").query).relevant()
    assert "a#2" in {name for name, _ in relevant.ranked()}
    assert "b#1" not in {name for name, _ in relevant.ranked()}


@pytest.mark.parametrize(
    "line",
    [
        "agent",
        '"nerve agent" player',
        "+agent player nerve",
        "agent OR player",
        "article:agent nerve sold houses",
    ],
)
def test_what_a_query_demands_is_relevant(engine: Engine, line: str) -> None:
    put(engine, *(passage(name, text) for name, text in RELEVANT.items()))
    candidates = matched(engine, parse(line).query)
    assert candidates.counts.total == candidates.relevant().counts.total
