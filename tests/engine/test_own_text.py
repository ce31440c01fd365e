"""A passage is a match by its own text or heading; title and captions only stand for an article."""

import pytest

from corpus_cli.engines.port import Engine
from corpus_cli.model import Match
from corpus_cli.query.nodes import Bag, Suggested, Word
from corpus_cli.query.parse import parse
from tests.engine.asking import matched, posed
from tests.engine.conftest import found, passage, put


@pytest.fixture
def texts(engine: Engine) -> Engine:
    put(
        engine,
        passage("a#1", "The plant makes engines", title="Drone factory"),
        passage("a#2", "Each drone costs a lot", title="Drone factory"),
        passage("b#1", "He said no", title="The drone war"),
        passage("b#2", "He said no to an engine", title="The drone war"),
        passage("c#1", "Nothing here", title="Other", heading="Drones at sea"),
        passage("d#1", "A lake", title="Calm", captions="A drone over the lake"),
        passage("d#2", "A hill", title="Calm"),
        passage("e#1", "A field of wheat", title="Harvest"),
    )
    return engine


def matches(engine: Engine, line: str) -> dict[str, Match]:
    return {match.passage: match for match in posed(engine, parse(line).query, 100).matches}


def test_the_first_passage_stands_for_a_title(texts: Engine) -> None:
    hits = matches(texts, "drone")
    assert sorted(hits) == ["a#2", "b#1", "c#1"]
    assert {name: hit.only_in for name, hit in hits.items()} == {
        "a#2": "",
        "b#1": "title",
        "c#1": "",
    }
    assert posed(texts, parse("drone").query).total == 3
    assert matched(texts, parse("drone").query).count_articles() == 3


def test_a_word_in_the_text_makes_the_title_evidence_only(texts: Engine) -> None:
    hits = matches(texts, "drone engine")
    # The title of b has one word, and its second passage the other.
    assert sorted(hits) == ["a#1", "a#2", "b#2", "c#1"]
    assert (hits["b#2"].lacks, hits["b#2"].only_in) == (("drone",), "")
    assert hits["a#1"].lacks == ("drone",)
    assert hits["a#2"].score > 0


def test_what_a_title_lacks_is_lacking(texts: Engine) -> None:
    assert matches(texts, "drone zebra")["b#1"].lacks == ("zebra",)
    assert matches(texts, "drone war")["b#1"].lacks == ()


def test_conditions_choose_the_first_passage_that_fulfils_them(texts: Engine) -> None:
    assert set(found(texts, "drone +engine")) == {"a#1", "b#2"}
    assert "b#1" in found(texts, "drone -engine")
    assert "b#2" not in found(texts, "drone -engine")


def test_a_suggestion_drops_no_match_of_a_typed_word(engine: Engine) -> None:
    put(
        engine,
        passage("a#1", "One", title="Drone"),
        passage("a#2", "The engine", title="Drone"),
        passage("b#1", "x"),
    )
    query = Bag((Word("drone"), Suggested(Word("engnie"), Word("engine"))))
    answer = posed(engine, query, 10)
    assert {match.passage: match.suggested for match in answer.matches} == {
        "a#1": False,
        "a#2": True,
    }
    assert answer.total == 1


def test_captions_count_only_if_articles_are_ranked(texts: Engine) -> None:
    assert "d#1" not in found(texts, "drone")
    candidates = matched(texts, parse("drone").query, ranks_articles=True)
    names = [name for name, _ in candidates.ranked()]
    assert "d#1" in names
    match = candidates.match("d#1")
    assert match is not None
    assert match.only_in == "caption"
    assert sorted(found(texts, "title:drone")) == ["a#1", "a#2", "b#1", "b#2"]


def test_captions_neither_lengthen_a_passage_nor_raise_it(engine: Engine) -> None:
    put(
        engine,
        passage("a#1", "A drone over the lake", captions="drone drone drone " * 20),
        passage("b#1", "A drone over the lake"),
        passage("c#1", "Nothing"),
    )
    scores = {match.passage: match.score for match in posed(engine, parse("drone").query).matches}
    assert scores["a#1"] == scores["b#1"]
