"""Record ids of the parts of a file."""

from collections import Counter
from dataclasses import replace

from corpus_cli.ingest.readers.port import Found, Unread

UNKNOWN = "no reader for this kind of file"
"""The reason for a part whose format no reader supports: a picture, a style sheet, a program."""


def within(record: str, found: Found) -> Found:
    """Prefix the record id of a result with the record id of the part it comes from.

    The two are joined by `#`; an empty one is left out.
    """
    inner = "#".join(filter(None, (record, found.record)))
    if isinstance(found, Unread):
        return found._replace(record=inner)
    return replace(found, record=inner)


class Records:
    """The record ids of one file; a name that is used again gets a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._times: Counter[str] = Counter()

    def unique(self, name: str, form: str = "{n}/{name}") -> str:
        """Return `name`, or `template` with the lowest `{n}` from 2 on that is not used yet."""
        record = name
        while record in self._taken:
            self._times[name] += 1
            record = form.format(name=name, n=self._times[name] + 1)
        self._taken.add(record)
        return record
