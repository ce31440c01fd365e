"""The fast lane: plain command lines, read without click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus_cli.cli.flags import Flag

_DIGITS = 9


def read(arguments: Sequence[str]) -> dict[str, Any] | None:
    """The parameters of a `corpus search` as click would give them; None for what it shall read.

    That is all but words, and options once each with values that are in order.
    """
    if not arguments or arguments[0] != "search":
        return None
    from corpus_cli.cli.flags import FLAGS

    given: dict[str, Any] = {}
    words: list[str] = []
    rest = iter(arguments[1:])
    for arg in rest:
        if arg[:1] != "-":
            words.append(arg)
            continue
        name, value = _parted(arg)
        flag = FLAGS.get(name)
        if flag is None or (flag.sets in given and flag.kind != "several"):
            return None
        if flag.kind == "switch":
            if value is not None:
                return None
            given[flag.sets] = flag.value
            continue
        told = _value(flag, next(rest, None) if value is None else value)
        if told is None:
            return None
        given[flag.sets] = (*given.get(flag.sets, ()), told) if flag.kind == "several" else told
    if not words:
        return None
    rests = {flag.sets: flag.default for flag in FLAGS.values() if flag.sets not in given}
    return {"query": tuple(words), "queries": None, "places": (), **rests, **given}


def _parted(arg: str) -> tuple[str, str | None]:
    """An option and what is written in one piece with it: `--limit=5`, `-n5`."""
    if arg[1:2] == "-":
        name, sign, value = arg.partition("=")
        return name, value if sign else None
    return (arg[:2], arg[2:]) if arg[:2] in ("-n", "-C") and arg[2:] else (arg, None)


def _value(flag: Flag, text: str | None) -> str | float | None:
    """What a value means; None for one that is to be told what is wrong with it."""
    if text is None or (text[:1] == "-" and text not in flag.choices):
        return None
    match flag.kind:
        case "number" | "seconds":
            plain = text.isascii() and text.isdigit() and len(text) <= _DIGITS
            return (int if flag.kind == "number" else float)(text) if plain else None
        case "choice":
            return text if text in flag.choices else None
        case _:
            return text
