"""Normalise the values of metadata."""

import re
from collections.abc import Iterable

from corpus_cli.ingest.readers.stated_dates import parse_date
from corpus_cli.ingest.structure.written_dates import find_ambiguous_date
from corpus_cli.model import AMBIGUOUS, CLAIMED, SINGLE, Datum


def normalise_value(field: str, value: str, origin: str, certainty: str = CLAIMED) -> list[Datum]:
    """Return one value of metadata, normalised, or an empty list if the field cannot have it.

    White space is collapsed. A date becomes its day in ISO 8601 (a month or a year stays one),
    a language its ISO 639-1 code. A date that may be either of two days is a value of the field
    `ambiguous`. An address must start with `http://` or `https://`.
    """
    value = " ".join(value.split())
    if field in ("published", "modified"):
        date = parse_date(value)
        ambiguous = "" if date else find_ambiguous_date(value)
        field, value = (AMBIGUOUS, ambiguous) if ambiguous else (field, date)
    elif field == "language":
        value = value[:2].lower() if re.match(r"[A-Za-z]{2}(?![A-Za-z])", value) else ""
    elif field == "url":
        value = value if re.match(r"https?://\S+$", value, re.IGNORECASE) else ""
    return [Datum(field, value, origin, certainty)] if value else []


def split_list(text: str) -> list[str]:
    """Split a text with several values at commas and semicolons."""
    return re.split(r"[,;]", text)


def drop_repeats(data: Iterable[Datum]) -> list[Datum]:
    """Drop repeated values of a field; of a field with a single value keep only the first.

    The fields with a single value are those of `model.SINGLE`, such as the title.
    """
    data_by_value: dict[tuple[str, str], Datum] = {}
    for datum in data:
        is_single = datum.field in SINGLE
        data_by_value.setdefault((datum.field, "" if is_single else datum.value), datum)
    return list(data_by_value.values())
