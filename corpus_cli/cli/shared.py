"""What commands do with what their options say."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_cli import config
from corpus_cli.corpus import Corpus, silent
from corpus_cli.errors import SourceError, UsageError
from corpus_cli.model import STDIN
from corpus_cli.output import records, stream

if TYPE_CHECKING:
    from corpus_cli.query.filters import Filters
    from corpus_cli.search.options import Options


_JOBS = 4


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

    `failed` are files of `--in` that could not be read, `skipped` how many were passed over;
    `partial` tells that reading ended before all of them were read.
    """

    corpora: Sequence[tuple[str, Corpus]]
    failed: Mapping[str, str] = {}
    skipped: int = 0
    partial: bool = False

    def settled(self, name: str, flag: Any) -> Any:  # noqa: ANN401 - of every type
        """A setting: the flag where it was given, else what the configuration says."""
        return settled(name, flag, self.corpora[0][1].folder)


def settled(name: str, flag: Any, folder: Path | None) -> Any:  # noqa: ANN401 - of every type
    """A setting: the flag where it was given, else environment, project, user, default."""
    return config.setting(name, os.environ, folder).value if flag is None else flag


@contextmanager
def corpora(
    named: Sequence[str], places: Sequence[str] = (), seconds: float = 0.0
) -> Iterator[Asked]:
    """The corpora that are meant, open; one in memory where files are searched as they are.

    After so many seconds, or Ctrl-C, no more files are read; 0 reads all of them.
    """
    if named and places:
        raise UsageError("search either a corpus (-i) or files as they are (--in)")
    with ExitStack() as open_:
        if places:
            from corpus_cli.ingest.pipeline import Options

            some_exist(places)
            corpus = open_.enter_context(Corpus.in_memory())
            with progress() as tell:
                report = corpus.ingest(places, Options(jobs=jobs(), seconds=seconds), progress=tell)
            yield Asked(
                [("", corpus)], report.failed, len(report.skipped), partial=report.interrupted
            )
        else:
            folders = {config.existing(name, os.environ, config.here()): name for name in named}
            found = {folder.resolve(): name for folder, name in folders.items()}
            names: list[str | None] = [*found.values()] or [None]
            yield Asked([(name or "", open_.enter_context(opened(name))) for name in names])


def some_exist(places: Sequence[str]) -> None:
    """Raise `UsageError` where every place is missing: of several, the others are read."""
    from corpus_cli.ingest.discover import is_missing

    if all(place != STDIN and is_missing(place) for place in places):
        raise UsageError(f"{places[0]} does not exist: name a file or a folder")


def opened(named: str | None) -> Corpus:
    """The corpus that is meant. Raises `CorpusMissing` where there is none."""
    return Corpus.open(named)


def jobs() -> int:
    """How many files are read at a time: one a processor, up to four."""
    return min(_JOBS, os.cpu_count() or 1)


def exit_code(*, found: bool, partial: bool) -> int:
    """0 found, 1 nothing found, 3 where that is not known for all that was asked."""
    return SourceError.exit_code if partial else 0 if found else 1


def progress(unit: str = "files") -> AbstractContextManager[Callable[[str, int, int], None]]:
    """A line of progress where somebody looks on."""
    if not stream.listening():
        return nullcontext(silent)
    from corpus_cli.output.terminal.progress import progress

    return progress(unit)


def told(lines: Sequence[str]) -> None:
    """Say lines on standard error."""
    for line in lines:
        stream.talk(f"corpus: {line}")


def taken(given: dict[str, Any], asked: Asked, **rest: Any) -> Options:  # noqa: ANN401 - click's
    """How to search, from the options of a command line, which are used up."""
    from corpus_cli.query.filters import FILTERS, Filters
    from corpus_cli.search.options import Options

    chosen = {name: given.pop(name) for name in FILTERS}
    return Options(
        filters=Filters(**chosen),
        literal=given.pop("literal"),
        all_terms=given.pop("all_terms"),
        names=not given.pop("no_names"),
        suggest=not given.pop("no_suggest"),
        seconds=asked.settled("timeout", given.pop("timeout")),
        **rest,
    )


def line(query: Sequence[str], filters: Filters) -> str:
    """The words of a query as one line. Raises where there is neither word nor filter."""
    if not query and filters == type(filters)():
        raise UsageError("Missing argument 'QUERY…': words to look for, or a filter")
    return " ".join(query)
