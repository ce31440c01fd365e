"""Read the JSON-LD that describes the article of a page."""

import json
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from corpus_cli.ingest.readers.html.blocks import markup

_NODES = 5_000

Node = Mapping[str, Any]


def article(root: HtmlElement) -> dict[str, list[str]]:
    """Return the values that JSON-LD states of the article, by property name of schema.org.

    Values are strings; an object is represented by its `name`, else its `@id`. An author that
    is an organisation is left out. The result is empty if no object is an article.
    """
    nodes = [node for text in _scripts(root) for node in _nodes(text)]
    named = {
        node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1
    }
    ranked = sorted(filter(_rank, nodes), key=_rank, reverse=True)
    if not ranked:
        return {}
    found = {name: list(_strings(value, named)) for name, value in ranked[0].items()}
    found["author"] = [
        name for one in _listed(ranked[0].get("author")) for name in _persons(one, named)
    ]
    return {name: values for name, values in found.items() if values}


def _scripts(root: HtmlElement) -> Iterator[str]:
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            yield script.text or ""


def _nodes(text: str) -> Iterator[Node]:
    """Yield every object in a script, up to 5,000 values; none if it does not parse."""
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    try:
        work = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(_NODES):
        if not work:
            return
        value = work.pop()
        if isinstance(value, dict):
            yield value
            work.extend(reversed(value.values()))
        elif isinstance(value, list):
            work.extend(reversed(value))


def _rank(node: Node) -> int:
    """Return how surely an object is the article, from 0 (it is not) to 3.

    3: a type of article with a headline; 2: without; 1: a type of page with a date.
    """
    schema = markup()["schema"]
    kinds = [str(kind).rpartition("/")[2].lower() for kind in _listed(node.get("@type"))]
    if any(kind.endswith(tuple(schema["endings"])) for kind in kinds):
        return 3 if node.get("headline") else 2
    others = any(kind.endswith(tuple(schema["others"])) for kind in kinds)
    return int(others and "datePublished" in node)


def _listed(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _strings(value: object, named: Mapping[str, Node]) -> Iterator[str]:
    for one in _listed(value):
        node = _resolved(one, named) if isinstance(one, dict) else {"name": one}
        name = node.get("name") or node.get("@id")
        if isinstance(name, str) and name.strip():
            yield unescape(name)


def _persons(author: object, named: Mapping[str, Node]) -> Iterator[str]:
    author = _resolved(author, named) if isinstance(author, dict) else author
    if isinstance(author, dict):
        if any("Organization" in str(kind) for kind in _listed(author.get("@type"))):
            return
        author = author.get("name")
    yield from _strings(author, {})


def _resolved(node: Node, named: Mapping[str, Node]) -> Node:
    """Return the object that a reference points to, or `node` if it is no reference."""
    name = node.get("@id")
    return named.get(name, node) if isinstance(name, str) and not node.get("name") else node
