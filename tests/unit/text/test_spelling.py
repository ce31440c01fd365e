"""Words that differ in spelling only."""

from math import inf

import pytest

from corpus_cli.text.spelling import (
    differ_in_ending,
    skeleton,
    spelling_cost,
    spelling_key,
    spelling_keys,
)


@pytest.mark.parametrize(
    "words",
    [
        ("Tahreek", "Tehreek", "Tehrik"),
        ("Khorasan", "Khurasan"),
        ("Baluch", "Baloch"),
        ("Hussain", "Hussein"),
        ("Qaeda", "Kaida"),
        ("Kurila", "Kurilla"),
        ("Dzhuraev", "Djuraev", "Juraev"),
    ],
)
def test_one_name(words: tuple[str, ...]) -> None:
    assert len(set(map(skeleton, words))) == 1


@pytest.mark.parametrize(
    ("left", "right"), [("Hamas", "Hama"), ("Taliban", "Talib"), ("Iran", "Iraq")]
)
def test_two_names(left: str, right: str) -> None:
    assert skeleton(left) != skeleton(right)


@pytest.mark.parametrize(
    ("left", "right", "most"),
    [
        ("zawahiri", "zawahri", 0.35),
        ("qasemi", "ghasemi", 0.15),
        ("yatsenyuk", "yatseniuk", 0.1),
        ("abdulmutallab", "abdulmuttalab", 0.15),
        ("erbil", "irbil", 0.15),
        ("gaddafi", "qaddafi", 0.15),
        ("kundus", "kunduz", 0.15),
        ("julia", "yulia", 0.15),
        ("bursima", "burisma", 0.8),
    ],
)
def test_spellings_of_one_name_cost_little(left: str, right: str, most: float) -> None:
    assert 0 < spelling_cost(left, right, 1.0) <= most
    assert spelling_cost(left, right, 1.0) == spelling_cost(right, left, 1.0)
    if most < 0.5:
        assert spelling_key(left) == spelling_key(right)


@pytest.mark.parametrize(
    ("typed", "name", "most"),
    [
        ("janukowitsch", "yanukovych", 0.4),
        ("selenskyj", "zelensky", 0.2),
        ("chruschtschow", "khrushchev", 0.5),
        ("khrouchtchev", "khrushchev", 0.3),
        ("chodorkowski", "khodorkovsky", 0.35),
        ("tymochenko", "tymoshenko", 0.15),
        ("jelzin", "yeltsin", 0.25),
        ("eltsine", "yeltsin", 0.5),
        ("zarnajew", "tsarnaev", 0.4),
        ("dschochar", "dzhokhar", 0.25),
        ("ahmadinedschad", "ahmadinejad", 0.15),
        ("chamenei", "khamenei", 0.15),
    ],
)
def test_german_and_french_spellings(typed: str, name: str, most: float) -> None:
    assert 0 < spelling_cost(typed, name, 1.0) <= most
    assert spelling_key(name) in spelling_keys(typed)


def test_a_word_without_letters_that_are_read_otherwise_has_one_key() -> None:
    assert spelling_keys("kurilla") == [spelling_key("kurilla")]
    assert spelling_keys("ai") == []


@pytest.mark.parametrize(
    ("left", "right"), [("hamas", "hama"), ("taliban", "talib"), ("iran", "iraq"), ("a", "kabul")]
)
def test_other_words_cost_more_than_the_limit(left: str, right: str) -> None:
    assert spelling_cost(left, right, 0.2) == inf


def test_equal_words_cost_nothing() -> None:
    assert spelling_cost("kabul", "kabul", 0.0) == 0.0
    assert spelling_cost("", "", 0.0) == 0.0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("afghan", "afghans"),
        ("tajik", "tajikistan"),
        ("syria", "syrian"),
        ("ivanov", "ivanova"),
        ("nazarbayev", "nazarbayeva"),
        ("georgia", "georgians"),
        ("islamist", "islamism"),
    ],
)
def test_an_ending_makes_another_word(left: str, right: str) -> None:
    assert differ_in_ending(left, right)
    assert differ_in_ending(right, left)


@pytest.mark.parametrize(("left", "right"), [("kobane", "kobani"), ("falluja", "fallujah")])
def test_other_ends_are_spellings(left: str, right: str) -> None:
    assert not differ_in_ending(left, right)


def test_a_word_with_one_consonant_has_no_key() -> None:
    assert spelling_key("ai") == spelling_key("sa") == ""
