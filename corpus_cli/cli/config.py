"""corpus config."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from corpus_cli import config as configuration
from corpus_cli.cli import completion, helping, options, printing
from corpus_cli.config import DECLARATIONS, CorpusPlace, Setting
from corpus_cli.config.editing import remove_key, set_value
from corpus_cli.errors import SourceError, UsageError
from corpus_cli.output import links, plain, records, stream
from corpus_cli.system.files import path_exists

PROJECT, USER = "project", "user"


class _Config(helping.Group):
    """The group of the settings commands, whose help ends with a list of the settings."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Settings"):
            formatter.write_dl([(name, kind.help) for name, kind in DECLARATIONS.items()])


_project = click.option(
    "--project", "whose", flag_value=PROJECT, help="Use the file of the corpus, for all its users."
)
_user = click.option("--user", "whose", flag_value=USER, help="Use your own file, for all corpora.")


def _complete_choices(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Complete the value of the setting whose name comes before it."""
    kind = DECLARATIONS.get(ctx.params.get("name", ""))
    return [one for one in (kind.choices if kind else ()) if one and one.startswith(incomplete)]


@click.group(
    cls=_Config,
    examples={
        "corpus config get": "all settings, with their origins",
        "corpus config set limit 20": "for the nearest corpus",
        "corpus config set pager never --user": "for all your corpora",
    },
)
@options.debug
def config() -> None:
    """Show settings and where each value comes from, or change them.

    An option overrides the environment (CORPUS_LIMIT=20), the environment overrides corpus.toml
    in the folder of the corpus, and corpus.toml overrides your own file. A corpus may come from
    somebody else, so corpus.toml cannot set hyperlink, pager, index, model or packs.
    """


@config.command(
    examples={
        "corpus config path": "the files, and the corpus in use",
        "corpus config path --json": "the same for programs",
        "corpus config path | cut -f2": "only the paths",
    }
)
@options.formats("terminal", "plain", "json")
@options.index
@options.debug
def path(style: str | None, index: str | None) -> int:
    """Print which files of settings are read, and which corpus is used.

    Each line has a description, the path, whether it exists, and for the corpus what chose it.
    """
    place = _find_corpus(index)
    rows = [
        {"what": f"{whose} file", "path": str(file), "state": _state(path_exists(file))}
        for whose, file in configuration.settings_files(os.environ, place and place.folder).items()
    ]
    if place:
        state = _state(configuration.is_corpus(place.folder))
        where = {"what": "corpus", "path": str(place.folder), "state": state}
        rows.insert(0, {**where, "origin": place.origin})
    else:
        printing.print_notes(
            ["there is no corpus here or in a folder above: corpus ingest PATH makes one"]
        )
    _printed(style, "files", rows, "what", "path", "state", "origin")
    return _print_problems(place)


@config.command(
    examples={
        "corpus config get": "all settings, with their origins",
        "corpus config get limit": "one value, for scripts",
        "corpus config get --json | jq .settings": "for programs",
    }
)
@click.argument("name", required=False, shell_complete=completion.complete_settings)
@options.formats("terminal", "plain", "json")
@options.index
@options.debug
def get(name: str | None, style: str | None, index: str | None) -> int:
    """Print all settings with their values and origins, or the value of one.

    The origin is `default`, an environment variable or a file. For one setting, the value goes to
    standard output and the origin to standard error.
    """
    place = _find_corpus(index)
    names = [name] if name else DECLARATIONS
    rows = [{"name": each, **_current_setting(each, place)._asdict()} for each in names]
    if name and style not in ("json", "terminal"):
        stream.write([_format_value(rows[0]["value"])])
        printing.print_notes([f"{name}: {rows[0]['origin']}"])
    else:
        _printed(style, "settings", rows, "name", "value", "origin")
    return _print_problems(place)


@config.command(
    "set",
    context_settings={"ignore_unknown_options": True},
    examples={
        "corpus config set sort -date": "the latest first, in the nearest corpus",
        "corpus config set limit 20 --user": "for all your corpora",
        "corpus config set hyperlink vscode": "links open your editor",
    },
)
@click.argument("name", shell_complete=completion.complete_settings)
@click.argument("value", shell_complete=_complete_choices)
@_project
@_user
@options.index
@options.debug
def set_(name: str, value: str, whose: str | None, index: str | None) -> int:
    """Set NAME to VALUE in the file of the nearest corpus, else in your own.

    Comments in the file are kept. `corpus config --help` lists the settings.
    """
    kept = configuration.parse_value(name, value, "config set")
    if name == "hyperlink":
        links.link_template(kept, os.environ, terminal=False)
    if name == "index":
        kept = str(Path(kept).absolute())
    file = _settings_file(name, whose, index)
    set_value(file, name, kept)
    stream.write([f"set {name} to {_format_value(kept)} in {file}"])
    place = _find_corpus(index)
    now = _current_setting(name, place)
    if now.origin != str(file):
        value = _format_value(now.value)
        printing.print_notes([f"{name} is still {value} here: {now.origin} overrides the file"])
    printing.print_notes([*configuration.find_problems(os.environ, place and place.folder)])
    return 0


@config.command(
    examples={
        "corpus config unset limit": "in the first file that sets it",
        "corpus config unset limit --user": "only in your own file",
        "corpus config unset limit --project": "only in the file of the corpus",
    }
)
@click.argument("name", shell_complete=completion.complete_settings)
@_project
@_user
@options.index
@options.debug
def unset(name: str, whose: str | None, index: str | None) -> int:
    """Remove NAME from the file of the nearest corpus, else from your own.

    This also removes an unknown name, which would stop the other commands.
    """
    place = _find_corpus(index)
    for which, file in configuration.settings_files(os.environ, place and place.folder).items():
        ours = name in DECLARATIONS or name in configuration.find_wrong_keys(which, file)
        if whose in (None, which) and ours and name in configuration.read_values(file):
            remove_key(file, name)
            stream.write([f"removed {name} from {file}"])
            if name in DECLARATIONS:
                now = _current_setting(name, _find_corpus(index))
                printing.print_notes(
                    [f"{name} is now {_format_value(now.value) or 'empty'}: {now.origin}"]
                )
            return 0
    configuration.find_declaration(name)
    printing.print_notes(
        [f"no file sets {name}" if whose is None else f"the {whose} file does not set {name}"]
    )
    return 0


def _printed(
    style: str | None, key: str, rows: Sequence[Mapping[str, object]], *fields: str
) -> None:
    lines: list[records.Record] = [
        {field: _format_value(value) for field, value in row.items()} for row in rows
    ]
    table = list(plain.table(lines, *fields))
    try:
        printing.print_rows_or_table(style, key, map(dict, rows), table, fields, None)
    except UsageError:
        # A setting of the output format is itself invalid; `_print_problems` reports it.
        stream.write(table)


def _state(there: bool) -> str:  # noqa: FBT001 - the only thing it is about
    return "there" if there else "missing"


def _find_corpus(index: str | None) -> CorpusPlace | None:
    """Return the corpus of a command, if any; `_print_problems` reports invalid settings."""
    try:
        return configuration.find_corpus(index, os.environ, configuration.current_folder())
    except UsageError:
        return None


def _settings_file(name: str, whose: str | None, index: str | None) -> Path:
    """Return the file to write a setting to: that of the corpus if allowed, else the user's."""
    shared = DECLARATIONS[name].settable_by_corpus
    if whose == PROJECT and not shared:
        raise UsageError(f"{name} can be set only in your own file: leave out --project")
    if whose == PROJECT or (index and shared and whose is None):
        return configuration.settings_files(
            os.environ,
            configuration.find_existing_corpus(index, os.environ, configuration.current_folder()),
        )[PROJECT]
    corpus = _find_corpus(None)
    near = whose != USER and shared and corpus and configuration.is_corpus(corpus.folder)
    files = configuration.settings_files(os.environ, corpus.folder if corpus and near else None)
    return files.get(PROJECT, files[USER])


def _current_setting(name: str, corpus: CorpusPlace | None) -> Setting:
    """Return the effective value of a setting, or the invalid value as it is written."""
    if name == "index" and corpus:
        return Setting(str(corpus.folder), corpus.origin)
    return configuration.read_setting(name, os.environ, corpus and corpus.folder, strict=False)


def _format_value(value: object) -> str:
    """Return a value as a user would type it."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            return ",".join(value) or "none"
        case _:
            return str(value)


def _print_problems(corpus: CorpusPlace | None) -> int:
    """Print what is wrong with settings. Returns the exit code."""
    problems = list(configuration.find_problems(os.environ, corpus and corpus.folder))
    printing.print_notes(problems)
    return SourceError.exit_code if problems else 0
