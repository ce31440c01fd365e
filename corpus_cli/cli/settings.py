"""Settings as a command line meets them."""

import os
from pathlib import Path

import click

import corpus_cli.config as held
from corpus_cli.cli import printing
from corpus_cli.config import DECLARATIONS, CorpusPlace, Setting
from corpus_cli.errors import SourceError, UsageError

PROJECT, USER = "project", "user"


def place(index: str | None) -> CorpusPlace | None:
    """The corpus that is meant, if any; `wrong` tells where the user's file is broken."""
    try:
        return held.find_corpus(index, os.environ, held.current_folder())
    except UsageError:
        return None


def target(name: str, whose: str | None, index: str | None) -> Path:
    """The file to set a setting in: that of the corpus here if it may, else the user's."""
    shared = DECLARATIONS[name].settable_by_corpus
    if whose == PROJECT and not shared:
        raise UsageError(f"{name} is for your own file only: leave out --project")
    if whose == PROJECT or (index and shared and whose is None):
        return held.settings_files(
            os.environ, held.find_existing_corpus(index, os.environ, held.current_folder())
        )[PROJECT]
    meant = place(None)
    near = whose != USER and shared and meant and held.is_corpus(meant.folder)
    found = held.settings_files(os.environ, meant.folder if meant and near else None)
    return found.get(PROJECT, found[USER])


def current(name: str, meant: CorpusPlace | None) -> Setting:
    """A setting as it counts, or as it stands where it is wrong."""
    if name == "index" and meant:
        return Setting(str(meant.folder), meant.origin)
    return held.read_setting(name, os.environ, meant and meant.folder, strict=False)


def shown(value: object) -> str:
    """A value as it would be typed."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            return ",".join(value) or "none"
        case _:
            return str(value)


def choices(ctx: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """Completes the value of the setting that was named before it."""
    kind = DECLARATIONS.get(ctx.params.get("name", ""))
    return [one for one in (kind.choices if kind else ()) if one and one.startswith(begun)]


def wrong(meant: CorpusPlace | None) -> int:
    """Tell what is wrong with settings; the exit code for it."""
    found = list(held.find_problems(os.environ, meant and meant.folder))
    printing.print_notes(found)
    return SourceError.exit_code if found else 0
