"""Settings as a command line meets them."""

import os
from pathlib import Path

import click

import corpus_cli.config as held
from corpus_cli.cli import printing
from corpus_cli.config import DECLARATIONS, CorpusPlace, Setting
from corpus_cli.errors import SourceError, UsageError

PROJECT, USER = "project", "user"


def find_corpus(index: str | None) -> CorpusPlace | None:
    """Return the corpus of a command, if any; `print_problems` says what is wrong with settings."""
    try:
        return held.find_corpus(index, os.environ, held.current_folder())
    except UsageError:
        return None


def settings_file(name: str, whose: str | None, index: str | None) -> Path:
    """The file to set a setting in: that of the corpus here if it may, else the user's."""
    shared = DECLARATIONS[name].settable_by_corpus
    if whose == PROJECT and not shared:
        raise UsageError(f"{name} is for your own file only: leave out --project")
    if whose == PROJECT or (index and shared and whose is None):
        return held.settings_files(
            os.environ, held.find_existing_corpus(index, os.environ, held.current_folder())
        )[PROJECT]
    corpus = find_corpus(None)
    near = whose != USER and shared and corpus and held.is_corpus(corpus.folder)
    files = held.settings_files(os.environ, corpus.folder if corpus and near else None)
    return files.get(PROJECT, files[USER])


def current_setting(name: str, corpus: CorpusPlace | None) -> Setting:
    """A setting as it counts, or as it stands where it is wrong."""
    if name == "index" and corpus:
        return Setting(str(corpus.folder), corpus.origin)
    return held.read_setting(name, os.environ, corpus and corpus.folder, strict=False)


def format_value(value: object) -> str:
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


def complete_choices(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Completes the value of the setting that was named before it."""
    kind = DECLARATIONS.get(ctx.params.get("name", ""))
    return [one for one in (kind.choices if kind else ()) if one and one.startswith(incomplete)]


def print_problems(corpus: CorpusPlace | None) -> int:
    """Tell what is wrong with settings; the exit code for it."""
    problems = list(held.find_problems(os.environ, corpus and corpus.folder))
    printing.print_notes(problems)
    return SourceError.exit_code if problems else 0
