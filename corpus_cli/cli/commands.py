"""The group of all commands; each is imported when it runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from corpus_cli import __version__
from corpus_cli.cli import helping
from corpus_cli.errors import closest_name
from corpus_cli.output import stream

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# The first sentence of each command's help, repeated here so that no module is imported for it.
_GROUPS = {
    "Search and read": {
        "search": "Find passages, the best first.",
        "facets": "Count what a query finds, by source, author, date, tag or name.",
        "browse": "Search and read in a full-screen app.",
        "show": "Show an article, lines of it (ID:17-23) or a passage (ID#4).",
        "list": "List articles with id, date and title.",
        "cite": "Cite articles or passages in the style of a handbook.",
        "note": "Write a note on a passage or an article, or show it.",
        "tag": "Tag a passage or an article, or show its tags.",
        "notes": "List your notes and tags, with citations.",
        "saved": "Keep queries; corpus new shows what is new of them.",
        "new": "Show the passages of saved searches that are new to you.",
    },
    "Explore": {
        "kwic": "Show every match of a query in its context, aligned.",
        "timeline": "Count what a query finds over time, with the best passages.",
        "quotes": "Show who said what: quotations with speaker, verb and place.",
        "similar": "Find articles that are like an article or a text.",
        "with": "Show who is mentioned together with a name or a query.",
        "network": "Show which names are mentioned together, all with all.",
        "collocates": "Show which words are near the matches of a query.",
        "keywords": "Show which words are typical of what a query finds.",
        "compare": "Compare sources, authors or years by what a query finds in them.",
        "dossier": "Write what a query finds as a document, all of it cited.",
    },
    "Add and edit": {
        "ingest": "Read files and folders; run it again to read what changed.",
        "edit": "Correct the metadata of an article.",
        "remove": "Remove articles from the corpus; their files stay.",
        "duplicates": "List articles that are near-copies of each other.",
    },
    "Names": {"names": "Show names and add your own: each form finds all the others."},
    "Upkeep": {
        "status": "Show what the corpus contains and if its index is up to date.",
        "eval": "Measure how well judged queries are answered.",
        "reindex": "Rebuild the index from the stored texts.",
        "verify": "Check that all of the corpus is as it was written.",
        "repair": "Keep each article that is whole, and make the rest again.",
        "backup": "Write the corpus to one new file.",
        "restore": "Make a corpus of a backup, in a new folder.",
        "config": "Show settings and where each value comes from, or change them.",
        "mcp": "Let an assistant search the corpus (Model Context Protocol).",
        "completion": "Print the script that lets a shell complete commands.",
        "help": "Show the help of a command, or a page on a topic.",
    },
}

COMMANDS = {name: line for group in _GROUPS.values() for name, line in group.items()}


class _Commands(helping.Group):
    """The group that imports the module of a command when it is called, and none to list them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command: click.Command
        match cmd_name:
            case "ingest":
                from corpus_cli.cli.ingest import ingest as command
            case "search":
                from corpus_cli.cli.search import search as command
            case "facets":
                from corpus_cli.cli.facets import facets as command
            case "cite":
                from corpus_cli.cli.cite import cite as command
            case "mcp":
                from corpus_cli.cli.mcp import mcp as command
            case "browse":
                from corpus_cli.cli.browse import browse as command
            case "show":
                from corpus_cli.cli.articles import show as command
            case "list":
                from corpus_cli.cli.lists import list_ as command
            case "duplicates":
                from corpus_cli.cli.lists import duplicates as command
            case "edit":
                from corpus_cli.cli.articles import edit as command
            case "remove":
                from corpus_cli.cli.articles import remove as command
            case "names":
                from corpus_cli.cli.names import names as command
            case "status":
                from corpus_cli.cli.maintenance import status as command
            case "reindex":
                from corpus_cli.cli.maintenance import reindex as command
            case "verify":
                from corpus_cli.cli.safekeeping import verify as command
            case "repair":
                from corpus_cli.cli.safekeeping import repair as command
            case "backup":
                from corpus_cli.cli.safekeeping import backup as command
            case "restore":
                from corpus_cli.cli.safekeeping import restore as command
            case "eval":
                from corpus_cli.cli.eval import eval_ as command
            case "config":
                from corpus_cli.cli.config import config as command
            case "completion":
                from corpus_cli.cli.completion import completion as command
            case "help":
                from corpus_cli.cli.pages import help_ as command
            case _:
                return _import_note_command(cmd_name) or _import_explore(cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, commands in _GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([(f"{name:10}", line) for name, line in commands.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list["CompletionItem"]:
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        from click.shell_completion import CompletionItem

        return [
            CompletionItem(name, help=line)
            for name, line in COMMANDS.items()
            if name.startswith(incomplete)
        ]

    def unknown(self, ctx: click.Context, word: str) -> str:
        from corpus_cli.text.shell import quote

        near = closest_name(word, COMMANDS)
        hint = f"did you mean {near}?" if near else f"to search for it: corpus search {quote(word)}"
        return f"there is no command {word}: {hint}"


def _import_note_command(name: str) -> click.Command | None:
    """Return a command for notes and tags; None if there is no such command."""
    command: click.Command
    match name:
        case "note":
            from corpus_cli.cli.notes import note as command
        case "tag":
            from corpus_cli.cli.notes import tag as command
        case "notes":
            from corpus_cli.cli.notes import notes as command
        case _:
            return None
    return command


def _import_explore(name: str) -> click.Command | None:
    """Return a command beside a ranked search; None if there is no such command."""
    command: click.Command
    match name:
        case "saved":
            from corpus_cli.cli.saved import saved as command
        case "new":
            from corpus_cli.cli.new import new as command
        case "kwic":
            from corpus_cli.cli.explore.kwic import kwic as command
        case "timeline":
            from corpus_cli.cli.explore.timeline import timeline as command
        case "quotes":
            from corpus_cli.cli.explore.quotes import quotes as command
        case "similar":
            from corpus_cli.cli.explore.similar import similar as command
        case "with":
            from corpus_cli.cli.explore.with_ import with_ as command
        case "network":
            from corpus_cli.cli.explore.network import network as command
        case "collocates":
            from corpus_cli.cli.explore.collocates import collocates as command
        case "keywords":
            from corpus_cli.cli.explore.keywords import keywords as command
        case "compare":
            from corpus_cli.cli.explore.compare import compare as command
        case "dossier":
            from corpus_cli.cli.explore.dossier import dossier as command
        case _:
            return None
    return command


def _version(ctx: click.Context, _: click.Parameter, value: object) -> None:
    if value and not ctx.resilient_parsing:
        stream.write([f"corpus {__version__}"])
        ctx.exit()


@click.group(
    cls=_Commands,
    examples={
        "corpus ingest ~/articles": "read a folder",
        "corpus search ISIS-K": "the best passages on it",
        "corpus show 20a045af8b2e:13-17": "lines of an article",
    },
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")
def app() -> None:
    """Search a folder of articles: ranked passages with source, date and line.

    corpus COMMAND --help describes a command. corpus help query, formats, exit-codes or names
    shows a page on that topic.
    """


def run_command_line(arguments: Sequence[str]) -> int:
    """Run a command line. Returns its exit code.

    The codes of click are not used, because it returns 1 for a broken pipe and an interrupt.
    """
    try:
        code = app.main(list(arguments), prog_name="corpus", standalone_mode=False)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        stream.talk(error.format_message())
        return 2
    except click.ClickException as error:
        stream.talk(f"corpus: {describe_error(error)}")
        return 2
    except click.Abort as left:
        raise KeyboardInterrupt from left
    except SystemExit:
        # Only click raises this, if the reader of a pipe stops while click prints help.
        return 0
    return code or 0


def describe_error(error: click.ClickException) -> str:
    """Describe an error in one line, with the closest valid value and where to find help."""
    if isinstance(error, click.NoSuchOption) and error.ctx:
        return _describe_unknown_option(error.option_name, error.ctx)
    line = " ".join(error.format_message().split()).rstrip(".")
    param = getattr(error, "param", None)
    value, is_choice, _ = line.partition(": '")[2].partition("' is not one of")
    if is_choice and param and isinstance(param.type, click.Choice):
        near = closest_name(value, [str(choice) for choice in param.type.choices])
        line += f"; did you mean {near}?" if near else ""
    ctx = getattr(error, "ctx", None)
    return f"{line} (see {ctx.command_path} --help)" if ctx else line


def _describe_unknown_option(name: str, ctx: click.Context) -> str:
    params = ctx.command.get_params(ctx)
    options = {
        option.lstrip("-"): option
        for param in params
        if not getattr(param, "hidden", False)
        for option in (*param.opts, *param.secondary_opts)
        if option.startswith("--")
    }
    near = options.get(closest_name(name.lstrip("-"), options, 0.6))
    help_line = f"{ctx.command_path} --help"
    hint = f"did you mean {near}? (see {help_line})" if near else f"{help_line} lists them"
    return f"{ctx.command_path} has no option {name}: {hint}"
