"""The words of a name of ordinary words, where the name itself does not occur."""

import pytest

from corpus_cli.engines.port import Engine
from corpus_cli.model import Match
from corpus_cli.names.lookup import NameLookup, compile_names
from corpus_cli.names.merge import merge_packs
from corpus_cli.names.packs import parse_pack
from corpus_cli.query.nodes import Bag, Mention, Word
from corpus_cli.search.expand import build_mention
from tests.engine.asking import posed
from tests.engine.conftest import passage, put

NAMES = """
["Arlen accords"]
forms = ["Treaty of Arlen"]
["Northern Arlen accords"]
forms = ["NAA"]
["Marsh Guard"]
forms = ["MG", "Guard of the Marsh"]
"""
BOOK = NameLookup(compile_names(merge_packs(parse_pack(NAMES, "test", "test").entries), ""))
FAR = "and so the council went on with all the other matters of that long day in the hall"

TEXTS = {
    "a#1": "The Arlen accords hold",
    "b#1": "They signed the Treaty of Arlen",
    "c#1": "The accord reached today in Arlen",
    "d#1": f"An accord {FAR} and much later somebody left Arlen",
    "e#1": "The Northern Arlen accords hold",
    "f#1": "No bridge",
}


@pytest.fixture
def texts(engine: Engine) -> Engine:
    put(engine, *(passage(name, text) for name, text in TEXTS.items()))
    return engine


def typed(form: str) -> Mention:
    return build_mention(BOOK, BOOK.meanings(form)[0].name, form)


def ask(engine: Engine, *nodes: Mention | Word) -> dict[str, Match]:
    return {match.passage: match for match in posed(engine, Bag(nodes), 20).matches}


def test_the_words_of_a_name_near_each_other_match_after_it(texts: Engine) -> None:
    hits = ask(texts, typed("Arlen accords"))
    assert sorted(hits) == ["a#1", "b#1", "c#1", "e#1"]
    assert [*hits][:2] == ["a#1", "b#1"]
    assert hits["c#1"].score < hits["b#1"].score
    assert hits["c#1"].lacks == ()
    assert {mark.why for mark in hits["c#1"].marks} == {"word"}
    assert len(hits["c#1"].marks) > 1


def test_a_longer_name_is_not_the_words_near_each_other(texts: Engine) -> None:
    parts = ask(texts, typed("Arlen accords"))["e#1"].parts
    assert all(part.why != "near" for part in parts)


def test_beside_other_words_each_word_of_a_name_ranks(texts: Engine) -> None:
    hits = ask(texts, typed("Arlen accords"), Word("bridge"))
    assert sorted(hits) == [*TEXTS]
    assert hits["d#1"].lacks == ("Arlen accords", "bridge")
    words = [part for part in hits["d#1"].parts if part.why == "word"]
    assert {part.words for part in words} == {"Arlen", "accords"}
    # Where the name is, its words add nothing.
    assert all(part.why != "word" for part in hits["a#1"].parts)


def test_a_single_word_form_has_no_words(engine: Engine) -> None:
    put(engine, passage("a#1", "The Marsh Guard"), passage("b#1", "A guard of the marsh bank"))
    assert sorted(ask(engine, typed("MG"))) == ["a#1", "b#1"]
    put(engine, passage("c#1", "A guard slept"), upto=2)
    assert sorted(ask(engine, typed("MG"), Word("zebra"))) == ["a#1", "b#1"]


def test_the_typed_form_comes_first_whatever_its_length(engine: Engine) -> None:
    put(
        engine,
        *(
            passage(f"{name}#1", f"Officials said that the {form} had been there before noon")
            for name, form in (("a", "MG"), ("b", "Guard of the Marsh"), ("c", "Marsh Guard"))
        ),
        passage("d#1", "Nothing of it"),
    )
    for name, form in (("a", "MG"), ("b", "Guard of the Marsh"), ("c", "Marsh Guard")):
        assert next(iter(ask(engine, typed(form)))) == f"{name}#1"
