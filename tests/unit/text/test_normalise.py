"""Halves of characters are mended wherever a text comes from."""

import pytest

from corpus_cli.text.normalise import mend_surrogates


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
