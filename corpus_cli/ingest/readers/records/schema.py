"""Map the field names of records to ours."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, cast

from corpus_cli.ingest.readers.paragraph_flow import mend_text
from corpus_cli.ingest.readers.stated_dates import parse_date
from corpus_cli.ingest.structure.clues import PROSE, count_words
from corpus_cli.ingest.structure.written_dates import DayOrder
from corpus_cli.text.data import toml

_MAX_ID_LENGTH = 200
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class FieldValue(NamedTuple):
    """A value, and the name of its field in the file."""

    name: str
    value: object


class FileDayOrder(NamedTuple):
    """Which number of `3/4/2024` is the day in a file, and a date in the file that decides it."""

    order: DayOrder = ""
    evidence: str = ""

    def __str__(self) -> str:
        return f"{self.order}, as in {self.evidence}"


def load_field_names() -> Mapping[str, Mapping[str, list[str]]]:
    """Load the names of fields and the words about values from `data/records.toml`."""
    return toml("records")


@lru_cache(maxsize=4_096)
def _fold_name(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


class RecordSchema:
    """Maps the field names of a record to ours; mappings of the user take precedence.

    `user_fields` maps names of fields in the file to ours. `day_order` is that of its dates.
    """

    day_order = FileDayOrder()

    def __init__(self, user_fields: Mapping[str, str]) -> None:
        default_ranks = {
            _fold_name(name): (rank, field)
            for field, names in load_field_names()["fields"].items()
            for rank, name in enumerate(names)
        }
        self._ranks = dict(default_ranks)
        for name, field in user_fields.items():
            self._ranks[_fold_name(name)] = (
                -1,
                default_ranks.get(_fold_name(field), (0, field))[1],
            )

    def find_fields(self, names: Iterable[str]) -> set[str]:
        """Return the fields of ours that some names stand for."""
        return {
            self._ranks[_fold_name(name)][1] for name in names if _fold_name(name) in self._ranks
        }

    def extract_values(self, record: Mapping[str, object]) -> dict[str, FieldValue]:
        """Return the value of each of our fields that a record has.

        If the text is in an object inside the record (`_source`, `attributes`), the fields of
        that object are included.
        """
        return self._extract(record)

    def has_text(self, record: Mapping[str, object]) -> bool:
        """Return whether a record has a text, also in an object inside it."""
        return "text" in self._extract(record, "text")

    def _extract(self, record: Mapping[str, object], only_field: str = "") -> dict[str, FieldValue]:
        values = self._extract_flat(record, only_field)
        if "text" not in values:
            inner_values = [
                self._extract_flat(value, only_field)
                for value in record.values()
                if isinstance(value, dict)
            ]
            inner_with_text = [inner for inner in inner_values if "text" in inner]
            if len(inner_with_text) == 1:
                return values | inner_with_text[0]
        return values

    def _extract_flat(
        self, record: Mapping[str, object], only_field: str = ""
    ) -> dict[str, FieldValue]:
        ranked = ((self._ranks.get(_fold_name(name)), name) for name in record)
        ranked_names = [
            (*rank, name) for rank, name in ranked if rank and only_field in ("", rank[1])
        ]
        values: dict[str, FieldValue] = {}
        for _, field, name in sorted(ranked_names):
            if field not in values and self._can_have(field, record[name]):
                values[field] = FieldValue(name, record[name])
        return values

    def _can_have(self, field: str, value: object) -> bool:
        """Return whether a field can have a value; articles inside a record are not its text."""
        if field in ("published", "modified"):
            return any(parse_date(text, self.day_order.order) for text in iter_texts(value))
        if field == "text":
            items = value if isinstance(value, list) else [value]
            articles = (item for item in items if isinstance(item, dict))
            if any("title" in self.find_fields(article) for article in articles):
                return False
        return any(True for _ in iter_texts(value))

    def iter_dates(self, record: Mapping[str, object]) -> Iterator[str]:
        """Yield the texts of the fields that can be dates, also of objects inside a record."""
        for name, value in record.items():
            if isinstance(value, dict):
                yield from self.iter_dates(value)
            elif self.find_fields([name]) & {"published", "modified"}:
                yield from iter_texts(value)

    def find_id(self, record: Mapping[str, object]) -> str:
        """Return the id of a record, or an empty string."""
        value = self._extract_flat(record, "id").get("id")
        text = next(iter_texts(value.value), "") if value else ""
        return _CONTROL_CHARACTERS.sub(" ", mend_text(text)).strip()[:_MAX_ID_LENGTH]

    def is_article(self, values: Mapping[str, FieldValue]) -> bool:
        """Return whether values make an article: a text, or a title or dek of no vague name.

        So settings of programs, which have a `name` and a `description`, are not articles.
        """
        heading_names = [values[field].name for field in ("title", "dek") if field in values]
        vague_names = set(map(_fold_name, load_field_names()["values"]["vague"]))
        return "text" in values or any(
            _fold_name(name) not in vague_names or self._ranks[_fold_name(name)][0] < 0
            for name in heading_names
        )

    def find_unknown_text(self, record: Mapping[str, object]) -> str:
        """Return the name of an unknown field whose value reads like prose, or an empty string."""
        for name, value in record.items():
            if (
                _fold_name(name) not in self._ranks
                and isinstance(value, str)
                and count_words(value) >= PROSE
            ):
                return name
        return ""

    def find_records(self, value: object) -> list[object]:
        """Return the records in a JSON value: itself, or the nearest list of records with texts.

        If nothing has a text, objects with a title are the records.
        """
        return _find_nearest(value, self._has_text) or _find_nearest(value, self._is_headline)

    def _has_text(self, value: object) -> bool:
        return isinstance(value, dict) and self.has_text(value)

    def _is_headline(self, value: object) -> bool:
        """Return whether an object has a title and is not a feed of others with titles."""
        if not self._has_title(value):
            return False
        record = cast(dict[str, object], value)
        inner_values = (
            inner_value
            for member in record.values()
            if isinstance(member, list)
            for inner_value in member
        )
        return "text" in self.find_fields(record) or not any(map(self._has_title, inner_values))

    def _has_title(self, value: object) -> bool:
        return isinstance(value, dict) and self.is_article(self.extract_values(value))


def _find_nearest(value: object, matches: Callable[[object], bool]) -> list[object]:
    """Return a value that matches, or the list nearest to the root with most matches."""
    if matches(value):
        return [value]
    level = [_list_members(value)]
    while level:
        best = max(level, key=lambda members: sum(map(matches, members)))
        if any(map(matches, best)):
            return best
        level = [
            _list_members(member)
            for members in level
            for member in members
            if _list_members(member)
        ]
    return []


def _list_members(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def iter_texts(value: object) -> Iterator[str]:
    """Yield the texts in a value: all of a list, and the first named member of an object."""
    stack = [value]
    while stack:
        inner_value = stack.pop()
        if isinstance(inner_value, str):
            if inner_value.strip():
                yield inner_value
        elif isinstance(inner_value, list):
            stack += reversed(inner_value)
        elif isinstance(inner_value, dict):
            stack += [
                inner_value[key]
                for key in load_field_names()["values"]["inner"]
                if inner_value.get(key)
            ][:1]
