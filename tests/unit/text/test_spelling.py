"""Words that differ in spelling only."""

import pytest

from corpus_cli.text.spelling import skeleton


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
