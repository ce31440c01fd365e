"""Turn filter options into nodes of a query."""

import re
from collections.abc import Iterator
from typing import NamedTuple, cast

from corpus_cli.errors import UsageError
from corpus_cli.query.nodes import (
    ANY,
    OWN_FIELDS,
    Bag,
    Dates,
    Field,
    FieldName,
    Node,
    Not,
    Or,
    Quoted,
    Wild,
)
from corpus_cli.text.normalise import unify
from corpus_cli.text.tokenise import units

VALUED = ("author", "source", "tag", "lang", "path", "name", "note", "mytag")
"""The fields that are filtered by their values."""

FILTERS = ("since", "until", *VALUED)
"""All filters, by the names of their options."""


class Filters(NamedTuple):
    """The conditions that articles must fulfil.

    One of several values of a field is enough; a value that begins with `-` or `!` excludes,
    a date only with `!`. Several dates must all hold.
    """

    since: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    note: tuple[str, ...] = ()
    mytag: tuple[str, ...] = ()


def filter_values(filters: Filters, name: str) -> tuple[str, ...]:
    """Return the values of one filter; a single string counts as one value, not as its letters."""
    values: tuple[str, ...] | str = getattr(filters, name)
    return (values,) if isinstance(values, str) else values


_WORD = r"[*?'’-]*+\w[\w*?'’-]*+"


def filtered(query: Bag, filters: Filters, *, all_names: bool = False) -> Bag:
    """Return the query with its filters added; with `all_names` all of the names must hold.

    Raises `UsageError` for an invalid value.
    """
    return Bag((*query.nodes, *_dates(filters), *_values(filters, all_names=all_names)))


def value(field: FieldName, text: str) -> Field | None:
    """Return a node that a field has a value; None if the value contains no word.

    With `*` or `?` it is a pattern: of a path as in .gitignore, else of one word.
    """
    if field in OWN_FIELDS and text == ANY:
        return Field(field, Wild(ANY))
    if any(char in text for char in "*?"):
        if field == "path":
            return Field(field, Wild(text.replace('"', "?")))
        if re.fullmatch(_WORD, text):
            return Field(field, Wild(text))
    return Field(field, Quoted(_clean(text))) if any(units(text)) else None


def _clean(text: str) -> str:
    return " ".join(unify(text).replace('"', " ").split())


def _values(filters: Filters, *, all_names: bool) -> Iterator[Node]:
    for name in VALUED:
        wanted: list[Node] = []
        for text in filter_values(filters, name):
            excluded, rest = _signed(text)
            node = value(cast(FieldName, name), rest)
            if node is None:
                raise UsageError(f"--{name} must be a value with a word in it, not {text!r}")
            if excluded:
                yield Not(node)
            else:
                wanted.append(node)
        if name == "name" and all_names:
            yield from wanted
        elif wanted:
            yield wanted[0] if len(wanted) == 1 else Or(tuple(wanted))


def _dates(filters: Filters) -> Iterator[Node]:
    if not (filters.since or filters.until):
        return
    # Few queries have dates, and their modules take time to import.
    from datetime import date

    from corpus_cli.query.dates import EXAMPLES, period

    today = date.today()  # noqa: DTZ011 - the day where the user is
    lows: list[str] = []
    highs: list[str] = []
    for name in ("since", "until"):
        for text in filter_values(filters, name):
            # As with the `find` command, -30d means thirty days ago.
            excluded, rest = text[:1] == "!", text.removeprefix("!").removeprefix("-")
            parsed = period(rest, today)
            if not parsed:
                raise UsageError(f"--{name} must be a date like {EXAMPLES}, not {text!r}")
            node = Dates(parsed.low, "") if name == "since" else Dates("", parsed.high)
            if not excluded:
                (lows if name == "since" else highs).append(node.low or node.high)
            yield Not(node) if excluded else node
    for low in lows:
        for high in highs:
            if low[: len(high)] > high:
                raise UsageError(f"no day is both since {low} and until {high}")


def _signed(text: str) -> tuple[bool, str]:
    return (True, text[1:]) if text[:1] in ("-", "!") else (False, text)
