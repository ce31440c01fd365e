"""Dates as people write them, and filters as nodes."""

from datetime import date

import pytest

from corpus_cli.errors import UsageError
from corpus_cli.query.dates import period
from corpus_cli.query.filters import Filters, filtered
from corpus_cli.query.nodes import Bag, unparse
from corpus_cli.query.parse import parse


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2023", "2023", "2023"),
        ("2023-04", "2023-04", "2023-04"),
        ("2023-04-05", "2023-04-05", "2023-04-05"),
        ("today", "2024-03-31", "2024-03-31"),
        ("Yesterday", "2024-03-30", "2024-03-30"),
        ("this-week", "2024-03-25", "2024-03-31"),
        ("last-week", "2024-03-18", "2024-03-24"),
        ("this-month", "2024-03", "2024-03"),
        ("last-month", "2024-02", "2024-02"),
        ("last-year", "2023", "2023"),
        ("7d", "2024-03-24", "2024-03-24"),
        ("2w", "2024-03-17", "2024-03-17"),
        ("1m", "2024-02-29", "2024-02-29"),
        ("1y", "2023-03-31", "2023-03-31"),
        ("9999y", "0001-01-01", "0001-01-01"),
    ],
)
def test_periods(text: str, low: str, high: str) -> None:
    assert period(text, date(2024, 3, 31)) == (low, high)


@pytest.mark.parametrize(
    "text", ["", "soon", "2023-13", "2023-1", "20230405", "7", "d", "last-day", "2025-02-31"]
)
def test_what_is_no_date(text: str) -> None:
    assert period(text, date(2024, 3, 31)) is None


def test_last_month_of_january_is_in_the_year_before() -> None:
    assert period("last-month", date(2024, 1, 31)) == ("2023-12", "2023-12")
    assert period("1m", date(2024, 1, 31)) == ("2023-12-31", "2023-12-31")


@pytest.mark.parametrize(
    ("filters", "line"),
    [
        (Filters(author=("Touqir Hussain",)), 'a author:"Touqir Hussain"'),
        (Filters(author=("A", "B")), 'a author:"A" OR author:"B"'),
        (Filters(author=("-A", "!B")), 'a -author:"A" -author:"B"'),
        (Filters(since=("2023",), until=("2024-05",)), "a date:2023.. date:..2024-05"),
        (Filters(since=("!2023",)), "a -date:2023.."),
        (Filters(since=("-2023",)), "a date:2023.."),
        (Filters(path=("*.eml",)), 'a path:"*.eml"'),
        (Filters(path=("a/b",), tag=("x",)), 'a tag:"x" path:"a/b"'),
        (Filters(name=("ISKP",)), 'a name:"ISKP"'),
        (Filters(lang=("p*",)), "a lang:p*"),
        (Filters(source=('a"b',)), 'a source:"a b"'),
    ],
)
def test_a_filter_is_the_field_of_a_query(filters: Filters, line: str) -> None:
    query = filtered(Bag(parse("a").query.nodes), filters)
    assert unparse(query) == line
    assert parse(line).query == query


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        (Filters(since=("soon",)), "--since must be a date like 2023"),
        (Filters(author=("",)), "--author must be a value"),
        (Filters(tag=("-",)), "--tag must be a value"),
        (Filters(since=("2024",), until=("2023",)), "since 2024 and until 2023"),
    ],
)
def test_a_filter_that_is_none_is_an_error(filters: Filters, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        filtered(Bag(()), filters)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("path:*.eml", 'path:"*.eml"'),
        ("path:mail/2024", 'path:"mail/2024"'),
        ("path:/data/*", 'path:"/data/*"'),
        ('path:"a folder/*"', 'path:"a folder/*"'),
        ("-path:draft?", '-path:"draft?"'),
        ("author:Tou*", "author:Tou*"),
        ("date:2023..2023-06", "date:2023..2023-06"),
    ],
)
def test_fields_written_down(line: str, written: str) -> None:
    query = parse(line).query
    assert unparse(query) == written
    assert parse(written).query == query


def test_a_mistyped_field_is_answered_by_the_nearest() -> None:
    assert "did you mean author:?" in parse("auther:Hussain").notes[0]
    assert "did you mean" not in parse("zzz:Hussain").notes[0]
    assert not parse("http://example.org/x").notes


@pytest.mark.parametrize("text", ["۲۰۲۴-۰۳", "२०२४-०३", "２０２４-03"])
def test_the_digits_of_a_date_may_be_of_any_script(text: str) -> None:
    assert period(text, date(2024, 3, 31)) == ("2024-03", "2024-03")
