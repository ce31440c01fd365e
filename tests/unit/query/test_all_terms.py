"""All parts of a query, in a passage or in an article."""

import pytest

from corpus_cli.query.all_terms import require_all
from corpus_cli.query.nodes import Bag, Must, Not, Wild, Word, unparse
from corpus_cli.query.parse import parse


def test_every_word_is_required_in_the_passage() -> None:
    query = require_all(parse("a b* -c").query, "passage")
    assert query == Bag((Must(Word("a")), Must(Wild("b*")), Not(Word("c"))))


@pytest.mark.parametrize(
    ("line", "required"),
    [
        ("a", "a"),
        ("a a", "a a"),
        ("a b", "a b article:a article:b"),
        ("+a b", "a b article:a article:b"),
        ("a AND b", "a b article:a article:b"),
        ("a (b c)", "a b c article:a article:b article:c"),
        ("a -b c", "a c article:a article:c -b"),
        ("a b author:x date:2024", "a b article:a article:b author:x date:2024"),
        ("a b article:c", "a b article:a article:b article:c"),
        ('a "b c"', 'a OR "b c" article:a article:"b c"'),
        ("a b NEAR/3 c", "a OR b NEAR/3 c article:a article:(b NEAR/3 c)"),
        ("(a OR b) AND c", "(a OR b) OR c article:(a OR b) article:c"),
        ("+(a b) c", "(a b) c article:(a b) article:c"),
        ("title:a b", "title:a OR b article:title:a article:b"),
    ],
)
def test_every_part_is_required_in_the_article(line: str, required: str) -> None:
    query = require_all(parse(line).query, "article")
    assert query == parse(required).query
    assert parse(unparse(query)).query == query
