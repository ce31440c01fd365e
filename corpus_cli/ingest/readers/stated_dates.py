"""Parse the dates that fields state."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate

from corpus_cli.ingest.structure.written_dates import (
    DayOrder,
    find_dates,
    parse_numbers,
    parse_period,
    read_date_line,
    to_iso_day,
    to_iso_month,
    to_iso_year,
)

_MAX_LENGTH = 100
_MAX_DIGITS_OF_SECONDS = 11
_ISO_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?")


def parse_date(text: str, order: DayOrder = "") -> str:
    """Return the date of a text in any notation, without converting between time zones.

    The result is a day, a month or a year in ISO 8601; empty if the text is no date, or if it
    can be either of two days and `order` does not decide which.
    """
    text = text.strip()[:_MAX_LENGTH]
    return (
        _parse_epoch(text)
        or _parse_iso_date(text)
        or parse_numbers(text, order)
        or _parse_words(text)
        or parse_period(text)
    )


def _parse_iso_date(text: str) -> str:
    """Return the day that an ISO 8601 date starts with, or the month or year that it is.

    The result is empty for other texts, and for a date that cannot be: 2024-02-30, 9999-01-01.
    """
    if match := _ISO_PERIOD.fullmatch(text):
        return (
            to_iso_month(int(match[1]), int(match[2])) if match[2] else to_iso_year(int(match[1]))
        )
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return ""
    return to_iso_day(day.year, day.month, day.day)


def _parse_epoch(text: str) -> str:
    """Return the day, in UTC, of a number of seconds or milliseconds since 1970."""
    if not re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return ""
    digits = len(text.partition(".")[0])
    seconds = float(text) / (1000 if digits > _MAX_DIGITS_OF_SECONDS else 1)
    try:
        day = datetime.fromtimestamp(seconds, UTC).date()
    except (ValueError, OverflowError, OSError):
        return ""
    return to_iso_day(day.year, day.month, day.day)


def _parse_words(text: str) -> str:
    """Return the day of `3 May 2021`, `May 3, 2021` or the date of a mail."""
    if dates := find_dates(text):
        return dates[0].iso
    if date_line := read_date_line(text):
        return date_line.published or date_line.modified
    mail_date = parsedate(text)
    return to_iso_day(*mail_date[:3]) if mail_date else ""
