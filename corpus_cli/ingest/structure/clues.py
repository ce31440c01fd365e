"""Recognise a single line by its words and its form."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import takewhile
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
# An apostrophe, to which the marks of ayn are unified, may begin a name: ʿAbd al-Raḥmān.
_NAME = re.compile(r"'?[^\W\d_][\w.'’-]*")
_NAMES = range(2, 6)
_WORKPLACE = re.compile(r" (?:in|for|at|from) |\s?[|·•/(]|\s[–—-]\s")
_MAX_WORKPLACES = 2
_PARTICLES = frozenset(
    {"al", "bin", "bint", "da", "de", "del", "der", "di", "el", "ibn", "la", "ul", "van", "von"}
)
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_NO_LETTERS = bytes(n for n in range(256) if n > 127 or not chr(n).isalpha())  # noqa: PLR2004 - ASCII
_OTHER = re.compile(r"[^\x00-\x7f\W\d]")


class Phrase(NamedTuple):
    """A line recognised by its wording: its finer kind of chrome, and its metadata by name."""

    kind: str
    says: dict[str, str]


class _LineCache(dict[str, _T]):
    """What a function returns for the lines that it was asked for."""

    def __init__(self, about: Callable[[str], _T]) -> None:
        super().__init__()
        self._about = about

    def __missing__(self, line: str) -> _T:
        value = self._about(line)
        if len(line) <= _PARAGRAPH:
            if len(self) == _KEPT:
                self.clear()
            self[line] = value
        return value


def cached_by_line(about: Callable[[str], _T]) -> Callable[[str], _T]:
    """Cache a function of a line, because it is called many times for the same lines.

    A look-up in a dictionary takes a third of the time of `lru_cache`. Long lines are not cached,
    so that the cache takes a limited amount of memory.
    """
    return _LineCache(about).__getitem__


def wording() -> dict[str, Any]:
    """Return the phrase lists in `data/structure.toml`."""
    return toml("structure")


@cached_by_line
def phrase(line: str) -> Phrase | None:
    """Return the kind and metadata of a line that is chrome by its wording alone, else None."""
    text = unified(line)
    # Comparing the case of letters is faster than ignoring it.
    if not text or not _phrase().fullmatch(text.lower()):
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
    parts = re.split(r"(?=[A-Z][a-z]{3})(?<=[a-z]{4})", unified(line))
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
    if text.startswith("'") and text.endswith("'"):
        return False
    parts = text.replace("-", " ").split()
    if any(part.lower() in stop_words() for part in parts):
        return False
    named = [part for part in parts if part.lower() not in _PARTICLES]
    return len(named) > 1 and all(part.lstrip("'")[:1].isupper() for part in named)


@cached_by_line
def byline(line: str) -> tuple[str, ...]:
    """Return the persons in a line that has nothing but their names: `By A B and C D`."""
    if names := opened_byline(line):
        return names
    text = unified(line)
    return () if _has_unnamed_word(text) else _split_names(text, is_person_name)


@cached_by_line
def opened_byline(line: str) -> tuple[str, ...]:
    """Return the persons in a line that begins with `By`, in any language, and their names.

    Where they work may follow: `By Ann Lee, BBC News, Kabul`, `By Ann Lee in Kabul`.
    """
    text = unified(line)
    opening = _byline_opening().match(text)
    if not opening:
        return ()
    text = _WORKPLACE.split(text[opening.end() :], maxsplit=1)[0]
    if _has_unnamed_word(text):
        return ()
    is_name = is_person_name if opening[0].isascii() else _is_name_without_capitals
    names = [name for name in _joint().split(text) if name]
    if all(map(is_name, names)):
        # After the first name, a role is no person: `By Ann Lee, Staff Writer`.
        return tuple(name for i, name in enumerate(names) if not (i and affiliation(name)))
    if ends_sentence(text) or text.count(",") > _MAX_WORKPLACES:
        return ()
    names = _joint().split(text.partition(",")[0])
    return tuple(takewhile(is_name, names))


def _split_names(text: str, is_name: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the names that a text consists of; empty if a part of it is no name."""
    names = [name for name in _joint().split(text) if name]
    return tuple(names) if names and all(map(is_name, names)) else ()


def _is_name_without_capitals(text: str) -> bool:
    """Return whether a text can be a person's name in a script without capitals."""
    words = text.split()
    return len(words) in _NAMES and all(
        _NAME.fullmatch(word) and not word[0].islower() for word in words
    )


def _has_unnamed_word(text: str) -> bool:
    return not _unnamed().isdisjoint(text.lower().split())


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
    steps = tuple(step.strip() for step in re.split(r" [»›>/|→] ", unified(line)))
    return steps if len(steps) > 1 and all(steps) else ()


@cached_by_line
def unified(line: str) -> str:
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
    counts = Counter(map(_script, _OTHER.findall(text)))
    counts["LATIN"] += _latin(text)
    return +counts


def _latin(text: str) -> int:
    """Count the ASCII letters of a text."""
    return len(text.encode("utf-8", "replace").translate(None, _NO_LETTERS))


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
def _byline_opening() -> re.Pattern[str]:
    openings = "|".join(map(re.escape, wording()["bylines"]["openings"]))
    return re.compile(rf"(?:{openings})(?: ?:)? (?=\S)", re.IGNORECASE)


@cache
def _joint() -> re.Pattern[str]:
    joints = "|".join(map(re.escape, wording()["bylines"]["joints"]))
    return re.compile(rf", ?(?:(?:{joints}) )?| (?:{joints}) |; ?", re.IGNORECASE)


@cache
def _unnamed() -> frozenset[str]:
    """Return the words that occur in no byline, neither in a name nor between two names."""
    return stop_words() - {"and", "by"}


@cache
def _phrase() -> re.Pattern[str]:
    """Return one pattern for all phrases, which quickly rules out most lines."""
    patterns = (re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern) for _, pattern in _phrases())
    return re.compile("|".join(patterns))


@cache
def _phrases() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (kind, re.compile(pattern, re.IGNORECASE))
        for kind, patterns in wording()["chrome"].items()
        for pattern in patterns
    ]
