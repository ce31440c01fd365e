"""Find the dates that an English text mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from corpus_cli.text.data import toml
from corpus_cli.text.sentences import sentence_starts

_WEEK = 7
_SOON = 60
_MONTHS = 12
_START = r"(?<![\w.,:/-])"
_END = r"(?![\w/:-]|[.,]\d)"
_FIRST_YEAR, _LAST_YEAR = 1500, 2199


class DateMention(NamedTuple):
    """A date in a text: a day, a month or a year in ISO 8601, with its start and end.

    `start` and `end` are code points.
    """

    iso: str
    start: int
    end: int


class _Patterns(NamedTuple):
    """The patterns of dates, and the words that they need."""

    dates: tuple[re.Pattern[str], ...]
    weekday: re.Pattern[str]
    relative: re.Pattern[str]
    future: re.Pattern[str]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]


def find_dates(text: str, published: str) -> list[DateMention]:
    """Return the dates that a text mentions, by position.

    A date without a year, a weekday and words such as `yesterday` are resolved by the date on which
    the article was published, a day in ISO 8601: a day and a month mean the last such day, or one
    within two months after; a weekday means the last one before. Where the article has no such
    date they are left out, and so is a weekday in a sentence about the future.
    """
    day = _parse_day(published)
    found = [*_written_dates(text, day), *(_relative_dates(text, day) if day else ())]
    taken: list[DateMention] = []
    for mention in sorted(found, key=lambda one: (one.start, -one.end)):
        if not taken or mention.start >= taken[-1].end:
            taken.append(mention)
    return taken


def _written_dates(text: str, published: date | None) -> Iterator[DateMention]:
    patterns = _patterns()
    for pattern in patterns.dates:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = patterns.months.get((parts.get("month") or "").lower().rstrip("."), 0)
            month = month or int(parts.get("number") or 0)
            year, day = int(parts.get("year") or 0), int(parts.get("day") or 0)
            iso = _to_iso(year, month, day) if year else _latest(month, day, published)
            if iso:
                yield DateMention(iso, match.start("date"), match.end("date"))


def _relative_dates(text: str, published: date) -> Iterator[DateMention]:
    patterns = _patterns()
    starts = [*sentence_starts(text), len(text)]
    for match in patterns.weekday.finditer(text):
        start = max(cut for cut in starts if cut <= match.start())
        end = min(cut for cut in starts if cut > match.start())
        if patterns.future.search(text, start, end):
            continue
        back = (published.weekday() - patterns.weekdays[match["weekday"]]) % _WEEK
        day = published - timedelta(days=back)
        yield DateMention(day.isoformat(), match.start("weekday"), match.end())
    for match in patterns.relative.finditer(text):
        if iso := _resolve_relative(match[0].lower(), published):
            yield DateMention(iso, match.start(), match.end())


def _resolve_relative(words: str, published: date) -> str:
    match words.split():
        case ["yesterday"]:
            return (published - timedelta(days=1)).isoformat()
        case ["last", "month"]:
            return (published.replace(day=1) - timedelta(days=1)).isoformat()[:7]
        case ["last", "year"]:
            return f"{published.year - 1:04}"
        case _:
            return ""


def _latest(month: int, day: int, published: date | None) -> str:
    """Return the last such day up to the date of publication, or soon after it."""
    if not published:
        return ""
    for year in (published.year + 1, published.year, published.year - 1):
        iso = _to_iso(year, month, day)
        if iso and (date.fromisoformat(iso) - published).days <= _SOON:
            return iso
    return ""


def _to_iso(year: int, month: int, day: int) -> str:
    if not _FIRST_YEAR <= year <= _LAST_YEAR or month > _MONTHS:
        return ""
    if not month:
        return f"{year:04}"
    if not day:
        return f"{year:04}-{month:02}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _parse_day(published: str) -> date | None:
    """Return a day; None for none, and in a year before or after which there may be no other."""
    try:
        day = date.fromisoformat(published)
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


@cache
def _patterns() -> _Patterns:
    words = toml("mentioned_dates")
    names = [names.split(", ") for names in toml("dates")["months"]["en"]]
    months = {name: n for n, several in enumerate(names, 1) for name in several}
    # Months have a capital: `may` and `march` are verbs.
    month = rf"(?P<month>{_any(name.capitalize() for name in months)})\.?"
    day = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
    year = r"(?P<year>\d{4})"
    before_year = _any(words["before_year"])
    weekday = _any(words["weekdays"])
    return _Patterns(
        dates=tuple(
            re.compile(pattern)
            for pattern in (
                rf"{_START}(?P<date>{month} {day}(?:,? {year})?){_END}",
                rf"{_START}(?P<date>{day}(?: of)? {month}(?:,? {year})?){_END}",
                rf"{_START}(?P<date>{month}(?: of|,)? {year}){_END}",
                rf"{_START}(?P<date>{year}-(?P<number>\d\d)-(?P<day>\d\d)){_END}",
                rf"(?i:(?<!\w)(?:{before_year})[ -])(?P<date>{year})(?!\w|-\w|[.,]\d| \w+s\b)",
            )
        ),
        weekday=re.compile(
            rf"(?i:(?<!\w)(?:{_any(words['before_weekday'])}) )(?P<weekday>{weekday})(?!\w)"
        ),
        relative=re.compile(r"(?i)(?<!\w)(?:yesterday|last (?:month|year))(?!\w)"),
        future=re.compile(rf"(?i)(?<!\w)(?:{_any(words['future'])})(?!\w)"),
        months=months,
        weekdays={name: n for n, name in enumerate(words["weekdays"])},
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
