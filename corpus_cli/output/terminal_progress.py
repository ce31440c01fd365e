"""A progress line while files are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from corpus_cli.text.printable import one_line


class Told(Protocol):
    """What `progress` hands out: told each path before it is read."""

    def __call__(self, path: str) -> None:
        """Show that a file is being read."""


@contextmanager
def progress() -> Iterator[Told]:
    """Show the number of files, the rate and the current one on standard error; leaves no trace."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:,} files · {task.fields[rate]:,.0f}/s"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[name]}", style="dim", markup=False),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None, name="", rate=0.0)

        def tell(path: str) -> None:
            known = bar.tasks[0]
            rate = known.completed / known.elapsed if known.elapsed else 0.0
            bar.update(task, advance=1, name=one_line(Path(path).name), rate=rate)

        yield tell
