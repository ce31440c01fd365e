"""Names by their capitals."""

import pytest

from corpus_cli.text.name_runs import decode_runs, encode_runs, words_of_runs


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("The rise of Ayman al-Zawahiri’s group", [["ayman", "al", "zawahiri"]]),
        ("President Umar Farouk came", [["umar", "farouk"]]),
        ("He met “Osama bin Laden”, and (Omar)", [["osama", "bin", "laden"], ["omar"]]),
        ("in Şırnak and Çelik’s house", [["sirnak"], ["celik"]]),
        ("said NATO and the U.S. in Kabul", [["kabul"]]),
        ("al-Qaida struck", [["qaida"]]),
        ("He left. Then he came back.", []),
        ("nothing here", []),
    ],
)
def test_words_with_a_capital_within_a_sentence(text: str, runs: list[list[str]]) -> None:
    assert list(decode_runs(encode_runs([text]))) == ([runs] if runs else [])


def test_each_text_is_a_line() -> None:
    encoded = encode_runs(["went to Kabul", "nowhere", "went to Ghazni\nand to Herat"])
    assert list(decode_runs(encoded)) == [[["kabul"]], [["ghazni"], ["herat"]]]
    assert words_of_runs(encoded) == ["kabul", "ghazni", "herat"]
    assert list(decode_runs("")) == []
    assert words_of_runs("") == []
