"""What is an operator, and what is text."""

import re

import pytest

from corpus_cli.query.nodes import (
    And,
    Bag,
    Dates,
    Exact,
    Field,
    Fuzzy,
    Must,
    Near,
    Node,
    Not,
    Or,
    Quoted,
    Wild,
    Word,
    filters,
    optional,
    unparse,
)
from corpus_cli.query.parse import LONGEST, MOST_CLAUSES, parse, plain

A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("line", "nodes"),
    [
        ("a b", (A, B)),
        ("ISIS-K", (Word("ISIS-K"),)),
        ("U.S. B.L.A.", (Word("U.S."), Word("B.L.A."))),
        ('"carrot and stick"', (Quoted("carrot and stick"),)),
        ("“Pakistan’s support”", (Quoted("Pakistan's support"),)),
        ('exact:"a,  B"', (Exact("a,  B"),)),
        ("-a +b NOT c", (Not(A), Must(B), Not(C))),
        ("a AND b OR c", (Or((And((A, B)), C)),)),
        ("(a OR b) AND c", (And((Or((A, B)), C)),)),
        ("a b AND c", (A, And((B, C)))),
        ("a AND NOT b", (And((A, Not(B))),)),
        ("a NEAR/8 b", (Near((A, B), 8),)),
        ("a NEAR/3 b NEAR/3 c", (Near((A, B, C), 3),)),
        ('"a b"~5', (Near((Quoted("a"), Quoted("b")), 5),)),
        ("pre* wi?d", (Wild("pre*"), Wild("wi?d"))),
        ("fuzzy~ fuzzy~2 fuzzy~9", (Fuzzy("fuzzy", 1), Fuzzy("fuzzy", 2), Fuzzy("fuzzy", 2))),
        ("title:a author:“A B”", (Field("title", A), Field("author", Quoted("A B")))),
        ("title:(a b)", (Field("title", Bag((A, B))),)),
        ("date:2023", (Dates("2023", "2023"),)),
        ("date:2023-05..2024", (Dates("2023-05", "2024"),)),
        ("date:..2024-06-01", (Dates("", "2024-06-01"),)),
        ("date:2023..", (Dates("2023", ""),)),
        ("modified:2023-05..2024", (Dates("2023-05", "2024", "modified"),)),
        ("modified:2023", (Dates("2023", "2023", "modified"),)),
        (r"\AND \-a", (Word("AND"), Word("a"))),
        ("what? a, b; (c).", (Word("what"), A, B, C)),
        ("well-known - a", (Word("well-known"), A)),
        ('"a"-b', (Quoted("a"), Word("b"))),
        ("a/b http://c", (A, B, Word("http"), C)),
        ("-(a b)", (Not(Bag((A, B))),)),
        ("()", ()),
        ('""', ()),
        ("", ()),
    ],
)
def test_read_as(line: str, nodes: tuple[Node, ...]) -> None:
    parsed = parse(line)
    assert parsed.query == Bag(nodes)
    assert not parsed.notes
    assert parse(unparse(parsed.query)).query == parsed.query


@pytest.mark.parametrize(
    ("line", "words", "note"),
    [
        ('"a b', "a b", "without its partner"),
        ("(a b", "a b", "without its partner"),
        ("a) b", "a b", "without its partner"),
        ("foo:a", "foo a", "foo is not a field"),
        ("title:(OR)", "title", "title: must be followed by words"),
        ("a NEAR/3 (b c)", "a NEAR 3", "joins words"),
        ("exact:a", "exact a", "exact: must be followed by a quotation"),
        ("(" * 60 + "a" + ")" * 60, "a", "deep"),
    ],
)
def test_mended_and_said(line: str, words: str, note: str) -> None:
    parsed = parse(line)
    assert unparse(parsed.query).split()[:2] == words.split()[:2]
    assert note in " ".join(parsed.notes)


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ("a AND", "a"),
        ("AND a", "a"),
        ("a NOT", "a"),
        ("a NEAR/3", "a"),
        ("NEAR/3 a", "a"),
        ("OR", ""),
        ("AND OR NOT", ""),
        ("a AND OR b", "a AND b"),
        ("a OR AND NOT b", "a OR -b"),
        ("a AND NOT", "a"),
        ("NOT AND a", "-a"),
        ("a b OR", "a b"),
        ("(a AND) b", "a b"),
        ("(OR a) NOT", "a"),
        ("a AND (OR (NOT)) b", "a AND b"),
        ('a AND () "" OR', "a"),
        ("title:(AND a OR)", "title:a"),
        ("article:(a NOT)", "article:a"),
    ],
)
def test_an_operator_with_nothing_on_one_side_is_ignored(line: str, query: str) -> None:
    parsed = parse(line)
    assert unparse(parsed.query) == query
    assert any("joins nothing here and was ignored" in note for note in parsed.notes)


@pytest.mark.parametrize("line", [r"title:\OR b", r"+\AND b", r"-\NOT b"])
def test_an_operator_after_a_sign_or_a_field_is_a_word(line: str) -> None:
    parsed = parse(line.replace("\\", ""))
    assert unparse(parsed.query) == line
    assert not parsed.notes


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("a date:soon", "date: must be a date like 2023, .*not 'soon'"),
        ("a date:2017-13", "not '2017-13'"),
        ("a -date:2023-02-29", "not '2023-02-29'"),
        ("a (modified:2024..x OR b)", "modified: must be a date .*not '2024..x'"),
        ("a date:..", r"not '\.\.'"),
        ("a date:(2017)", r"not '\('"),
        ("a date:-30d", "not '-30d'"),
        ("a date:>2017", "not '>2017'"),
        ("a date:2018..2017", "date:2018..2017 contains no day: it ends before it begins"),
        ("date:2017-13 date:soon", "not '2017-13'"),
    ],
)
def test_a_date_that_is_none_is_said(line: str, why: str) -> None:
    assert re.match(rf".*{why}.*; to search for these words, use --literal", parse(line).invalid)
    assert not parse(line, literal=True).invalid


def test_a_date_field_in_a_sentence_is_text() -> None:
    assert not any(parse(line).invalid for line in ("date: 2017", "the date:", "Date:2017-13"))


def test_literal_has_no_operators() -> None:
    line = '-a "b AND c" title:d (e) f* exact:"g"'
    assert parse(line, literal=True).query == plain(line)
    assert all(isinstance(node, Word) for node in plain(line).nodes)


def test_too_many_operators_are_text() -> None:
    line = " ".join(f"+w{n}" for n in range(MOST_CLAUSES + 1))
    parsed = parse(line)
    assert all(isinstance(node, Word) for node in parsed.query.nodes)
    assert "operators" in parsed.notes[0]


def test_a_long_query_is_cut_and_that_is_said() -> None:
    parsed = parse("a " * LONGEST)
    assert len(parsed.query.nodes) == LONGEST // 2
    assert "cut" in parsed.notes[0]


def test_what_ranks_and_what_decides() -> None:
    ranks = parse("a pre* fuzzy~ (b c)").query.nodes
    assert all(map(optional, ranks))
    decides = parse('"a" +b -c a AND b a NEAR/2 b title:a date:2020 exact:"a"').query.nodes
    assert not any(map(optional, decides))


def test_filters_ask_about_metadata_only() -> None:
    nodes = parse("author:a date:2020 -tag:x title:a a").query.nodes
    assert [filters(node) for node in nodes] == [True, True, True, False, False]
