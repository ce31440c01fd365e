"""What a text says of itself before it begins."""

import json
import tomllib

import yaml

from corpus_cli.ingest.readers.records.records import metadata as read
from corpus_cli.ingest.readers.records.schema import Schema
from corpus_cli.model import Datum

_WORDS = 3


class _Loader(yaml.BaseLoader):
    """Makes nothing but texts, as they are written: a date is one for us to read, `no` is a word.

    It knows no aliases: a few lines of them unfold to millions.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias")
        return super().compose_node(parent, index)


def metadata(text: str, *, toml: bool) -> list[Datum] | None:
    """The metadata in a block of YAML or TOML; None where it is neither."""
    try:
        found = _texts(tomllib.loads(text)) if toml else yaml.load(text, _Loader)  # noqa: S506 - of texts
    except (ValueError, yaml.YAMLError, RecursionError):
        return None
    if not isinstance(found, dict) or not all(_is_name(name) for name in found):
        return None
    return read(Schema({}).values(found), "front matter")


def _is_name(name: object) -> bool:
    """Whether the key of a mapping names a field; a sentence with a colon in it does not."""
    return isinstance(name, str) and len(name.split()) <= _WORDS


def _texts(found: dict[str, object]) -> object:
    """TOML knows dates; as texts they are read as any others."""
    return json.loads(json.dumps(found, default=str))
