"""Parse dates to ISO 8601 days."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate

from corpus_cli.ingest.structure import clues

_MAX_LENGTH = 100
_MAX_DIGITS_OF_SECONDS = 11
_MONTHS_PER_YEAR = 12


def parse_iso_day(text: str) -> str:
    """Return the day that an ISO 8601 date starts with (`2021-05-03`), or an empty string."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def parse_day(text: str) -> str:
    """Return the day of a date in any notation, without converting between time zones.

    The day is in ISO 8601; empty if the text is no date or could be either of two days.
    """
    text = text.strip()[:_MAX_LENGTH]
    return (
        _parse_epoch(text)
        or parse_iso_day(text)
        or _parse_numeric_date(text)
        or _parse_date_in_words(text)
    )


def _parse_epoch(text: str) -> str:
    """Return the day, in UTC, of a number of seconds or milliseconds since 1970."""
    if not re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return ""
    digits = len(text.partition(".")[0])
    seconds = float(text) / (1000 if digits > _MAX_DIGITS_OF_SECONDS else 1)
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _parse_numeric_date(text: str) -> str:
    """Return the day of `2021/5/3`, or of `13/5/2021` where a number over 12 must be the day."""
    if match := re.match(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?!\d)", text):
        return _to_iso_day(*map(int, match.groups()))
    if match := re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)", text):
        first, second, year = map(int, match.groups())
        if first > _MONTHS_PER_YEAR or first == second:
            return _to_iso_day(year, second, first)
        if second > _MONTHS_PER_YEAR:
            return _to_iso_day(year, first, second)
    return ""


def _parse_date_in_words(text: str) -> str:
    """Return the day of `3 May 2021`, `May 3, 2021` or the date of a mail."""
    if dates := clues.dates(text):
        return parse_iso_day(dates[0].iso)
    mail_date = parsedate(text)
    return _to_iso_day(*mail_date[:3]) if mail_date else ""


def _to_iso_day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
