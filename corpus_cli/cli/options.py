"""Options that several commands share."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from corpus_cli import config
from corpus_cli.config import Color
from corpus_cli.corpus import WAIT, Corpus
from corpus_cli.output import records, stream

_F = TypeVar("_F", bound=Callable[..., Any])

index = click.option(
    "-i",
    "--index",
    metavar="DIR",
    help="The corpus to use. Else CORPUS_INDEX, else the nearest index/ here or above.",
)

wait = click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=WAIT,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another writer.",
)

color = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour on a terminal; NO_COLOR and FORCE_COLOR are heeded.",
)

# `corpus search --debug` is typed as often as `corpus --debug search`; main() looks for it.
debug = click.option("--debug", is_flag=True, expose_value=False, hidden=True)


def formats(*names: str) -> Callable[[_F], _F]:
    """`--format`, with `--json` and `--jsonl` as short forms where they are among the names."""

    def add(function: _F) -> _F:
        for name in ("jsonl", "json"):
            if name in names:
                function = click.option(
                    f"--{name}", "style", flag_value=name, help=f"The same as --format {name}."
                )(function)
        return click.option(
            "--format",
            "style",
            type=click.Choice(names),
            help="How to print. [default: terminal on a terminal, else plain]",
        )(function)

    return add


def chosen(style: str | None) -> str:
    """The format asked for, else the one that fits where the output goes."""
    return style or ("terminal" if stream.terminal() else "plain")


def printed(
    style: str | None, key: str, rows: Iterable[records.Record], lines: Iterable[str]
) -> None:
    """Write rows as JSON (`key` names their list) or JSON lines, else the lines."""
    match style:
        case "json":
            stream.write([records.dumps({"v": records.VERSION, key: list(rows)})])
        case "jsonl":
            stream.write(records.dumps({"v": records.VERSION, **row}) for row in rows)
        case _:
            stream.write(lines)


def colored(choice: Color) -> bool:
    """Whether to colour standard output."""
    return config.colored(choice, os.environ, terminal=stream.terminal())


def opened(named: str | None) -> Corpus:
    """The corpus that is meant. Raises `CorpusMissing` where there is none."""
    return Corpus.open(config.existing(named, os.environ, Path.cwd()))


def told(lines: Sequence[str]) -> None:
    """Say lines on standard error."""
    for line in lines:
        stream.talk(f"corpus: {line}")
