"""The parts of a file, and what their records are called."""

from collections import Counter
from dataclasses import replace

from corpus_cli.ingest.readers.port import Found, Unread

UNKNOWN = "no reader is known for its kind"
"""The reason for a part of no known format: a picture, a style sheet, a program."""


def within(record: str, found: Found) -> Found:
    """What was found in a part, under the record id of that part."""
    inner = "#".join(filter(None, (record, found.record)))
    if isinstance(found, Unread):
        return found._replace(record=inner)
    return replace(found, record=inner)


class Records:
    """The record ids of one file: what is called as one before gets a number of its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._times: Counter[str] = Counter()

    def unique(self, name: str, form: str = "{n}/{name}") -> str:
        """The name, or `form` with the lowest number from 2 on that makes it another."""
        record = name
        while record in self._taken:
            self._times[name] += 1
            record = form.format(name=name, n=self._times[name] + 1)
        self._taken.add(record)
        return record
