"""The values that a shell completes, and corpus completion."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus_cli.cli import helping
from corpus_cli.model.ids import SHORT_DIGITS, shorten
from corpus_cli.output import stream
from corpus_cli.text.plurals import plural

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from corpus_cli.store.store import Store

Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]
"""The function that click calls to complete the beginning of a word."""

SHELLS = ("bash", "zsh", "fish")

_MOST = 200
_FIELD = re.compile(r'(.*[\s(])?([+-]*)([a-z]*)(?:(:)"?([^"]*))?', re.DOTALL)
_PLAIN = re.compile(r"[\w.'’/-]+")


@helping.command(
    "completion",
    examples={
        'eval "$(corpus completion bash)"': "a line for ~/.bashrc",
        'eval "$(corpus completion zsh)"': "a line for ~/.zshrc",
        "corpus completion fish | source": "a line for config.fish",
    },
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> int:
    """Print the script that lets a shell complete commands.

    It completes options, ids and paths of articles, saved searches, and the authors, sources,
    tags, languages and names in your corpus.
    """
    from corpus_cli.cli.shells import script

    stream.write(script(shell).splitlines())
    return 0


def complete_values(field: str) -> Complete:
    """Return a completer for the values of a field in the corpus, the most frequent first."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        # An excluded value begins with a sign.
        sign = incomplete[:1] if incomplete[:1] in ("-", "!") else ""
        return _items(_values(ctx, field), incomplete.removeprefix(sign), sign)

    return complete


def complete_articles(
    ctx: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete ids of articles, with their titles; also paths, once the word is not empty."""
    titles_by_id: dict[str, str] = {}
    for store in _stores(ctx):
        titles = {
            id_: title_values[0]
            for id_, title_values in store.metadata.values_of_field("title").items()
        }
        paths = store.files.first_source_names()
        ids = store.ids()
        shown = shorten(ids) if len(incomplete) <= SHORT_DIGITS else {id_: id_ for id_ in ids}
        titles_by_id |= {shown[id_]: titles.get(id_, paths.get(id_, "")) for id_ in ids}
        titles_by_id |= (
            {path: titles.get(id_, "") for id_, path in paths.items()} if incomplete else {}
        )
    return _items(titles_by_id, incomplete)


def complete_my_tags(
    ctx: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete tags of a person after the first argument, which is an article or a passage."""
    if not ctx.params.get("name"):
        return []
    return _items(_values(ctx, "mytag"), incomplete)


def complete_saved(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete names of saved searches, with their queries."""
    queries = {
        saved.name: saved.query for store in _stores(ctx) for saved in store.saved_searches.all()
    }
    return _items(queries, incomplete)


def complete_query(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the last word of a query: the name of a field, or a value after its colon."""
    from corpus_cli.query.filters import VALUED
    from corpus_cli.query.nodes import ARTICLE, DATE_FIELDS, FIELDS

    parts = _FIELD.fullmatch(incomplete)
    if not parts:
        return []
    before = (parts[1] or "") + parts[2]
    if not parts[4]:
        field_prefixes = {f"{name}:": "" for name in (*FIELDS, *DATE_FIELDS, ARTICLE, "exact")}
        return _items(field_prefixes, parts[3], before, kind="open")
    if parts[3] not in VALUED:
        return []
    items = _items(_values(ctx, parts[3]), parts[5])
    for item in items:
        item.value = f"{before}{parts[3]}:{_quoted(item.value)}"
    return items


def complete_settings(
    _: click.Context, __: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the names of settings."""
    from corpus_cli import config

    return _items({name: kind.help for name, kind in config.DECLARATIONS.items()}, incomplete)


def complete_list(names: Sequence[str]) -> Complete:
    """Return a completer for the last of several names separated by commas."""

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
        before, comma, last = incomplete.rpartition(",")
        return _items(dict.fromkeys(names, ""), last, before + comma)

    return complete


def complete_files(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete files and folders."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _items(
    help_by_value: Mapping[str, str], incomplete: str, before: str = "", kind: str = "plain"
) -> list[CompletionItem]:
    """Return the values that begin with a text, else those with a word that begins with it."""
    from click.shell_completion import CompletionItem

    folded = incomplete.casefold()
    word = re.compile(rf"(?<!\w){re.escape(folded)}")
    matching = [value for value in help_by_value if value.casefold().startswith(folded)]
    matching = matching or [value for value in help_by_value if word.search(value.casefold())]
    return [
        CompletionItem(f"{before}{value}", type=kind, help=help_by_value[value])
        for value in matching[:_MOST]
    ]


def _values(ctx: click.Context, field: str) -> Mapping[str, str]:
    """Return the values of a field, each with the help text that a shell shows next to it."""
    if field == "name":
        return dict(_names(ctx))
    counts: Counter[str] = Counter()
    for store in _stores(ctx):
        counts.update(_stored_values(store, field))
    return {
        value: plural(count, "place" if field == "mytag" else "article")
        for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0].casefold()))
    }


def _stored_values(store: Store, field: str) -> Iterator[str]:
    if field == "path":
        from corpus_cli.output import records

        yield from map(records.shown, store.files.first_source_names().values())
        return
    if field == "note":
        return
    if field == "mytag":
        for tag, count in store.annotations.tags():
            yield from [tag] * count
        return
    if field == "source":
        from corpus_cli.search.select import source_names

        yield from source_names(store).values()
        return
    for article_values in store.metadata.values_of_field(
        "language" if field == "lang" else field
    ).values():
        yield from dict.fromkeys(article_values)


def _names(ctx: click.Context) -> Iterator[tuple[str, str]]:
    from corpus_cli.names.lookup import NAMES_FILE, NameLookup, tables
    from corpus_cli.store.database import Database

    for folder in _folders(ctx):
        kept = Database(folder / NAMES_FILE, tables(), create=False, frozen=True)
        with suppress(Exception):
            yield from NameLookup(kept).kinds()


def _stores(ctx: click.Context) -> Iterator[Store]:
    from corpus_cli import config
    from corpus_cli.store.store import Store

    for folder in _folders(ctx):
        store = Store(folder / config.STORE_FILE)
        yield store
        store.close()


def _folders(ctx: click.Context) -> Iterable[Path]:
    """Return the folders of the corpora that the options typed so far select."""
    from corpus_cli import config

    named = ctx.params.get("index") or None
    each = named if isinstance(named, tuple) else (named,)
    return [config.find_existing_corpus(one, os.environ, config.current_folder()) for one in each]


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else f'"{value.replace(chr(34), " ")}"'
