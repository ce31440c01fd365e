"""Metadata of the fields of a download."""

import re
from collections.abc import Iterator

from corpus_cli.ingest.readers.downloads.article_fields import BY, ArticleField
from corpus_cli.ingest.readers.downloads.layouts import Layout, load_lines
from corpus_cli.ingest.readers.metadata_values import normalise_value
from corpus_cli.ingest.structure import clues
from corpus_cli.model import STATED, Datum

_LAST_INITIAL = re.compile(r"(\b[A-Z])$")
_RELEVANCE = re.compile(r" ?\(\d{1,3}%\)")


def make_data(layout: Layout, field: ArticleField) -> Iterator[Datum]:
    """Yield the metadata of a field."""
    for value in _list_values(layout, field):
        name = field.name
        origin = f"{layout.database} {field.origin}"
        if name in ("published", "url"):
            yield from normalise_value(name, value, origin, STATED)
        elif value:
            yield Datum(name, value, origin, STATED)


def _list_values(layout: Layout, field: ArticleField) -> list[str]:
    match field.name:
        case "author":
            return _parse_authors(field.value, is_inverted=layout.has_inverted_names)
        case "tag":
            return [_RELEVANCE.sub("", tag).strip() for tag in field.value.split(";")]
        case "source":
            name, comma, rest = field.value.partition(";")[0].partition(",")
            is_edition = comma and load_lines().edition.fullmatch(rest.strip())
            return [name if is_edition else f"{name}{comma}{rest}"]
        case "title" | "section" | "url" | "published":
            return [field.value]
        case _:
            return []


def _parse_authors(value: str, *, is_inverted: bool) -> list[str]:
    """Return the persons of a byline; if there is none, the byline without `By`."""
    parts = [BY.sub("", part.strip(), count=1) for part in value.split(";")]
    if is_inverted:
        parts = [_turn_name(part) for part in parts]
    names = [name for part in parts for name in clues.byline(part.partition(" in ")[0])]
    return names or [part for part in parts[:1] if part]


def _turn_name(name: str) -> str:
    """Return `Rahman, Nadia P.` as `Nadia P. Rahman`."""
    family, comma, personal = name.rstrip(". ").partition(",")
    personal = _LAST_INITIAL.sub(r"\1.", personal.strip())
    return f"{personal} {family.strip()}" if comma else name
