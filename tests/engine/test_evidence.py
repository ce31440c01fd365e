"""What raises passages beside how often their words stand in them."""

import pytest

from corpus_cli.engines.port import Engine
from corpus_cli.query.nodes import Bag, Suggested, Word
from corpus_cli.query.parse import parse
from tests.engine.asking import matched, posed
from tests.engine.conftest import found, passage, put

FILLER = "and so the council went on with other matters of the day"


def grouped(engine: Engine, line: str) -> list[tuple[str, float]]:
    return list(matched(engine, parse(line).query, ranks_articles=True).ranked())


def earned(engine: Engine, line: str, why: str) -> dict[str, float]:
    return {
        match.passage: sum(part.score for part in match.parts if part.why == why)
        for match in posed(engine, parse(line).query, 100).matches
    }


def test_words_near_each_other_come_before_words_apart(engine: Engine) -> None:
    put(
        engine,
        passage("a#1", f"the gate {FILLER} and at last the abbey"),
        passage("b#1", f"the abbey gate {FILLER} and at last more"),
        passage("c#1", f"the abbey near the gate {FILLER} and more"),
        passage("d#1", "nothing of it"),
    )
    assert found(engine, "abbey gate") == ["b#1", "c#1", "a#1"]
    near = earned(engine, "abbey gate", "proximity")
    assert near["b#1"] > near["c#1"] > near["a#1"] > 0
    # Either way round, but not for words that are not beside each other in the query.
    assert earned(engine, "gate abbey", "proximity")["b#1"] > 0
    assert earned(engine, "abbey council gate", "proximity")["b#1"] < near["b#1"]


def test_nearness_weighs_less_in_a_long_query(engine: Engine) -> None:
    put(engine, passage("a#1", "abbey gate bomb"), passage("b#1", "other words of the day"))
    three = earned(engine, "abbey gate bomb", "proximity")["a#1"]
    four = earned(engine, "abbey gate bomb missing", "proximity")["a#1"]
    assert four == pytest.approx(0.3 * three)


def test_a_solid_word_has_both_words_side_by_side(engine: Engine) -> None:
    put(
        engine,
        passage("a#1", f"counter {FILLER} terrorism"),
        passage("b#1", f"counterterrorism {FILLER} today"),
    )
    near = earned(engine, "counter terrorism", "proximity")
    assert near["b#1"] > near["a#1"]
    both = posed(engine, parse("counter terrorism").query, 2).matches
    assert both[0].passage == "b#1"
    assert all(not match.lacks for match in both)


def test_an_article_on_the_subject_comes_before_one_that_names_it(engine: Engine) -> None:
    put(
        engine,
        passage("a#1", "kabul fell today"),
        passage("a#2", FILLER),
        passage("a#3", FILLER),
        passage("b#1", "kabul fell today"),
        passage("b#2", "in kabul the kabul police left kabul"),
        passage("b#3", "kabul is the capital and kabul is large"),
    )
    # A passage is ranked for itself, an article with the whole of it.
    alone = {match.passage: match.score for match in posed(engine, parse("fell").query).matches}
    assert alone["a#1"] == alone["b#1"]
    best = {
        name.partition("#")[0]: score for name, score in reversed(grouped(engine, "kabul fell"))
    }
    assert best["b"] > best["a"]


def test_a_title_counts_once_for_its_article(engine: Engine) -> None:
    """Passages repeat it: a long article is not more about it than a short one."""
    put(engine, *(passage(f"a#{n}", FILLER, title="kabul") for n in range(1, 9)))
    put(engine, passage("b#1", f"{FILLER} {FILLER}", title="kabul"), upto=2)
    best: dict[str, float] = {}
    for name, score in grouped(engine, "kabul"):
        best.setdefault(name.partition("#")[0], score)
    assert best["b"] > best["a"]


@pytest.mark.parametrize(
    "line",
    [
        "kabul",
        "kabul kabul fell",
        "kabul -herat",
        '"kabul fell" kabul',
        "kab* fall~1 kabul",
        "kabul NEAR/3 fell",
        "title:kabul herat",
        "(kabul fell) OR herat",
        "counter terrorism in kabul",
        "+kabul herat",
        "author:jalali kabul",
    ],
)
def test_the_parts_of_a_score_add_up_to_it(engine: Engine, line: str) -> None:
    put(
        engine,
        passage("a#1", "kabul fell to them, they say", title="kabul today", heading="kabul"),
        passage("a#2", "herat and kabul; counterterrorism fall", title="kabul today"),
        author=("A Jalali",),
    )
    put(engine, passage("b#1", "kabul fell: the counter terrorism police"), upto=2)
    query: Bag = parse(line).query

    sums = []
    candidates = matched(engine, query)
    for each in (candidates, matched(engine, query, ranks_articles=True)):
        for name, score in each.ranked():
            match = each.match(name)
            assert match
            assert match.score == score
            sums.append((score, sum(part.score for part in match.parts)))
    assert sums
    for score, total in sums:
        assert total == pytest.approx(score, abs=1e-6)


def test_a_branch_that_does_not_hold_earns_nothing(engine: Engine) -> None:
    put(engine, passage("a#1", "alpha gamma"), passage("b#1", "beta delta"))
    for line in ("(alpha AND beta) OR gamma", "(+delta alpha) OR gamma"):
        (match,) = (one for one in posed(engine, parse(line).query).matches if one.passage == "a#1")
        assert sum(part.score for part in match.parts) == pytest.approx(match.score, abs=1e-6)
        assert {part.words for part in match.parts if part.field} == {"gamma"}


def test_the_order_of_branches_changes_nothing(engine: Engine) -> None:
    put(
        engine,
        passage("a#1", "counterterrorism units"),
        passage("b#1", "counter terrorism"),
        passage("c#1", "terrorism abroad"),
    )
    scores = [
        {match.passage: match.score for match in posed(engine, parse(line).query).matches}
        for line in ("(counter terrorism) OR counter", "counter OR (counter terrorism)")
    ]
    assert scores[0] == pytest.approx(scores[1])
    assert "a#1" in found(engine, "counter terrorism -counter")


def test_a_title_alone_does_not_outrank_the_text(engine: Engine) -> None:
    """`From the Left`, four words under a title that has the name, is no answer."""
    put(
        engine,
        passage("a#1", "from the left", title="Zarmina and the council"),
        passage("b#1", f"{FILLER}, and Zarmina spoke to Zarmina's council", title="Other things"),
        *(passage(f"{name}#1", FILLER, title="Nothing") for name in "cdefgh"),
    )
    assert found(engine, "zarmina council")[0] == "b#1"


def test_what_was_typed_comes_before_what_was_meant(engine: Engine) -> None:
    put(engine, passage("a#1", "bridge fell"), passage("b#1", "gate fell"))
    query = Bag((Suggested(Word("brigde"), Word("bridge")), Word("gate")))
    assert [match.passage for match in posed(engine, query).matches] == ["b#1", "a#1"]
    parts = posed(engine, query).matches[1].parts
    assert {part.why for part in parts if part.field} == {"suggested:bridge"}


def test_a_passage_with_all_words_comes_before_one_that_repeats_some(engine: Engine) -> None:
    put(
        engine,
        passage("a#1", "camp detainees, detainees of the camp, and all detainees in the camp"),
        passage("b#1", f"camp detainees {FILLER} on hunger {FILLER} strike {FILLER}"),
        passage("c#1", "nothing of it"),
    )
    assert found(engine, "camp detainees hunger strike")[0] == "b#1"
    lost = earned(engine, "camp detainees hunger strike", "coverage")
    # A passage with all words loses nothing, and articles are ranked by all of their text.
    assert lost["a#1"] < lost["b#1"] == 0
    candidates = matched(engine, parse("camp detainees").query, ranks_articles=True)
    match = candidates.match("b#1")
    assert match is not None
    assert {part.why for part in match.parts} >= {"word", "article"}
    assert "coverage" not in {part.why for part in match.parts}


def test_a_passage_of_substance_is_not_far_below_a_short_one(engine: Engine) -> None:
    put(
        engine,
        passage("a#1", "No, kabul"),
        passage("b#1", f"kabul {FILLER} while kabul {FILLER}"),
        *(passage(f"c{n}#1", f"{FILLER} {FILLER} {FILLER}") for n in range(5)),
    )
    assert found(engine, "kabul") == ["b#1", "a#1"]
