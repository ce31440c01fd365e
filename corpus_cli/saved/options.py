"""Write the options of a saved search as JSON, and read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from corpus_cli.query.all_terms import Scope
from corpus_cli.query.filters import FILTERS, Filters, filter_values
from corpus_cli.search.request import SearchRequest

OptionValues = Mapping[str, list[str] | str | bool]
"""The values of options that are not as usual, by the names of their parameters."""

_SWITCHES = ("all_names", "literal", "no_names", "no_suggest")
_SCOPES = ("passage", "article")


def option_values(request: SearchRequest) -> OptionValues:
    """Return the options of a request that decide what a query matches, if they are not as usual.

    The others belong to a run: how long it may take, how many hits it shows and in which order.
    """
    filters = {name: [*filter_values(request.filters, name)] for name in FILTERS}
    values = {
        **filters,
        "all_terms": request.all_terms or "",
        "all_names": request.all_names,
        "literal": request.literal,
        "no_names": not request.expand_names,
        "no_suggest": not request.suggest,
    }
    return cast(OptionValues, {name: value for name, value in values.items() if value})


def encode_options(request: SearchRequest) -> str:
    """Return the options of a request as JSON."""
    return json.dumps(option_values(request))


def decode_options(text: str) -> SearchRequest:
    """Return the request with the options in a JSON text.

    Raises `ValueError` for what `encode_options` does not write: a corpus may come from a stranger.
    """
    try:
        values = json.loads(text)
    except RecursionError as error:
        raise ValueError("its options are nested too deeply") from error
    if not isinstance(values, dict):
        raise ValueError("its options are not an object")  # noqa: TRY004 - a value of a file
    for name, value in values.items():
        if not _is_valid(name, value):
            raise ValueError(f"its options have {str(name)[:20]!r} with the value {value!r:.40}")
    return SearchRequest(
        filters=Filters(**{name: tuple(values.get(name, ())) for name in FILTERS}),
        all_terms=cast(Scope | None, values.get("all_terms")),
        all_names="all_names" in values,
        literal="literal" in values,
        expand_names="no_names" not in values,
        suggest="no_suggest" not in values,
    )


def _is_valid(name: str, value: object) -> bool:
    if name in FILTERS:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return value in _SCOPES if name == "all_terms" else name in _SWITCHES and value is True
