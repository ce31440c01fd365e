"""Dates in a text."""

import pytest

from corpus_cli.explore.mentioned_dates import find_dates
from corpus_cli.explore.timeline import PERIODS, Period, period_of

PUBLISHED = "2015-10-07"
"""A Wednesday."""


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("On October 3, 2015, a strike hit.", ["2015-10-03"]),
        ("On 3 October 2015 a strike hit.", ["2015-10-03"]),
        ("It fell on Oct. 3rd.", ["2015-10-03"]),
        ("The 3rd of March was cold.", ["2015-03-03"]),
        ("It fell on Dec. 5.", ["2015-12-05"]),
        ("In August 2021 Kabul fell.", ["2021-08"]),
        ("Since 2001 and until 2014 they fought.", ["2001", "2014"]),
        ("Between 1996 and 2001.", ["1996"]),
        ("The log says 2015-10-03.", ["2015-10-03"]),
        ("He spoke on Monday.", ["2015-10-05"]),
        ("He spoke on Wednesday.", ["2015-10-07"]),
        ("He spoke last Thursday.", ["2015-10-01"]),
        ("They met yesterday.", ["2015-10-06"]),
        ("They met last month, and last year.", ["2015-09", "2014"]),
        ("He will speak on Monday.", []),
        ("He spoke on Friday. He will speak on Monday.", ["2015-10-02"]),
        ("They may march in 2015 rows.", []),
        ("In 1,500 of 2000 villages.", []),
        ("Of 2015 people 12 died.", []),
        ("Flight 2015 and page 1999.", []),
        ("On February 30, 2015.", []),
        ("Version 3.10.2015-10-031.", []),
    ],
)
def test_dates_of_a_text(text: str, dates: list[str]) -> None:
    assert [one.iso for one in find_dates(text, PUBLISHED)] == dates


def test_a_date_is_where_it_is_written() -> None:
    text = "It was on October 3, 2015, at night."
    (one,) = find_dates(text, "")
    assert text[one.start : one.end] == "October 3, 2015"


@pytest.mark.parametrize("published", ["", "2015", "2015-10"])
def test_without_a_day_of_publication_nothing_is_resolved(published: str) -> None:
    text = "On Monday, on Oct. 3, and yesterday; and in May 2014."
    assert [one.iso for one in find_dates(text, published)] == ["2014-05"]


def test_a_day_without_a_year_is_the_last_one_or_a_coming_one() -> None:
    assert find_dates("On December 30 it began.", "2016-01-03")[0].iso == "2015-12-30"
    assert find_dates("On January 2 it began.", "2015-12-30")[0].iso == "2016-01-02"
    assert find_dates("On February 29 it began.", "2015-03-01") == []
    assert find_dates("On December 30 it began.", "2015-10-07")[0].iso == "2014-12-30"


@pytest.mark.parametrize("published", ["0001-01-01", "9999-12-31", "abcd-ef-gh"])
def test_a_date_of_a_stranger_is_no_error(published: str) -> None:
    """A store may have days before which there is no yesterday."""
    assert find_dates("They met yesterday, last year, and on Monday.", published) == []


@pytest.mark.parametrize("by", PERIODS)
def test_what_is_no_date_has_no_period(by: Period) -> None:
    for published in ("abcd-ef-gh", "2015-13-01", "2015-1x-0x", "²²²²-01-01", ""):
        assert not period_of(published, by)
    assert period_of("2015-10-03", by)
