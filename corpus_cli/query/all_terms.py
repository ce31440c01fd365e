"""Require all parts of a query, in a passage or an article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from corpus_cli.query.nodes import (
    And,
    Bag,
    InArticle,
    Mention,
    Must,
    Node,
    Or,
    filters,
    narrows,
    optional,
)

Scope = Literal["passage", "article"]
SCOPES: tuple[Scope, ...] = ("passage", "article")

_SEVERAL = 2


def require_all(query: Bag, scope: Scope) -> Bag:
    """Return the query with all of its parts required in a passage or in an article."""
    return _require_in_passage(query) if scope == "passage" else require_in_article(query)


def _require_in_passage(query: Bag) -> Bag:
    return Bag(
        tuple(
            _require_in_passage(node)
            if isinstance(node, Bag)
            else Must(node)
            if optional(node)
            else node
            for node in query.nodes
        )
    )


def require_in_article(query: Bag) -> Bag:
    """Return the query with each part required in the article, and any of them in the passage.

    The parts are words, names, quotations and whatever else asks for text. `+` and `AND` only say
    that a part is required, so they are left out. Filters of metadata and exclusions stay.
    """
    parts = parts_to_require(query)
    if len(parts) < _SEVERAL:
        return query
    conditions = [node for node in _conjuncts(query) if not _asks_for_text(node)]
    # A name that only filters does not rank beside words.
    ranking = [node for node in parts if not filters(node)] or parts
    shown = ranking if all(map(optional, ranking)) else [Or(tuple(ranking))]
    return Bag((*shown, *map(InArticle, parts), *conditions))


def parts_to_require(query: Bag) -> list[Node]:
    """Return each part of a query that asks for text, once: what `require_in_article` requires."""
    return list(dict.fromkeys(filter(_asks_for_text, _conjuncts(query))))


def _conjuncts(node: Node) -> Iterator[Node]:
    """Yield the parts of a query that must match if all of it must."""
    match node:
        case Bag(nodes):
            for inner in nodes:
                yield from _conjuncts(inner)
        case And(nodes):
            yield from _operands(nodes)
        case Must(inner):
            yield from _operands((inner,))
        case _:
            yield node


def _operands(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the parts of operands; any word of a bracket is enough, so a bracket is one part."""
    for node in nodes:
        if isinstance(node, Bag):
            yield node
        else:
            yield from _conjuncts(node)


def _asks_for_text(node: Node) -> bool:
    """Return whether a node asks for words or a name in a passage."""
    return isinstance(node, Mention) or not narrows(node)
