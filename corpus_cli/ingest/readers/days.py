"""The day that a date names."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate

from corpus_cli.ingest import clues

_LONGEST = 100
_MILLISECONDS = 11
_MONTHS = 12


def day(text: str) -> str:
    """The day at the head of an ISO 8601 date; empty if there is none."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def named(text: str) -> str:
    """The day that a date names, as it is written; empty if it names none, or one of two."""
    text = text.strip()[:_LONGEST]
    return _epoch(text) or day(text) or _numeric(text) or _worded(text)


def _epoch(text: str) -> str:
    """The day of a number of seconds or milliseconds since 1970, in UTC."""
    if not re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return ""
    whole = len(text.partition(".")[0])
    seconds = float(text) / (1000 if whole > _MILLISECONDS else 1)
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _numeric(text: str) -> str:
    """`2021/5/3`, and `13/5/2021` or `5/13/2021` where a number over 12 tells the day."""
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
    """`3 May 2021`, `May 3, 2021`, and the date of a mail."""
    if found := clues.dates(text):
        return day(found[0].iso)
    parsed = parsedate(text)
    return _real(*parsed[:3]) if parsed else ""


def _real(year: int, month: int, number: int) -> str:
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return ""
