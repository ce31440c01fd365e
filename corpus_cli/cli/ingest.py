"""corpus ingest, and its reports."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus_cli import config
from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.corpus import Corpus, Waiting, no_progress
from corpus_cli.errors import Interrupted, SourceError, UsageError
from corpus_cli.ingest.discover import absolute
from corpus_cli.ingest.file_formats import find_conversion
from corpus_cli.ingest.loading import MAX_FILE_BYTES
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.model import STDIN
from corpus_cli.model.report import Report
from corpus_cli.output import plain, records, stream
from corpus_cli.text.plurals import plural
from corpus_cli.text.shell import index_option, quote

if TYPE_CHECKING:
    from corpus_cli.output.saved import NewsLine

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}

_files = partial(helping.option, group="Files")
_changed = partial(helping.option, group="Changes")


@helping.command(
    examples={
        "corpus ingest ~/articles": "a folder; again: its changes",
        "corpus ingest ~/articles --prune": "also remove deleted articles",
        "find ~/articles | corpus ingest --files-from -": "only these files",
    }
)
@click.argument("paths", nargs=-1, metavar="PATH…", shell_complete=completion.complete_files)
@_files(
    "--files-from",
    metavar="FILE",
    shell_complete=completion.complete_files,
    help="Read the paths from a file; - for standard input.",
)
@_files("-0", "--null", is_flag=True, help="The paths in --files-from end with NUL, not newline.")
@_files("--include", multiple=True, metavar="GLOB", help="In folders, read only matching files.")
@_files("--exclude", multiple=True, metavar="GLOB", help="Skip matching files and folders.")
@_files(
    "--max-size",
    default=f"{MAX_FILE_BYTES // 1_000_000}MB",
    show_default=True,
    metavar="SIZE",
    help="Do not read files larger than this.",
)
@_changed("--checksum", is_flag=True, help="Compare files by content, not only by size and time.")
@_changed("--retry-failed", "retry", is_flag=True, help="Try unreadable files again.")
@_changed(
    "--prune", is_flag=True, help="Remove articles whose files were deleted from these paths."
)
@_changed(
    "--force",
    is_flag=True,
    help="Prune even if a folder is missing or empty, or more than a tenth would go.",
)
@_changed("--again", "restore_removed", is_flag=True, help="Restore articles that were removed.")
@_changed("--watch", is_flag=True, help="Keep running and read what changes; includes --prune.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="OURS=THEIRS",
    help="Map a field of JSON or CSV records to one of ours: --field title=headline.",
)
@helping.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many files to read at a time. [default: one per processor, up to 4]",
)
@click.option("--dry-run", is_flag=True, help="Only report what would be done.")
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="List every file that was added, replaced, removed or skipped.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print only failures, as cron wants it.")
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
    quiet: bool,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    prune: bool,
    force: bool,
    restore_removed: bool,
    checksum: bool,
    retry: bool,
    dry_run: bool,
) -> int:
    """Read files and folders; run it again to read what changed.

    If there is no corpus yet, it is made in ./index. An unreadable file does not stop the
    others; `corpus status --failed` lists such files, and `corpus status --skipped` those in
    folders that have no reader. The path - is standard input: one
    document, or JSON lines. A file .corpusignore in a folder excludes files as .gitignore does.

    Exit code: 0 done, 2 error, nothing to ingest, or --prune refused, 3 done but some files or
    folders could not be read, 130 interrupted.
    """
    places = [*paths, *_read_path_list(files_from, null=null)]
    prune = prune or watch
    if force and not prune:
        raise UsageError("--force works only with --prune: give both")
    if quiet and (verbose or style):
        raise UsageError("-q prints no report: leave out -v, --json and --format")
    _check(places, prune=prune, watch=watch, listed=files_from is not None)
    talk = no_progress if quiet else stream.talk
    with _open_corpus(places, index, wait, talk, dry_run=dry_run) as corpus:
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
        option = index_option(corpus.folder)
        list_command = "" if dry_run else f"corpus status --skipped{option}"
        reporter = IngestReporter(
            style,
            list_command,
            partial(_describe_new, None if dry_run or quiet else corpus),
            prune=prune,
            verbose=verbose,
            quiet=quiet,
        )
        for _ in watch_changes(places, corpus.folder, talk) if watch else [()]:
            with nullcontext(no_progress) if quiet else session.show_progress() as progress:
                result = corpus.ingest(places, request, progress=progress, wait=wait, waiting=talk)
            reporter(result)
    if len(result.skipped) == sum(result.counts().values()) and not result.deleted_kept:
        why = (
            "corpus reads none of the formats there; -v lists the files"
            if result.skipped
            else "no file is there"
        )
        raise UsageError(f"nothing to ingest in {' '.join(places)}: {why}")
    if (prune and result.deleted_kept) or all(_is_unread(place, result) for place in places):
        return UsageError.exit_code
    return SourceError.exit_code if result.failed else 0


def _describe_new(corpus: Corpus | None) -> Sequence[NewsLine]:
    """Say how many passages of each saved search are new in a corpus, if there is one."""
    if corpus is None or not corpus.store.saved_searches.all():
        return ()
    from corpus_cli.output.saved import describe_new

    seconds = session.setting("timeout", None, corpus.folder)
    return describe_new(corpus.saved.count_new(seconds=seconds), index_option(corpus.folder))


def _is_unread(place: str, report: Report) -> bool:
    """Return whether a path failed as a whole: it is missing, or an unreadable folder."""
    failed = absolute(place) in report.failed
    return failed and (not os.path.exists(place) or os.path.isdir(place))  # noqa: PTH110, PTH112 - these do not raise


def _read_path_list(files_from: str | None, *, null: bool) -> list[str]:
    """Read paths from a file or standard input, one a line or separated by NUL."""
    if files_from is None:
        return []
    try:
        data = stream.read() if files_from == STDIN else Path(files_from).read_bytes()
    except OSError as error:
        raise UsageError(f"{files_from} cannot be read: {error.strerror}") from error
    if not null and b"\0" in data:
        raise UsageError("the paths in --files-from end with NUL: give -0 as well")
    return [os.fsdecode(path) for path in data.split(b"\0" if null else b"\n") if path]


def _check(places: Sequence[str], *, prune: bool, watch: bool, listed: bool) -> None:
    """Raise `UsageError` if there is nothing to read, before a corpus is made or watched."""
    if not places:
        if listed:
            raise UsageError("--files-from contains no path")
        raise UsageError("name files or folders to read, or - for standard input")
    if watch:
        for place in places:
            session.require_some_exist([place])
    elif not prune:
        session.require_some_exist(places)


def _parse_size(size: str) -> int:
    parts = _SIZE.fullmatch(size.strip())
    if not parts:
        raise UsageError(f"--max-size must be a size like 50MB or 2GB, not {size}")
    return int(float(parts[1]) * _UNITS[parts[2].lower()])


def _field_names(options: Sequence[str], folder: Path | None) -> Mapping[str, str]:
    """Map names of fields of records to ours, from the options and the file of the corpus."""
    ours_by_theirs = {theirs: ours for ours, theirs in config.read_field_names(folder).items()}
    for one in options:
        ours, mark, theirs = one.partition("=")
        if not mark:
            raise UsageError(f"--field must be OURS=THEIRS, as in title=headline, not {one}")
        ours_by_theirs[theirs] = ours
    return ours_by_theirs


def _open_corpus(
    places: Sequence[str], index: str | None, wait: float, talk: Waiting, *, dry_run: bool
) -> Corpus:
    place = config.find_corpus(index, os.environ, config.current_folder())
    folder = place.folder if place else Path(config.CORPUS_FOLDER)
    is_new = not config.is_corpus(folder)
    if is_new:
        session.require_some_exist(places)
    if is_new and dry_run:
        return Corpus.in_memory()
    if is_new:
        config.check_usable(folder)
    corpus = Corpus.create(folder, wait=wait, waiting=talk)
    if is_new:
        talk(f"corpus: made a corpus in {folder}")
    elif folder.parent.absolute() != config.current_folder() and not index:
        talk(
            f"corpus: adding to {folder}; to make a new corpus here, give -i {config.CORPUS_FOLDER}"
        )
    return corpus


_SAME = 5


class IngestReporter:
    """Prints the first report, and of later ones only what is new; if `quiet`, only failures."""

    def __init__(  # noqa: PLR0913 - how to report
        self,
        style: str | None,
        list_command: str,
        describe_new: Callable[[], Sequence[NewsLine]],
        *,
        prune: bool,
        verbose: bool,
        quiet: bool = False,
    ) -> None:
        """`list_command` lists the files that were skipped; it is empty in a dry run.

        `describe_new` says what is new of saved searches.
        """
        self._describe_new = describe_new
        self._quiet = quiet
        self._style = style
        self._list_command = list_command
        self._prune = prune
        self._verbose = verbose
        self._before: Report | None = None

    def __call__(self, report: Report) -> None:
        """Print a report. Raises `Interrupted` if the ingest was interrupted."""
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
            why = "because more than a tenth of the corpus would be removed"
            printing.print_notes([f"{kept}, {why}; --prune --force removes the articles"])
        if not self._before or failed or report.added or report.replaced or report.removed:
            self._print_report(report)
        self._before = report
        if report.interrupted:
            raise Interrupted(
                f"interrupted: {plain.format_counts(report)}; run the command again for the rest"
            )

    def _print_report(self, done: Report) -> None:
        if self._quiet:
            return
        news = [] if done.interrupted else self._describe_new()
        printing.print_notes([one.failure for one in news if one.failure])
        if self._style == "json":
            stream.write(records.report(done, [one.record for one in news if one.line]))
            return
        if done.withheld:
            count = plural(len(done.withheld), "article")
            printing.print_notes(
                [f"{count} not read, because removed before; --again restores them"]
            )
        if done.deleted_kept and not self._prune:
            printing.print_notes([f"{_describe_deleted(done)}; --prune removes them"])
        printing.print_notes(list(_describe_ambiguous_dates(done.ambiguous_dates)))
        if not self._verbose:
            printing.print_notes(list(self._describe_skipped(done.newly_skipped)))
        stream.write(
            [
                *(plain.report(done) if self._verbose else ()),
                plain.format_counts(done),
                *(one.line for one in news if one.line),
            ]
        )

    def _describe_skipped(self, reasons: Mapping[str, str]) -> Iterator[str]:
        """Yield what to do with the files that can be converted, and the number of the others."""
        convertible = {path: why for path, why in reasons.items() if find_conversion(path)}
        yield from _failures(convertible, "skipped")
        if other_count := len(reasons) - len(convertible):
            listing = self._list_command or "-v"
            yield f"{plural(other_count, 'file')} skipped: {listing} lists them, and why"


def _describe_deleted(report: Report) -> str:
    count = len(report.deleted_kept)
    kept = "its articles are kept" if count == 1 else "their articles are kept"
    return f"{plural(count, 'file is', 'files are')} gone, but {kept}"


def _describe_ambiguous_dates(dates: Mapping[str, str]) -> Iterator[str]:
    """Yield what to do with the articles whose date may be either of two days."""
    if len(dates) > _SAME:
        name, text = next(iter(dates.items()))
        yield (
            f"{len(dates):,} articles have no date, because theirs may be either of two days "
            f"({text} in {records.shown(name)}); -v lists them, and "
            "corpus edit ID --published YYYY-MM-DD sets it"
        )
        return
    for name, text in dates.items():
        yield (
            f"{records.shown(name)} has no date, because {text} may be either of two days: "
            f"corpus edit {quote(records.shown(name))} --published YYYY-MM-DD sets it"
        )


def _failures(failed: Mapping[str, str], outcome: str = "failed") -> Iterator[str]:
    """Yield each failure; of many with the same reason only their number."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for name, why in failed.items():
        names[why].append(name)
    for why, named in names.items():
        if len(named) > _SAME:
            yield f"{len(named):,} {outcome}: {why}; -v lists them"
        else:
            yield from (f"{records.shown(name)} {outcome}: {why}" for name in named)


def watch_changes(places: Sequence[str], ours: Path | None, talk: Waiting) -> Iterator[object]:
    """Yield once now, and once after each change below the places.

    Changes in `ours`, the folder of the corpus, do not count. Raises `UsageError` if the extra
    is not installed.
    """
    try:
        from watchfiles import watch
    except ModuleNotFoundError as error:
        from corpus_cli.system.installation import install_command

        raise UsageError(f"--watch needs watchfiles: {install_command('watch')}") from error
    if STDIN in places:
        raise UsageError("--watch needs files or folders, not standard input")
    folder = ours.resolve() if ours else None

    def wanted(_: object, path: str) -> bool:
        changed_path = Path(path)
        return folder is None or (folder != changed_path and folder not in changed_path.parents)

    yield ()
    talk("corpus: watching for changes; Ctrl-C ends it")
    yield from watch(*places, watch_filter=wanted)
