"""Values of metadata in the form they are kept in."""

import re
from collections.abc import Iterable

from corpus_cli.ingest.readers.days import day
from corpus_cli.model import CLAIMED, SINGLE, Datum


def datum(field: str, value: str, origin: str, certainty: str = CLAIMED) -> list[Datum]:
    """One value of metadata with blanks collapsed; none if it is empty or no value of its field.

    A date is the day as it is written, a language its ISO 639-1 code, an address has a scheme.
    """
    value = " ".join(value.split())
    if field in ("published", "modified"):
        value = day(value)
    elif field == "language":
        value = value[:2].lower() if re.match(r"[A-Za-z]{2}(?![A-Za-z])", value) else ""
    elif field == "url":
        value = value if re.match(r"https?://\S+$", value, re.IGNORECASE) else ""
    return [Datum(field, value, origin, certainty)] if value else []


def several(text: str) -> list[str]:
    """The values of a list in one text: at commas and semicolons."""
    return re.split(r"[,;]", text)


def unique(data: Iterable[Datum]) -> list[Datum]:
    """Each value of each field once, and one title at most."""
    kept: dict[tuple[str, str], Datum] = {}
    for one in data:
        single = one.field in SINGLE
        kept.setdefault((one.field, "" if single else one.value), one)
    return list(kept.values())
