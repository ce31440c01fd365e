"""corpus config."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

import corpus_cli.config as held
from corpus_cli.cli import completion, helping, options, printing, settings
from corpus_cli.cli.settings import PROJECT, USER
from corpus_cli.config import DECLARATIONS
from corpus_cli.config.editing import remove_key, set_value
from corpus_cli.errors import UsageError
from corpus_cli.output import links, plain, records, stream
from corpus_cli.system.files import path_exists


class _Config(helping.Group):
    """Help that ends with what can be set."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Settings"):
            formatter.write_dl([(name, kind.help) for name, kind in DECLARATIONS.items()])


_project = click.option(
    "--project", "whose", flag_value=PROJECT, help="The file of the corpus, for all who use it."
)
_user = click.option("--user", "whose", flag_value=USER, help="Your own file, for every corpus.")


@click.group(
    cls=_Config,
    examples={
        "corpus config get": "all settings, and what set each",
        "corpus config set limit 20": "for the corpus here",
        "corpus config set pager never --user": "for all your corpora",
    },
)
@options.debug
def config() -> None:
    """See and change settings, and where each comes from.

    A flag goes before the environment (CORPUS_LIMIT=20), that before corpus.toml in the folder
    of the corpus, that before your own file. What opens programs or links, and where your
    corpus is, only you can set: a corpus may come from somebody else.
    """


@config.command(
    examples={
        "corpus config path": "files, and the corpus that is meant",
        "corpus config path --json": "the same for programs",
        "corpus config path | cut -f2": "only the paths",
    }
)
@options.formats("terminal", "plain", "json")
@options.index
@options.debug
def path(style: str | None, index: str | None) -> int:
    """Print which files are looked at, and which corpus is meant.

    Each line has what it is, its path, whether it is there, and what named the corpus.
    """
    place = settings.find_corpus(index)
    rows = [
        {"what": f"{whose} file", "path": str(file), "state": _state(path_exists(file))}
        for whose, file in held.settings_files(os.environ, place and place.folder).items()
    ]
    if place:
        state = _state(held.is_corpus(place.folder))
        where = {"what": "corpus", "path": str(place.folder), "state": state}
        rows.insert(0, {**where, "origin": place.origin})
    else:
        printing.print_notes(
            ["there is no corpus here or in a folder above: corpus ingest PATH makes one"]
        )
    _printed(style, "files", rows, "what", "path", "state", "origin")
    return settings.print_problems(place)


@config.command(
    examples={
        "corpus config get": "all settings, and what set each",
        "corpus config get limit": "one value, for scripts",
        "corpus config get --json | jq .settings": "for programs",
    }
)
@click.argument("name", required=False, shell_complete=completion.complete_settings)
@options.formats("terminal", "plain", "json")
@options.index
@options.debug
def get(name: str | None, style: str | None, index: str | None) -> int:
    """Print the settings, each with its value and what set it; or the value of one.

    What set it is `default`, a variable of the environment, or a file. The value of one comes
    alone, and what set it on standard error.
    """
    place = settings.find_corpus(index)
    names = [name] if name else DECLARATIONS
    rows = [{"name": each, **settings.current_setting(each, place)._asdict()} for each in names]
    if name and style not in ("json", "terminal"):
        stream.write([settings.format_value(rows[0]["value"])])
        printing.print_notes([f"{name}: {rows[0]['origin']}"])
    else:
        _printed(style, "settings", rows, "name", "value", "origin")
    return settings.print_problems(place)


@config.command(
    "set",
    context_settings={"ignore_unknown_options": True},
    examples={
        "corpus config set sort -date": "the latest first, in the corpus here",
        "corpus config set limit 20 --user": "in every corpus of yours",
        "corpus config set hyperlink vscode": "links open your editor",
    },
)
@click.argument("name", shell_complete=completion.complete_settings)
@click.argument("value", shell_complete=settings.complete_choices)
@_project
@_user
@options.index
@options.debug
def set_(name: str, value: str, whose: str | None, index: str | None) -> int:
    """Set NAME to VALUE: in the file of the corpus here, else in your own.

    Comments in the file stay. `corpus config --help` lists the settings.
    """
    kept = held.parse_value(name, value, "config set")
    if name == "hyperlink":
        links.link_template(kept, os.environ, terminal=False)
    if name == "index":
        kept = str(Path(kept).absolute())
    file = settings.settings_file(name, whose, index)
    set_value(file, name, kept)
    stream.write([f"set {name} to {settings.format_value(kept)} in {file}"])
    place = settings.find_corpus(index)
    now = settings.current_setting(name, place)
    if now.origin != str(file):
        value = settings.format_value(now.value)
        printing.print_notes([f"here it is still {value}: {now.origin} overrides it"])
    printing.print_notes([*held.find_problems(os.environ, place and place.folder)])
    return 0


@config.command(
    examples={
        "corpus config unset limit": "what set it most strongly goes",
        "corpus config unset limit --user": "only from your own file",
        "corpus config unset limit --project": "only from that of the corpus",
    }
)
@click.argument("name", shell_complete=completion.complete_settings)
@_project
@_user
@options.index
@options.debug
def unset(name: str, whose: str | None, index: str | None) -> int:
    """Take NAME out of the file of the corpus here, else out of your own.

    Also takes out a name that is no setting, which stops the other commands.
    """
    place = settings.find_corpus(index)
    for which, file in held.settings_files(os.environ, place and place.folder).items():
        ours = name in DECLARATIONS or name in held.find_wrong_keys(which, file)
        if whose in (None, which) and ours and name in held.read_values(file):
            remove_key(file, name)
            stream.write([f"took {name} out of {file}"])
            if name in DECLARATIONS:
                now = settings.current_setting(name, settings.find_corpus(index))
                printing.print_notes(
                    [f"{name} is {settings.format_value(now.value) or 'empty'} now: {now.origin}"]
                )
            return 0
    held.find_declaration(name)
    printing.print_notes(
        [f"no file sets {name}" if whose is None else f"the {whose} file does not set {name}"]
    )
    return 0


def _printed(
    style: str | None, key: str, rows: Sequence[Mapping[str, object]], *fields: str
) -> None:
    lines: list[records.Record] = [
        {field: settings.format_value(value) for field, value in row.items()} for row in rows
    ]
    table = list(plain.table(lines, *fields))
    try:
        printing.print_rows_or_table(style, key, map(dict, rows), table, fields, None)
    except UsageError:
        # A setting of how things look is wrong itself; it is said below.
        stream.write(table)


def _state(there: bool) -> str:  # noqa: FBT001 - the only thing it is about
    return "there" if there else "missing"
