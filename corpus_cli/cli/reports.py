"""What an ingest tells of what it did."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from corpus_cli.cli import shared
from corpus_cli.errors import Interrupted
from corpus_cli.model.report import Report
from corpus_cli.output import plain, records, stream

_SAME = 5


class Told:
    """Tells of the first report, and of later ones only what is new in them."""

    def __init__(self, style: str | None, *, prune: bool, verbose: bool) -> None:
        self._style = style
        self._prune = prune
        self._verbose = verbose
        self._before: Report | None = None

    def __call__(self, done: Report) -> None:
        """Tell of a report. Raises `Interrupted` where the ingest was."""
        known = self._before.failed if self._before else {}
        failed = {name: why for name, why in done.failed.items() if known.get(name) != why}
        shared.told(list(_failures(failed)))
        if self._prune and done.gone and (not self._before or self._before.gone != done.gone):
            shared.told(
                [f"{_gone(done)}: more than a tenth of all; --prune --force takes them out"]
            )
        if not self._before or failed or done.added or done.replaced or done.removed:
            self._tell(done)
        self._before = done
        if done.interrupted:
            raise Interrupted(
                f"interrupted: {plain.counts(done)} and kept; run it again for the rest"
            )

    def _tell(self, done: Report) -> None:
        if self._style == "json":
            stream.write(records.report(done))
            return
        if done.withheld:
            count = plain.plural(len(done.withheld), "article")
            shared.told([f"{count} withheld, removed before; --again brings back"])
        if done.gone and not self._prune:
            shared.told([f"{_gone(done)}; --prune takes them out"])
        if done.skipped and not self._verbose and not self._before:
            count = plain.plural(len(done.skipped), "file")
            shared.told([f"{count} passed over; -v says which and why"])
        stream.write([*(plain.report(done) if self._verbose else ()), plain.counts(done)])


def _gone(done: Report) -> str:
    files = "1 file is" if len(done.gone) == 1 else f"{len(done.gone):,} files are"
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
