import pytest

from corpus_cli.semantic.wordpiece import WordPiece

VOCABULARY = ["[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "cafe", ",", "#", "北", "affable"]


def pieces(text: str, most: int = 99) -> list[str]:
    numbers = WordPiece(VOCABULARY).numbers(text, most)
    assert numbers[0] == 1
    assert numbers[-1] == 2
    return [VOCABULARY[n] for n in numbers[1:-1]]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("unaffable", "un ##aff ##able"),
        ("UN Affable", "un affable"),
        ("Café,cafe\u0301", "cafe , cafe"),
        ("un\u200b\x00\ufffdaffable", "un ##aff ##able"),
        ("un\u00a0un\nun", "un un un"),
        ("北北", "北 北"),
        ("unaffables #un", "[UNK] # un"),
        ("un" * 51, "[UNK]"),
        ("", ""),
        ("\ud800", ""),
    ],
)
def test_a_text_is_read_as_bert_has_learnt_it(text: str, read: str) -> None:
    assert pieces(text) == read.split()


def test_no_more_is_read_than_was_asked_for() -> None:
    assert pieces("un affable cafe", 4) == ["un", "affable"]
    assert pieces("cafe unaffable", 4) == ["cafe", "un"]


def test_a_vocabulary_without_signs_is_none() -> None:
    with pytest.raises(KeyError):
        WordPiece(["un"])
