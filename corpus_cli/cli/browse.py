"""corpus browse."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from corpus_cli import config
from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.option_table import FILTER_OPTIONS, QUERY_OPTIONS, SORT
from corpus_cli.cli.session import OptionValues
from corpus_cli.errors import UsageError
from corpus_cli.output import records, stream
from corpus_cli.output.citations import STYLES


@helping.command(
    cls=options.QueryCommand,
    examples={
        "corpus browse": "type a query, and read what it finds",
        "corpus browse ISIS-K": "read about it; n goes to the next match",
        "corpus browse Taliban --since 2015": "with the filters of a search",
    },
)
@click.argument("query", nargs=-1, shell_complete=completion.complete_query)
@options.with_values(*FILTER_OPTIONS, *QUERY_OPTIONS, SORT)
@helping.option(
    "--style",
    "citation_style",
    default="apa",
    show_default=True,
    metavar="STYLE",
    help=f"Of citations: {', '.join(STYLES)}, or any of corpus cite.",
)
@options.indexes
@options.debug
def browse(
    *, query: tuple[str, ...], citation_style: str, index: tuple[str, ...], values: OptionValues
) -> int:
    """Search and read in a full-screen app.

    Results follow as you type. ? shows the keys: n and p go from match to match, f counts by
    source, author, year and name to narrow by, c copies the citation, e opens the file in your
    editor, q quits. It needs a terminal and the extra browse.
    """
    _require_terminal()
    try:
        from corpus_cli.browse.app import BrowseApp
    except ImportError as error:
        from corpus_cli.system.installation import install_command

        raise UsageError(
            f"corpus browse needs the extra browse: {install_command('browse')}"
        ) from error
    from corpus_cli.browse.corpora_thread import CorporaThread
    from corpus_cli.browse.state import start

    # The app opens the corpora in a thread of its own; here they are only checked.
    with session.open_corpora(index) as opened:
        folders = [
            (name, _folder(corpus.folder)) for name, corpus in printing.named_corpora(opened)
        ]
        request = session.read_request(values, opened.folder)
        request = request._replace(sort=session.setting("sort", values["sort"], opened.folder))
        mark = session.setting("mark", None, opened.folder)
        color = session.setting("color", None, opened.folder)
    if not config.use_color(color, os.environ, terminal=True):
        # Textual asks only the environment.
        os.environ["NO_COLOR"] = "1"
    with CorporaThread(folders) as corpora:
        app = BrowseApp(
            corpora,
            start(" ".join(query), request),
            citation_style=citation_style,
            mark=mark,
            debug="--debug" in sys.argv,
        )
        app.run()
    stream.write(map(records.shown, dict.fromkeys(app.citations)))
    app.raise_error()
    return 0


def _folder(folder: Path | None) -> Path:
    """Return the folder of a corpus that is not in memory."""
    if folder is None:
        raise UsageError("a corpus in memory cannot be browsed")
    return folder


def _require_terminal() -> None:
    """Raise `UsageError` if the app could not draw, or not read keys."""
    named = {"input": sys.stdin, "output": sys.stdout, "error": sys.stderr}
    for name, standard in named.items():
        if standard is None or not standard.isatty():
            raise UsageError(
                f"corpus browse needs a terminal, but standard {name} is not one: "
                "in a pipe use corpus search"
            )
    if os.environ.get("TERM", "dumb") in ("", "dumb"):
        raise UsageError(
            "corpus browse needs a terminal that can move its cursor, and TERM is dumb: "
            "use corpus search"
        )
