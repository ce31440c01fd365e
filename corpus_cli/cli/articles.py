"""The commands that show, list, edit and remove articles."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.config import Color
from corpus_cli.corpus import Corpus
from corpus_cli.errors import NotFound, UsageError
from corpus_cli.model import NO_SPANS, SINGLE, Article, Passage, parse_passage_id
from corpus_cli.model.ids import is_passage_id
from corpus_cli.output import plain, records, stream
from corpus_cli.output.own_notes import bracketed, notes_by_line
from corpus_cli.text.printable import is_valid

if TYPE_CHECKING:
    from corpus_cli.search.article_marks import ArticleMarks

_LINES = re.compile(r"(.+?):(\d{1,12})(?:(-)(\d{1,12})?)?")


@helping.command(
    examples={
        "corpus show 20a045af8b2e": "an article",
        "corpus show 20a0:13-17": "some of its lines, by a short id",
        "corpus show 20a0 --query 'ISIS-K'": "with the matches marked",
    }
)
@click.argument("name", metavar="ID[:LINES]", shell_complete=completion.complete_articles)
@click.option(
    "--raw", is_flag=True, help="Show all lines, menus and boxes too, with numbers and kinds."
)
@click.option("--query", metavar="QUERY", help="Mark what a search for QUERY finds in it.")
@options.formats("terminal", "plain", "json")
@options.color
@options.index
@options.debug
def show(  # noqa: PLR0913 - one parameter an option
    *, name: str, query: str | None, style: str | None, color: Color, index: str | None, raw: bool
) -> int:
    """Show an article, lines of it (ID:17-23) or a passage (ID#4).

    An id may be shortened as long as no other id begins the same way. A path works as well, or
    PATH#RECORD if the file contains several articles, or the last part of either.

    --query marks the words and names that a search marks: in colour, and in [brackets] without
    colour and in a pipe. In JSON a line has their positions (spans).
    """
    with session.open_corpus(index) as corpus:
        name, lines = pick_lines(name)
        article, passages, header = corpus.article(name)
        lines = _passage(name, article, passages) if is_passage_id(name) else lines
        if lines is not None and not any(line.n in lines for line in article.lines):
            shown = corpus.store.short_id(article.id)
            raise NotFound(f"{shown} has only lines 1 to {len(article.lines)}")
        marks = _mark(query, article, corpus)
        by_line = marks.by_line if marks else NO_SPANS
        style = printing.output_format(style)
        annotations = corpus.annotations(article.id)
        notes = notes_by_line(annotations, passages, lines)
        if style == "json":
            stream.write(
                records.article(
                    article, passages, header, lines, marks=marks, annotations=annotations
                )
            )
        elif raw:
            stream.write(plain.format_article(article, lines, raw=True, marks=by_line))
        elif style == "plain":
            bracketed_notes = {line: [*bracketed(notes[line])] for line in notes}
            stream.write(
                plain.format_article(
                    article, lines, raw=False, marks=by_line, notes=bracketed_notes
                )
            )
        else:
            printing.make_terminal(corpus.folder, printing.Look(color=color)).print_article(
                article, header, lines, marks, notes
            )
        printing.print_notes(marks.notes if marks else ())
    return 0


def _mark(query: str | None, article: Article, corpus: Corpus) -> ArticleMarks | None:
    """Return what a query matches in an article; None without a query."""
    if query is None:
        return None
    from corpus_cli.search.request import SearchRequest

    request = SearchRequest(seconds=session.setting("timeout", None, corpus.folder))
    return corpus.mark_article(query, article.id, request)


@helping.command(
    examples={
        "corpus remove --dry-run 20a0": "show what would be removed",
        "corpus remove 20a0": "remove it; its file stays",
        "corpus remove seeds/001_347e4e07d973289c.txt": "by the path of its file",
    }
)
@click.argument(
    "names", nargs=-1, required=True, metavar="ID…", shell_complete=completion.complete_articles
)
@click.option("--dry-run", is_flag=True, help="Only show what would be removed.")
@options.wait
@options.index
@options.debug
def remove(names: tuple[str, ...], wait: float, index: str | None, *, dry_run: bool) -> int:
    """Remove articles from the corpus; their files stay.

    `corpus ingest` does not add them again, except with --again.
    """
    with session.open_corpus(index) as corpus:
        articles = list(dict.fromkeys(map(corpus.resolve, names)))
        headers = list(map(corpus.store.header, articles))
        if stream.terminal():
            headers = printing.shorten_ids(headers, corpus.store)
        lines = list(plain.listed(headers))
        if not dry_run:
            corpus.remove(articles, wait=wait, waiting=stream.talk)
        did = "would remove" if dry_run else "removed"
        lines = [f"{did}\t{line}" for line in lines]
        if stream.terminal():
            printing.print_table(lines, ("", "id", "date", "path", "title"), corpus.folder)
        else:
            stream.write(lines)
    return 0


def pick_lines(name: str) -> tuple[str, range | None]:
    """Split an argument into the name of an article and a range of lines, None for all."""
    line_range = _LINES.fullmatch(name)
    if not line_range:
        return name, None
    first = int(line_range[2])
    last = int(line_range[4]) if line_range[4] else sys.maxsize - 1 if line_range[3] else first
    if last < first:
        raise UsageError(f"{name}: the range ends before it begins")
    return line_range[1], range(first, last + 1)


def _passage(name: str, article: Article, passages: Sequence[Passage]) -> range:
    """Return the lines of the passage in `name`. Raises `NotFound` if there is no such passage."""
    from corpus_cli.search.chrome import chrome_passages

    typed, n = parse_passage_id(name)
    # The passages outside the text have the numbers after those of the text.
    outside = (one.passage for one in chrome_passages(article, len(passages)))
    for passage in chain(passages, outside):
        if passage.n == n:
            return range(passage.lines[0], passage.lines[1] + 1)
    raise NotFound(f"{typed} has only passages 1 to {len(passages)}")


FIELDS = ("title", "author", "published", "modified", "source", "url", "language", "tag", "section")

_HEADER = ("field", "value", "read from", "certainty")


def _fields(command: click.Command) -> click.Command:
    for name in reversed(FIELDS):
        text = f"Set {name} to this value." + (
            "" if name in SINGLE else " Repeat it for several values."
        )
        option = click.Option([f"--{name}"], multiple=True, metavar="VALUE", help=text)
        command.params.insert(1, option)
    return command


@_fields
@helping.command(
    examples={
        "corpus edit 20a0": "show its metadata",
        "corpus edit 20a0 --author 'Touqir Hussain'": "correct its author",
        "corpus edit 20a0 --reset author": "undo the correction",
    }
)
@click.argument("name", metavar="ID", shell_complete=completion.complete_articles)
@click.option(
    "--reset",
    multiple=True,
    type=click.Choice(FIELDS),
    metavar="FIELD",
    help="Undo the correction of a field.",
)
@options.formats("terminal", "plain", "json")
@options.wait
@options.index
@options.debug
def edit(
    name: str,
    reset: tuple[str, ...],
    style: str | None,
    wait: float,
    index: str | None,
    **values: tuple[str, ...],
) -> int:
    """Correct the metadata of an article.

    A correction belongs to the file (or to the record in it), and stays when the file is read
    again. --author '' removes the author. Without a correction, the command shows each value,
    where it comes from, and how certain it is.
    """
    corrections = {
        field: _check_values(field, typed_values)
        for field, typed_values in values.items()
        if typed_values
    }
    with session.open_corpus(index) as corpus:
        if corrections or reset:
            corpus.edit(
                name, {**dict.fromkeys(reset), **corrections}, wait=wait, waiting=stream.talk
            )
        article, passages, header = corpus.article(name)
        style = printing.output_format(style)
        if style == "json":
            stream.write(records.article(article, passages, header, range(0)))
        elif style == "terminal":
            printing.print_table(plain.format_metadata(article), _HEADER, corpus.folder)
        else:
            stream.write(plain.format_metadata(article))
    return 0


def _is_date(text: str) -> bool:
    """Return whether a text is a year, a month or a day."""
    for form in ("%Y-%m-%d", "%Y-%m", "%Y"):
        with suppress(ValueError):
            return datetime.strptime(text, form).strftime(form) == text  # noqa: DTZ007 - a day
    return False


def _check_values(field: str, typed_values: tuple[str, ...]) -> list[str]:
    values = [value.strip() for value in typed_values if value.strip()]
    if len(values) > 1 and field in SINGLE:
        raise UsageError(f"--{field} takes one value")
    if not all(map(is_valid, values)):
        raise UsageError(f"--{field} must be text in UTF-8")
    if field in ("published", "modified"):
        for value in values:
            if not _is_date(value):
                raise UsageError(f"--{field} must be a date like 2024-03-31, not {value}")
    return values
