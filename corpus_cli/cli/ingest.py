"""The command that ingests files, and its reports."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import click

from corpus_cli import config
from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.corpus import Corpus
from corpus_cli.errors import Interrupted, SourceError, UsageError
from corpus_cli.ingest.discover import absolute
from corpus_cli.ingest.loading import MAX_FILE_BYTES
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.model import STDIN
from corpus_cli.model.report import Report
from corpus_cli.output import plain, records, stream
from corpus_cli.text.plurals import plural

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}

_files = partial(helping.option, group="Files")
_changed = partial(helping.option, group="Changes")


@helping.command(
    examples={
        "corpus ingest ~/articles": "a folder, or what changed",
        "corpus ingest ~/articles --prune": "and take out what is gone",
        "find ~/articles | corpus ingest --files-from -": "just these files",
    }
)
@click.argument("paths", nargs=-1, metavar="PATH…", shell_complete=completion.complete_files)
@_files(
    "--files-from",
    metavar="FILE",
    shell_complete=completion.complete_files,
    help="Read the paths from a file, - is a pipe.",
)
@_files("-0", "--null", is_flag=True, help="Paths of --files-from end in NUL, not newlines.")
@_files("--include", multiple=True, metavar="GLOB", help="Of folders only such files.")
@_files("--exclude", multiple=True, metavar="GLOB", help="Leave such files or folders out.")
@_files(
    "--max-size",
    default=f"{MAX_FILE_BYTES // 1_000_000}MB",
    show_default=True,
    metavar="SIZE",
    help="Files over it are not read.",
)
@_changed("--checksum", is_flag=True, help="Compare files by content, not only by size and time.")
@_changed("--retry-failed", "retry", is_flag=True, help="Try again what could not be read.")
@_changed(
    "--prune", is_flag=True, help="Take out articles whose files were deleted from these paths."
)
@_changed(
    "--force",
    is_flag=True,
    help="Prune also where a folder is missing or empty, or more than a tenth would go.",
)
@_changed("--again", "restore_removed", is_flag=True, help="Bring back articles that were removed.")
@_changed("--watch", is_flag=True, help="Stay, and bring in what changes; prunes as well.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="OURS=THEIRS",
    help="What a field of JSON or CSV records means: --field title=headline.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="Files to read at a time. [default: one a processor, up to 4]",
)
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Name every file that was added, replaced or removed."
)
@options.formats("plain", "json")
@options.wait
@options.index
@options.debug
def ingest(  # noqa: PLR0913, PLR0917 - one parameter an option
    paths: tuple[str, ...],
    files_from: str | None,
    fields: tuple[str, ...],
    max_size: str,
    jobs: int | None,
    style: str | None,
    wait: float,
    index: str | None,
    *,
    null: bool,
    watch: bool,
    verbose: bool,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    prune: bool,
    force: bool,
    restore_removed: bool,
    checksum: bool,
    retry: bool,
    dry_run: bool,
) -> int:
    """Read files and folders in; again to bring in what changed.

    Makes ./index where there is no corpus yet. A file that cannot be read stops no other:
    `corpus status --failed` lists those. A path of - is standard input: one document, or
    JSON lines. A folder's .corpusignore leaves files out as .gitignore does.

    Exit code: 0 done, 2 error, nothing to ingest or nothing pruned, 3 done but some files
    or folders failed, 130 interrupted.
    """
    places = [*paths, *_read_path_list(files_from, null=null)]
    prune = prune or watch
    if force and not prune:
        raise UsageError("--force is for --prune: give both")
    _check(places, prune=prune, watch=watch, listed=files_from is not None)
    with _open_corpus(places, index, wait, dry_run=dry_run) as corpus:
        request = IngestRequest(
            prune=prune,
            force=force,
            restore_removed=restore_removed,
            dry_run=dry_run,
            checksum=checksum,
            retry=retry,
            include=include,
            exclude=exclude,
            jobs=jobs or session.job_count(),
            largest=_parse_size(max_size),
            fields=_field_names(fields, corpus.folder),
        )
        reporter = IngestReporter(style, prune=prune, verbose=verbose)
        for _ in watch_changes(places, corpus.folder) if watch else [()]:
            with session.show_progress() as progress:
                result = corpus.ingest(
                    places, request, progress=progress, wait=wait, waiting=stream.talk
                )
            reporter(result)
    if len(result.skipped) == sum(result.counts().values()):
        raise UsageError(
            f"nothing to ingest in {' '.join(places)}: no file there is of a kind that corpus "
            "reads; -v names them"
        )
    if (prune and result.deleted_kept) or all(_is_unread(place, result) for place in places):
        return UsageError.exit_code
    return SourceError.exit_code if result.failed else 0


def _is_unread(place: str, report: Report) -> bool:
    """Whether a place failed as a whole: it is missing, or a folder that cannot be read."""
    failed = absolute(place) in report.failed
    return failed and (not os.path.exists(place) or os.path.isdir(place))  # noqa: PTH110, PTH112 - those raise nothing


def _read_path_list(files_from: str | None, *, null: bool) -> list[str]:
    """The paths in a file or on standard input, one a line or between NULs."""
    if files_from is None:
        return []
    try:
        data = stream.read() if files_from == STDIN else Path(files_from).read_bytes()
    except OSError as error:
        raise UsageError(f"{files_from} cannot be read: {error.strerror}") from error
    if not null and b"\0" in data:
        raise UsageError("the paths of --files-from end in NUL: give -0 as well")
    return [os.fsdecode(path) for path in data.split(b"\0" if null else b"\n") if path]


def _check(places: Sequence[str], *, prune: bool, watch: bool, listed: bool) -> None:
    """Nothing is made, nor waited for, where there is nothing to read."""
    if not places:
        if listed:
            raise UsageError("no path is in the list of --files-from")
        raise UsageError("name files or folders to read, or - for standard input")
    if watch:
        for place in places:
            session.require_some_exist([place])
    elif not prune:
        session.require_some_exist(places)


def _parse_size(size: str) -> int:
    parts = _SIZE.fullmatch(size.strip())
    if not parts:
        raise UsageError(f"--max-size wants a size as 50MB or 2GB, not {size}")
    return int(float(parts[1]) * _UNITS[parts[2].lower()])


def _field_names(options: Sequence[str], folder: Path | None) -> Mapping[str, str]:
    """Names of fields of records → ours, from the flags and the file of the corpus."""
    ours_by_theirs = {theirs: ours for ours, theirs in config.read_field_names(folder).items()}
    for one in options:
        ours, mark, theirs = one.partition("=")
        if not mark:
            raise UsageError(f"--field wants OURS=THEIRS as in title=headline, not {one}")
        ours_by_theirs[theirs] = ours
    return ours_by_theirs


def _open_corpus(places: Sequence[str], index: str | None, wait: float, *, dry_run: bool) -> Corpus:
    place = config.find_corpus(index, os.environ, config.current_folder())
    folder = place.folder if place else Path(config.CORPUS_FOLDER)
    is_new = not config.is_corpus(folder)
    if is_new:
        session.require_some_exist(places)
    if is_new and dry_run:
        return Corpus.in_memory()
    if is_new:
        config.check_usable(folder)
    corpus = Corpus.create(folder, wait=wait, waiting=stream.talk)
    if is_new:
        stream.talk(f"corpus: made a corpus in {folder}")
    elif folder.parent.absolute() != config.current_folder() and not index:
        stream.talk(
            f"corpus: into {folder}; for a corpus of its own here: -i {config.CORPUS_FOLDER}"
        )
    return corpus


_SAME = 5


class IngestReporter:
    """Tells of the first report, and of later ones only what is new in them."""

    def __init__(self, style: str | None, *, prune: bool, verbose: bool) -> None:
        self._style = style
        self._prune = prune
        self._verbose = verbose
        self._before: Report | None = None

    def __call__(self, report: Report) -> None:
        """Tell of a report. Raises `Interrupted` where the ingest was."""
        reported_failures = self._before.failed if self._before else {}
        failed = {
            name: why for name, why in report.failed.items() if reported_failures.get(name) != why
        }
        printing.print_notes(list(_failures(failed)))
        if (
            self._prune
            and report.deleted_kept
            and (not self._before or self._before.deleted_kept != report.deleted_kept)
        ):
            kept = _describe_deleted(report)
            printing.print_notes(
                [f"{kept}: more than a tenth of all; --prune --force takes them out"]
            )
        if not self._before or failed or report.added or report.replaced or report.removed:
            self._print_report(report)
        self._before = report
        if report.interrupted:
            raise Interrupted(
                f"interrupted: {plain.format_counts(report)} and kept; run it again for the rest"
            )

    def _print_report(self, done: Report) -> None:
        if self._style == "json":
            stream.write(records.report(done))
            return
        if done.withheld:
            count = plural(len(done.withheld), "article")
            printing.print_notes([f"{count} withheld, removed before; --again brings back"])
        if done.deleted_kept and not self._prune:
            printing.print_notes([f"{_describe_deleted(done)}; --prune takes them out"])
        if done.skipped and not self._verbose and not self._before:
            count = plural(len(done.skipped), "file")
            printing.print_notes([f"{count} passed over; -v says which and why"])
        stream.write([*(plain.report(done) if self._verbose else ()), plain.format_counts(done)])


def _describe_deleted(report: Report) -> str:
    files = plural(len(report.deleted_kept), "file is", "files are")
    return f"{files} gone, the articles are kept"


def _failures(failed: Mapping[str, str]) -> Iterator[str]:
    """Each failure; of many with one reason only their number."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for name, why in failed.items():
        names[why].append(name)
    for why, named in names.items():
        if len(named) > _SAME:
            yield f"{len(named):,} failed: {why}; -v names them"
        else:
            yield from (f"{records.shown(name)} failed: {why}" for name in named)


def watch_changes(places: Sequence[str], ours: Path | None) -> Iterator[object]:
    """One item now, and one each time after something changed below the places.

    What we write to our own folder is no change. Raises `UsageError` where the extra is not
    installed.
    """
    try:
        from watchfiles import watch
    except ModuleNotFoundError as error:
        from corpus_cli.system.installation import install_command

        raise UsageError(f"--watch needs watchfiles: {install_command('watch')}") from error
    if STDIN in places:
        raise UsageError("--watch wants files or folders, not standard input")
    folder = ours.resolve() if ours else None

    def wanted(_: object, path: str) -> bool:
        changed_path = Path(path)
        return folder is None or (folder != changed_path and folder not in changed_path.parents)

    yield ()
    stream.talk("corpus: watching; Ctrl-C ends it")
    yield from watch(*places, watch_filter=wanted)
