"""Inverting with arrays makes the same bytes as the reference."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus_cli.engines.mentions import MentionFinder
from corpus_cli.engines.whoosh import array_inverter
from corpus_cli.engines.whoosh.array_inverter import ArrayInverter
from corpus_cli.engines.whoosh.inverter import Inverter
from corpus_cli.model import Passage
from corpus_cli.model.name_table import (
    FULL,
    NO_NAMES,
    PERSON,
    SHORT,
    ExplainedForm,
    NameForm,
    NameTable,
)

WORDS = (
    *("attack", "attacks", "attacked", "ISI", "Isis", "ISIS-K", "U.S.", "us", "the", "over-s", "a"),
    *(
        "al-Qaeda",
        "=",
        "1,000",
        "9/11",
        "737s",
        "NGOs",
        "Erdoğan",
        "Афганистан",
        "领英推荐",
        "ｶﾌﾞｰﾙ",
    ),
    *("Kim", "Jong", "Un", "Il", "Sung", "Square", "(Kabul)", "l'Abbé", "e" * 80, "\ud800x", "--"),
)
NAMES = NameTable(
    forms=(
        NameForm("kim jong un", "kim jong un", FULL),
        NameForm("kim", "kim jong un", SHORT),
        NameForm("kim il sung", "kim il sung", FULL),
        NameForm("=isis", "islamic state", FULL),
        NameForm("al qaeda", "al qaeda", FULL),
    ),
    elsewhere=(ExplainedForm("islamic state", "isis", ("a1",)),),
    kinds=(("kim jong un", PERSON), ("kim il sung", PERSON)),
)

texts = st.lists(st.sampled_from((*WORDS, "\n")), max_size=40).map(" ".join)
passages = st.lists(
    st.builds(
        Passage,
        article=st.just("a1"),
        n=st.just(1),
        start=st.just(0),
        end=st.just(0),
        lines=st.just((1, 1)),
        text=texts,
        title=st.sampled_from(("", "Kim visits ISIS-K", "ATTACKS ON KABUL", "the " * 300)),
        heading=st.sampled_from(("", "Attack over-s", "Kim Il Sung Square")),
        page=st.just(0),
        language=st.sampled_from(("", "en", "de")),
    ),
    max_size=6,
)


def invert_both(articles: Sequence[Sequence[Passage]]) -> tuple[bytes, bytes]:
    with TemporaryDirectory() as folder:
        contents = []
        for name, inverter in (("1", Inverter), ("2", ArrayInverter)):
            one = inverter(MentionFinder(NAMES))
            for number, article in enumerate(articles):
                renamed = [
                    passage._replace(article=f"a{number}", n=n)
                    for n, passage in enumerate(article, 1)
                ]
                one.add(renamed, {"author": ("A. B",), "date": (f"2024-0{number % 9 + 1}",)})
            path = Path(folder, name)
            one.write(path)
            contents.append(path.read_bytes())
        return contents[0], contents[1]


def passage(text: str, **others: str) -> Passage:
    return Passage("a", 1, 0, len(text), (1, 1), text, **{"title": "", **others})  # type: ignore[arg-type]


@given(st.lists(passages, max_size=4))
@example([])
@example([[passage("")]])
def test_the_bytes_are_those_of_the_reference(articles: list[list[Passage]]) -> None:
    expected, inverted = invert_both(articles)
    assert inverted == expected


@pytest.mark.parametrize(
    "one",
    [
        passage("word " * 300 + "kabul " + "word " * 300 + "kabul"),
        passage(
            "kabul" + " word" * 250 + " kabul" + " word" * 251 + " kabul" + " word" * 252 + " kabul"
        ),
        passage("kabul " * 40, title="Kabul Kabul", heading="Kabul"),
        passage("words", captions="kabul " * 3 + "word " * 70_000 + "kabul"),
        passage("kabul", title="Kabul", captions="Kabul"),
    ],
    ids=["long steps", "steps at the limit", "large postings", "captions", "all regions"],
)
def test_rare_codes_are_the_same(one: Passage) -> None:
    expected, inverted = invert_both([[one]])
    assert inverted == expected


@pytest.mark.parametrize("count", [2_047, 2_048, 2_049, 4_097])
def test_lists_of_several_chunks_are_the_same(count: int) -> None:
    expected, inverted = invert_both([[passage("Kabul fell")] * count])
    assert inverted == expected


def test_a_new_vocabulary_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_inverter, "_MAX_CHUNKS", 0)
    for word in ("Kabul", "Herat"):
        expected, inverted = invert_both([[passage(f"{word} fell")]])
        assert inverted == expected


def test_without_names_there_are_none() -> None:
    assert not MentionFinder(NO_NAMES).invert("a", [{"kabul": [0]}])[0]
