"""corpus names: the groups of written forms."""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from corpus_cli.cli import options
from corpus_cli.corpus import Corpus
from corpus_cli.errors import UsageError
from corpus_cli.model import Name
from corpus_cli.names import packs
from corpus_cli.output import plain, records, stream

_IN_TEXTS = ("test", "mine", "suggest", "mentioned")


class _Names(click.Group):
    """Loads what looks into the texts when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *_IN_TEXTS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _IN_TEXTS:
            return super().get_command(ctx, cmd_name)
        from corpus_cli.cli.found_names import COMMANDS

        return COMMANDS[cmd_name]


_kind = click.option("--kind", metavar="KIND", help="Only of a kind: state, place, group, person …")
_origin = click.option(
    "--origin", metavar="ORIGIN", help="Only of a pack (world, security), mined or names.toml."
)


@click.group(cls=_Names)
@options.debug
def names() -> None:
    """Names: whichever way one is written, the others are found.

    They come from packs, from what the articles explain themselves, and from names.toml
    beside the index, which wins. A change works at once; nothing is indexed again.

    \b
    Examples:
      corpus names show ISKP
      corpus names add ISIS-K Daesh-K
      corpus names mentioned --per article
    """  # noqa: D301 - click reads the backspace


def _picked(corpus: Corpus, kind: str | None, origin: str | None) -> Iterator[Name]:
    for name in corpus.names.book():
        if kind in (None, name.kind) and origin in (None, name.origin):
            yield name


@names.command("list")
@_kind
@_origin
@options.formats("plain", "json", "jsonl")
@options.index
@options.debug
def list_(kind: str | None, origin: str | None, style: str | None, index: str | None) -> int:
    """List names: canonical form, kind, origin and the other forms."""
    with options.opened(index) as corpus:
        held = list(_picked(corpus, kind, origin))
    options.printed(style, "names", map(records.name, held), plain.names(held))
    return 0


@names.command()
@click.argument("form")
@options.formats("plain", "json")
@options.index
@options.debug
def show(form: str, style: str | None, index: str | None) -> int:
    """Show the names that have a form: all other forms, where they come from, what is disputed."""
    with options.opened(index) as corpus:
        held = corpus.names.known(form)
        senses = corpus.names.explained()
        rows = []
        for name in held:
            evidence = [
                records.sense(sense, canonical, corpus.store.header)
                for sense, canonical in senses
                if canonical == name.canonical
            ]
            rows.append(records.name(name, evidence))
    options.printed(style, "names", rows, plain.described(rows))
    return 0


@names.command()
@click.argument("name")
@click.argument("forms", nargs=-1)
@click.option("--short", multiple=True, help="A form that means it only beside a full one.")
@click.option("--adjective", multiple=True, help="A form that points to it, as Afghan does.")
@click.option("--kind", default="", help="What it is: group, person, place …")
@click.option("--note", default="", help="A line on what is disputed.")
@options.index
@options.debug
def add(  # noqa: PLR0913, PLR0917 - one parameter an option
    name: str,
    forms: tuple[str, ...],
    short: tuple[str, ...],
    adjective: tuple[str, ...],
    kind: str,
    note: str,
    index: str | None,
) -> int:
    """Add FORMS to a name, or a name that is new."""
    with options.opened(index) as corpus:
        told = corpus.names.add(Name(name, kind, (name, *forms), short, adjective, note=note))
        stream.write(plain.names([told]))
    return 0


@names.command()
@click.argument("name")
@click.argument("forms", nargs=-1)
@options.index
@options.debug
def remove(name: str, forms: tuple[str, ...], index: str | None) -> int:
    """Take a name out, or only FORMS of it."""
    with options.opened(index) as corpus:
        gone = corpus.names.remove(name, forms)
        stream.write([f"removed {', '.join(forms) or gone.canonical}"])
    return 0


@names.command()
@_kind
@_origin
@options.index
@options.debug
def export(kind: str | None, origin: str | None, index: str | None) -> int:
    """Write names as TOML, for another corpus or a pack of your own."""
    from corpus_cli.names.own import exported

    with options.opened(index) as corpus:
        own = corpus.names.own().entries if origin in (None, packs.OWN) and not kind else ()
        stream.write(exported(_picked(corpus, kind, origin), own).splitlines())
    return 0


@names.command("import")
@click.argument("file", metavar="FILE")
@options.index
@options.debug
def import_(file: str, index: str | None) -> int:
    """Take names from FILE (- is standard input) into names.toml.

    A .toml file as export writes it, else lines of forms with commas between, as synonym
    files of Solr and Elasticsearch have them.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
    found = _entries(file, text)
    if not found:
        raise UsageError(f"{file} has no names: write them as TOML, or as lines of: form, form")
    with options.opened(index) as corpus:
        corpus.names.merge(found)
    stream.write([f"took in {plain.plural(len(found), 'name')}"])
    return 0


def _entries(file: str, text: str) -> Sequence[packs.Entry]:
    try:
        return packs.parse(text, file, file).entries
    except UsageError:
        # Lines of forms are no TOML; what looks like it is to be mended.
        if file.endswith(".toml") or re.search(r"^\s*\[", text, re.MULTILINE):
            raise
    return [packs.Entry(name) for name in packs.synonyms(text.splitlines())]
