"""Map the field names of records to ours."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, cast

from corpus_cli.ingest.readers.days import named
from corpus_cli.ingest.readers.flow import paired
from corpus_cli.ingest.structure.clues import PROSE, words
from corpus_cli.text.data import toml

_ID = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class Value(NamedTuple):
    """A value, and the name of its field in the file."""

    name: str
    value: object


def names() -> Mapping[str, Mapping[str, list[str]]]:
    """Load the names of fields and the words about values from `data/records.toml`."""
    return toml("records")


@lru_cache(maxsize=4_096)
def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


class Schema:
    """Maps the field names of a record to ours; mappings of the user take precedence.

    `user_fields` maps names of fields in the file to ours.
    """

    def __init__(self, stated: Mapping[str, str]) -> None:
        known = {
            _folded(name): (rank, field)
            for field, names in names()["fields"].items()
            for rank, name in enumerate(names)
        }
        self._ranks = dict(known)
        for name, ours in stated.items():
            self._ranks[_folded(name)] = (-1, known.get(_folded(ours), (0, ours))[1])

    def fields(self, names: Iterable[str]) -> set[str]:
        """Return the fields of ours that some names stand for."""
        return {self._ranks[_folded(name)][1] for name in names if _folded(name) in self._ranks}

    def values(self, record: Mapping[str, object]) -> dict[str, Value]:
        """Return the value of each of our fields that a record has.

        If the text is in an object inside the record (`_source`, `attributes`), the fields of
        that object are included.
        """
        found = self._flat(record)
        if "text" not in found:
            inside = [self._flat(value) for value in record.values() if isinstance(value, dict)]
            whole = [inner for inner in inside if "text" in inner]
            if len(whole) == 1:
                return found | whole[0]
        return found

    def _flat(self, record: Mapping[str, object], only: str = "") -> dict[str, Value]:
        names = [name for name in record if _folded(name) in self._ranks]
        found: dict[str, Value] = {}
        for _, field, name in sorted((*self._ranks[_folded(name)], name) for name in names):
            if only in ("", field) and field not in found and self._holds(field, record[name]):
                found[field] = Value(name, record[name])
        return found

    def _holds(self, field: str, value: object) -> bool:
        """Return whether a field can have a value; articles inside a record are not its text."""
        if field in ("published", "modified"):
            return any(map(named, texts(value)))
        if field == "text":
            inside = value if isinstance(value, list) else [value]
            articles = (item for item in inside if isinstance(item, dict))
            if any("title" in self.fields(article) for article in articles):
                return False
        return any(True for _ in texts(value))

    def id(self, record: Mapping[str, object]) -> str:
        """Return the id of a record, or an empty string."""
        found = self._flat(record, "id").get("id")
        text = next(texts(found.value), "") if found else ""
        return _CONTROL.sub(" ", paired(text)).strip()[:_ID]

    def whole(self, values: Mapping[str, Value]) -> bool:
        """Return whether values make an article: a text, or a title or dek of no vague name.

        So settings of programs, which have a `name` and a `description`, are not articles.
        """
        heads = [values[field].name for field in ("title", "dek") if field in values]
        vague = set(map(_folded, names()["values"]["vague"]))
        return "text" in values or any(
            _folded(name) not in vague or self._ranks[_folded(name)][0] < 0 for name in heads
        )

    def unnamed(self, record: Mapping[str, object]) -> str:
        """Return the name of an unknown field whose value reads like prose, or an empty string."""
        for name, value in record.items():
            if (
                _folded(name) not in self._ranks
                and isinstance(value, str)
                and words(value) >= PROSE
            ):
                return name
        return ""

    def records(self, value: object) -> list[object]:
        """Return the records in a JSON value: itself, or the nearest list of records with texts.

        If nothing has a text, objects with a title are the records.
        """
        return _nearest(value, self._article) or _nearest(value, self._headline)

    def _article(self, value: object) -> bool:
        return isinstance(value, dict) and "text" in self.values(value)

    def _headline(self, value: object) -> bool:
        """Return whether an object has a title and is not a feed of others with titles."""
        if not self._headed(value):
            return False
        found = cast(dict[str, object], value)
        inside = (one for inner in found.values() if isinstance(inner, list) for one in inner)
        return "text" in self.fields(found) or not any(map(self._headed, inside))

    def _headed(self, value: object) -> bool:
        return isinstance(value, dict) and self.whole(self.values(value))


def _nearest(value: object, fits: Callable[[object], bool]) -> list[object]:
    """Return a value that matches, or the list nearest to the root with most matches."""
    if fits(value):
        return [value]
    level = [_members(value)]
    while level:
        most = max(level, key=lambda members: sum(map(fits, members)))
        if any(map(fits, most)):
            return most
        level = [_members(member) for members in level for member in members if _members(member)]
    return []


def _members(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def texts(value: object) -> Iterator[str]:
    """Yield the texts in a value: all of a list, and the first named member of an object."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            if one.strip():
                yield one
        elif isinstance(one, list):
            stack += reversed(one)
        elif isinstance(one, dict):
            stack += [one[key] for key in names()["values"]["inner"] if one.get(key)][:1]
