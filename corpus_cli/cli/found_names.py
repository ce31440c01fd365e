"""corpus names test, mine, suggest, mentioned."""

import shlex
from typing import cast

import click

from corpus_cli.cli import options
from corpus_cli.names.alike import Proposal, proposals
from corpus_cli.names.spotting import spots
from corpus_cli.output import plain, records
from corpus_cli.search.mentions import Per
from corpus_cli.text.tokenise import tokenise


@click.command()
@click.argument("text", nargs=-1, required=True)
@options.formats("plain", "json")
@options.index
@options.debug
def test(text: tuple[str, ...], style: str | None, index: str | None) -> int:
    """Tell which names a text mentions, and by which forms. Exit code 1 if none."""
    line = " ".join(text)
    places = {token.position: token for token in tokenise(line) if token.span == 1}
    with options.opened(index) as corpus:
        book = corpus.names.book()
        found = [
            (
                line[places[spot.start].start : places[spot.end - 1].end],
                meaning.role,
                book.name(meaning.name),
            )
            for spot in spots(book, line, "")
            for meaning in spot.meanings
        ]
    rows = [{"form": form, "as": role, **records.name(name)} for form, role, name in found]
    options.printed(style, "names", rows, plain.table(rows, "form", "name", "kind", "as"))
    return 0 if found else 1


@click.command()
@options.formats("plain", "json", "jsonl")
@options.index
@options.debug
def mine(style: str | None, index: str | None) -> int:
    """Show what the articles explain themselves: where, and which name it belongs to.

    Both `Long Name (LN)` and `LN (Long Name)` are read when an article is ingested. An
    abbreviation that articles explain differently means each only where they do.
    """
    with options.opened(index) as corpus:
        rows = [
            records.sense(sense, canonical, corpus.store.header)
            for sense, canonical in corpus.names.explained()
        ]
    options.printed(style, "senses", rows, plain.mined(rows))
    return 0 if rows else 1


@click.command()
@options.formats("plain", "json", "jsonl")
@options.index
@options.debug
def suggest(style: str | None, index: str | None) -> int:
    """Propose forms that names may have as well: words of the corpus that are spelt alike.

    Nothing is taken in by itself: each proposal is a command to run. Exit code 1 if none.
    """
    with options.opened(index) as corpus:
        found = proposals(corpus.names.book(), corpus.engine.terms(""), corpus.standing)
        rows: list[records.Record] = [
            {
                "form": one.form,
                "name": one.name.canonical,
                "passages": one.passages,
                "command": _command(one),
            }
            for one in sorted(found, key=lambda one: (-one.passages, one.form))
        ]
    options.printed(style, "proposals", rows, plain.table(rows, "passages", "command"))
    return 0 if rows else 1


@click.command()
@click.argument("forms", nargs=-1, metavar="[NAME]…")
@click.option(
    "--per",
    type=click.Choice(["article", "date"]),
    help="Count article by article, or month by month.",
)
@click.option("--kind", metavar="KIND", help="Only of a kind: state, place, group, person …")
@options.formats("plain", "json", "jsonl")
@options.index
@options.debug
def mentioned(
    forms: tuple[str, ...], per: str | None, kind: str | None, style: str | None, index: str | None
) -> int:
    """Count how often names are meant in the corpus: all of them, or each NAME.

    A row is the count, the number of articles, the name and its kind; with --per the article
    or month first. Exit code 1 if none is.
    """
    with options.opened(index) as corpus:
        rows: list[records.Record] = [
            {
                **({per: one.per} if per else {}),
                "mentions": one.mentions,
                "articles": one.articles,
                "name": one.name.canonical,
                "kind": one.name.kind,
            }
            for one in corpus.mentioned(forms, cast(Per, per or ""))
            if kind in (None, one.name.kind)
        ]
    fields = ("mentions", "articles", "name", "kind")
    options.printed(style, "mentioned", rows, plain.table(rows, *((per,) if per else ()), *fields))
    return 0 if rows else 1


COMMANDS = {command.name: command for command in (test, mine, suggest, mentioned)}


def _command(one: Proposal) -> str:
    option = ["--short"] if one.short else []
    return shlex.join(["corpus", "names", "add", one.name.canonical, *option, one.form])
