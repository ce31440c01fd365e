"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

from corpus_cli.cli import flags, helping
from corpus_cli.cli.flags import FLAGS, Flag
from corpus_cli.corpus import WAIT

_F = TypeVar("_F", bound=Callable[..., Any])


def declared(flag: Flag, **look: Any) -> Callable[[_F], _F]:  # noqa: ANN401 - click's
    """An option as it is declared for all who read it, and how its help looks."""
    settings: dict[str, Any] = {"default": flag.default}
    match flag.kind:
        case "switch" if flag.value is True:
            settings["is_flag"] = True
        case "switch":
            settings["flag_value"] = flag.value
        case "number":
            settings |= {"type": click.IntRange(min=0), "metavar": "N"}
        case "seconds":
            settings |= {"type": click.FloatRange(min=0), "metavar": "SECONDS"}
        case "choice":
            settings["type"] = click.Choice(flag.choices)
        case "several":
            settings = {"multiple": True}
        case _:
            pass
    return helping.option(*flag.names, flag.sets, **{**settings, **look})


def _one(ctx: click.Context, _: click.Parameter, named: tuple[str, ...]) -> str | None:
    if len(named) > 1:
        raise click.UsageError(f"{ctx.info_name} is for one corpus at a time: give -i once")
    return named[0] if named else None


index = click.option(
    "-i",
    "--index",
    multiple=True,
    callback=_one,
    metavar="DIR",
    help="The corpus to use. Else CORPUS_INDEX, else the nearest index/ here or above.",
)

indexes = declared(
    FLAGS["--index"],
    metavar="DIR",
    help="The corpus; of several the hits are merged. Else CORPUS_INDEX or the nearest index/.",
)

wait = click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=WAIT,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another writer.",
)

_look = partial(declared, group="Look")

color = _look(FLAGS["--color"], help="Colour on a terminal; NO_COLOR and FORCE_COLOR are heeded.")


def look(function: _F) -> _F:
    """The options for how things look on a terminal."""
    function = _look(
        FLAGS["--pager"],
        metavar="COMMAND",
        help="What shows more than a screen; never for none. [default: $PAGER or less]",
    )(function)
    function = _look(
        FLAGS["--hyperlink"],
        metavar="WHAT",
        help="Link paths: auto, never, always, an editor (vscode …) or a template with {path}.",
    )(function)
    function = _look(
        FLAGS["--mark"], help="Set [brackets] around matches in colour and in pipes, too."
    )(function)
    return color(function)


# `corpus search --debug` is typed as often as `corpus --debug search`; main() looks for it.
debug = click.option("--debug", is_flag=True, expose_value=False, hidden=True)


def formats(*names: str) -> Callable[[_F], _F]:
    """`--format`, with `--json` and `--jsonl` as short forms where they are among the names."""

    def add(function: _F) -> _F:
        style, *short = flags.formats(*names)
        for flag in reversed(short):
            function = declared(flag, group="Output", help=f"The same as --format {flag.value}.")(
                function
            )
        return declared(
            style,
            metavar="FORMAT",
            group="Output",
            help=f"{', '.join(names)}. [default: terminal on a terminal, else plain]",
        )(function)

    return add
