"""Dates as they are written in texts."""

from datetime import date
from itertools import pairwise

import pytest

from corpus_cli.ingest.readers.stated_dates import parse_date
from corpus_cli.ingest.structure.calendars import convert_solar_day
from corpus_cli.ingest.structure.written_dates import DateLine, find_dates, read_date_line
from corpus_cli.text.data import toml
from corpus_cli.text.normalise import fold


@pytest.mark.parametrize(
    "line",
    [
        "First published on Tue 5 Mar 2024 10.00 GMT",
        "5th of March, 2024",
        "5-Mar-24",
        "5. März 2024",
        "5.3.2024 14:30",
        "20240305",
        "2024/3/5",
        "Mar. 5, 2024, 10:04 a.m. ET",
        "March 5th, 2024 | 5 min read",
        "martes, 5 de marzo de 2024",
        "le 5 mars 2024",
        "5 марта 2024 года",
        "2024. március 5.",
        "2024年3月5日",
        "2024년 3월 5일",
        "الثلاثاء 5 آذار 2024",
        "منگل 5 مارچ 2024",
        "Kabul, 5 March 2024",
        "Published in Dawn on March 5th, 2024",
    ],
)
def test_a_line_with_a_date(line: str) -> None:
    assert read_date_line(line) == DateLine("2024-03-05", "", may_be_title=False)


@pytest.mark.parametrize(
    "line",
    [
        "$3.25",
        "3-2",
        "3/4",
        "24/7 2024",
        "1.2.3",
        "12.13.14",
        "555-12-2024",
        "1-800-555-2024",
        "+49 30 20240305",
        "ISBN 20240305",
        "Section 3.4.2012",
        "Version 25.3.2024",
        "Room 5.3.2024",
        "3.2.1999 beta",
        "10:30",
        "May",
        "2024",
        "We may 2024",
        "Events of 5 March 2024",
        "© 5 March 2024",
        "Copyright 5 March 2024 Reuters",
        "2024-02-30",
        "February 30, 2024",
        "31.4.2024",
        "0000-01-01",
        "9999-01-01",
        f"5 March {date.today().year + 2}",  # noqa: DTZ011 - far from any border
    ],
)
def test_a_line_without_a_date(line: str) -> None:
    assert read_date_line(line) is None


@pytest.mark.parametrize(
    "text",
    [
        "on 31 February 2021",
        "3 Mayor 2021",
        "Xmarch 5, 2021",
        "out 5, 2021",
        "5.5.2021 m",
        "Room 1.5 March 2021",
        "A5 March 2021",
    ],
)
def test_what_in_a_text_is_no_date(text: str) -> None:
    assert find_dates(text) == []


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2020-04", "2020-04"),
        ("April 2020", "2020-04"),
        ("04/2020", "2020-04"),
        ("2020", "2020"),
        ("2020-13", ""),
        ("9999", ""),
        ("1066", ""),
        ("Q2 2020", ""),
    ],
)
def test_a_month_or_a_year_stays_one(text: str, period: str) -> None:
    assert parse_date(text) == period


def test_a_field_with_numbers_follows_the_order_of_its_file() -> None:
    assert parse_date("3/4/2024") == ""
    assert parse_date("3/4/2024", "day first") == "2024-04-03"
    assert parse_date("3/4/24", "month first") == "2024-03-04"
    assert parse_date("25/3/2024", "month first") == "2024-03-25"


def test_a_name_of_a_month_means_the_same_in_all_languages() -> None:
    numbers: dict[str, int] = {}
    for language, months in toml("dates")["months"].items():
        assert len(months) == 12, language
        for number, names in enumerate(months, 1):
            for name in names.split(", "):
                assert numbers.setdefault(fold(name), number) == number, name


# Each is 5 March 2024.
OTHER_CALENDARS = [
    "۱۴۰۲/۱۲/۱۵",
    "۱۵ اسفند ۱۴۰۲",
    "15 اسفند 1402",
    "سه‌شنبه ۱۵ اسفند ۱۴۰۲",
    "۱۵ حوت ۱۴۰۲",
    "15 Esfand 1402",
    "Esfand 15, 1402",
    "1402-12-15",
    "15/12/1402",
    "5 มีนาคม 2567",
    "๕ มีนาคม ๒๕๖๗",
    "5 มี.ค. 2567",
    "5 มีนาคม พ.ศ. 2567",
    "5 มีนาคม 2024",
    "5/3/2567",
    "2567-03-05",
    "2567-03-05T10:00:00+07:00",
]


@pytest.mark.parametrize("text", OTHER_CALENDARS)
def test_dates_of_other_calendars_are_converted(text: str) -> None:
    assert parse_date(text) == "2024-03-05"
    assert read_date_line(text) == DateLine("2024-03-05", "", may_be_title=False)


@pytest.mark.parametrize(
    "text",
    [
        "1402",
        "2567",
        "In 1402 Timur took the town",
        "In 1402 Timur took the town on 20 July 1402",
        "Ankara, 1402-07-20, a battle",
        "5 March 1402",
        "1402-555-1234",
        "0812-2567-03-05",
        "+98 1402 12 15",
        "Tel. 1402/12/15",
        "1402/13/15",
        "30 Esfand 1402",  # not a leap year
        "15 Esfand 2402",
        "5 มีนาคม 2670",
        "1445/08/23",  # a lunar year
    ],
)
def test_what_is_no_date_of_another_calendar(text: str) -> None:
    assert parse_date(text) == ""
    assert read_date_line(text) is None


@pytest.mark.parametrize(
    ("solar", "day"),
    [
        ((1300, 1, 1), date(1921, 3, 21)),
        ((1357, 11, 22), date(1979, 2, 11)),
        ((1399, 12, 30), date(2021, 3, 20)),
        ((1403, 1, 1), date(2024, 3, 20)),
        ((1403, 7, 1), date(2024, 9, 22)),
        ((1404, 1, 1), date(2025, 3, 21)),
    ],
)
def test_days_of_the_solar_calendar(solar: tuple[int, int, int], day: date) -> None:
    assert convert_solar_day(*solar) == day


def test_each_solar_day_follows_the_one_before() -> None:
    days = [
        convert_solar_day(year, month, day)
        for year in range(1300, 1420)
        for month in range(1, 13)
        for day in range(1, 32)
        if month < 7 or day < 31
        if not (month == 12 and day == 30 and not _is_leap(year))
    ]
    assert {(after - before).days for before, after in pairwise(days)} == {1}


def _is_leap(year: int) -> bool:
    return (convert_solar_day(year + 1, 1, 1) - convert_solar_day(year, 1, 1)).days == 366


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("03/04/2024", "03/04/2024"),
        ("Published: 3-4-24 10:00", "3-4-24"),
        ("13/04/2024", ""),
        ("04/04/2024", ""),
        ("3.4.2024", ""),
        ("13/14/2024", ""),
        ("00/04/2024", ""),
        ("3/4/2567", ""),
        ("03/04/2024, updated 5 May 2024", ""),
    ],
)
def test_a_date_that_may_be_either_of_two_days_is_named(text: str, written: str) -> None:
    dates = read_date_line(text)
    assert (dates.ambiguous if dates else "") == written
