"""Sort the headers of articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, assert_never

from corpus_cli.model import Header

if TYPE_CHECKING:
    from corpus_cli.search.request import Sort

    Order = Sort | Literal["title", "id"]
    """The orders of articles; by score they stay in the order that they have."""


def sort_headers(headers: Iterable[Header], order: Order) -> list[Header]:
    """Return headers in an order, ties by id; those without the value come last."""
    in_order = list(headers)
    if order == "score":
        return in_order
    value = _value_reader(order)
    in_order.sort(key=lambda header: header.id)
    in_order.sort(key=value, reverse=order.startswith("-"))
    in_order.sort(key=lambda header: not value(header))
    return in_order


def _value_reader(order: Order) -> Callable[[Header], str]:
    """Return a function from a header to the value that it is sorted by."""
    match order:
        case "date" | "-date":
            return lambda header: header.published
        case "modified" | "-modified":
            return lambda header: header.modified
        case "title":
            return lambda header: header.title.casefold()
        case "source":
            return lambda header: header.site.casefold()
        case "path":
            return lambda header: header.sources[0].name if header.sources else ""
        case "id" | "score":
            return lambda header: header.id
        case _:
            assert_never(order)
