"""Options and notes that several commands of the group have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from corpus_cli.cli import helping
from corpus_cli.explore.answer import About
from corpus_cli.explore.name_units import UNITS
from corpus_cli.text.plurals import plural

_F = TypeVar("_F", bound=Callable[..., Any])

SHOWN = 20
"""How many rows are shown by default."""

per_option = helping.option(
    "--per",
    type=click.Choice(UNITS),
    default="passage",
    show_default=True,
    group="Output",
    help="Count passages with both, or articles.",
)

of_kinds = helping.option(
    "--kind",
    multiple=True,
    metavar="KIND",
    group="Output",
    help="Only names of this kind, or of any of several: person, group, state …",
)


stop_words_option = helping.option(
    "--stop-words",
    "with_stop_words",
    is_flag=True,
    group="Output",
    help="Show the, of, other frequent words, and single letters too.",
)


def read_kinds(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the kinds of `--kind`, which can be repeated or have commas."""
    return tuple(filter(None, (one.strip() for value in values for one in value.split(","))))


def min_option(default: int, help_text: str) -> Callable[[_F], _F]:
    """Return the option `--min`, the least count of a row."""
    return helping.option(
        "--min",
        "minimum",
        type=click.IntRange(min=1),
        default=default,
        show_default=True,
        metavar="N",
        group="Output",
        help=help_text,
    )


def limit_option(rows: str) -> Callable[[_F], _F]:
    """Return the option `--limit`, the number of rows."""
    return helping.option(
        "-n",
        "--limit",
        type=click.IntRange(min=0),
        default=SHOWN,
        show_default=True,
        metavar="N",
        group="Output",
        help=f"How many {rows} to show; 0 for all.",
    )


def more_rows(about: About, left_out: int, row: str) -> About:
    """Return what is said of an answer, with a note if rows beyond the limit are left out."""
    if not left_out:
        return about
    return about.with_note(f"{plural(left_out, f'more {row}')}: -n 0 shows all")
