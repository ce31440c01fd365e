"""Dates as they are written in texts."""

from datetime import date

import pytest

from corpus_cli.ingest.readers.stated_dates import parse_date
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
        "3/4/2024",
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
