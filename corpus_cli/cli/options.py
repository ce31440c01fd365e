"""Options that several commands share."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from corpus_cli import config
from corpus_cli.cli import helping
from corpus_cli.corpus import WAIT, Corpus, silent
from corpus_cli.errors import Interrupted, UsageError
from corpus_cli.output import records, stream

_F = TypeVar("_F", bound=Callable[..., Any])


def _one(ctx: click.Context, _: click.Parameter, named: tuple[str, ...]) -> str | None:
    if len(named) > 1:
        raise click.UsageError(f"{ctx.info_name} is for one corpus at a time: give -i once")
    return named[0] if named else None


index = click.option(
    "-i",
    "--index",
    multiple=True,
    callback=_one,
    metavar="DIR",
    help="The corpus to use. Else CORPUS_INDEX, else the nearest index/ here or above.",
)

indexes = click.option(
    "-i",
    "--index",
    multiple=True,
    metavar="DIR",
    help="The corpus; of several the hits are merged. Else CORPUS_INDEX or the nearest index/.",
)

wait = click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=WAIT,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another writer.",
)

color = helping.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    group="Look",
    help="Colour on a terminal; NO_COLOR and FORCE_COLOR are heeded.",
)


def look(function: _F) -> _F:
    """The options for how things look on a terminal."""
    function = helping.option(
        "--pager",
        group="Look",
        metavar="COMMAND",
        help="What shows more than a screen; never for none. [default: $PAGER or less]",
    )(function)
    function = helping.option(
        "--hyperlink",
        group="Look",
        metavar="WHAT",
        help="Link paths: auto, never, always, an editor (vscode …) or a template with {path}.",
    )(function)
    function = helping.option(
        "--mark",
        is_flag=True,
        default=None,
        group="Look",
        help="Set [brackets] around matches in colour and in pipes, too.",
    )(function)
    return color(function)


# `corpus search --debug` is typed as often as `corpus --debug search`; main() looks for it.
debug = click.option("--debug", is_flag=True, expose_value=False, hidden=True)


def formats(*names: str) -> Callable[[_F], _F]:
    """`--format`, with `--json` and `--jsonl` as short forms where they are among the names."""

    def add(function: _F) -> _F:
        for name in ("jsonl", "json"):
            if name in names:
                function = helping.option(
                    f"--{name}",
                    "style",
                    flag_value=name,
                    group="Output",
                    help=f"The same as --format {name}.",
                )(function)
        return helping.option(
            "--format",
            "style",
            type=click.Choice(names),
            metavar="FORMAT",
            group="Output",
            help=f"{', '.join(names)}. [default: terminal on a terminal, else plain]",
        )(function)

    return add


def chosen(style: str | None) -> str:
    """The format asked for, else the one that fits where the output goes."""
    return style or ("terminal" if stream.terminal() else "plain")


def printed(
    style: str | None, key: str, rows: Iterable[records.Record], lines: Iterable[str]
) -> None:
    """Write rows as JSON (`key` names their list) or JSON lines, else the lines."""
    match style:
        case "json":
            stream.write([records.dumps({"v": records.VERSION, key: list(rows)})])
        case "jsonl":
            stream.write(records.dumps({"v": records.VERSION, **row}) for row in rows)
        case _:
            stream.write(lines)


class Asked(NamedTuple):
    """The corpora that are asked, each with what names it.

    `failed` are files of `--in` that could not be read, `skipped` how many were passed over.
    """

    corpora: Sequence[tuple[str, Corpus]]
    failed: Mapping[str, str] = {}
    skipped: int = 0

    def settled(self, name: str, flag: Any) -> Any:  # noqa: ANN401 - of every type
        """A setting: the flag where it was given, else what the configuration says."""
        return settled(name, flag, self.corpora[0][1].folder)


def settled(name: str, flag: Any, folder: Path | None) -> Any:  # noqa: ANN401 - of every type
    """A setting: the flag where it was given, else environment, project, user, default."""
    return config.setting(name, os.environ, folder).value if flag is None else flag


@contextmanager
def corpora(named: Sequence[str], places: Sequence[str] = ()) -> Iterator[Asked]:
    """The corpora that are meant, open; one in memory where files are searched as they are."""
    if named and places:
        raise UsageError("search either a corpus (-i) or files as they are (--in)")
    with ExitStack() as open_:
        if places:
            corpus = open_.enter_context(Corpus.in_memory())
            report = corpus.ingest(places)
            if report.interrupted:
                raise Interrupted("interrupted: not all of the files were read")
            yield Asked([("", corpus)], report.failed, len(report.skipped))
        else:
            folders = {config.existing(name, os.environ, config.here()): name for name in named}
            found = {folder.resolve(): name for folder, name in folders.items()}
            names: list[str | None] = [*found.values()] or [None]
            yield Asked([(name or "", open_.enter_context(opened(name))) for name in names])


def opened(named: str | None) -> Corpus:
    """The corpus that is meant. Raises `CorpusMissing` where there is none."""
    return Corpus.open(named)


def progress(unit: str = "files") -> AbstractContextManager[Callable[[str, int, int], None]]:
    """A line of progress where somebody looks on."""
    if not stream.listening():
        return nullcontext(silent)
    from corpus_cli.output.terminal_progress import progress

    return progress(unit)


def told(lines: Sequence[str]) -> None:
    """Say lines on standard error."""
    for line in lines:
        stream.talk(f"corpus: {line}")
