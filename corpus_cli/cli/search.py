"""corpus search."""

import re
import time

import click

from corpus_cli.cli import options
from corpus_cli.config import Color
from corpus_cli.corpus import Corpus
from corpus_cli.errors import SourceError
from corpus_cli.model import Report, Results
from corpus_cli.output import plain, records, stream
from corpus_cli.search.pipeline import Options

_SHORT = re.compile(r"-(?:[lcq]+(?:n\d*)?|h|n\d*|i)")


class _Search(click.Command):
    """A command line where words that begin with a hyphen are the query's.

    `-Pakistan` excludes a word; click would take it for six options. What follows `--in`
    are files, up to the next option.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        flags, words, files = self._sorted(args)
        for file in files:
            flags += ["--in", file]
        return super().parse_args(ctx, [*flags, "--", *words])

    def _sorted(self, args: list[str]) -> tuple[list[str], list[str], list[str]]:
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
            elif arg.startswith("--") or _SHORT.fullmatch(arg):
                target = words
                flags.append(arg)
                if (arg in valued or re.fullmatch(r"-[lcq]+n", arg)) and queue:
                    flags.append(queue.pop(0))
            else:
                target.append(arg)
        if not files and "--in" in args:
            raise click.UsageError("--in wants files or folders after it, - for standard input")
        return flags, words, files


def _valued(option: click.Parameter) -> bool:
    return isinstance(option, click.Option) and not option.is_flag


@click.command(cls=_Search)
@click.argument("query", nargs=-1, required=True)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Passages to show.",
)
@click.option(
    "-l", "--files", "only_files", is_flag=True, help="Only the paths of the articles, best first."
)
@click.option("-c", "--count", is_flag=True, help="Only the number of passages found, whatever -n.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing but the exit code.")
@click.option("--literal", is_flag=True, help="No character of the query is an operator.")
@click.option("--all-terms", is_flag=True, help="Every word must stand in the passage.")
@click.option("--no-names", is_flag=True, help="Look for names only as they are typed.")
@click.option("--no-suggest", is_flag=True, help="Look for unknown words only as they are typed.")
@click.option("--duplicates", is_flag=True, help="Show each of several near-copies.")
@click.option("--explain", is_flag=True, help="Tell how names were read and why each hit is one.")
@click.option(
    "--in",
    "places",
    multiple=True,
    metavar="FILES…",
    help="Search files without an index; - is standard input.",
)
@options.formats("terminal", "plain", "json", "jsonl")
@options.color
@options.index
@options.debug
def search(  # noqa: PLR0913, PLR0917 - one parameter an option
    query: tuple[str, ...],
    limit: int,
    places: tuple[str, ...],
    style: str | None,
    color: Color,
    index: str | None,
    *,
    only_files: bool,
    count: bool,
    quiet: bool,
    literal: bool,
    all_terms: bool,
    no_names: bool,
    no_suggest: bool,
    duplicates: bool,
    explain: bool,
) -> int:
    """Find passages, the best first.

    Words are ranked, any of them may match. "quoted words" stand as written, -word must
    not, +word must; AND OR NOT ( ), NEAR/8, pre*, fuzzy~1, title: heading: author: source:
    tag: lang: path:, date:2023..2024-06, exact:"…".

    \b
    Exit code: 0 found, 1 nothing found, 2 error, 3 found but some --in files failed.
    """  # noqa: D301 - click reads the backspace
    began = time.perf_counter()
    report = Report()
    with Corpus.in_memory() if places else options.opened(index) as corpus:
        if places:
            report = corpus.ingest(places)
        found = corpus.search(
            " ".join(query),
            Options(
                limit=0 if quiet or count or only_files else limit,
                literal=literal,
                all_terms=all_terms,
                names=not no_names,
                suggest=not no_suggest,
                duplicates=duplicates,
                mentioned=style in ("json", "jsonl"),
            ),
        )
        took = round((time.perf_counter() - began) * 1000)
        if not quiet:
            options.told(
                [f"{records.shown(path)}: {reason}" for path, reason in report.failed.items()]
            )
            _print(
                corpus,
                found,
                took,
                "count" if count else "files" if only_files else options.chosen(style),
                color,
            )
            options.told([*plain.explained(found)] if explain else [])
    return SourceError.exit_code if report.failed else 0 if found.total else 1


def _print(corpus: Corpus, found: Results, took: int, style: str, color: Color) -> None:
    match style:
        case "count":
            stream.write([str(found.total)])
        case "files":
            stream.write(plain.paths(map(corpus.store.header, found.articles)))
        case "json":
            stream.write(records.results(found))
        case "jsonl":
            stream.write(records.hits(found))
        case "terminal":
            from corpus_cli.output.terminal import Terminal

            for line in (*plain.expanded(found), plain.headline(found, took), ""):
                stream.talk(line)
            Terminal(color=options.colored(color)).results(found)
        case _:
            stream.write(plain.hits(found))
    if style != "terminal":
        options.told(list(plain.expanded(found)))
    options.told(plain.talk(found))
