"""corpus names test, mine, suggest, mentioned."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import cast

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.options import of_kind
from corpus_cli.names.proposals import Proposal
from corpus_cli.names.recognise import recognise_names
from corpus_cli.output import plain, records
from corpus_cli.search.facets import MentionPeriod
from corpus_cli.text.tokenise import tokenise


@helping.command(
    examples={
        "corpus names test 'US and IS-K fighters'": "in a text",
        "corpus names test the ISI or ISIS": "words need no quotes",
        "corpus names test TTP --format json": "for programs",
    }
)
@click.argument("text", nargs=-1, required=True)
@options.formats("terminal", "plain", "json")
@options.index
@options.debug
def test(text: tuple[str, ...], style: str | None, index: str | None) -> int:
    """Show which names a text mentions, and in which forms.

    Exit code 1 if there are none.
    """
    line = " ".join(text)
    words = (token for token in tokenise(line) if token.span == 1 and token.kind == "word")
    places = {token.position: token for token in words}
    with session.open_corpus(index) as corpus:
        book = corpus.names.lookup()
        mentions = [
            (
                line[places[spot.start].start : places[spot.end - 1].end],
                meaning.role,
                book.name(meaning.name),
            )
            for spot in recognise_names(book, line)
            for meaning in spot.meanings
        ]
    rows = [{"form": form, "as": role, **records.name(name)} for form, role, name in mentions]
    fields = ("form", "name", "kind", "as")
    printing.print_rows_or_table(
        style, "names", rows, plain.table(rows, *fields), fields, corpus.folder
    )
    return 0 if mentions else 1


@helping.command(
    examples={
        "corpus names mine": "all of them, with their places",
        "corpus names mine | grep SCO": "one abbreviation",
        "corpus names mine --jsonl | jq -r .path": "for programs",
    }
)
@options.formats("terminal", "plain", "json", "jsonl")
@options.index
@options.debug
def mine(style: str | None, index: str | None) -> int:
    """Show which abbreviations the articles explain, and where.

    `corpus ingest` recognises `Long Name (LN)` and `LN (Long Name)`. If at least three articles
    explain an abbreviation, all in the same way (near-copies count once), it is a `form` of the
    name and means it in every article. Otherwise it is a `short` form, which means the name
    only in articles that also have the long form. The last column says which, and why.
    """
    with session.open_corpus(index) as corpus:
        rows = [
            records.sense(sense, name, other_names, corpus.store.header)
            for sense, name, other_names in corpus.names.explained_senses()
        ]
    header = ("place", "short", "long", "name", "as", "means")
    printing.print_rows_or_table(style, "senses", rows, plain.mined(rows), header, corpus.folder)
    return 0 if rows else 1


@helping.command(
    examples={
        "corpus names suggest": "with the command for each",
        "corpus names suggest | cut -f 2": "only the commands",
        "corpus names suggest --jsonl | jq -r .form": "for programs",
    }
)
@options.formats("terminal", "plain", "json", "jsonl")
@options.index
@options.debug
def suggest(style: str | None, index: str | None) -> int:
    """Propose more forms of names.

    They are words of the corpus with a similar spelling. Nothing is added by itself: each
    proposal is a command that you can run. Exit code 1 if there are none.
    """
    with session.open_corpus(index) as corpus:
        proposed = corpus.propose_forms()
        rows: list[records.Record] = [
            {
                "form": one.form,
                "name": one.name.canonical,
                "passages": one.passages,
                "command": _command(one),
            }
            for one in sorted(proposed, key=lambda one: (-one.passages, one.form))
        ]
    fields = ("passages", "command")
    printing.print_rows_or_table(
        style, "proposals", rows, plain.table(rows, *fields), fields, corpus.folder
    )
    return 0 if rows else 1


@helping.command(
    examples={
        "corpus names mentioned | head": "who is mentioned most",
        "corpus names mentioned Kurilla TTP --per article": "where",
        "corpus names mentioned Taliban --per date": "month by month",
    }
)
@click.argument(
    "forms", nargs=-1, metavar="[NAME]…", shell_complete=completion.complete_values("name")
)
@click.option(
    "--per",
    type=click.Choice(["article", "date"]),
    help="Count per article, or per month.",
)
@of_kind
@options.formats("terminal", "plain", "json", "jsonl")
@options.index
@options.debug
def mentioned(
    forms: tuple[str, ...], per: str | None, kind: str | None, style: str | None, index: str | None
) -> int:
    """Count how often the corpus mentions names.

    It counts all names, or each NAME. A row has the number of mentions, the number of articles,
    the name and its kind; with --per it begins with the article or month. Exit code 1 if there
    are none.
    """
    with session.open_corpus(index) as corpus:
        counts = corpus.count_names(forms, cast(MentionPeriod, per or ""))
        short_ids: Mapping[str, str] = {}
        if per == "article" and printing.output_format(style) == "terminal":
            short_ids = corpus.store.short_ids({one.per for one in counts})
        rows: list[records.Record] = [
            {
                **({per: short_ids.get(one.per, one.per)} if per else {}),
                "mentions": one.mentions,
                "articles": one.articles,
                "name": one.name.canonical,
                "kind": one.name.kind,
            }
            for one in counts
            if kind in (None, one.name.kind)
        ]
    fields = (*((per,) if per else ()), "mentions", "articles", "name", "kind")
    if not rows:
        which = "none of these names" if forms else "no name"
        printing.print_notes([f"{which}{f' of kind {kind}' if kind else ''} is mentioned"])
    printing.print_rows_or_table(
        style, "mentioned", rows, plain.table(rows, *fields), fields, corpus.folder
    )
    return 0 if rows else 1


COMMANDS = {command.name: command for command in (test, mine, suggest, mentioned)}


def _command(one: Proposal) -> str:
    option = ["--short"] if one.short else []
    return shlex.join(["corpus", "names", "add", one.name.canonical, *option, one.form])
