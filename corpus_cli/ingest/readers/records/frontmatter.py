"""Read YAML and TOML front matter."""

import json

import yaml

from corpus_cli.ingest.readers.records.reader import find_ambiguous_dates, record_metadata
from corpus_cli.ingest.readers.records.schema import RecordSchema
from corpus_cli.model import Datum
from corpus_cli.system.toml_text import parse_toml

_MAX_NAME_WORDS = 3


class _Loader(yaml.BaseLoader):
    """Loads every scalar as a string: dates are parsed later, and `no` stays a word.

    It refuses aliases, because a few lines of them can expand to millions of values.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not supported")
        return super().compose_node(parent, index)


def parse_front_matter(text: str, *, is_toml: bool) -> list[Datum] | None:
    """Return the metadata in a block of YAML, or of TOML if `is_toml`; None if it is invalid."""
    try:
        fields = _stringify_dates(parse_toml(text)) if is_toml else yaml.load(text, _Loader)  # noqa: S506 - it loads only strings
    except (ValueError, yaml.YAMLError, RecursionError):
        return None
    if not isinstance(fields, dict) or not all(_is_field_name(name) for name in fields):
        return None
    schema = RecordSchema({})
    values = schema.extract_values(fields)
    ambiguous = find_ambiguous_dates(fields, values, schema, "front matter")
    return record_metadata(values, "front matter") + ambiguous


def _is_field_name(key: object) -> bool:
    """Return whether a key can name a field; the start of a sentence before a colon cannot."""
    return isinstance(key, str) and len(key.split()) <= _MAX_NAME_WORDS


def _stringify_dates(fields: dict[str, object]) -> object:
    """Return the fields of a TOML block with dates as strings."""
    return json.loads(json.dumps(fields, default=str))
