"""Ids of articles and passages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_cli.model import ids

ONE, OTHER = "20a045af8b2eac74d09bb1bde6758058", "20a045af8b2eac7500000000000000ff"
IDS = st.text("0123456789abcdef", min_size=32, max_size=32)


def test_blanks_at_the_end_do_not_change_an_id() -> None:
    assert ids.article_id("Kabul fell\n\n \t\n") == ids.article_id("Kabul fell")
    assert ids.article_id("\nKabul fell") != ids.article_id("Kabul fell")
    assert len(ids.article_id("\ud800")) == ids.DIGITS


def test_passages_are_ordered_by_number() -> None:
    passages = [ids.passage_id(ONE, n) for n in (10, 9, 1)]
    assert sorted(passages, key=ids.parse_passage_id) == passages[::-1]
    assert ids.parse_passage_id(passages[0]) == (ONE, 10)
    assert ids.article_of(passages[0]) == ids.article_of(ONE) == ONE


@pytest.mark.parametrize(
    ("name", "whether"),
    [
        ("20a0#4", True),
        (f"{ONE}#12", True),
        ("20a0", False),
        ("20a0#", False),
        ("#4", False),
        ("20a0#x", False),
        ("20a0#٤", False),
        ("news.mbox#4", False),
    ],
)
def test_what_names_a_passage(name: str, whether: bool) -> None:  # noqa: FBT001 - a case
    assert ids.is_passage_id(name) is whether


def test_ids_that_begin_alike_are_shown_longer() -> None:
    assert ids.shorten([ONE]) == {ONE: ONE[:12]}
    assert ids.shorten([ONE], [OTHER]) == {ONE: ONE[:16]}
    assert ids.shorten([ONE, OTHER]) == {ONE: ONE[:16], OTHER: OTHER[:16]}
    # An id of an older version is the whole beginning of another one.
    assert ids.shorten([ONE[:12]], [ONE]) == {ONE[:12]: ONE[:12]}


@given(st.sets(IDS, min_size=1), st.integers(12, 32))
def test_no_two_ids_are_shown_alike(articles: set[str], alike: int) -> None:
    begun = {("0" * alike + one)[:32] for one in articles}
    shown = ids.shorten(begun)
    assert len(set(shown.values())) == len(begun)
    for article, short in shown.items():
        assert [one for one in begun if one.startswith(short)] == [article]
        assert len(short) >= ids.SHORT_DIGITS


@pytest.mark.parametrize(
    ("document", "short"),
    [
        (ONE, ONE[:12]),
        (f"{ONE}#4", f"{ONE[:12]}#4"),
        (f"{ONE}:17", f"{ONE[:12]}:17"),
        (ONE[:12], ONE[:12]),
        (f"{ONE[:12]}#4", f"{ONE[:12]}#4"),
        ("FT911-3", ""),
        ("deadbeef", ""),
        ("", ""),
    ],
)
def test_documents_named_by_an_id(document: str, short: str) -> None:
    assert ids.shorten_document(document) == short
