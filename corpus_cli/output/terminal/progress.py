"""Show a progress line while files are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from corpus_cli.text.printable import one_line

_NAME = 40
_REST = 62
"""Columns for all but the name, and for the ^C that a terminal may echo after it."""


class ProgressCallback(Protocol):
    """A function that is called before each file is read."""

    def __call__(self, path: str, done: int, total: int) -> None:
        """Show the path that is read now, and how many of the total are done."""


@contextmanager
def show_progress(unit: str = "files") -> Iterator[ProgressCallback]:
    """Show count, rate, time left and the current file on standard error, then erase them."""
    console = Console(stderr=True)
    room = min(_NAME, max(1, console.width - _REST))
    bar = Progress(
        BarColumn(bar_width=20),
        TextColumn(f"{{task.completed:,}}/{{task.total:,}} {unit} · {{task.fields[rate]:,.0f}}/s"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}", style="dim", markup=False),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=0, name="", rate=0.0)

        def update(path: str, done: int, total: int) -> None:
            elapsed = bar.tasks[0].elapsed
            rate = done / elapsed if elapsed else 0.0
            name = one_line(Path(path).name)
            name = name if len(name) <= room else f"{name[: room - 1]}…"
            bar.update(task, completed=done, total=total, name=name, rate=rate)

        yield update
