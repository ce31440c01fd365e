"""Which names a command is about."""

from collections.abc import Iterator

import click

from corpus_cli.corpus import Corpus
from corpus_cli.model import Name

of_kind = click.option(
    "--kind", metavar="KIND", help="Only of a kind: state, place, group, person …"
)
of_origin = click.option(
    "--origin", metavar="ORIGIN", help="Only of a pack (world, security), mined or names.toml."
)


def picked(corpus: Corpus, kind: str | None, origin: str | None) -> Iterator[Name]:
    """The names of a kind and an origin; None is any."""
    for name in corpus.names.book():
        if kind in (None, name.kind) and origin in (None, name.origin):
            yield name
