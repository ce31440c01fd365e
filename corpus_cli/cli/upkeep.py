"""corpus status, reindex."""

import click

from corpus_cli import lock
from corpus_cli.cli import options
from corpus_cli.output import plain, records, stream


@click.command()
@options.formats("plain", "json")
@options.index
@options.debug
def status(style: str | None, index: str | None) -> int:
    """Tell what the corpus holds, and whether its index is up to date."""
    with options.opened(index) as corpus:
        quarantine = corpus.store.quarantine()
        writer = lock.holder(corpus.folder) if corpus.folder else ""
        found = {
            "index": str(corpus.folder),
            **corpus.status(),
            **({"writer": writer} if writer else {}),
        }
        if style == "json":
            failed = {records.shown(path): reason for path, reason in quarantine.items()}
            stream.write([records.dumps({"v": records.VERSION, **found, "quarantine": failed})])
        else:
            stream.write(plain.status(found, quarantine))
    return 0


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
