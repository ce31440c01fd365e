"""corpus status, duplicates, reindex."""

import click

from corpus_cli import lock
from corpus_cli.cli import options
from corpus_cli.output import plain, records, stream


@click.command()
@click.option("--failed", is_flag=True, help="List what could not be read, and why.")
@options.formats("plain", "json")
@options.index
@options.debug
def status(style: str | None, index: str | None, *, failed: bool) -> int:
    """Tell what the corpus holds, and whether its index is up to date."""
    with options.opened(index) as corpus:
        quarantine = corpus.store.files.quarantine()
        writer = lock.holder(corpus.folder) if corpus.folder else ""
        found = {
            "index": str(corpus.folder),
            **corpus.status(),
            **({"writer": writer} if writer else {}),
        }
        if style == "json":
            reasons = {records.shown(s.name): reason for s, reason in quarantine.items()}
            stream.write([records.dumps({"v": records.VERSION, **found, "failed": reasons})])
        else:
            stream.write(plain.failed(quarantine) if failed else plain.status(found))
    return 0


@click.command()
@options.formats("plain", "json", "jsonl")
@options.index
@options.debug
def duplicates(style: str | None, index: str | None) -> int:
    """List the articles that are near-copies of each other, the earliest of each cluster first.

    An article that stands in several files as it is is one article with several sources; see
    `corpus show`. Exit code 1 if there are none.
    """
    with options.opened(index) as corpus:
        found = list(corpus.clusters())
    options.printed(style, "clusters", map(records.cluster, found), plain.clusters(found))
    return 0 if found else 1


@click.command()
@options.wait
@options.index
@options.debug
def reindex(wait: float, index: str | None) -> int:
    """Make the index anew from the store alone, without the source files."""
    with options.opened(index) as corpus:
        corpus.reindex(wait=wait, waiting=stream.talk)
        stream.write([f"indexed {plain.plural(corpus.status()['articles'], 'article')}"])
    return 0
