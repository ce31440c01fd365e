"""corpus help."""

import click

from corpus_cli.cli import helping, session
from corpus_cli.errors import UsageError, closest_name
from corpus_cli.output import stream
from corpus_cli.text.data import DATA

PAGES = {path.stem: path for path in sorted((DATA / "help").glob("*.md"))}
"""The pages, by topic."""


def _topics(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    group = ctx.find_root().command
    commands = group.list_commands(ctx) if isinstance(group, click.Group) else []
    return [name for name in dict.fromkeys((*PAGES, *commands)) if name.startswith(incomplete)]


@helping.command(
    "help",
    examples={
        "corpus help search": "the same as corpus search --help",
        "corpus help query": "the query language",
        "corpus help formats": "the output formats",
    },
)
@click.argument("words", nargs=-1, metavar="[COMMAND | TOPIC]", shell_complete=_topics)
@click.pass_context
def help_(ctx: click.Context, words: tuple[str, ...]) -> int:
    """Show the help of a command, or a page on a topic.

    The topics are query, formats, exit-codes and names.
    """
    page = PAGES.get(words[0]) if len(words) == 1 else None
    text = page.read_text("utf-8") if page else _of(ctx.find_root(), words)
    # A pager needs neither rich nor a corpus.
    stream.show(f"{text.rstrip()}\n", session.setting("pager", None, None))
    return 0


def _of(ctx: click.Context, words: tuple[str, ...]) -> str:
    """Return the help of a command, named by the path of groups and commands that lead to it."""
    for word in words:
        group = ctx.command
        command = group.get_command(ctx, word) if isinstance(group, click.Group) else None
        if command is None:
            raise UsageError(_unknown(ctx, word))
        ctx = helping.Context(command, info_name=word, parent=ctx)
    return ctx.get_help()


def _unknown(ctx: click.Context, word: str) -> str:
    topics = list(PAGES) if ctx.parent is None else []
    commands = ctx.command.list_commands(ctx) if isinstance(ctx.command, click.Group) else []
    near = closest_name(word, [*topics, *commands])
    hint = f"did you mean {near}?" if near else "corpus help lists the commands and topics"
    return f"there is no help on {word}: {hint}"
