"""corpus show, remove."""

import re
import sys
from collections.abc import Sequence

import click

from corpus_cli.cli import completion, helping, options, screens, shared
from corpus_cli.config import Color
from corpus_cli.errors import NotFound, UsageError
from corpus_cli.model import Passage
from corpus_cli.output import plain, records, stream

_PASSAGE = re.compile(r"[0-9a-f]+#\d+")
_LINES = re.compile(r"(.+?):(\d{1,12})(?:(-)(\d{1,12})?)?")


@helping.command(
    examples={
        "corpus show 20a045af8b2e": "an article",
        "corpus show 20a0:13-17": "lines of it; an id may be shortened",
        "corpus show --raw 20a0 | less": "every line, with its kind",
    }
)
@click.argument("name", metavar="ID[:LINES]", shell_complete=completion.articles)
@click.option("--raw", is_flag=True, help="All lines with their numbers and kinds, chrome too.")
@options.formats("terminal", "plain", "json")
@options.color
@options.index
@options.debug
def show(name: str, style: str | None, color: Color, index: str | None, *, raw: bool) -> int:
    """Show an article, lines of it (ID:17-23) or a passage (ID#4).

    An id may be shortened to what no other begins with; a path works as well, and PATH#RECORD
    for one of several in a file.
    """
    with shared.opened(index) as corpus:
        name, lines = _picked(name)
        article, passages, header = corpus.article(name)
        lines = _passage(name, passages) if _PASSAGE.fullmatch(name) else lines
        if lines is not None and not any(line.n in lines for line in article.lines):
            raise NotFound(f"{article.id} has lines 1 to {len(article.lines)}")
        style = shared.chosen(style)
        if style == "json":
            stream.write(records.article(article, passages, header, lines))
        elif style == "plain" or raw:
            stream.write(plain.article(article, lines, raw=raw))
        else:
            screens.terminal(corpus.folder, color=color).article(article, header, lines)
    return 0


@helping.command(
    examples={
        "corpus remove --dry-run 20a0": "tell what would go",
        "corpus remove 20a0": "take it out; its file stays",
        "corpus remove seeds/001_347e4e07d973289c.txt": "by the file it came from",
    }
)
@click.argument("names", nargs=-1, required=True, metavar="ID…", shell_complete=completion.articles)
@click.option("--dry-run", is_flag=True, help="Only tell what would be removed.")
@options.wait
@options.index
@options.debug
def remove(names: tuple[str, ...], wait: float, index: str | None, *, dry_run: bool) -> int:
    """Take articles out of the corpus; their files stay.

    They are not read again unless with `corpus ingest --again`.
    """
    with shared.opened(index) as corpus:
        articles = list(dict.fromkeys(map(corpus.resolve, names)))
        lines = list(plain.listed(map(corpus.store.header, articles)))
        if not dry_run:
            corpus.remove(articles, wait=wait, waiting=stream.talk)
        did = "would remove" if dry_run else "removed"
        lines = [f"{did}\t{line}" for line in lines]
        if stream.terminal():
            screens.table(lines, ("", "id", "date", "path", "title"), corpus.folder)
        else:
            stream.write(lines)
    return 0


def _picked(name: str) -> tuple[str, range | None]:
    """A name and the range of lines asked for."""
    found = _LINES.fullmatch(name)
    if not found:
        return name, None
    first = int(found[2])
    last = int(found[4]) if found[4] else sys.maxsize - 1 if found[3] else first
    if last < first:
        raise UsageError(f"{name}: the range ends before it begins")
    return found[1], range(first, last + 1)


def _passage(name: str, passages: Sequence[Passage]) -> range:
    """The lines of a passage."""
    for passage in passages:
        if str(passage.n) == name.partition("#")[2]:
            return range(passage.lines[0], passage.lines[1] + 1)
    raise NotFound(f"{name.partition('#')[0]} has passages 1 to {len(passages)}")
