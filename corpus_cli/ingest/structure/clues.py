"""Recognise a single line by its words and its form."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache, lru_cache, wraps
from typing import Any, NamedTuple, TypeVar

from corpus_cli.text.data import toml
from corpus_cli.text.normalise import fold, unify
from corpus_cli.text.stem import stop_words

_PARAGRAPH = 4_000

PROSE = 20
"""A line that ends like a sentence is prose if it has at least this many words."""

_T = TypeVar("_T")

_KEPT = 1_024
_LONGEST = 400
"""A line with more characters is too long to be recognised by its form."""

_STOPS = frozenset(".!?…。．！？।؟۔።")
_CLOSING = frozenset("\"'”’“»)]」』）")
_END = re.compile(r"[.!?…。．！？।؟۔።][\"'”’“»)\]」』）]*(?:\[\d+\])*$")
_NAME = re.compile(r"[^\W\d_][\w.'’-]*")
_NAMES = range(2, 6)
_PARTICLES = frozenset(
    {"al", "bin", "bint", "da", "de", "del", "der", "di", "el", "ibn", "la", "ul", "van", "von"}
)
_MONTHS = {
    name: n
    for n, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)(?:t[\d:.+z-]+)?",
        rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<year>\d{{4}})(?!\d)",
    )
)
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_NO_LETTERS = bytes(n for n in range(128) if not chr(n).isalpha())
_OTHER = re.compile(r"[^\W\d_A-Za-z]")
_YEAR = re.compile(r"\d{4}")
_YEARS = range(1800, 2100)


class Phrase(NamedTuple):
    """A line recognised by its wording: its finer kind of chrome, and its metadata by name."""

    kind: str
    says: dict[str, str]


class Date(NamedTuple):
    """A date in a line: ISO 8601, with its start and end in code points."""

    iso: str
    start: int
    end: int


def cached_by_line(about: Callable[[str], _T]) -> Callable[[str], _T]:
    """Cache a function of a line, because it is called many times for the same lines.

    Long lines are not cached, so that the cache takes a limited amount of memory.
    """
    kept = lru_cache(_KEPT)(about)

    @wraps(about)
    def cached(line: str) -> _T:
        return kept(line) if len(line) <= _PARAGRAPH else about(line)

    return cached


def wording() -> dict[str, Any]:
    """Return the phrase lists in `data/structure.toml`."""
    return toml("structure")


@cached_by_line
def phrase(line: str) -> Phrase | None:
    """Return the kind and metadata of a line that is chrome by its wording alone, else None."""
    text = _short(line)
    if not text or not _phrase().fullmatch(text):
        return None
    for kind, pattern in _phrases():
        if match := pattern.fullmatch(text):
            return Phrase(kind, {k: v.strip() for k, v in match.groupdict().items() if v})
    return None


@cached_by_line
def count_words(line: str) -> int:
    """Count the words of a line, or half of its Chinese and Japanese characters if that is more."""
    spaced = len(line.split())
    return spaced if line.isascii() else max(spaced, len(_WIDE.findall(line)) // 2)


def ends_sentence(line: str) -> bool:
    """Return whether a line ends like a sentence."""
    text = line.rstrip()
    return text[-1:] in _STOPS or (text[-1:] in _CLOSING and bool(_END.search(text)))


def is_prose(line: str) -> bool:
    """Return whether a line is as long as a paragraph and ends like one."""
    return count_words(line) >= PROSE and ends_sentence(line)


def is_symbol_line(line: str) -> bool:
    """Return whether a line has no letter and no digit."""
    return not any(map(str.isalnum, line))


def glued(line: str) -> tuple[str, ...]:
    """Return the labels that a scraper ran together: `Security studiesStrategic studies`."""
    parts = re.split(r"(?<=[a-z]{4})(?=[A-Z][a-z]{3})", _short(line))
    return (
        tuple(parts)
        if len(parts) > 1 and count_words(line) <= len(parts) * 3 and not ends_sentence(line)
        else ()
    )


@cached_by_line
def is_person_name(text: str) -> bool:
    """Return whether a text can be a person's name: two to five words, each with a capital."""
    if len(text.split()) not in _NAMES or not all(map(_NAME.fullmatch, text.split())):
        return False
    parts = text.replace("-", " ").split()
    if any(part.lower() in stop_words() for part in parts):
        return False
    named = [part for part in parts if part.lower() not in _PARTICLES]
    return len(named) > 1 and all(part[0].isupper() for part in named)


@cached_by_line
def byline(line: str) -> tuple[str, ...]:
    """Return the persons in a line that has nothing but their names: `By A B and C D`."""
    if not _unnamed().isdisjoint(_short(line).lower().split()):
        return ()
    text = re.sub(r"^(?:by|written by|posted by)\b:? ", "", _short(line), flags=re.IGNORECASE)
    names = [name for name in re.split(r", ?(?:and )?| (?:and|&) |; ?", text) if name]
    return tuple(names) if names and all(map(is_person_name, names)) else ()


def affiliation(line: str) -> bool:
    """Return whether a line of fewer than 40 words has a word for a role or a place of work."""
    tokens = set(_plain(line))
    people_words = wording()["people"]
    return count_words(line) < PROSE * 2 and bool(
        tokens & {*people_words["roles"], *people_words["places"]}
    )


@cached_by_line
def bio(line: str) -> tuple[bool, str]:
    """Return whether a line is a note on an author, and the name that it begins with.

    `NAME is a professor …`, `NAME holds a degree …`, `I hold a degree …`.
    """
    subjects, verbs = _biographical()
    parts = line.split()
    for at in range(1, min(len(parts), 7)):
        if fold(parts[at]) in verbs and is_person_name(name := " ".join(parts[:at])):
            return bool(subjects & set(_plain(" ".join(parts[at : at + 25])))), name
    if not re.match(r"I (am|have|hold|work|write|teach|studied)\b", line):
        return False, ""
    return bool(subjects & set(_plain(" ".join(parts[:12])))), ""


def breadcrumb(line: str) -> tuple[str, ...]:
    """Return the steps of a path through a site: `Home » world » Title`."""
    steps = tuple(step.strip() for step in re.split(r" [»›>/|→] ", _short(line)))
    return steps if len(steps) > 1 and all(steps) else ()


def dates(text: str) -> list[Date]:
    """Return the full dates of a text in order; a month or a year alone does not count."""
    dates_found: list[Date] = []
    if not _YEAR.search(text):
        return dates_found
    for pattern in _DATES:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            month = int(groups.get("number") or _MONTHS[fold(groups.get("month") or "")[:3]])
            year, day = int(groups["year"]), int(groups["day"])
            if year in _YEARS and month in range(1, 13) and day in range(1, 32):
                dates_found.append(Date(f"{year:04}-{month:02}-{day:02}", *match.span()))
    return sorted(dates_found, key=lambda date: date.start)


def find_stated_dates(text: str) -> list[tuple[str, Date]]:
    """Return the dates of a line, each with its field: `modified` after a word like `updated`."""
    stated_dates: list[tuple[str, Date]] = []
    end = 0
    for date in dates(text):
        stated_dates.append((find_date_field(text[end : date.start]), date))
        end = date.end
    return stated_dates


def find_date_field(label: str) -> str:
    """Return `modified` if the words before a date say that the text was changed then.

    Otherwise the date is that of publication: `published`.
    """
    words = {fold(word) for word in re.findall(r"[^\W\d_]+", label)}
    return "published" if words.isdisjoint(_update_words()) else "modified"


def date_line(line: str) -> str:
    """Return the date of a line that says little else: `Published: 3 May 2021 at 10:00`."""
    line = _short(line)
    dates_found = dates(line)
    rest = line[: dates_found[0].start] + line[dates_found[0].end :] if dates_found else ""
    return dates_found[0].iso if dates_found and len(re.findall(r"[^\W\d_]{2,}", rest)) <= 4 else ""  # noqa: PLR2004


@cached_by_line
def _short(line: str) -> str:
    """Return a line with blanks, quotation marks and hyphens unified; empty if it is long."""
    return " ".join(unify(line).split()) if len(line) <= _LONGEST else ""


def script(text: str) -> str:
    """Return the Unicode name of the script with most letters in a text; empty without letters."""
    return (_scripts(text).most_common(1) or [("", 0)])[0][0]


def foreign(line: str, text_scripts: Counter[str]) -> bool:
    """Return whether a line is in a script that few letters of the text are in."""
    own = script(line)
    total = sum(text_scripts.values())
    return bool(own) and text_scripts[own] < total * 0.2


def scripts(lines: list[str]) -> Counter[str]:
    """Count the letters of a text in each script."""
    return _scripts("".join(lines))


def _scripts(text: str) -> Counter[str]:
    if text.isascii():
        return +Counter(LATIN=_latin(text))
    counts = Counter(map(_script, _OTHER.findall("".join(_BEYOND.findall(text)))))
    counts["LATIN"] += _latin(text)
    return +counts


def _latin(text: str) -> int:
    """Count the ASCII letters of a text."""
    return len(text.encode("ascii", "ignore").translate(None, _NO_LETTERS))


@cache
def _script(char: str) -> str:
    return unicodedata.name(char, "UNKNOWN").partition(" ")[0]


def _plain(text: str) -> list[str]:
    return [fold(word) for word in re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", text)]


@cache
def _biographical() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words for roles and degrees, and the verbs of a biography."""
    people_words = wording()["people"]
    return frozenset(people_words["roles"] + people_words["degrees"]), frozenset(
        people_words["verbs"]
    )


@cache
def _update_words() -> frozenset[str]:
    return frozenset(map(fold, wording()["dates"]["modified"]))


@cache
def _unnamed() -> frozenset[str]:
    """Return the words that occur in no byline, neither in a name nor between two names."""
    return stop_words() - {"and", "by"}


@cache
def _phrase() -> re.Pattern[str]:
    """Return one pattern for all phrases, which quickly rules out most lines."""
    patterns = (re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern) for _, pattern in _phrases())
    return re.compile("|".join(patterns), re.IGNORECASE)


@cache
def _phrases() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (kind, re.compile(pattern, re.IGNORECASE))
        for kind, patterns in wording()["chrome"].items()
        for pattern in patterns
    ]
