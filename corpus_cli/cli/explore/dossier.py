"""corpus dossier."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from corpus_cli import __version__
from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.option_table import FILTER_OPTIONS, QUERY_OPTIONS
from corpus_cli.cli.session import OptionValues
from corpus_cli.errors import CorpusError, UsageError
from corpus_cli.explore.dossier import (
    LIMIT,
    Dossier,
    DossierOptions,
    merge,
    options_for_each,
)
from corpus_cli.explore.timeline import PERIODS, Period
from corpus_cli.model import STDIN
from corpus_cli.output import stream
from corpus_cli.output.documents.tree import Document
from corpus_cli.system.files import read_size, replace_file
from corpus_cli.text.shell import quote

_SECONDS = 60.0
"""A document is kept, so it is worth more time than an answer on the screen."""

_QUERY_OPTIONS = tuple(
    option._replace(
        help=f"Write what is found by then; 0 for no limit. [default: {_SECONDS:g}]",
        default=_SECONDS,
    )
    if option.parameter == "timeout"
    else option
    for option in QUERY_OPTIONS
)

_FORMATS = ("markdown", "html", "docx")
_FORMAT_BY_SUFFIX = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
}


@helping.command(
    cls=options.QueryCommand,
    examples={
        "corpus dossier ISIS-K": "in Markdown, on the screen",
        "corpus dossier Taliban -o t.html": "one page, to read and print",
        "corpus dossier Taliban -n 5 -o t.docx": "short, for Word",
    },
)
@click.argument("query", nargs=-1, required=True, shell_complete=completion.complete_query)
@helping.option(
    "-o",
    "--output",
    metavar="FILE",
    group="Output",
    shell_complete=completion.complete_files,
    help="Write to FILE, in the format of its suffix: .md, .html or .docx; - is standard output.",
)
@helping.option(
    "--format",
    "style",
    type=click.Choice(_FORMATS),
    metavar="FORMAT",
    group="Output",
    help="markdown, html or docx, whatever the suffix. [default: of the suffix, else markdown]",
)
@helping.option("--force", is_flag=True, group="Output", help="Replace FILE if it exists.")
@helping.option(
    "-n",
    "--limit",
    type=click.IntRange(min=0),
    default=LIMIT,
    show_default=True,
    metavar="N",
    group="Output",
    help="How many names, quotations and passages to show of each; 0 for all.",
)
@helping.option(
    "--by",
    type=click.Choice(PERIODS),
    group="Output",
    help="The length of a period. [default: month, or year if there are more than four years]",
)
@options.with_values(*FILTER_OPTIONS, *_QUERY_OPTIONS)
@options.indexes
@options.debug
def dossier(  # noqa: PLR0913 - one parameter an option
    *,
    query: tuple[str, ...],
    output: str | None,
    force: bool,
    limit: int,
    by: Period | None,
    style: str | None,
    index: tuple[str, ...],
    values: OptionValues,
) -> int:
    """Write what a query finds as a document, all of it cited.

    Its sections are the timeline, the sources, the names that are mentioned together, who said
    what, and the best passages by source, as the other commands find them. All words have to be
    in the passage. A note for each passage says title, author, source, date, address, lines and
    id. The HTML is one page that fetches nothing and runs no script; DOCX needs the extra dossier.

    A file that exists is kept, unless --force. If nothing is found, no file is written.

    Exit code: 0 found, 1 nothing found, 2 error, 3 the time limit ended the search, so that
    there may be more; the document says so.
    """
    target = None if output in (None, STDIN) else Path(output)
    style = _choose_format(style, target)
    _check_target(target, style, force=force)
    dossier_options = DossierOptions(by, limit)
    with session.open_corpora(index) as opened:
        request = session.read_request(values, opened.folder)
        line = " ".join(query)
        corpora = printing.named_corpora(opened)
        each = options_for_each(dossier_options, corpora)
        with session.show_progress("articles") as progress:
            answers = [
                (name, corpus.explore.dossier(line, each, request, progress))
                for name, corpus in corpora
            ]
        answer = merge(answers, dossier_options)
    if answer.results.total:
        _write(answer, style, target, force=force)
    printing.print_notes([*answer.about.notes, *_describe_nothing(answer)])
    return session.exit_code(any_found=bool(answer.results.total), partial=answer.about.partial)


def _choose_format(style: str | None, target: Path | None) -> str:
    """Return the format that was typed, else that of the file. Raises `UsageError` for others."""
    if style or target is None:
        return style or "markdown"
    suffix = target.suffix.lower()
    if suffix not in _FORMAT_BY_SUFFIX:
        raise UsageError(
            f"{target} does not end in .md, .html or .docx: give such a name, or --format"
        )
    return _FORMAT_BY_SUFFIX[suffix]


def _check_target(target: Path | None, style: str, *, force: bool) -> None:
    """Raise `UsageError` if the document could not be written, before the corpus is asked."""
    if style == "docx":
        from corpus_cli.output.documents.docx import require_docx

        require_docx()
        if target is None:
            raise UsageError("a DOCX is no text to print: name a file with -o FILE.docx")
    if target is None:
        return
    if not target.parent.is_dir():
        raise UsageError(f"{target.parent} is not a folder: make it, or name another file")
    try:
        size = read_size(target)
    except OSError as error:
        raise UsageError(
            f"{target} cannot be replaced ({error.strerror}): name another file, or - for "
            "standard output"
        ) from error
    if size is not None and not force:
        raise UsageError(f"{target} exists already: name another file, or replace it with --force")


def _write(answer: Dossier, style: str, target: Path | None, *, force: bool) -> None:
    from corpus_cli.output.documents.dossier import lay_out

    day = date.today()  # noqa: DTZ011 - the user's
    document = lay_out(answer, f"{day.isoformat()} with corpus {__version__}")
    if target is None:
        stream.write(_format_lines(document, style))
        return
    content = _format_content(document, style)
    _check_target(target, style, force=force)
    try:
        replace_file(target, content, target.with_name(f".{target.name}.{os.getpid()}"))
    except OSError as error:
        raise CorpusError(f"{target} cannot be written: {error.strerror}") from error
    printing.print_notes([f"wrote {target}"])


def _format_content(document: Document, style: str) -> bytes:
    if style == "docx":
        from corpus_cli.output.documents.docx import format_docx

        return format_docx(document)
    return "".join(f"{line}\n" for line in _format_lines(document, style)).encode()


def _format_lines(document: Document, style: str) -> Iterator[str]:
    if style == "html":
        from corpus_cli.output.documents.html import format_html

        return iter(format_html(document).splitlines())
    from corpus_cli.output.documents.markdown import format_markdown

    return format_markdown(document)


def _describe_nothing(answer: Dossier) -> Iterator[str]:
    """Yield that nothing was found and why, if so."""
    results = answer.results
    if results.total:
        return
    yield "nothing found in that time" if answer.about.partial else "nothing found"
    yield from results.hints
    yield from (f"try: corpus dossier {quote(one)}" for one in results.suggestions)
