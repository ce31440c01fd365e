"""Recognise dates as they are written in texts."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Literal, NamedTuple

from corpus_cli.ingest.structure.calendars import (
    convert_buddhist_year,
    convert_solar_day,
    is_buddhist_year,
    is_solar_year,
)
from corpus_cli.ingest.structure.clues import cached_by_line, unified
from corpus_cli.text.data import toml
from corpus_cli.text.normalise import fold, unify

DayOrder = Literal["", "day first", "month first"]
"""Which number of `3/4/2024` is the day; empty if that is unknown."""

_FIRST_YEAR = 1500
_MONTHS_PER_YEAR = 12
_MAX_BARE_CHARS = 150
_MAX_OTHER_WORDS = 4

# Two words: the months of the Levant, such as كانون الثاني. They may stand beside another name.
# Thai vowels are no letters of words for `re`, and short Thai months have dots: มีนาคม, มี.ค.
_MONTH = (
    r"(?P<month>[^\W\d_]{2,14}(?: (?:الأول|الاول|الثاني|الثانی))?|[\u0e01-\u0e4e.]{3,14})"
    r"\.?(?:/[^\W\d_]{2,14})?"
)
_ORDINAL = r"(?:st|nd|rd|th|er|[ºª°.])?"
_START = r"(?<!\w)(?<!\d[.,:/-])"
_BLANK = r"\s{1,3}"
_DAY_MONTH = (
    rf"{_START}(?P<day>\d{{1,2}}){_ORDINAL}(?:{_BLANK}|[-/])(?:(?:of|de|del)\s|d')?{_MONTH}"
)

# Dates that mean nothing else, wherever they stand.
_FULL_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)(?:t[\d:.+z-]+)?",
        rf"{_DAY_MONTH}(?:[,،]?{_BLANK}|[-/])(?:del?\s|พ\.ศ\.\s?)?(?P<year>\d{{4}})(?!\d)",
        (
            rf"(?<!\w){_MONTH}{_BLANK}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
            rf"(?:,|{_BLANK}|,{_BLANK})(?P<year>\d{{4}})(?!\d)"
        ),
        rf"(?<!\d)(?P<year>\d{{4}})[.,]?[ -]{_MONTH}[ -](?P<day>\d{{1,2}})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?P<number>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]",
    )
)
_MONTH_FIRST = _FULL_DATES[2]

# Dates that elsewhere may be a score, a version or a number: only a line without other words,
# or the value of a field, has them.
_BARE_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            rf"{_START}(?P<year>\d{{4}})(?P<mark>[./-])(?P<number>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})"
            r"(?!\d|[./-]\d)"
        ),
        (
            rf"{_START}(?P<first>\d{{1,2}})(?P<mark>[./-])\s?(?P<second>\d{{1,2}})(?P=mark)\s?"
            r"(?P<year>\d{4}|\d{2})(?!\d|[./,:-]\d)"
        ),
        rf"{_START}(?P<year>\d{{4}})(?P<number>\d{{2}})(?P<day>\d{{2}})(?:t\d{{4,6}}z?)?(?!\w)",
        rf"{_DAY_MONTH}(?:,?{_BLANK}|[-/])'?(?P<year>\d{{2}})(?![\d:.])",
    )
)
_MONTH_YEAR = re.compile(rf"(?<!\w){_MONTH}(?:,?{_BLANK}|-)(?:del?\s)?(?P<year>\d{{4}})(?!\d)")
_NUMERIC_MONTH = re.compile(
    r"(?P<year>\d{4})[-/](?P<number>\d{1,2})|(?P<month>\d{1,2})/(?P<of>\d{4})"
)
_YEAR = re.compile(r"\d\d{3}")
_DIGIT = re.compile(r"\d")
_TIMES = re.compile(
    r"\d{1,2}(?:[:.h]\d{2}){1,2}(?:\.\d{1,6})?|[+-]\d{2}:?\d{2}|"
    r"\d{1,2}\s?(?:a\.?m|p\.?m|uhr|h)\b|\d{1,3}[ -]min",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKS = " ,;:|·•–—-/()[]"
_DIVIDING_MARKS = "|·•–—"
_COPYRIGHT = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)


class Date(NamedTuple):
    """A date in a text: a day or a month in ISO 8601, with its start and end in code points.

    `iso` is empty if it may be either of two days.
    """

    iso: str
    start: int
    end: int


class DatedText(NamedTuple):
    """A text without its dates, and these in ISO 8601; empty where there is none.

    `is_marked` is true if a mark such as `|` stands between the text and a date. `ambiguous` is
    a date as it is written that may be either of two days.
    """

    text: str
    published: str = ""
    modified: str = ""
    is_marked: bool = False
    ambiguous: str = ""


class DateLine(NamedTuple):
    """The dates of a line that says little else, in ISO 8601; empty where there is none.

    `may_be_title` is true if other words run into the date: `Kabul May 3, 2021`. `ambiguous` is
    a date as it is written that may be either of two days.
    """

    published: str
    modified: str
    may_be_title: bool
    ambiguous: str = ""


def to_iso_day(year: int, month: int, day: int) -> str:
    """Return a day in ISO 8601; empty if it does not exist, or nothing was published on it yet.

    Days before 1500 and after the end of next year are misprints or placeholders.
    """
    if not _is_possible_year(year):
        return ""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def to_iso_month(year: int, month: int) -> str:
    """Return a month in ISO 8601; empty if it does not exist, like a day of `to_iso_day`."""
    return to_iso_day(year, month, 1)[: len("2024-03")]


def to_iso_year(year: int) -> str:
    """Return a year in ISO 8601; empty if nothing was published in it, as in `to_iso_day`."""
    return f"{year:04}" if _is_possible_year(year) else ""


def find_dates(text: str) -> list[Date]:
    """Return the full dates of a text in order; a month, a year or bare numbers do not count."""
    if not _YEAR.search(text):
        return []
    text = unify(text)
    return sorted(
        (day for pattern in _FULL_DATES for day in _find(pattern, text)),
        key=lambda day: day.start,
    )


def read_date_line(line: str) -> DateLine | None:
    """Return the dates of a line such as `Published: 3 May 2021 at 10:00`; None for other lines.

    A line with a date in words may have up to four other words, in small letters only if marks
    set them apart: `Riots of 9 May 2023` is none. A line with numbers, a month or a year of two
    digits may only have words about times.
    """
    text, dates, is_full = _find_line_dates(line)
    if not dates or _COPYRIGHT.search(text):
        return None
    gaps = _split_at(text, dates)
    words = _WORD.findall(" ".join(gaps))
    other_words = [word for word in words if fold(word) not in _date_words()]
    if other_words and (not is_full or len(words) > _MAX_OTHER_WORDS):
        return None
    are_set_apart = _are_set_apart(gaps) or bool(words and fold(words[0]) in _publishing_words())
    is_byline = fold(text).startswith("by ")
    if not (are_set_apart or is_byline) and any(word[0].islower() for word in other_words):
        return None
    if not is_full and _DIGIT.search(_TIMES.sub("", " ".join(gaps))):
        return None
    published, modified = _tell_apart(dates, gaps)
    may_be_title = bool(other_words) and not are_set_apart
    return DateLine(published, modified, may_be_title, _write_ambiguous(text, dates))


def split_dates(line: str) -> DatedText:
    """Split a line into its dates and what else it says: `By Ann Lee | Updated 3 May 2021`."""
    text, dates, _ = _find_line_dates(line)
    if not dates:
        return DatedText(text)
    gaps = _split_at(text, dates)
    return DatedText(
        " ".join(filter(None, map(_cut_date_words, gaps))),
        *_tell_apart(dates, gaps),
        is_marked=any(mark in gap for gap in gaps for mark in _DIVIDING_MARKS),
        ambiguous=_write_ambiguous(text, dates),
    )


def find_date_field(label: str) -> Literal["published", "modified"]:
    """Return which date the words before a date announce: that of a change or of publication."""
    words = map(fold, _WORD.findall(label))
    return "published" if _modified_words().isdisjoint(words) else "modified"


def parse_numbers(text: str, order: DayOrder = "") -> str:
    """Return the day of a date that begins with digits; empty if it may be either of two days.

    `order` says which number of `3/4/2024` is the day. In `3.4.2024` it is the first.
    """
    for pattern in _BARE_DATES[:3]:
        if match := pattern.match(unify(text)):
            return _read_match(match, order)
    return ""


def find_day_order(text: str) -> DayOrder:
    """Return which number of a date such as `25/3/2024` is the day; empty if both may be."""
    match = _BARE_DATES[1].match(unify(text).strip())
    if match is None or match["mark"] == ".":
        return ""
    first, second = int(match["first"]), int(match["second"])
    if first > _MONTHS_PER_YEAR >= second:
        return "day first"
    return "month first" if second > _MONTHS_PER_YEAR >= first else ""


def find_ambiguous_date(text: str) -> str:
    """Return the first date of a text that may be either of two days, as it is written."""
    for match in _BARE_DATES[1].finditer(unify(text)):
        if _is_ambiguous(match):
            return match[0]
    return ""


def parse_period(text: str) -> str:
    """Return the month or the year that a text consists of: `April 2020`, `2020-04`, `2020`."""
    text = unify(text).strip()
    if match := _MONTH_YEAR.fullmatch(text):
        return _read_month(match)
    if match := _NUMERIC_MONTH.fullmatch(text):
        return to_iso_month(
            int(match["year"] or match["of"]), int(match["number"] or match["month"])
        )
    return to_iso_year(int(text)) if _YEAR.fullmatch(text) else ""


def _is_possible_year(year: int) -> bool:
    return _FIRST_YEAR <= year <= date.today().year + 1  # noqa: DTZ011 - a day more or less


@cached_by_line
def _find_line_dates(line: str) -> tuple[str, list[Date], bool]:
    """Return a line with its blanks unified, its dates, and whether they are full dates."""
    text = unified(line)
    if not _DIGIT.search(text):
        return text, [], False
    if full_dates := find_dates(text):
        return text, full_dates, True
    return text, _find_bare_dates(text) if len(text) <= _MAX_BARE_CHARS else [], False


def _tell_apart(dates: list[Date], gaps: list[str]) -> tuple[str, str]:
    """Return the date of publication and that of a change, which a word before it tells."""
    published = modified = ""
    for gap, day in zip(gaps, dates, strict=False):
        if not modified and find_date_field(gap) == "modified":
            modified = day.iso
        else:
            published = published or day.iso
    return published, modified


def _cut_date_words(gap: str) -> str:
    """Return what stands beside a date without times, and without words like *Updated*."""
    words = _TIMES.sub(" ", gap).split()
    while words and _date_words().issuperset(map(fold, _WORD.findall(words[-1]))):
        words.pop()
    return " ".join(words).strip(_MARKS)


def _find(pattern: re.Pattern[str], text: str) -> Iterator[Date]:
    for match in pattern.finditer(text):
        if pattern is _MONTH_FIRST and fold(match["month"]) not in _months_before_days():
            continue
        iso = _read_match(match, is_bare=pattern not in _FULL_DATES)
        if iso or _is_ambiguous(match):
            yield Date(iso, *match.span())


def _find_bare_dates(text: str) -> list[Date]:
    for pattern in _BARE_DATES:
        if dates := list(_find(pattern, text)):
            return dates
    return [
        Date(iso, *match.span())
        for match in _MONTH_YEAR.finditer(text)
        if (iso := _read_month(match))
    ]


def _read_match(match: re.Match[str], order: DayOrder = "", *, is_bare: bool = True) -> str:
    """Return the day of a match; numbers of another calendar count only if `is_bare`."""
    groups = match.groupdict()
    year = _complete_year(groups["year"])
    if groups.get("first"):
        return _read_numbers(match, year, order)
    day = int(groups["day"])
    if groups.get("number"):
        read = _to_any_day if is_bare else to_iso_day
        return read(year, int(groups["number"]), day)
    name = fold(groups["month"].rstrip("."))
    if month := _months().get(name, 0):
        return to_iso_day(_to_common_year(year), month, day)
    month = _months("solar").get(name, 0)
    return _to_any_day(year, month, day) if month and is_solar_year(year) else ""


def _read_numbers(match: re.Match[str], year: int, order: DayOrder) -> str:
    first, second = int(match["first"]), int(match["second"])
    order = "day first" if match["mark"] == "." else find_day_order(match[0]) or order
    # Thai and Persian dates have the day first.
    is_other_calendar = is_solar_year(year) or is_buddhist_year(year)
    if order == "day first" or first == second or is_other_calendar:
        return _to_any_day(year, second, first)
    return to_iso_day(year, first, second) if order == "month first" else ""


def _is_ambiguous(match: re.Match[str]) -> bool:
    """Return whether a match of numbers may be either of two days."""
    if not match.groupdict().get("first") or match["mark"] == ".":
        return False
    year, numbers = _complete_year(match["year"]), {int(match["first"]), int(match["second"])}
    return (
        len(numbers) > 1
        and bool(to_iso_month(year, min(numbers)))
        and (0 < max(numbers) <= _MONTHS_PER_YEAR)
    )


def _to_any_day(year: int, month: int, day: int) -> str:
    """Return a day as `to_iso_day` does; its year may be solar Hijri or of the Buddhist era."""
    if not is_solar_year(year):
        return to_iso_day(_to_common_year(year), month, day)
    try:
        common_day = convert_solar_day(year, month, day)
    except ValueError:
        return ""
    return to_iso_day(common_day.year, common_day.month, common_day.day)


def _to_common_year(year: int) -> int:
    return convert_buddhist_year(year) if is_buddhist_year(year) else year


def _write_ambiguous(text: str, dates: list[Date]) -> str:
    """Return the first date without a day, as it is written; empty if any has a day."""
    if any(day.iso for day in dates):
        return ""
    return next((text[day.start : day.end] for day in dates), "")


def _read_month(match: re.Match[str]) -> str:
    month = _months().get(fold(match["month"]), 0)
    return to_iso_month(int(match["year"]), month) if month else ""


def _complete_year(digits: str) -> int:
    """Return a year of four digits; one of two digits is the last that ends in them."""
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004 - the digits of a short year
        return year
    return year + (2000 if _is_possible_year(2000 + year) else 1900)


def _split_at(text: str, dates: list[Date]) -> list[str]:
    """Return what stands before, between and after dates."""
    starts = [0, *(day.end for day in dates)]
    ends = [*(day.start for day in dates), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _are_set_apart(gaps: list[str]) -> bool:
    """Return whether marks set the words of a line apart from its dates."""
    before, *between, after = map(str.strip, gaps)
    edges = [before[-1:], after[:1], *(gap[:1] for gap in between), *(gap[-1:] for gap in between)]
    return all(edge in _MARKS for edge in edges)


@cache
def _months(calendar: str = "months") -> dict[str, int]:
    """Return the numbers of the months of a calendar by their folded names in all languages.

    The calendar is a table of `data/dates.toml`: `months` or `solar`, the solar Hijri one.
    """
    return {
        fold(name): number
        for months in toml("dates")[calendar].values()
        for number, names in enumerate(months, 1)
        for name in names.split(", ")
    }


@cache
def _months_before_days() -> frozenset[str]:
    """Return the months that may stand before their day: English ones, and `Esfand 15, 1402`."""
    english = (name for names in toml("dates")["months"]["en"] for name in names.split(", "))
    return frozenset(english) | _months("solar").keys()


@cache
def _date_words() -> frozenset[str]:
    return frozenset(fold(word) for words in toml("dates")["line"].values() for word in words)


@cache
def _publishing_words() -> frozenset[str]:
    return frozenset(map(fold, toml("dates")["line"]["published"])) | _modified_words()


@cache
def _modified_words() -> frozenset[str]:
    return frozenset(map(fold, toml("dates")["line"]["modified"]))
