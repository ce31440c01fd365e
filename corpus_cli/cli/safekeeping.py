"""corpus verify, repair, backup, restore."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus_cli import safekeeping
from corpus_cli.cli import helping, options, printing
from corpus_cli.config import CORPUS_FOLDER
from corpus_cli.errors import CorpusDamaged, SourceError
from corpus_cli.output import records, stream
from corpus_cli.store.store import LostArticle
from corpus_cli.text.plurals import plural
from corpus_cli.text.printable import is_valid
from corpus_cli.text.shell import index_option, quote

if TYPE_CHECKING:
    from corpus_cli.upkeep.verify import Damage

_COLUMNS = ("file", "article", "what")


@helping.command(
    examples={
        "corpus verify": "read everything",
        "corpus verify --quick": "the store's pages and the sizes of files",
        "corpus verify --json | jq .damage": "what is damaged",
    }
)
@click.option("--quick", is_flag=True, help="Read no article and no segment.")
@options.formats("terminal", "plain", "json", "jsonl")
@options.index
@options.debug
def verify(style: str | None, index: str | None, *, quick: bool) -> int:
    """Check that all of the corpus is as it was written.

    It compares every page of the store and every file of the index with their sums, and the
    index with the store. Prints what is damaged; exits with 2 if anything is.
    """
    folder = safekeeping.find_folder(index)
    damages = safekeeping.verify_corpus(folder, quick=quick)
    printing.print_rows_or_table(
        style,
        "damage",
        [damage._asdict() for damage in damages],
        _format_damages(damages),
        _COLUMNS,
        folder,
    )
    if all(damage.is_harmless for damage in damages):
        return 0
    stream.talk(
        f"corpus: {folder} is damaged: keep all that is as it was written, and make the rest "
        f"again, with: corpus repair{index_option(folder)}"
    )
    return CorpusDamaged.exit_code


@helping.command(
    examples={
        "corpus repair": "the nearest corpus",
        "corpus repair --wait 600": "wait up to ten minutes",
        "corpus repair -i ~/reports/index": "the corpus in this folder",
    }
)
@options.wait
@options.index
@options.debug
def repair(wait: float, index: str | None) -> int:
    """Keep each article that is whole, and make the rest again.

    The index and the compiled names are made again from the store. If the store is damaged, the
    articles that can be read are copied to a new one with their metadata, corrections and
    removals; the damaged one is kept beside it. The other articles are named, with how to read
    their files again. Exits with 3 if there are any.
    """
    folder = safekeeping.find_folder(index)
    repaired = safekeeping.repair_corpus(folder, wait=wait, waiting=stream.talk)
    if not repaired.kept:
        stream.write([f"the store is whole; indexed {plural(repaired.articles, 'article')}"])
        return 0
    stream.write([f"kept {plural(repaired.articles, 'article')}"])
    stream.talk(f"corpus: the damaged store is kept as {folder / repaired.kept}")
    for line in _format_lost(repaired.lost, folder):
        stream.talk(f"corpus: {line}")
    for addition in repaired.lost_additions:
        stream.talk(f"corpus: some of this is lost: {addition}. Add it again, or restore a backup")
    return SourceError.exit_code if repaired.lost or repaired.lost_additions else 0


@helping.command(
    examples={
        "corpus backup corpus.tar.gz": "the nearest corpus",
        'corpus backup "$(date +%F).tar.gz"': "a file with the date",
        "corpus backup all.tar.gz -i ~/reports/index": "the corpus in this folder",
    }
)
@click.argument("file", type=click.Path(dir_okay=False))
@options.index
@options.debug
def backup(file: str, index: str | None) -> int:
    """Write the corpus to one new file.

    It has the articles with their metadata, corrections and removals, your names and the settings
    of the corpus, as they are at one moment; others may read and write meanwhile. The index is
    not part of it, because `corpus restore` makes it again.
    """
    size = safekeeping.back_up_corpus(file, index)
    stream.write([f"{records.shown(file)}: {size:,} bytes"])
    return 0


@helping.command(
    examples={
        "corpus restore corpus.tar.gz": "make index/ here",
        "corpus restore corpus.tar.gz -i ~/reports/index": "make this folder",
        "corpus restore corpus.tar.gz && corpus status": "look at what it has",
    }
)
@click.argument("file", type=click.Path(dir_okay=False))
@options.index
@options.debug
def restore(file: str, index: str | None) -> int:
    """Make a corpus of a backup, in a new folder.

    Everything is compared with its digest before anything is put in place, and nothing is
    replaced: neither a corpus nor your names.toml beside it.
    """
    folder = Path(index or CORPUS_FOLDER)
    articles = safekeeping.restore_corpus(file, folder)
    stream.write([f"restored {plural(articles, 'article')} to {records.shown(str(folder))}"])
    return 0


def _format_damages(damages: Sequence[Damage]) -> Iterator[str]:
    for damage in damages:
        what = " ".join(damage.what.split())
        yield f"{damage.file}\t{damage.article}\t{what}"


def _format_lost(articles: Sequence[LostArticle], folder: Path) -> Iterator[str]:
    """Say which articles were not kept, and how to read them again."""
    for article in articles:
        paths = [path for path in article.paths if is_valid(path)]
        if paths:
            files = " ".join(map(quote, paths))
            option = index_option(folder)
            yield f"{article.id} is damaged; read it again with: corpus ingest {files}{option}"
        elif article.id:
            yield f"{article.id} is damaged, and so are the names of its files"
        else:
            yield (
                "some articles or corrections may be lost of which nothing can be read: "
                "read all files again, or restore a backup"
            )
