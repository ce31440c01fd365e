"""Convert dates of other calendars to the Gregorian one."""

from datetime import date, timedelta

# The solar year 1403 began on 20 March 2024. In each cycle of 33 years these years are leap years,
# by the position in the cycle; jdatetime 6.1.1 has the same days from 1300 to 1472.
_KNOWN_YEAR, _KNOWN_DAY = 1403, date(2024, 3, 20)
_CYCLE = 33
_LEAP_POSITIONS = (1, 5, 9, 13, 17, 22, 26, 30)
_FIRST_SOLAR_YEAR = 1300
_LONG_MONTHS = 6
_LAST_MONTH = 12

_BUDDHIST_OFFSET = 543
_FIRST_BUDDHIST_YEAR = 2443


def is_solar_year(year: int) -> bool:
    """Return whether a year is one of the solar Hijri calendar since 1921, up to next year.

    The lunar Hijri years of these decades are higher.
    """
    return _FIRST_SOLAR_YEAR <= year <= date.today().year - 620  # noqa: DTZ011 - a day more or less


def is_buddhist_year(year: int) -> bool:
    """Return whether a year is one of the Buddhist era since 1900, up to next year."""
    last_year = date.today().year + 1 + _BUDDHIST_OFFSET  # noqa: DTZ011 - a day more or less
    return _FIRST_BUDDHIST_YEAR <= year <= last_year


def convert_buddhist_year(year: int) -> int:
    """Return the Gregorian year of a year of the Buddhist era, as Thailand counts it."""
    return year - _BUDDHIST_OFFSET


def convert_solar_day(year: int, month: int, day: int) -> date:
    """Return the day of a date of the solar Hijri calendar (Iran and Afghanistan).

    Raises `ValueError` if the day does not exist.
    """
    if not 1 <= month <= _LAST_MONTH or not 1 <= day <= _count_days(year, month):
        raise ValueError(f"{year}-{month}-{day} does not exist")
    years = year - _KNOWN_YEAR
    days = 365 * years + _count_leap_years(year) - _count_leap_years(_KNOWN_YEAR)
    days += 31 * (month - 1) - max(0, month - _LONG_MONTHS - 1) + day - 1
    return _KNOWN_DAY + timedelta(days)


def _count_days(year: int, month: int) -> int:
    """Return the number of days of a month: six have 31, five 30, and the last 29 or 30."""
    if month < _LAST_MONTH:
        return 31 if month <= _LONG_MONTHS else 30
    return 29 + _count_leap_years(year + 1) - _count_leap_years(year)


def _count_leap_years(year: int) -> int:
    """Return the number of leap years before a year, from year 0 on."""
    cycles, position = divmod(year, _CYCLE)
    return cycles * len(_LEAP_POSITIONS) + sum(leap < position for leap in _LEAP_POSITIONS)
