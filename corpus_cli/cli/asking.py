"""What commands share that are asked a question."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from corpus_cli.cli import completion, helping, options
from corpus_cli.cli.flags import FLAGS

_F = TypeVar("_F", bound=Callable[..., Any])

_SHORT = re.compile(r"-(?:[lLcq0]+(?:[nC]\d*)?|h|[nC]\d*|i)")
_TAKES = re.compile(r"-(?:[lLcq0]*[nC]|i)")


class Asking(helping.Command):
    """A command line where words that begin with a hyphen are the query's.

    `-Pakistan` excludes a word; click would take it for several options. What follows
    `--in` are files, up to the next option.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        flags, words, files = self._sorted(args, begun=ctx.resilient_parsing)
        for file in files:
            flags += ["--in", file]
        # Nothing is to follow an option whose value is being completed.
        return super().parse_args(ctx, [*flags, "--", *words] if words else flags)

    def _sorted(self, args: list[str], *, begun: bool) -> tuple[list[str], list[str], list[str]]:
        """Flags, words and files; a line that was only begun may end in a flag without value."""
        flags: list[str] = []
        words: list[str] = []
        files: list[str] = []
        valued = {name for option in self.params if _valued(option) for name in option.opts}
        queue = list(args)
        target = words
        while queue:
            arg = queue.pop(0)
            if arg == "--":
                words += queue
                break
            if arg == "--in":
                target = files
                if not begun and (not queue or queue[0] == "--"):
                    raise click.UsageError(
                        "--in wants files or folders after it, - for standard input"
                    )
            elif arg.startswith("--") or _SHORT.fullmatch(arg):
                target = words
                flags.append(arg)
                if arg in valued or _TAKES.fullmatch(arg):
                    if not queue and not begun:
                        raise click.BadOptionUsage(arg, f"Option {arg!r} requires an argument.")
                    flags += queue[:1]
                    del queue[:1]
            else:
                target.append(arg)
        return flags, words, files


def _valued(option: click.Parameter) -> bool:
    return isinstance(option, click.Option) and not option.is_flag


def filters(function: _F) -> _F:
    """The options that narrow a question."""
    several = "Several: any will do. A leading - or ! excludes."
    helps = {
        "since": "Published since: 2023, 2023-04, 2023-04-05, yesterday, last-month, 30d.",
        "until": "Published until then, included; ! before a date excludes.",
        "author": f"By an author. {several}",
        "source": "From a site or publication.",
        "tag": "With a tag.",
        "lang": "In a language, by its code: en, ur.",
        "path": "In a file or folder: words of its path, or a pattern with * and ?.",
        "name": "That mention a name, in any of its forms.",
    }
    for name, text in reversed(helps.items()):
        known = None if name in ("since", "until") else completion.values(name)
        function = options.declared(
            FLAGS[f"--{name}"],
            group="Filters",
            metavar="GLOB" if name == "path" else "DATE" if known is None else "VALUE",
            help=text,
            shell_complete=known,
        )(function)
    return function


def reading(function: _F) -> _F:
    """The options for how a question is read."""
    function = options.declared(
        FLAGS["--literal"], group="Query", help="No character of the query is an operator."
    )(understanding(function))
    return options.declared(
        FLAGS["--timeout"],
        group="Query",
        help="Answer with what is found by then; 0 waits. [default: 5]",
    )(function)


def understanding(function: _F) -> _F:
    """Those for how its words are."""
    for name, text in (
        ("--no-suggest", "Look for unknown words only as they are typed."),
        ("--no-names", "Look for names only as they are typed."),
        ("--all-terms", "Every word must stand in the passage."),
    ):
        function = options.declared(FLAGS[name], group="Query", help=text)(function)
    return function
