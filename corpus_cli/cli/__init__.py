"""The commands: flags in, exit code out; the home of click."""

import io
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from corpus_cli import __version__
from corpus_cli.errors import CorpusError, Interrupted
from corpus_cli.output import stream

COMMANDS = (
    "ingest",
    "search",
    "show",
    "list",
    "edit",
    "remove",
    "duplicates",
    "names",
    "status",
    "reindex",
)

_EPILOG = """
\b
Examples:
  corpus ingest ~/articles
  corpus search ISIS-K
  corpus search '"carrot and stick"' --format jsonl | jq -r .path
  corpus show b0bd80a3a130:17-23
"""


class _Commands(click.Group):
    """Loads the file of a command when it is called; `--help` loads them all."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        match cmd_name:
            case "ingest":
                from corpus_cli.cli.ingest import ingest as command
            case "search":
                from corpus_cli.cli.search import search as command
            case "show":
                from corpus_cli.cli.articles import show as command
            case "list":
                from corpus_cli.cli.articles import list_ as command
            case "edit":
                from corpus_cli.cli.edit import edit as command
            case "duplicates":
                from corpus_cli.cli.upkeep import duplicates as command
            case "remove":
                from corpus_cli.cli.articles import remove as command
            case "names":
                from corpus_cli.cli.names import names as command
            case "status":
                from corpus_cli.cli.upkeep import status as command
            case "reindex":
                from corpus_cli.cli.upkeep import reindex as command
            case _:
                return None
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None:
            ctx.fail(_unknown(args))
        return super().resolve_command(ctx, args)


@click.command(
    cls=_Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, "-V", "--version", message="corpus %(version)s")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the trace of an error.")
def app() -> None:
    """Ask your folder of articles: ranked passages with source, date and line."""


def run() -> NoReturn:
    """The program: runs the command line and leaves with its exit code."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run a command line; the exit code, which click would not get right on its own.

    0 found or done, 1 nothing found, 2 error, 3 done but some inputs failed, 130
    interrupted. Click says 1 for a broken pipe, an interrupt and a usage error.
    """
    debug = "--debug" in arguments
    stream.prepare()
    try:
        code = app.main(list(arguments), prog_name="corpus", standalone_mode=False)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.ClickException as error:
        said = io.StringIO()
        error.show(file=said)
        stream.talk(said.getvalue().rstrip("\n"))
        return 2
    except (click.Abort, KeyboardInterrupt):
        return _explain(Interrupted("interrupted: what was committed stays"))
    except SystemExit:
        # Only click leaves this way, when the reader of its help has gone.
        return 0
    except CorpusError as error:
        if debug and error.exit_code:
            raise
        return _explain(error)
    except Exception as error:
        if debug:
            raise
        stream.talk(
            f"corpus: {type(error).__name__}: {error}: this is a defect; --debug shows where"
        )
        return 2
    return code or 0


def _explain(error: CorpusError) -> int:
    if error.exit_code:
        stream.talk(f"corpus: {error}")
    return error.exit_code


def _unknown(args: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(args[0], COMMANDS, 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else f"to search for it: corpus search {args[0]}"
    return f"there is no command {args[0]}: {hint}"
