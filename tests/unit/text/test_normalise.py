"""Characters are mended, unified and folded wherever a text comes from."""

import pytest

from corpus_cli.text.normalise import fold, fold_text, fold_words, mend_surrogates, unify


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Kabul", "Kabul"),
        ("Erdoğan", "Erdoğan"),
        ("\ud83d\ude00 a", "\U0001f600 a"),
        ("a\ud83d", "a\ufffd"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\ufeffé", "\ufeffé"),
    ],
)
def test_pairs_are_joined_and_lone_surrogates_are_replaced(text: str, mended: str) -> None:
    assert mend_surrogates(text) == mended


def test_a_text_is_folded_like_its_words() -> None:
    words = {
        "O'Brien`s": "obriens",
        "Qaʿida’s": "qaidas",
        "Straße": "strasse",
        "İstanbul": "istanbul",
        "\ufb01ve": "five",
        "CAFE\u0301": "cafe",
        "か’\u3099": "が",
        "Жизнь": "жизнь",
        "٢٠٢١": "2021",
        "“1–2”": '"1–2"',
    }
    assert {word: fold(word) for word in words} == words
    assert fold_text(" ".join(words)) == " ".join(words.values())
    assert fold_words("“Café” — 1–2… «Жизнь»").split() == ['"cafe"', "1", "2...", "жизнь"]


def test_characters_are_unified_one_for_one() -> None:
    written = "`Erdoğan’s\u00a0“plan”\u2010٢٠٢١ — 好"
    assert unify(written) == "'Erdoğan's \"plan\"-2021 — 好"
