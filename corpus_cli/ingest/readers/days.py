"""Parse dates to ISO 8601 days."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate

from corpus_cli.ingest.structure import clues

_LONGEST = 100
_MILLISECONDS = 11
_MONTHS = 12


def day(text: str) -> str:
    """Return the day that an ISO 8601 date starts with (`2021-05-03`), or an empty string."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def named(text: str) -> str:
    """Return the day of a date in any notation, without converting between time zones.

    The day is in ISO 8601; empty if the text is no date or could be either of two days.
    """
    text = text.strip()[:_LONGEST]
    return _epoch(text) or day(text) or _numeric(text) or _worded(text)


def _epoch(text: str) -> str:
    """Return the day, in UTC, of a number of seconds or milliseconds since 1970."""
    if not re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return ""
    whole = len(text.partition(".")[0])
    seconds = float(text) / (1000 if whole > _MILLISECONDS else 1)
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _numeric(text: str) -> str:
    """Return the day of `2021/5/3`, or of `13/5/2021` where a number over 12 must be the day."""
    if found := re.match(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?!\d)", text):
        return _real(*map(int, found.groups()))
    if found := re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)", text):
        first, second, year = map(int, found.groups())
        if first > _MONTHS or first == second:
            return _real(year, second, first)
        if second > _MONTHS:
            return _real(year, first, second)
    return ""


def _worded(text: str) -> str:
    """Return the day of `3 May 2021`, `May 3, 2021` or the date of a mail."""
    if found := clues.dates(text):
        return day(found[0].iso)
    parsed = parsedate(text)
    return _real(*parsed[:3]) if parsed else ""


def _real(year: int, month: int, number: int) -> str:
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return ""
