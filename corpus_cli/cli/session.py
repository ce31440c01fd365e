"""Open the corpora and read the settings of a command."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_cli import config
from corpus_cli.corpus import Corpus, no_progress
from corpus_cli.errors import SourceError, UsageError
from corpus_cli.model import STDIN
from corpus_cli.output import stream

if TYPE_CHECKING:
    from corpus_cli.query.filters import Filters
    from corpus_cli.search.request import SearchRequest

OptionValues = Mapping[str, Any]
"""The values of the options of a command line, by parameter."""

_MAX_JOBS = 4


class OpenCorpora(NamedTuple):
    """The corpora of a command, each with the name that the user typed.

    `failed` maps files of `--in` that could not be read to reasons, and `skipped` counts files
    that no reader fits. `passed_over` counts articles without the words of any query. `partial`
    means that reading ended before all files were read.
    """

    corpora: Sequence[tuple[str, Corpus]]
    failed: Mapping[str, str] = {}
    skipped: int = 0
    passed_over: int = 0
    partial: bool = False

    @property
    def has_no_article(self) -> bool:
        """Return whether the first corpus is empty."""
        return not self.corpora[0][1].store.count_articles()

    @property
    def folder(self) -> Path | None:
        """The folder of the first corpus, whose settings count; None in memory."""
        return self.corpora[0][1].folder


def setting(name: str, value: Any, folder: Path | None) -> Any:  # noqa: ANN401 - of every type
    """Return the value of an option, or if it is None, of the setting with the same name."""
    return config.read_setting(name, os.environ, folder).value if value is None else value


@contextmanager
def open_corpora(names: Sequence[str], places: Sequence[str] = ()) -> Iterator[OpenCorpora]:
    """Open corpora by name, else the nearest one, or an empty one in memory for files."""
    if names and places:
        raise UsageError("give either -i for a corpus or --in for files, not both")
    with ExitStack() as stack:
        if places:
            require_some_exist(places)
            yield OpenCorpora([("", stack.enter_context(Corpus.in_memory()))])
        else:
            name_by_folder: dict[Path, str | None] = {
                config.find_existing_corpus(
                    name, os.environ, config.current_folder()
                ).resolve(): name
                for name in names
            }
            unique = [*name_by_folder.values()] or [None]
            yield OpenCorpora(
                [(name or "", stack.enter_context(open_corpus(name))) for name in unique]
            )


def read_files(  # noqa: PLR0913, PLR0917 - what to read, and when to end
    opened: OpenCorpora,
    places: Sequence[str],
    lines: Sequence[str],
    request: "SearchRequest",
    seconds: float,
    most: int = 0,
) -> OpenCorpora:
    """Read what may match one of several queries from files into a corpus in memory.

    Without a query, everything is read. Reading ends after this number of seconds or of articles,
    or with Ctrl-C; 0 reads all files.
    """
    from corpus_cli.ingest.steps import IngestRequest

    ((_, corpus),) = opened.corpora
    options = IngestRequest(jobs=job_count(), seconds=seconds, most=most)
    with show_progress() as progress:
        report = (
            corpus.ingest_matching(places, lines, request, options, progress=progress)
            if lines
            else corpus.ingest(places, options, progress=progress)
        )
    return opened._replace(
        failed=report.failed,
        skipped=len(report.skipped),
        passed_over=report.passed_over,
        partial=report.interrupted,
    )


def require_some_exist(places: Sequence[str]) -> None:
    """Raise `UsageError` if all paths are missing; if only some are, the rest can be read."""
    from corpus_cli.ingest.discover import is_missing

    if all(place != STDIN and is_missing(place) for place in places):
        raise UsageError(f"{places[0]} does not exist: name a file or a folder")


def open_corpus(name: str | None) -> Corpus:
    """Open the corpus with this name, else the nearest one. Raises `CorpusMissing` if none."""
    return Corpus.open(name)


def job_count() -> int:
    """Return how many files are read at a time: one per processor, up to four."""
    return min(_MAX_JOBS, os.cpu_count() or 1)


def exit_code(*, any_found: bool, partial: bool) -> int:
    """Return 0 if anything was found, 1 if not, 3 if something could not be searched."""
    return SourceError.exit_code if partial else 0 if any_found else 1


def show_progress(unit: str = "files") -> AbstractContextManager[Callable[[str, int, int], None]]:
    """Show a line of progress if standard error is a terminal."""
    if not stream.listening():
        return nullcontext(no_progress)
    from corpus_cli.output.terminal.progress import show_progress

    return show_progress(unit)


def read_filters(values: OptionValues) -> "Filters":
    """Return the filters among the options."""
    from corpus_cli.query.filters import FILTERS, Filters

    return Filters(**{name: values[name] for name in FILTERS})


def read_request(values: OptionValues, folder: Path | None) -> "SearchRequest":
    """Return the request of a query, from the options that all commands with a query share."""
    from corpus_cli.search.request import SearchRequest

    return SearchRequest(
        filters=read_filters(values),
        literal=values["literal"],
        all_terms=values["all_terms"],
        all_names=values["all_names"],
        expand_names=not values["no_names"],
        suggest=not values["no_suggest"],
        seconds=setting("timeout", values["timeout"], folder),
    )
