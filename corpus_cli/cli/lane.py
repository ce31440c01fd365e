"""Read plain searches without click, which takes longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus_cli.cli.option_table import OptionSpec

_MAX_DIGITS = 9


def read_search(arguments: Sequence[str]) -> dict[str, Any] | None:
    """Return the parameters of a `corpus search` as click would; None if click has to read it.

    It handles only words, and options that have valid values and occur once, unless they may be
    repeated.
    """
    if not arguments or arguments[0] != "search":
        return None
    from corpus_cli.cli.option_table import SEARCH_OPTIONS

    specs = {name: spec for spec in SEARCH_OPTIONS for name in spec.names}
    values: dict[str, Any] = {}
    words: list[str] = []
    remaining = iter(arguments[1:])
    for argument in remaining:
        if argument[:1] != "-":
            words.append(argument)
            continue
        name, text = _split_option(argument)
        spec = specs.get(name)
        if spec is None or (spec.parameter in values and spec.kind != "several"):
            return None
        if spec.kind == "switch":
            if text is not None:
                return None
            values[spec.parameter] = spec.value
            continue
        if spec.may_omit_value and text is None:
            values[spec.parameter] = spec.choices[0]
            continue
        value = _parse_value(spec, next(remaining, None) if text is None else text)
        if value is None:
            return None
        several = spec.kind == "several"
        values[spec.parameter] = (*values.get(spec.parameter, ()), value) if several else value
    if not words:
        return None
    defaults = {spec.parameter: spec.default for spec in SEARCH_OPTIONS}
    return {"query": tuple(words), **defaults, **values}


def _split_option(argument: str) -> tuple[str, str | None]:
    """Split an option and a value attached to it: `--limit=5`, `-n5`."""
    if argument[1:2] == "-":
        name, sign, value = argument.partition("=")
        return name, value if sign else None
    if argument[:2] in ("-n", "-C") and argument[2:]:
        return argument[:2], argument[2:]
    return argument, None


def _parse_value(spec: OptionSpec, text: str | None) -> str | float | None:
    """Return the value of an option; None if click has to read it or to explain the error."""
    if text is None or (text[:1] == "-" and text not in spec.choices):
        return None
    match spec.kind:
        case "number" | "seconds":
            is_plain = text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS
            return (int if spec.kind == "number" else float)(text) if is_plain else None
        case "choice":
            return text if text in spec.choices else None
        case "text" | "several":
            return text
        case _:
            return None
