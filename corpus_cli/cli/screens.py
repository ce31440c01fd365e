"""What commands show on a terminal, as the settings have it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_cli import config
from corpus_cli.cli import shared
from corpus_cli.config import Color
from corpus_cli.output import links, records, stream

if TYPE_CHECKING:
    from corpus_cli.output.terminal.printer import Terminal


def terminal(
    folder: Path | None,
    *,
    color: Color | None = None,
    mark: bool | None = None,
    hyperlink: str | None = None,
    pager: str | None = None,
) -> Terminal:
    """A terminal as flags have it, else the settings of the corpus in a folder."""
    from corpus_cli.output.terminal.printer import Terminal

    def settled(name: str, flag: Any) -> Any:  # noqa: ANN401 - of every type
        return shared.settled(name, flag, folder)

    seen = stream.terminal()
    return Terminal(
        color=config.colored(settled("color", color), os.environ, terminal=seen),
        mark=settled("mark", mark),
        link=links.template(settled("hyperlink", hyperlink), os.environ, terminal=seen),
        pager=settled("pager", pager),
    )


def printed(  # noqa: PLR0913, PLR0917 - what there is to print, in each form
    style: str | None,
    key: str,
    rows: Iterable[records.Record],
    lines: Iterable[str],
    header: tuple[str, ...],
    folder: Path | None,
) -> None:
    """Write rows as JSON, or lines of cells as they are; on a terminal, as a table."""
    if shared.chosen(style) == "terminal":
        table(lines, header, folder)
    else:
        shared.printed(style, key, rows, lines)


def table(lines: Iterable[str], header: tuple[str, ...], folder: Path | None) -> None:
    """Show lines of cells with tabs between as a table; without a header, a name and the rest."""
    most = -1 if header else 1
    terminal(folder).table((line.split("\t", most) for line in lines), header)
