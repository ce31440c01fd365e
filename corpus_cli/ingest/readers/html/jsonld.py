"""Read the JSON-LD that describes the article of a page."""

import json
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from corpus_cli.ingest.readers.html.blocks import load_markup

_MAX_VALUES = 5_000

JsonLdNode = Mapping[str, Any]


def read_article_values(root: HtmlElement) -> dict[str, list[str]]:
    """Return the values that JSON-LD states of the article, by property name of schema.org.

    Values are strings; an object is represented by its `name`, else its `@id`. An author that
    is an organisation is left out. The result is empty if no object is an article.
    """
    nodes = [node for text in _iter_scripts(root) for node in _parse_nodes(text)]
    nodes_by_id = {
        node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1
    }
    articles = sorted(filter(_rank_node, nodes), key=_rank_node, reverse=True)
    if not articles:
        return {}
    values_by_name = {
        name: list(_iter_names(value, nodes_by_id)) for name, value in articles[0].items()
    }
    values_by_name["author"] = [
        name
        for author in _as_list(articles[0].get("author"))
        for name in _iter_person_names(author, nodes_by_id)
    ]
    return {name: values for name, values in values_by_name.items() if values}


def _iter_scripts(root: HtmlElement) -> Iterator[str]:
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            yield script.text or ""


def _parse_nodes(text: str) -> Iterator[JsonLdNode]:
    """Yield every object in a script, up to 5,000 values; none if it does not parse."""
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    try:
        pending = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(_MAX_VALUES):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, dict):
            yield value
            pending.extend(reversed(value.values()))
        elif isinstance(value, list):
            pending.extend(reversed(value))


def _rank_node(node: JsonLdNode) -> int:
    """Return how surely an object is the article, from 0 (it is not) to 3.

    3: a type of article with a headline; 2: without; 1: a type of page with a date.
    """
    schema = load_markup()["schema"]
    types = [str(kind).rpartition("/")[2].lower() for kind in _as_list(node.get("@type"))]
    if any(kind.endswith(tuple(schema["endings"])) for kind in types):
        return 3 if node.get("headline") else 2
    is_page = any(kind.endswith(tuple(schema["others"])) for kind in types)
    return int(is_page and "datePublished" in node)


def _as_list(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _iter_names(value: object, nodes_by_id: Mapping[str, JsonLdNode]) -> Iterator[str]:
    for item in _as_list(value):
        node = _resolve_reference(item, nodes_by_id) if isinstance(item, dict) else {"name": item}
        name = node.get("name") or node.get("@id")
        if isinstance(name, str) and name.strip():
            yield unescape(name)


def _iter_person_names(author: object, nodes_by_id: Mapping[str, JsonLdNode]) -> Iterator[str]:
    author = _resolve_reference(author, nodes_by_id) if isinstance(author, dict) else author
    if isinstance(author, dict):
        if any("Organization" in str(kind) for kind in _as_list(author.get("@type"))):
            return
        author = author.get("name")
    yield from _iter_names(author, {})


def _resolve_reference(node: JsonLdNode, nodes_by_id: Mapping[str, JsonLdNode]) -> JsonLdNode:
    """Return the object that a reference points to, or `node` if it is no reference."""
    node_id = node.get("@id")
    return (
        nodes_by_id.get(node_id, node)
        if isinstance(node_id, str) and not node.get("name")
        else node
    )
