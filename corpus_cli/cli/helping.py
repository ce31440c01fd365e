"""Help that begins with examples and groups the options."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import click

from corpus_cli.errors import closest_name

_F = TypeVar("_F", bound=Callable[..., Any])
_MANY = 12
_REST = "Options"
_WIDEST = 80
_NARROWEST = 50


class _Formatter(click.HelpFormatter):
    """A formatter that finds the width of the screen without shutil, which click would import."""

    def __init__(self, *settings: Any, **named: Any) -> None:  # noqa: ANN401 - click's
        super().__init__(width=max(min(_columns(), _WIDEST) - 2, _NARROWEST))

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        # Without a prefix click looks for a translation of it, and imports locale for that.
        super().write_usage(prog, args, prefix or "Usage: ")


class Context(click.Context):
    """A context of click that uses our formatter."""

    formatter_class = _Formatter


class Option(click.Option):
    """An option with the heading under which a long help lists it.

    With a `value_if_omitted` its value may be left out, and follows `=` otherwise.
    """

    def __init__(
        self,
        *names: Any,  # noqa: ANN401 - click's
        group: str = _REST,
        value_if_omitted: str = "",
        **settings: Any,  # noqa: ANN401 - click's
    ) -> None:
        super().__init__(*names, **settings)
        self.group = group
        self.value_if_omitted = value_if_omitted

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        if not (record and self.value_if_omitted):
            return record
        metavar = self.make_metavar(ctx)
        return record[0].replace(f" {metavar}", f"[={metavar}]"), record[1]

    def get_help_extra(self, ctx: click.Context) -> click.types.OptionHelpExtra:
        extra = super().get_help_extra(ctx)
        # The error message explains the range better than `[x>=0]`.
        extra.pop("range", None)
        return extra


class Command(click.Command):
    """A command whose help is: usage, a sentence, examples, then the rest and the options.

    `examples` maps command lines to a few words on what each does.
    """

    context_class = Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Click would take the next word of a query for a value that was left out.
        values = {
            name: f"{name}={option.value_if_omitted}"
            for option in self.params
            if isinstance(option, Option) and option.value_if_omitted
            for name in option.opts
        }
        end = args.index("--") if "--" in args else len(args)
        return super().parse_args(ctx, [*(values.get(one, one) for one in args[:end]), *args[end:]])

    def get_short_help_str(self, limit: int = 0) -> str:
        return sentence(self)

    def get_help_option(self, ctx: click.Context) -> click.Option:
        # Click's own would look for a translation of its help, and import locale for that.
        return _help

    def __init__(
        self,
        *settings: Any,  # noqa: ANN401 - click's
        examples: Mapping[str, str] | None = None,
        **named: Any,  # noqa: ANN401 - click's
    ) -> None:
        super().__init__(*settings, **named)
        self.examples = examples or {}

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        first, _, rest = _text(self).partition("\n\n")
        _paragraphs(formatter, first)
        if self.examples:
            with formatter.section("Examples"):
                formatter.write("".join(_aligned(self.examples, formatter.width)))
        if rest:
            _paragraphs(formatter, rest)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for name, records in self.grouped(ctx):
            with formatter.section(name):
                formatter.write_dl(records)

    def grouped(self, ctx: click.Context) -> Sequence[tuple[str, list[tuple[str, str]]]]:
        """Return the options by heading, each with its names and its help text."""
        groups: dict[str, list[tuple[str, str]]] = {}
        shown = [
            (getattr(param, "group", _REST), record)
            for param in self.get_params(ctx)
            if isinstance(param, click.Option) and (record := param.get_help_record(ctx))
        ]
        for name, record in shown:
            groups.setdefault(name if len(shown) > _MANY else _REST, []).append(record)
        # Options without a heading come last, with --help.
        return sorted(groups.items(), key=lambda one: one[0] == _REST)


class Group(Command, click.Group):
    """A group of commands with the same help; for a mistyped one it suggests the closest."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        Command.format_options(self, ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            ctx.fail(self.unknown(ctx, args[0]))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence(command)) for name, command in commands if command])

    def unknown(self, ctx: click.Context, word: str) -> str:
        """Return the message for a word that is not a command."""
        near = closest_name(word, self.list_commands(ctx))
        hint = f"did you mean {near}?" if near else f"{ctx.command_path} --help lists them"
        return f"{ctx.command_path} has no command {word}: {hint}"


def command(
    name: str | None = None,
    *,
    examples: Mapping[str, str],
    cls: type[Command] = Command,
    **settings: Any,  # noqa: ANN401 - click's
) -> Callable[[Callable[..., Any]], Command]:
    """Return `click.command` with examples: command lines to a few words on what each does."""
    return click.command(name, cls=cls, examples=examples, **settings)


def option(*names: str, group: str = _REST, **settings: Any) -> Callable[[_F], _F]:  # noqa: ANN401 - click's
    """Return `click.option` with a heading, which is shown if a command has many options."""
    return click.option(*names, cls=Option, group=group, **settings)


def sentence(command: click.Command) -> str:
    """Return what a command does: the first paragraph of its help, on one line."""
    return " ".join(_text(command).partition("\n\n")[0].split())


def _show(ctx: click.Context, _: click.Parameter, value: object) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


_help = click.Option(
    ["-h", "--help"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show,
    help="Show this message and exit.",
)


def _columns() -> int:
    with suppress(ValueError, OSError):
        return int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size().columns
    return _WIDEST


def _text(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "")


def _paragraphs(formatter: click.HelpFormatter, text: str) -> None:
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(text)


def _aligned(examples: Mapping[str, str], width: int) -> Iterator[str]:
    """Yield examples with their words beside the commands if they fit, else below each."""
    command_width = max(map(len, examples))
    fits_beside = command_width + max(map(len, examples.values())) + 4 <= width
    for line, words in examples.items():
        yield (
            f"  {line:{command_width}}  {words}\n" if fits_beside else f"  {line}\n      {words}\n"
        )
