"""corpus ingest."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from corpus_cli import config
from corpus_cli.cli import options
from corpus_cli.corpus import Corpus, silent
from corpus_cli.errors import SourceError, UsageError
from corpus_cli.ingest.discover import STDIN
from corpus_cli.ingest.pipeline import Options
from corpus_cli.model import Report
from corpus_cli.output import plain, records, stream


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "--prune", is_flag=True, help="Take out articles whose files went away from these paths."
)
@click.option("--again", is_flag=True, help="Bring back articles that were removed.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Name every file that was added, replaced or removed."
)
@options.formats("plain", "json")
@options.wait
@options.index
@options.debug
def ingest(  # noqa: PLR0913 - one parameter an option
    paths: tuple[str, ...],
    style: str | None,
    wait: float,
    index: str | None,
    *,
    prune: bool,
    again: bool,
    dry_run: bool,
    verbose: bool,
) -> int:
    """Read files and folders into the corpus; run it again to bring it in step.

    Makes ./index where there is no corpus yet. A file that cannot be read stops no other.

    \b
    Exit code: 0 done, 2 error or nothing to ingest, 3 done but some files failed.
    """  # noqa: D301 - click reads the backspace
    _check(paths, prune=prune)
    with _corpus(index, wait, dry_run=dry_run) as corpus, _progress() as progress:
        done = corpus.ingest(
            paths, Options(prune, again, dry_run), progress=progress, wait=wait, waiting=stream.talk
        )
    _told(done, style, verbose=verbose)
    if len(done.skipped) == sum(done.counts().values()):
        raise UsageError(f"nothing to ingest in {' '.join(paths)}: corpus reads .txt and .md files")
    return SourceError.exit_code if done.failed else 0


def _check(paths: tuple[str, ...], *, prune: bool) -> None:
    """Nothing is made, nor waited for, where there is nothing to read."""
    for path in paths:
        if path == STDIN:
            raise UsageError("- is for corpus search --in; ingest wants files or folders")
        if not os.path.lexists(path) and not prune:
            raise UsageError(f"{path} does not exist: name a file or a folder")


def _corpus(index: str | None, wait: float, *, dry_run: bool) -> Corpus:
    place = config.find(index, os.environ, Path.cwd())
    folder = place.folder if place else Path(config.FOLDER)
    made = not config.is_corpus(folder)
    if made and dry_run:
        return Corpus.in_memory()
    if made:
        config.usable(folder)
    corpus = Corpus.create(folder, wait=wait, waiting=stream.talk)
    if made:
        stream.talk(f"corpus: made a corpus in {folder}")
    elif folder.parent.absolute() != Path.cwd() and not index:
        stream.talk(f"corpus: into {folder}")
    return corpus


def _progress() -> AbstractContextManager[Callable[[str], None]]:
    if not stream.listening():
        return nullcontext(silent)
    from corpus_cli.output.terminal_progress import progress

    return progress()


def _told(done: Report, style: str | None, *, verbose: bool) -> None:
    options.told(
        [f"{records.shown(path)} failed: {reason}" for path, reason in done.failed.items()]
    )
    if style == "json":
        stream.write(records.report(done))
        return
    if done.withheld:
        count = plain.plural(len(done.withheld), "article")
        options.told([f"{count} withheld, removed before; --again brings back"])
    if done.skipped and not verbose:
        options.told(
            [f"{plain.plural(len(done.skipped), 'file')} passed over; -v says which and why"]
        )
    stream.write([*(plain.report(done) if verbose else ()), plain.counts(done)])
