"""The settings that exist, and the values that each accepts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

from corpus_cli.errors import UsageError, nearest

NEVER = "never"

Color = Literal["auto", "always", "never"]

_NONE = ("", "none")


class Kind(NamedTuple):
    """The default of a setting, and the values that it accepts.

    `check` makes a value of what a file or the environment says, or raises `ValueError`;
    `allowed` says in words what it takes, `choices` are all there are, where they are few.
    What runs a program or leads elsewhere is not `shared`: a corpus may come from anybody,
    so its file does not set it.
    """

    default: Any
    help: str
    allowed: str
    check: Callable[[object], Any]
    choices: tuple[str, ...] = ()
    shared: bool = True


def declared(name: str) -> Kind:
    """Return the declaration of a setting. Raises `UsageError` for an unknown name."""
    if name in SETTINGS:
        return SETTINGS[name]
    raise UsageError(f"there is no setting {name!r}: {meant(name, SETTINGS)}")


def checked(name: str, value: object, origin: str) -> Any:  # noqa: ANN401 - a setting's own type
    """Parse a value of a setting. Raises `UsageError`, with the allowed values, for a wrong one."""
    kind = declared(name)
    try:
        return kind.check(value)
    except ValueError:
        import json

        said = json.dumps(value, ensure_ascii=False, default=str)
        raise UsageError(f"{origin}: {name} is {said}: it has to be {kind.allowed}") from None


def variable(name: str) -> str:
    """Return the name of the environment variable that sets a setting."""
    return f"CORPUS_{name.upper()}"


def meant(name: str, names: Iterable[str]) -> str:
    """Return advice about a wrong name: the closest of the valid names, or all of them."""
    near = nearest(name, names)
    return f"did you mean {near}?" if near else f"there are {', '.join(names)}"


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    return value


def _path(value: object) -> str:
    return os.path.expanduser(_text(value))  # noqa: PTH111 - may lack a home


def _one(choices: Sequence[str], value: object) -> str:
    return choices[choices.index(_text(value))]


def _whole(value: object) -> int:
    number = int(str(value))
    if number < 0:
        raise ValueError
    return number


def _seconds(value: object) -> float:
    number = float(str(value))
    if not 0 <= number < float("inf"):
        raise ValueError
    return int(number) if number.is_integer() else number


def _truth(value: object) -> bool:
    return _one(("false", "0", "true", "1"), str(value).lower()) in {"true", "1"}


def _command(value: object) -> str:
    import shlex

    # An empty one is left to the environment; blanks are no program.
    return _text(value) if not value or shlex.split(_text(value)) else NEVER


def _several(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError  # noqa: TRY004 - of what a value may be, its type is part
    return tuple(part for part in (_text(part).strip() for part in parts) if part not in _NONE)


def _choice(default: str, text: str, *choices: str) -> Kind:
    named = ", ".join(filter(None, choices))
    return Kind(default, text, f"one of {named}", partial(_one, choices), choices)


SETTINGS: Mapping[str, Kind] = {
    "limit": Kind(10, "How many passages search shows.", "a whole number, 0 or more", _whole),
    "format": _choice(
        "",
        "How search prints; empty: terminal on a terminal, else plain.",
        *("", "terminal", "plain", "json", "jsonl", "tsv", "csv", "vimgrep", "markdown", "trec"),
    ),
    "color": _choice("auto", "When to colour.", "auto", "always", NEVER),
    "hyperlink": Kind(
        "auto",
        "Links to files on a terminal: auto, never, always, an editor, or a template.",
        "auto, never, always, an editor such as vscode, or a template with {path}",
        _text,
        shared=False,
    ),
    "pager": Kind(
        "",
        "What shows long output; never: nothing does; empty: PAGER, else less.",
        "a command, or never",
        _command,
        shared=False,
    ),
    "mark": Kind(False, "Put matches in [brackets].", "true or false", _truth, ("true", "false")),
    "timeout": Kind(
        5,
        "After how many seconds a search tells what it has; 0: no end.",
        "a number of seconds, 0 for no end",
        _seconds,
    ),
    "sort": _choice(
        "score", "The order of what is found.", "score", "date", "-date", "source", "path"
    ),
    "index": Kind(
        "",
        "The corpus that is meant where none is near.",
        'a path, as in "~/articles/index"',
        _path,
        shared=False,
    ),
    "model": Kind(
        "",
        "The folder of the sentence model that embed and --semantic run.",
        'a path, as in "~/models/all-MiniLM-L6-v2"',
        _path,
        shared=False,
    ),
    "packs": Kind(
        None,
        "The packs of names that count; empty: all, or as names.toml says.",
        "names of packs with commas between, or none",
        _several,
        shared=False,
    ),
}
"""All settings, in the order in which they are listed."""
