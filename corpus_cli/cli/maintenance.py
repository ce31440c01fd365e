"""corpus status, reindex."""

from __future__ import annotations

import click

from corpus_cli.cli import helping, options, printing, session
from corpus_cli.output import plain, records, stream
from corpus_cli.store import lock
from corpus_cli.text.plurals import plural


@helping.command(
    examples={
        "corpus status": "what the corpus contains",
        "corpus status --failed --skipped": "files not read, and why",
        "corpus status --format json | jq .articles": "one number",
    }
)
@click.option("--failed", is_flag=True, help="List the files that could not be read, and why.")
@click.option(
    "--skipped", is_flag=True, help="List the files in folders that were not read, and why."
)
@options.formats("terminal", "plain", "json")
@options.index
@options.debug
def status(style: str | None, index: str | None, *, failed: bool, skipped: bool) -> int:
    """Show what the corpus contains and if its index is up to date."""
    with session.open_corpus(index) as corpus:
        files = corpus.store.files
        reasons = {
            "failed": {source.name: reason for source, reason in files.all_failures().items()},
            "skipped": files.all_skipped(),
        }
        writer = lock.describe_writer(corpus.folder) if corpus.folder else ""
        counts = {
            "index": str(corpus.folder),
            **corpus.status(),
            **({"writer": writer} if writer else {}),
        }
        style = printing.output_format(style)
        if style == "json":
            listed = {
                name: {records.shown(path): reason for path, reason in named.items()}
                for name, named in reasons.items()
            }
            stream.write([records.dumps({"v": records.VERSION, **counts, **listed})])
        else:
            chosen = [
                row
                for name, is_chosen in (("failed", failed), ("skipped", skipped))
                if is_chosen
                for row in plain.format_reasons(reasons[name])
            ]
            lines = chosen if failed or skipped else plain.format_status(counts)
            if style == "terminal":
                header = ("file", "why") if failed or skipped else ()
                printing.print_table(lines, header, corpus.folder)
            else:
                stream.write(lines)
    return 0


@helping.command(
    examples={
        "corpus reindex": "the nearest corpus",
        "corpus reindex --wait 600": "wait up to ten minutes",
        "corpus reindex -i ~/reports/index": "the corpus in this folder",
    }
)
@options.wait
@options.index
@options.debug
def reindex(wait: float, index: str | None) -> int:
    """Rebuild the index from the stored texts.

    The corpus keeps the texts of all articles, so the files are not needed.
    """
    with session.open_corpus(index) as corpus:
        corpus.reindex(wait=wait, waiting=stream.talk)
        stream.write([f"indexed {plural(corpus.status()['articles'], 'article')}"])
    return 0
