"""Spellings of one name, by the company of the same names."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations

import pytest

from corpus_cli.model import Name
from corpus_cli.names.lookup import NameLookup, compile_names
from corpus_cli.names.packs import USER_FILE
from corpus_cli.names.spelling_pairs import update_spelling_pairs
from corpus_cli.store.name_words import NameWords, SpellingPair
from corpus_cli.store.store import Store
from corpus_cli.text.name_runs import encode_runs

TEXTS = {
    "a": "the guards of Ruslan Turchinov left Donetsk for Kramatorsk with Avakov",
    "b": "the guards of Turchynov left Donetsk for Kramatorsk with Avakov",
    "c": "the speech of Hassan Khomeini in Tehran with Rafsanjani",
    "d": "the speech of Ahmad Khamenei in Qom with Shamkhani",
    "e": "the store of Mahmoud Halabi in Idlib",
    "f": "the store of Mahmud Halabi in Idlib, and the store of Mahmud Nasri in Idlib",
    "g": "the store of Mahmoud Abbas in Ramallah, and that of Mahmud Zahar in Gaza",
}


@contextmanager
def recorded(order: str) -> Iterator[NameWords]:
    """Record texts one after the other, and update the pairs after each."""
    store = Store(None, create=True)
    for article in order:
        with store.transaction():
            store.name_words.add({article: encode_runs([TEXTS[article]])})
            update_spelling_pairs(store.name_words)
    yield store.name_words
    store.close()


def pair_of(name_words: NameWords, word: str) -> SpellingPair | None:
    return next(iter(name_words.pairs([word])), None)


def test_two_spellings_in_the_same_company_are_one_name() -> None:
    with recorded("ab") as name_words:
        pair = pair_of(name_words, "turchinov")
        assert pair is not None
        assert (pair.other, pair.is_certain) == ("turchynov", True)
        assert set(pair.companions) == {"donetsk", "kramatorsk", "avakov"}
        reverse = pair_of(name_words, "turchynov")
        assert reverse == pair._replace(word="turchynov", other="turchinov")


def test_two_names_in_other_company_are_two() -> None:
    with recorded("cd") as name_words:
        assert not name_words.pairs()


def test_a_given_name_of_several_people_is_not_certain() -> None:
    with recorded("efg") as name_words:
        pair = pair_of(name_words, "mahmoud")
        assert pair is not None
        assert not pair.is_certain


@pytest.mark.parametrize("order", list(permutations("abcd")))
def test_the_order_of_articles_changes_nothing(order: tuple[str, ...]) -> None:
    with recorded("abcd") as in_order, recorded("".join(order)) as in_another:
        assert in_another.pairs() == in_order.pairs()


def test_an_article_that_is_gone_leaves_no_pair() -> None:
    with recorded("ab") as name_words:
        name_words.remove(["b"])
        update_spelling_pairs(name_words)
        assert not name_words.pairs()
        assert not name_words.count_articles(["turchynov"])
        name_words.add({"b": encode_runs([TEXTS["b"]])})
        update_spelling_pairs(name_words)
        assert pair_of(name_words, "turchynov")


def test_an_article_that_changed_before_it_was_counted_is_counted_once() -> None:
    with recorded("a") as name_words:
        name_words.add({"b": encode_runs(["the guards of Kolomoisky"])})
        name_words.add({"b": encode_runs([TEXTS["b"]])})
        update_spelling_pairs(name_words)
        assert pair_of(name_words, "turchynov")
        assert not name_words.count_articles(["kolomoisky"])


def listing(*names: Name) -> NameLookup:
    return NameLookup(compile_names(names, ""))


def test_forms_of_two_names_are_apart() -> None:
    names = listing(
        Name("Khomeini", forms=("Khomeini",)),
        Name("Khamenei", forms=("Khamenei", "Khamenai")),
        Name("Batai", forms=("Batai",), origin=USER_FILE),
    )
    assert names.are_apart("Khomeini", "Khamenei")
    assert not names.are_apart("Khamenei", "Khamenai")
    assert not names.are_apart("Khamenei", "Khamanei")
    # What the user's file says of a name is complete.
    assert names.are_apart("Batai", "Bati")
    assert names.are_apart("Bati", "Batai")


def test_a_list_of_words_takes_no_long_time() -> None:
    letters = "aeiou"
    words = (
        f"Kand{a}{b}{c}{d}h" for a in letters for b in letters for c in letters for d in letters
    )
    store = Store(None, create=True)
    with store.transaction():
        store.name_words.add({"a": encode_runs(["the " + ", ".join(words)])})
        update_spelling_pairs(store.name_words)
    assert not store.name_words.pairs()
