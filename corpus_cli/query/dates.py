"""Parse dates of queries: `2023-04`, `last-month`, `30d`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from corpus_cli.text.normalise import unify

EXAMPLES = "2023, 2023-04, 2023-04-05, yesterday, last-month or 30d"
"""Dates of all kinds, for the message about a text that is none."""

_ISO = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")
_AGO = re.compile(r"(\d{1,4})([dwmy])")
_NAMED = re.compile(r"(last|this)-(week|month|year)")


class Period(NamedTuple):
    """The first and the last moment, both included; each a year, a month or a day."""

    low: str
    high: str


def period(text: str, today: date) -> Period | None:
    """Return the period that a date means; None if the text is no date.

    A year, month or day; `today`, `yesterday`; `last-` or `this-` `week` (from Monday),
    `month` or `year`; `7d`, `2w`, `3m`, `1y`: the day that long ago.
    """
    # Digits of any script count.
    text = unify(text).casefold()
    if _ISO.fullmatch(text):
        return Period(text, text) if _is_day(text) else None
    if text in ("today", "yesterday"):
        return _day(today - timedelta(text == "yesterday"))
    if match := _NAMED.fullmatch(text):
        return _named(match[2], today, back=match[1] == "last")
    if match := _AGO.fullmatch(text):
        return _day(_ago(int(match[1]), match[2], today))
    return None


def _is_day(text: str) -> bool:
    """Return whether a date is a real day; a month or a year always counts."""
    try:
        return bool(len(text) < len("2023-02-29") or date.fromisoformat(text))
    except ValueError:
        return False


def _named(unit: str, today: date, *, back: bool) -> Period:
    if unit == "week":
        monday = today - timedelta(today.weekday() + 7 * back)
        return Period(monday.isoformat(), (monday + timedelta(6)).isoformat())
    size = 4 if unit == "year" else 7
    # The day before the first of a month, or year, is in the previous one.
    day = today.replace(day=1, month=1 if unit == "year" else today.month) - timedelta(back)
    return Period(*[day.isoformat()[:size]] * 2)


def _ago(count: int, unit: str, today: date) -> date:
    # Its import loads locale, and few queries need it.
    from calendar import monthrange

    months = count * {"m": 1, "y": 12}.get(unit, 0)
    try:
        if not months:
            return today - timedelta(count * (7 if unit == "w" else 1))
        year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
        return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError):
        return date.min


def _day(day: date) -> Period:
    return Period(day.isoformat(), day.isoformat())
