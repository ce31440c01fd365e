"""Any line at all is a query, soon, and can be written down."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_cli.query.nodes import Bag, Word, unparse
from corpus_cli.query.parse import parse
from tests.property.made import ANY_TEXT, fragments, queries, soon


@settings(max_examples=90)
@given(st.one_of(ANY_TEXT, fragments), st.booleans())
def test_any_line_is_a_query(line: str, literal: bool) -> None:  # noqa: FBT001 - drawn
    query = parse(line, literal=literal).query
    assert isinstance(query, Bag)
    if literal:
        assert all(isinstance(node, Word) for node in query.nodes)


@settings(max_examples=120)
@given(st.one_of(ANY_TEXT, fragments, queries))
def test_a_query_written_down_is_the_same_query(line: str) -> None:
    query = parse(line).query
    assert parse(unparse(query)).query == query


@pytest.mark.parametrize(
    "line",
    [
        "*-foo*",
        '"x"-foo*',
        "'-foo*",
        "*?foo",
        "+-" * 14 + "a b",
        "*'foo*",
        "NOT *foo",
        "+(?foo) title:(*foo)",
        "path:(foo) path:(foo~) path:date:today",
        '"don’t go"~3',
        "article:drone article:(a OR -b) -article:(a b) +article:x*",
        'article:"a b" article:exact:"a b" article:title:a article:(*foo) article:date:2024',
        "article:article:a article:(a NEAR/3 b) article: b",
        pytest.param('"' + "w " * 40 + '"~9', id="many words near"),
    ],
)
def test_an_odd_query_written_down_is_the_same_query(line: str) -> None:
    query = parse(line).query
    assert parse(unparse(query)).query == query


@settings(max_examples=50)
@given(ANY_TEXT)
def test_words_written_down_are_the_same_words(line: str) -> None:
    query = parse(line, literal=True).query
    assert parse(unparse(query)).query == query
    assert parse(unparse(query), literal=True).query == query


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("(" * 5_000 + "a" + ")" * 5_000, id="brackets"),
        pytest.param("(" * 5_000, id="open brackets"),
        pytest.param(")" * 5_000, id="closed brackets"),
        pytest.param("(a " * 3_000, id="words in brackets"),
        pytest.param("-(" * 3_000 + "a", id="excluded brackets"),
        pytest.param("title:(" * 3_000 + "a", id="fields of brackets"),
        pytest.param("NOT (" * 3_000 + "a", id="NOT of brackets"),
        pytest.param("a AND (" * 3_000 + "a", id="AND of brackets"),
        pytest.param("a NEAR/3 (" * 49 + "b c" + ")" * 49, id="NEAR of brackets"),
        pytest.param("+" * 100_000 + "a", id="signs"),
        pytest.param("+-" * 50_000 + "a", id="two signs"),
        pytest.param("-a " * 20_000, id="exclusions"),
        pytest.param("NOT " * 16_000 + "a", id="NOT"),
        pytest.param("a AND " * 10_000, id="AND"),
        pytest.param("a NEAR/3 " * 7_000, id="NEAR"),
        pytest.param("title:" * 10_000 + "a", id="fields"),
        pytest.param("article:" * 8_000 + "a", id="articles"),
        pytest.param("x:y " * 10_000, id="no fields"),
        pytest.param('"' * 65_536, id="quotation marks"),
        pytest.param("“" * 65_536, id="curly quotation marks"),
        pytest.param("“a” ”b“ " * 8_000, id="curly quotations"),
        pytest.param("a*" * 30_000, id="stars"),
        pytest.param("a~" * 30_000, id="tildes"),
        pytest.param("a-" * 32_000 + "b", id="one compound"),
        pytest.param("word " * 400_000, id="two megabytes"),
    ],
)
@pytest.mark.slow
def test_a_long_query_is_read_soon(line: str) -> None:
    with soon():
        query = parse(line).query
        unparse(query)
