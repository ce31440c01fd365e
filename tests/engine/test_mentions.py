"""Names, in every engine: what means one, what points to it, what only looks like it."""

import pytest

from corpus_cli.engines.port import Engine
from corpus_cli.model import Name
from corpus_cli.names.lookup import NameLookup, compile_names
from corpus_cli.names.merge import merge_packs
from corpus_cli.names.packs import parse_pack
from corpus_cli.query.nodes import Bag, Mention, Must, Not, Suggested, Word
from corpus_cli.search.expand import build_mention
from tests.engine.asking import Answer, mentions, posed
from tests.engine.conftest import passage, put

NAMES = """
["Grey Front"]
forms = ["GF", "Front of the Greys"]
short = ["Greys"]
["Grey Front East"]
forms = ["GF-E", "Eastern Grey Front"]
["Lowland"]
adjectives = ["Lowlander", "Lowlanders"]
["Lowlander Guard"]
forms = ["LG"]
["Omar Dunn"]
forms = ["O. Dunn"]
short = ["Dunn"]
"""
BOOK = NameLookup(compile_names(merge_packs(parse_pack(NAMES, "test", "test").entries), ""))

TEXTS = {
    "a#1": "The GF took a bridge; the Front of the Greys said so",
    "a#2": "All Greys left the town",
    "b#1": "The grey wall of the house, painted by the Greys",
    "c#1": "The Eastern Grey Front, or GF-E, stayed",
    "d#1": "gf is nothing in small letters",
    "e#1": "Lowland talks",
    "e#2": "A Lowlander spoke",
    "e#3": "The Lowlander Guard left",
    "f#1": "Omar Dunn fled",
    "f#2": "Dunn was seen",
    "g#1": "Another Dunn was seen, Ann Dunn",
}


@pytest.fixture
def texts(engine: Engine) -> Engine:
    put(engine, *(passage(name, text) for name, text in TEXTS.items()))
    return engine


def node(form: str, typed: str = "") -> Mention:
    meaning = BOOK.meanings(form)[0]
    return build_mention(BOOK, meaning.name, typed, meaning.role)


def ask(engine: Engine, *nodes: Mention | Word | Must | Not | Suggested) -> Answer:
    return posed(engine, Bag(nodes), 20)


def found(engine: Engine, *nodes: Mention | Word | Must | Not | Suggested) -> list[str]:
    return [match.passage for match in ask(engine, *nodes).matches]


def test_every_form_means_the_name(texts: Engine) -> None:
    for form in ("GF", "Front of the Greys", "Grey Front"):
        assert set(found(texts, node(form, form))) >= {"a#1", "a#2"}


def test_a_short_form_needs_a_full_one_in_its_article(texts: Engine) -> None:
    assert "b#1" not in found(texts, node("GF", "GF"))
    assert mentions(texts, node("GF")) == {"a#1": 2, "a#2": 1}


def test_a_longer_name_is_another(texts: Engine) -> None:
    assert "c#1" not in mentions(texts, node("GF"))
    assert mentions(texts, node("GF-E")) == {"c#1": 2}


def test_what_was_typed_is_found_in_a_longer_name_last(texts: Engine) -> None:
    hits = ask(texts, node("Grey Front", "Grey Front")).matches
    assert hits[-1].passage == "c#1"
    assert {mark.why for mark in hits[-1].marks} == {"word"}
    assert hits[-1].score < hits[0].score / 4


def test_abbreviations_stand_in_capitals(texts: Engine) -> None:
    assert "d#1" not in found(texts, node("GF", "GF"))


def test_adjectives_point_to_a_name_and_count_less(texts: Engine) -> None:
    hits = ask(texts, node("Lowland", "Lowland")).matches
    assert [match.passage for match in hits] == ["e#1", "e#2"]
    assert hits[1].score < hits[0].score
    assert [mark.why for mark in hits[1].marks] == ["adjective:Lowland"]
    assert found(texts, node("Lowlander", "Lowlanders")) == ["e#2", "e#1"]
    assert found(texts, node("Lowlander", "Lowlander")) == ["e#2", "e#1", "e#3"]
    assert found(texts, Not(node("Lowlander", "Lowlander")), Word("left")) == ["a#2"]
    assert set(found(texts, Must(node("Lowlander", "Lowlander")))) == {"e#2", "e#3"}
    assert found(texts, Must(node("Lowland", "Lowland"))) == ["e#1"]
    assert mentions(texts, node("Lowland")) == {"e#1": 1}


def test_a_title_alone_counts_where_no_text_says_it(texts: Engine) -> None:
    put(
        texts,
        passage("i#1", "Lowland fell", title="On Lowland"),
        passage("i#2", "So they say", title="On Lowland"),
        upto=2,
    )
    hits = found(texts, node("Lowland", "Lowland"))
    assert "i#2" not in hits
    assert found(texts, node("Lowland", "Lowland"), Word("say"))[0] == "i#2"


def test_a_surname_typed_is_found_everywhere(texts: Engine) -> None:
    assert set(found(texts, node("Dunn", "Dunn"))) == {"f#1", "f#2", "g#1"}
    assert set(found(texts, node("Omar Dunn", "Omar Dunn"))) == {"f#1", "f#2"}


def test_a_filter_narrows_and_does_not_rank(texts: Engine) -> None:
    assert found(texts, node("GF"), Word("bridge")) == ["a#1"]
    assert found(texts, node("GF"), Word("town"), Word("bridge")) == found(
        texts, Word("town"), Word("bridge")
    )
    assert found(texts, Not(node("GF")), Word("the")) == ["b#1", "e#3", "c#1"]


def test_marks_cover_the_form_that_stands_there(texts: Engine) -> None:
    (first, *_) = ask(texts, node("GF", "GF")).matches
    assert [(mark.position, mark.length, mark.why) for mark in first.marks] == [
        (1, 1, "name:Grey Front"),
        (6, 4, "name:Grey Front"),
    ]
    assert first.lacks == ()


def test_an_abbreviation_explained_otherwise_is_no_mention(texts: Engine) -> None:
    name = Name("GF Co", forms=("GF Co", "GF"), elsewhere=(("=gf", ("a",)),))
    assert mentions(texts, Mention(name, ("=gf co", "=gf"))) == {"c#1": 1}


def test_what_was_typed_in_small_letters_stands_in_capitals(texts: Engine) -> None:
    hits = {
        match.passage: {mark.why for mark in match.marks}
        for match in ask(texts, node("GF", "gf")).matches
    }
    assert hits["a#1"] == {"name:Grey Front"}
    assert hits["d#1"] == {"word"}


def test_small_letters_do_not_undo_what_an_article_explains(texts: Engine) -> None:
    name = Name("GF Co", forms=("GF Co", "GF"), elsewhere=(("=gf", ("a",)),))
    for typed in ("GF", "gf"):
        (first, *_) = ask(
            texts, Mention(name, ("=gf co", "=gf"), typed=(typed,)), Word("bridge")
        ).matches
        assert {mark.why for mark in first.marks} == {"word"}


def test_each_of_several_typed_forms_is_a_typed_form(texts: Engine) -> None:
    both = node("Dunn", "Dunn")
    both = both._replace(typed=(*both.typed, "O. Dunn"))
    assert set(found(texts, both)) == {"f#1", "f#2", "g#1"}
    put(texts, passage("h#1", "O. Dunn fled"), passage("i#1", "Omar Dunn fled"), upto=2)
    scores = {match.passage: match.score for match in ask(texts, both).matches}
    assert scores["h#1"] == scores["i#1"] == scores["f#1"]
    (told,) = ask(texts, both).found.expanded
    assert (told.typed, told.forms) == ("Dunn O. Dunn", (("Omar Dunn", 2),))


def test_a_second_form_adds_what_it_finds_alone(texts: Engine) -> None:
    grey, short = node("Grey Front", "Grey Front"), node("Greys", "Greys")
    both = grey._replace(typed=("Grey Front", "Greys"))
    assert "b#1" not in found(texts, grey)
    assert "c#1" not in found(texts, short)
    assert set(found(texts, both)) == {*found(texts, grey), *found(texts, short)}


def test_what_else_was_looked_for_is_told(texts: Engine) -> None:
    (told,) = ask(texts, node("GF", "GF")).found.expanded
    assert (told.typed, told.name, told.forms) == (
        "GF",
        "Grey Front",
        (("Front of the Greys", 1), ("Greys", 1)),
    )


def test_what_was_suggested_is_shown_and_not_counted(texts: Engine) -> None:
    done = ask(texts, Suggested(Word("brigde"), Word("bridge")))
    assert (done.total, done.articles) == (0, ())
    assert [(match.passage, match.suggested) for match in done.matches] == [("a#1", True)]
    assert {mark.why for mark in done.matches[0].marks} == {"suggested:bridge"}
    done = ask(texts, Suggested(Word("brigde"), Word("bridge")), Word("town"))
    assert (done.total, done.articles) == (1, ("a",))
    assert {match.passage: match.suggested for match in done.matches} == {"a#1": True, "a#2": False}
    assert found(texts, Not(Suggested(Word("brigde"), Word("bridge"))), Word("took")) == ["a#1"]


def test_a_name_that_went_away(texts: Engine) -> None:
    with texts.writer(2) as writer:
        writer.remove("a")
    assert mentions(texts, node("GF")) == {}
    assert "a#1" not in found(texts, node("GF", "GF"))
