"""The options of a question, declared for all who read them."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from corpus_cli.config import SETTINGS


class Flag(NamedTuple):
    """An option: how it is typed, the parameter it sets, and what that may be.

    A `switch` sets its `value`; a `number` is whole and not negative, `seconds` need not be
    whole, a `choice` is one of some, and `several` may be given again and again.
    """

    names: tuple[str, ...]
    sets: str
    kind: Literal["switch", "number", "seconds", "choice", "text", "several"] = "switch"
    default: Any = None
    choices: tuple[str, ...] = ()
    value: Any = True


def switch(*names: str, sets: str = "", default: bool | None = False) -> Flag:
    """An option without a value."""
    return Flag(names, sets or _name(names[-1]), "switch", default)


def number(*names: str, default: int | None = 0) -> Flag:
    """An option that counts."""
    return Flag(names, _name(names[-1]), "number", default)


def choice(name: str, *choices: str, sets: str = "") -> Flag:
    """An option that is one of few words."""
    return Flag((name,), sets or _name(name), "choice", None, choices)


def formats(*names: str) -> tuple[Flag, ...]:
    """`--format`, with `--json` and `--jsonl` as short forms where they are among the names."""
    short = (name for name in ("json", "jsonl") if name in names)
    return (
        choice("--format", *names, sets="style"),
        *(Flag((f"--{name}",), "style", "switch", None, (), name) for name in short),
    )


def _name(typed: str) -> str:
    return typed.removeprefix("--").replace("-", "_")


FORMATS = tuple(filter(None, SETTINGS["format"].choices))

FILTERS = ("since", "until", "author", "source", "tag", "lang", "path", "name")

_ALL = (
    *(Flag((f"--{name}",), name, "several", ()) for name in FILTERS),
    Flag(("--timeout",), "timeout", "seconds"),
    switch("--literal"),
    switch("--all-terms"),
    switch("--no-names"),
    switch("--no-suggest"),
    switch("--semantic"),
    number("-n", "--limit", default=None),
    switch("--all", sets="everything"),
    number("--offset"),
    choice("--sort", *SETTINGS["sort"].choices),
    number("--per-article"),
    choice("--group", "article"),
    number("-C", "--context"),
    switch("--duplicates"),
    *formats(*FORMATS),
    Flag(("--fields",), "fields", "text"),
    switch("-l", "--files"),
    switch("-L", "--files-without-match", sets="others"),
    switch("--ids"),
    switch("-c", "--count"),
    switch("-q", "--quiet"),
    switch("-0", "--null"),
    switch("--summary"),
    switch("--explain"),
    choice("--color", *SETTINGS["color"].choices),
    switch("--mark", default=None),
    Flag(("--hyperlink",), "hyperlink", "text"),
    Flag(("--pager",), "pager", "text"),
    Flag(("-i", "--index"), "index", "several", ()),
)

FLAGS = {name: flag for flag in _ALL for name in flag.names}
"""Those of `corpus search` by how they are typed, but for `--in` and `--queries`."""
