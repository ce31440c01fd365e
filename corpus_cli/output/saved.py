"""Format saved searches, and how much of them is new."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corpus_cli.output import records
from corpus_cli.saved.options import OptionValues, option_values
from corpus_cli.saved.searches import ListedSearch, NewCount
from corpus_cli.text.plurals import plural
from corpus_cli.text.printable import one_line
from corpus_cli.text.shell import quote

_DAY = len("2026-12-01")

COLUMNS = ("name", "query", "options", "added", "new")


class NewsLine(NamedTuple):
    """How much of a saved search is new, as a line and as a record; or why that is not known.

    The line is empty if nothing is new.
    """

    line: str
    record: records.Record
    failure: str = ""


def record_search(listed: ListedSearch) -> records.Record:
    """Return the record of a saved search; one that cannot be run has an error."""
    new = listed.new
    record: records.Record = {"name": listed.saved.name, "query": listed.saved.query}
    if listed.request is not None:
        record["options"] = option_values(listed.request)
    record |= {"added": listed.saved.added, "new": new.passages}
    if new.partial:
        record["partial"] = True
    return record | ({"error": new.error} if new.error else {})


def table_row(listed: ListedSearch, *, short: bool = False) -> records.Record:
    """Return the cells of a saved search for a table: its options as they are typed.

    A `short` row has only the day on which it was added.
    """
    new = listed.new
    count = f"at least {new.passages}" if new.partial else str(new.passages)
    return {
        "name": listed.saved.name,
        "query": listed.saved.query,
        "options": format_options(option_values(listed.request)) if listed.request else "",
        "added": listed.saved.added[:_DAY] if short else listed.saved.added,
        "new": "?" if new.error else count,
    }


def format_options(values: OptionValues) -> str:
    """Return options as they are typed on a command line."""
    return " ".join(_typed(values))


def _typed(values: OptionValues) -> Iterator[str]:
    for name, value in values.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, str):
            yield f"{option}={quote(value)}"
        elif isinstance(value, list):
            yield from (f"{option} {quote(one)}" for one in value)
        else:
            yield option


def describe_new(counts: Iterable[NewCount], index_option: str) -> list[NewsLine]:
    """Describe what is new of saved searches, with the command that shows it."""
    return [_describe(one, index_option) for one in counts]


def _describe(count: NewCount, index_option: str) -> NewsLine:
    name, command = one_line(count.name), f"corpus new{index_option} {quote(count.name)}"
    record: records.Record = {"name": count.name, "passages": count.passages}
    if count.partial:
        record["partial"] = True
    if count.passages:
        at_least = "at least " if count.partial else ""
        line = f"{name}: {at_least}{plural(count.passages, 'new passage')}: {command}"
        return NewsLine(line, record)
    if count.error:
        return NewsLine("", record, f"the saved search {name} cannot be run: {count.error}")
    if count.partial:
        return NewsLine("", record, f"there was no time to look for what is new: {command}")
    return NewsLine("", record)
