"""Read what an office document says of itself."""

from corpus_cli.ingest.readers.metadata_values import drop_repeats, normalise_value, split_list
from corpus_cli.ingest.readers.office.package import ElementTexts, Package
from corpus_cli.ingest.readers.port import Unread
from corpus_cli.model import Datum
from corpus_cli.text.data import toml

_CORE_PROPERTIES = "docProps/core.xml"
_FIELDS_BY_TAG = {
    "title": "title",
    "creator": "author",
    "modified": "modified",
    "language": "language",
    "subject": "tag",
    "keywords": "tag",
}


def read_core_properties(package: Package) -> tuple[list[Datum], list[Unread]]:
    """Return the metadata of a document of Word, Excel or PowerPoint, and what is damaged."""
    properties = ElementTexts()
    damage: list[Unread] = []
    if _CORE_PROPERTIES in package.names:
        damage += package.parse_readable(_CORE_PROPERTIES, properties)
    data = drop_repeats(
        datum
        for tag, value, _ in properties.elements
        if tag in _FIELDS_BY_TAG
        for part in _split_values(tag, value)
        for datum in normalise_value(_FIELDS_BY_TAG[tag], part, f"{_CORE_PROPERTIES} {tag}")
    )
    placeholders = toml("office")["placeholders"]
    return [d for d in data if d.value not in placeholders.get(d.field, ())], damage


def _split_values(tag: str, value: str) -> list[str]:
    if tag in ("subject", "keywords"):
        return split_list(value)
    # Word separates authors with semicolons; a comma may be part of a name.
    return value.split(";") if tag == "creator" else [value]
