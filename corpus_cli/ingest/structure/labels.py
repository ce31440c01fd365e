"""Read lines of labels: `Topic: a, b Tags: c, d By: E F`."""

import re
from functools import cache

from corpus_cli.ingest.structure.clues import byline, count_words, wording
from corpus_cli.ingest.structure.written_dates import (
    find_ambiguous_date,
    find_dates,
    parse_period,
    read_date_line,
)
from corpus_cli.model import AMBIGUOUS, Datum

_LONGEST = 2_000

_MAX_NAME_WORDS = 6

# At the beginning of a line the label of one of these fields may be in small letters.
_HEAD_FIELDS = ("title", "author", "published", "modified")
_OPENING = re.compile(r"([^\W\d_]+(?: [^\W\d_]+)?) ?: ?")
_MARKS = " |·•–—-,;"
_EMPHASIS = re.compile(r"\*\*|__")
_LABEL = re.compile(r"(?:(?<=\s)|^)((?:[A-Z][\w-]*\s)?[A-Z][\w-]*):\s*")


def parse_labels(line: str) -> list[tuple[str, str]]:
    """Return `(field, value)` of each label in a line made of labels; empty for other lines.

    Such a line begins with a label, and that or a later label is in the word list.
    """
    if ":" not in line or len(line) > _LONGEST:
        return []
    line = " ".join(_EMPHASIS.sub("", line).split())
    matches = list(_LABEL.finditer(line))
    opening = _OPENING.match(line)
    opening_field = _labels().get(opening[1].lower(), "") if opening else ""
    if opening and opening_field in _HEAD_FIELDS and _values(opening_field, line[opening.end() :]):
        matches = [opening, *(match for match in matches if match.start() >= opening.end())]
    fields = [_field(match[1]) for match in matches]
    if fields[:1] == ["title"]:
        # A title may have a colon of its own.
        matches = [match for match, field in zip(matches, fields, strict=True) if field]
        fields = list(filter(None, fields))
    if not matches or matches[0].start() or not any(fields) or not (fields[0] or len(matches) > 1):
        return []
    ends = [_start(match) for match in matches[1:]] + [len(line)]
    return [
        (field, line[match.end() : end].strip())
        for match, field, end in zip(matches, fields, ends, strict=True)
        if field
    ]


def read_labels(line: str, n: int, title: str) -> list[Datum]:
    """Return the metadata of a line made of labels; `n` is its number.

    Some sites run the title and the date into the last value: both are cut out of values.
    """
    data: list[Datum] = []
    for field, written in parse_labels(line):
        value, dates_found = written, find_dates(written)
        if dates_found and field not in ("published", "modified"):
            data.append(Datum("published", dates_found[-1].iso, f"line {n}"))
            value = (value[: dates_found[-1].start] + value[dates_found[-1].end :]).strip(_MARKS)
        if title and title in value:
            value = value.replace(title, "").strip()
        values = _values(field, value)
        data += [Datum(field, single, f"line {n}") for single in values]
        if field in ("published", "modified") and not values:
            ambiguous = find_ambiguous_date(value)
            data += [Datum(AMBIGUOUS, ambiguous, f"line {n}")] if ambiguous else []
    return data


def _values(field: str, value: str) -> list[str]:
    match field:
        case "author":
            return list(byline(value)) or ([value] if _may_be_author(value) else [])
        case "published" | "modified":
            return list(filter(None, [_find_date(value)]))
        case "tag" | "section" | "region":
            parts = filter(None, map(str.strip, re.split("[,;]", value)))
            return [part.removeprefix("and ").strip() for part in parts]
        case "url":
            return [value] if re.fullmatch(r"https?://\S+", value) else []
        case _:
            return [value] if value else []


def _may_be_author(value: str) -> bool:
    """Return whether the value of a label can be an author that is no person: `Reuters`."""
    return 0 < count_words(value) <= _MAX_NAME_WORDS and not value[0].islower()


def _find_date(value: str) -> str:
    if dates_found := find_dates(value):
        return dates_found[0].iso
    date_line = read_date_line(value)
    return date_line.published or date_line.modified if date_line else parse_period(value)


def _field(label: str) -> str:
    """Return the field that a label names, else that of its last word, else an empty string."""
    field_by_label = _labels()
    words = label.lower().split()
    return field_by_label.get(" ".join(words), "") or field_by_label.get(words[-1], "")


def _start(match: re.Match[str]) -> int:
    """Return where a label begins: at its last word if only that word is in the word list.

    Its first word then belongs to the value before it.
    """
    words = match[1].lower().split()
    if len(words) > 1 and " ".join(words) not in _labels() and words[-1] in _labels():
        return match.end(1) - len(match[1].split()[-1])
    return match.start()


@cache
def _labels() -> dict[str, str]:
    return {label: field for field, labels in wording()["labels"].items() for label in labels}
