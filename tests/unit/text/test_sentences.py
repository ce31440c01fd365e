"""Sentences begin where a reader would begin them."""

from itertools import pairwise

import pytest

from corpus_cli.text.sentences import sentence_starts


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One. ", "Two! ", "Three? ", "Four"]),
        (
            "The U.S. approach failed. Then it did not.",
            ["The U.S. approach failed. ", "Then it did not."],
        ),
        ("“Enough.” He left.", ["“Enough.” ", "He left."]),
        ("Mr. Khan left. Gen. Lee stayed.", ["Mr. Khan left. ", "Gen. Lee stayed."]),
        ("It is No. 5. He said No. Then", ["It is No. 5. ", "He said No. ", "Then"]),
        ("He met the col. Then it rained.", ["He met the col. ", "Then it rained."]),
        ("“I know Mr.” She left.", ["“I know Mr.” ", "She left."]),
        ("J. Smith spoke.", ["J. Smith spoke."]),
        ("他走了。她来了。", ["他走了。", "她来了。"]),
        ("no end at all", ["no end at all"]),
    ],
)
def test_cut(text: str, sentences: list[str]) -> None:
    starts = [*sentence_starts(text), len(text)]
    assert [text[a:b] for a, b in pairwise(starts)] == sentences
