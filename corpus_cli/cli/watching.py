"""What changes in folders, as it changes."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus_cli.errors import UsageError
from corpus_cli.model import STDIN
from corpus_cli.output import stream


def changes(places: Sequence[str], ours: Path | None) -> Iterator[object]:
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
        found = Path(path)
        return folder is None or (folder != found and folder not in found.parents)

    yield ()
    stream.talk("corpus: watching; Ctrl-C ends it")
    yield from watch(*places, watch_filter=wanted)
