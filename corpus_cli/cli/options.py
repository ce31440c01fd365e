"""Options that several commands share, declared for click."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar, cast

import click

from corpus_cli.cli import completion, helping, option_table
from corpus_cli.cli.option_table import OptionSpec
from corpus_cli.corpus import WAIT, Corpus
from corpus_cli.model import Name

_F = TypeVar("_F", bound=Callable[..., Any])

_SHORT = re.compile(r"-(?:[lLcq0]+(?:[nC]\d*)?|h|[nC]\d*|i)")
_SHORT_WITH_VALUE = re.compile(r"-(?:[lLcq0]*[nC]|i)")


class QueryCommand(helping.Command):
    """A command that takes words with a leading hyphen as words of the query.

    `-Pakistan` excludes a word; click would take it for several options. Arguments
    after `--in` are files, up to the next option.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        flags, words, files = self._sort_arguments(args, is_unfinished=ctx.resilient_parsing)
        for file in files:
            flags += ["--in", file]
        # Nothing may follow an option whose value is being completed.
        return super().parse_args(ctx, [*flags, "--", *words] if words else flags)

    def _sort_arguments(
        self, args: list[str], *, is_unfinished: bool
    ) -> tuple[list[str], list[str], list[str]]:
        """Return flags, words and files; an unfinished line may end in a flag without a value."""
        flags: list[str] = []
        words: list[str] = []
        files: list[str] = []
        with_value = {
            name for option in self.params if _takes_value(option) for name in option.opts
        }
        queue = list(args)
        target = words
        while queue:
            argument = queue.pop(0)
            if argument == "--":
                words += queue
                break
            if argument == "--in":
                target = files
                if not is_unfinished and (not queue or queue[0] == "--"):
                    raise click.UsageError(
                        "--in needs files or folders after it, or - for standard input"
                    )
            elif argument.startswith("--") or argument in with_value or _SHORT.fullmatch(argument):
                target = words
                flags.append(argument)
                if argument in with_value or _SHORT_WITH_VALUE.fullmatch(argument):
                    if not queue and not is_unfinished:
                        raise click.BadOptionUsage(
                            argument, f"Option {argument!r} requires an argument."
                        )
                    flags += queue[:1]
                    del queue[:1]
            else:
                target.append(argument)
        return flags, words, files


def _takes_value(option: click.Parameter) -> bool:
    """Return whether the argument after an option is its value."""
    may_omit_value = isinstance(option, helping.Option) and bool(option.value_if_omitted)
    return isinstance(option, click.Option) and not (option.is_flag or may_omit_value)


def declare(*specs: OptionSpec) -> Callable[[_F], _F]:
    """Return a decorator that adds options to a command, in the order of its help."""

    def add(function: _F) -> _F:
        for spec in reversed(specs):
            function = _option(spec)(function)
        return function

    return add


def with_values(*specs: OptionSpec) -> Callable[[_F], _F]:
    """Return a decorator that adds options to a command and passes them as one `values`."""

    def add(function: _F) -> _F:
        @wraps(function)
        def command(**parameters: Any) -> Any:  # noqa: ANN401 - click's
            values = {spec.parameter: parameters.pop(spec.parameter) for spec in unique}
            return function(values=values, **parameters)

        return declare(*specs)(cast(_F, command))

    unique = {spec.parameter: spec for spec in specs}.values()
    return add


def _option(spec: OptionSpec, **extra: Any) -> Callable[[_F], _F]:  # noqa: ANN401 - click's
    settings: dict[str, Any] = {"default": spec.default}
    match spec.kind:
        case "switch" if spec.value is True:
            settings["is_flag"] = True
        case "switch":
            settings["flag_value"] = spec.value
        case "number":
            settings["type"] = click.IntRange(min=0)
        case "seconds":
            settings["type"] = click.FloatRange(min=0)
        case "choice":
            settings["type"] = click.Choice(spec.choices)
        case "several" | "files":
            settings = {"multiple": True}
        case _:
            pass
    settings |= {"metavar": spec.metavar, "help": spec.help, "group": spec.group}
    settings["shell_complete"] = _completer(spec)
    if spec.may_omit_value:
        settings["value_if_omitted"] = spec.choices[0]
    return helping.option(*spec.names, spec.parameter, **settings, **extra)


def _completer(spec: OptionSpec) -> Callable[..., Any] | None:
    match spec.complete:
        case "values":
            return completion.complete_values(spec.parameter)
        case "fields":
            from corpus_cli.output import records

            return completion.complete_list(records.FIELDS)
        case "files":
            return completion.complete_files
        case _:
            return None


def _single(ctx: click.Context, _: click.Parameter, folders: tuple[str, ...]) -> str | None:
    if len(folders) > 1:
        raise click.UsageError(f"{ctx.info_name} uses one corpus at a time: give -i once")
    return folders[0] if folders else None


color = declare(option_table.COLOR)

indexes = declare(option_table.INDEX)

index = _option(
    option_table.INDEX._replace(
        help="The corpus to use. [default: $CORPUS_INDEX or the nearest index/ here or above]"
    ),
    callback=_single,
)

wait = helping.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=WAIT,
    metavar="SECONDS",
    help=f"How long to wait for another process that writes. [default: {WAIT:g}]",
)

# `corpus search --debug` is typed as often as `corpus --debug search`; main() looks for it.
debug = click.option("--debug", is_flag=True, expose_value=False, hidden=True)

of_kind = click.option(
    "--kind", metavar="KIND", help="Only names of this kind: state, place, group, person …"
)
of_origin = click.option(
    "--origin",
    metavar="ORIGIN",
    help="Only names from there: a pack (world, security), mined or names.toml.",
)


def formats(*names: str) -> Callable[[_F], _F]:
    """Add `--format`, and `--json` and `--jsonl` if they are among the names."""
    return declare(*option_table.format_options(*names))


def select_names(corpus: Corpus, kind: str | None, origin: str | None) -> Iterator[Name]:
    """Return the names of a kind and an origin; None is any."""
    for name in corpus.names.lookup():
        if kind in (None, name.kind) and origin in (None, name.origin):
            yield name
