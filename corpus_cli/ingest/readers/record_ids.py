"""Record ids of the parts of a file."""

from collections import Counter

from corpus_cli.ingest.readers.port import ReadResult, Unread

NO_READER = "no reader for this kind of file"
"""The reason for a part whose format no reader supports: a picture, a style sheet, a program."""


def prefix_record(record: str, result: ReadResult) -> ReadResult:
    """Prefix the record id of a result with the record id of the part it comes from.

    The two are joined by `#`; an empty one is left out.
    """
    record_id = "#".join(filter(None, (record, result.record)))
    if isinstance(result, Unread):
        return result._replace(record=record_id)
    return result._replace(record=record_id)


class RecordIds:
    """The record ids of one file; a name that occurs twice gets a number."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._repeats: Counter[str] = Counter()

    def make_unique(self, name: str, template: str = "{n}/{name}") -> str:
        """Return `name`, or `template` with the lowest `{n}` from 2 on that is not used yet."""
        record = name
        while record in self._used:
            self._repeats[name] += 1
            record = template.format(name=name, n=self._repeats[name] + 1)
        self._used.add(record)
        return record
