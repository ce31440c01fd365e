"""The settings that exist, and the values that each accepts."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from math import inf
from typing import Any, Literal, NamedTuple

from corpus_cli.errors import UsageError, closest_name

NEVER = "never"

Color = Literal["auto", "always", "never"]

_EMPTY_ITEMS = ("", "none")


class Declaration(NamedTuple):
    """The default of a setting, and the values that it accepts.

    `parse` converts a value of a file or of the environment, or raises `ValueError`.
    `allowed_values` describes the accepted values in words; `choices` lists them all if they are
    few. A setting that runs a program, names another place or lifts a limit of time is not
    `settable_by_corpus`, because a corpus may come from a stranger; a number that it can set is at
    most `max_by_corpus`.
    """

    default: Any
    help: str
    allowed_values: str
    parse: Callable[[object], Any]
    choices: tuple[str, ...] = ()
    settable_by_corpus: bool = True
    max_by_corpus: float = inf


def find_declaration(name: str) -> Declaration:
    """Return the declaration of a setting. Raises `UsageError` for an unknown name."""
    if name in DECLARATIONS:
        return DECLARATIONS[name]
    raise UsageError(f"there is no setting {name!r}: {suggest_name(name, DECLARATIONS)}")


def parse_value(name: str, value: object, origin: str) -> Any:  # noqa: ANN401 - a setting's own type
    """Parse a value of a setting. Raises `UsageError`, with the allowed values, for a wrong one."""
    declaration = find_declaration(name)
    try:
        return declaration.parse(value)
    except ValueError:
        import json

        value_text = json.dumps(value, ensure_ascii=False, default=str)
        raise UsageError(
            f"{origin}: {name} is {value_text}: it has to be {declaration.allowed_values}"
        ) from None


def environment_variable(name: str) -> str:
    """Return the name of the environment variable that sets a setting."""
    return f"CORPUS_{name.upper()}"


def suggest_name(name: str, names: Iterable[str]) -> str:
    """Return advice about a wrong name: the most similar valid name, or all valid names."""
    closest = closest_name(name, names)
    return f"did you mean {closest}?" if closest else f"choose from {', '.join(names)}"


def _parse_text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    return value


def _parse_path(value: object) -> str:
    return os.path.expanduser(_parse_text(value))  # noqa: PTH111 - may lack a home


def _parse_choice(choices: Sequence[str], value: object) -> str:
    return choices[choices.index(_parse_text(value))]


def _parse_whole_number(value: object) -> int:
    number = int(str(value))
    if number < 0:
        raise ValueError
    return number


def _parse_seconds(value: object) -> float:
    number = float(str(value))
    if not 0 <= number < float("inf"):
        raise ValueError
    return int(number) if number.is_integer() else number


def _parse_boolean(value: object) -> bool:
    return _parse_choice(("false", "0", "true", "1"), str(value).lower()) in {"true", "1"}


def _parse_command(value: object) -> str:
    import shlex

    # An empty value means that the environment decides; blanks alone name no program.
    return _parse_text(value) if not value or shlex.split(_parse_text(value)) else NEVER


def _parse_list(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError  # noqa: TRY004 - a wrong type is a wrong value
    return tuple(
        part for part in (_parse_text(part).strip() for part in parts) if part not in _EMPTY_ITEMS
    )


def _declare_choice(default: str, help_text: str, *choices: str) -> Declaration:
    choice_list = ", ".join(filter(None, choices))
    return Declaration(
        default, help_text, f"one of {choice_list}", partial(_parse_choice, choices), choices
    )


DECLARATIONS: Mapping[str, Declaration] = {
    "limit": Declaration(
        10,
        "How many passages search shows.",
        "a whole number, 0 or more",
        _parse_whole_number,
        max_by_corpus=1_000,
    ),
    "format": _declare_choice(
        "",
        "The format of a search; empty: terminal on a terminal, else plain.",
        *("", "terminal", "plain", "json", "jsonl", "tsv", "csv", "vimgrep", "markdown", "trec"),
        *("csl-json", "ris", "bibtex"),
    ),
    "color": _declare_choice("auto", "When to use colour.", "auto", "always", NEVER),
    "hyperlink": Declaration(
        "auto",
        "Links to files on a terminal: auto, never, always, an editor, or a template.",
        "auto, never, always, an editor such as vscode, or a template with {path}",
        _parse_text,
        settable_by_corpus=False,
    ),
    "pager": Declaration(
        "",
        "The pager for long output; never: no pager; empty: PAGER, else less.",
        "a command, or never",
        _parse_command,
        settable_by_corpus=False,
    ),
    "mark": Declaration(
        False, "Put matches in [brackets].", "true or false", _parse_boolean, ("true", "false")
    ),
    "timeout": Declaration(
        5,
        "Seconds after which a search shows what it has; 0: no limit.",
        "a number of seconds, 0 for no limit",
        _parse_seconds,
        settable_by_corpus=False,
    ),
    "sort": _declare_choice(
        "score",
        "The order of the hits.",
        "score",
        "date",
        "-date",
        "modified",
        "-modified",
        "source",
        "path",
    ),
    "index": Declaration(
        "",
        "The corpus to use if there is none in this folder or above.",
        'a path, as in "~/articles/index"',
        _parse_path,
        settable_by_corpus=False,
    ),
    "packs": Declaration(
        None,
        "The packs of names to use; empty: all, or those in names.toml.",
        "names of packs separated by commas, or none",
        _parse_list,
        settable_by_corpus=False,
    ),
}
"""All settings, in the order in which they are listed."""
