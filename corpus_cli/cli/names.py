"""corpus names, without the commands that read the texts."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.options import of_kind, of_origin, select_names
from corpus_cli.errors import UsageError, closest_name
from corpus_cli.model import STDIN, Name
from corpus_cli.names import packs
from corpus_cli.output import plain, records, stream
from corpus_cli.text.plurals import plural
from corpus_cli.text.shell import index_option, quote

_IN_TEXTS = ("test", "mine", "suggest", "mentioned")


class _Names(helping.Group):
    """The group that imports the commands that read the texts when one of them is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *_IN_TEXTS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _IN_TEXTS:
            return super().get_command(ctx, cmd_name)
        from corpus_cli.cli.names_in_texts import COMMANDS

        return COMMANDS[cmd_name]

    def unknown(self, ctx: click.Context, word: str) -> str:
        # `Gaddafi` is a name, but half of its letters are those of `add`.
        near = closest_name(word, self.list_commands(ctx), 0.65)
        hint = (
            f"did you mean {near}?" if near else f"to show a name: corpus names show {quote(word)}"
        )
        return f"corpus names has no command {word}: {hint}"


@click.group(
    cls=_Names,
    examples={
        "corpus names show ISKP": "all forms of a name",
        "corpus names add ISIS-K 'IS Khurasan branch'": "a form of your own",
        "corpus names mentioned | head": "who is mentioned most",
    },
)
@options.debug
def names() -> None:
    """Show names and add your own: each form finds all the others.

    Names come from packs, from abbreviations that the articles explain, and from names.toml next
    to the index, which overrides the others. A change works at once, without a new index. See
    also corpus help names.
    """


@names.command(
    "list",
    examples={
        "corpus names list --kind group": "only groups",
        "corpus names list --origin mined": "abbreviations from articles",
        "corpus names list --jsonl | jq -r .name": "for programs",
    },
)
@of_kind
@of_origin
@options.formats("terminal", "plain", "json", "jsonl")
@options.index
@options.debug
def list_(kind: str | None, origin: str | None, style: str | None, index: str | None) -> int:
    """List names: canonical form, kind, origin and the other forms."""
    with session.open_corpus(index) as corpus:
        names_shown = list(select_names(corpus, kind, origin))
    header = ("name", "kind", "from", "other forms")
    rows = map(records.name, names_shown)
    printing.print_rows_or_table(
        style, "names", rows, plain.format_names(names_shown), header, corpus.folder
    )
    return 0


@names.command(
    examples={
        "corpus names show IS-KP": "by any of its forms",
        "corpus names show SCO --format json": "for programs",
        "corpus names show Kurilla": "with its other spellings",
    }
)
@click.argument("form", shell_complete=completion.complete_values("name"))
@options.formats("terminal", "plain", "json")
@options.index
@options.debug
def show(form: str, style: str | None, index: str | None) -> int:
    """Show the names that have a form.

    It prints all other forms, where they come from, and what is disputed. If a word of the corpus
    is probably another spelling of FORM, it prints that word, whether a search for FORM searches
    for it too, and the evidence: how different the spelling is (0 to 1), how alike the names around
    both are (0 to 1), and some of these names.
    """
    with session.open_corpus(index) as corpus:
        pairs = corpus.spelling_pairs(form)
        names_shown = corpus.names.find(form) if pairs else corpus.names.require(form)
        senses = list(corpus.names.explained_senses())
        rows = []
        for name in names_shown:
            evidence = [
                records.sense(sense, owner, other_names, corpus.store.header)
                for sense, owner, other_names in senses
                if owner == name
            ]
            rows.append(records.name(name, evidence))
        if pairs:
            rows.append(records.spellings(form, pairs))
    printing.print_rows_or_table(style, "names", rows, plain.described(rows), (), corpus.folder)
    return 0


@names.command(
    examples={
        "corpus names add ISIS-K 'IS Khurasan branch'": "one more form of a name",
        "corpus names add 'Border Corps' BCO --kind group": "a new name",
        "corpus names add Kurilla --short 'the general'": "a short form",
    }
)
@click.argument("name", shell_complete=completion.complete_values("name"))
@click.argument("forms", nargs=-1)
@click.option(
    "--short", multiple=True, help="A form that counts only in an article with a full form."
)
@click.option("--adjective", multiple=True, help="A word that refers to the name, like Afghan.")
@click.option("--kind", default="", help="What it is: group, person, place …")
@click.option("--note", default="", help="A line about what is disputed.")
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
    """Add FORMS to a name, or add a new name."""
    with session.open_corpus(index) as corpus:
        other_names = {form: corpus.names.find(form) for form in (*forms, *short)}
        added_name = corpus.names.add(Name(name, kind, (name, *forms), short, adjective, note=note))
        added = ", ".join((*forms, *short, *adjective))
        remove = f"corpus names remove{index_option(corpus.folder)} {quote(added_name.canonical)}"
        printing.print_notes(
            [
                f"{sentence}; to undo this: {remove} {quote(form)}"
                for form, sentence in _shared_forms(other_names, added_name.canonical, short)
            ]
        )
        stream.write(
            [
                f"added {added} to {added_name.canonical}"
                if added
                else f"added the name {added_name.canonical}"
            ]
        )
    return 0


def _shared_forms(
    names_before: Mapping[str, Sequence[Name]], canonical: str, short: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield each added form that other names have, with a sentence on what it means now.

    `names_before` are the names that had each form.
    """
    for form, owners in names_before.items():
        other_names = [owner.canonical for owner in owners if owner.canonical != canonical]
        if not other_names or len(other_names) < len(owners):
            continue
        meaning = (
            "it means the one whose full form an article has"
            if form in short
            else f"now it means {canonical}"
        )
        yield form, f"{form} is a form of {' and '.join(other_names)} too: {meaning}"


@names.command(
    examples={
        "corpus names remove ISIS-K ISKP": "one form of a name",
        "corpus names remove Kurilla": "the whole name",
        "corpus names remove ISIS-K 'Daesh Khorasan'": "a form of several words",
    }
)
@click.argument("name", shell_complete=completion.complete_values("name"))
@click.argument("forms", nargs=-1)
@options.index
@options.debug
def remove(name: str, forms: tuple[str, ...], index: str | None) -> int:
    """Remove a name, or only FORMS of it.

    FORMS may be spellings that no list has (see corpus names show): they are not searched for any
    more.
    """
    with session.open_corpus(index) as corpus:
        removed_forms = corpus.names.remove(name, forms)
        stream.write([f"removed {', '.join(forms) or removed_forms.canonical}"])
    return 0


@names.command(
    examples={
        "corpus names export > names.toml": "all names in use",
        "corpus names export --origin names.toml": "only your own",
        "corpus names export --kind group": "only groups",
    }
)
@of_kind
@of_origin
@options.index
@options.debug
def export(kind: str | None, origin: str | None, index: str | None) -> int:
    """Write names as TOML, for another corpus or a pack of your own."""
    from corpus_cli.names.user_names import export_names

    with session.open_corpus(index) as corpus:
        own = (
            corpus.names.user_pack().entries
            if origin in (None, packs.USER_FILE) and not kind
            else ()
        )
        stream.write(export_names(select_names(corpus, kind, origin), own).splitlines())
    return 0


@names.command(
    "import",
    examples={
        "corpus names import names.toml": "TOML from export",
        "corpus names import synonyms.txt": "lines: form, form",
        "echo 'IS-K, Wilayat Khurasan' | corpus names import -": "from a pipe",
    },
)
@click.argument("file", metavar="FILE", shell_complete=completion.complete_files)
@options.index
@options.debug
def import_(file: str, index: str | None) -> int:
    """Add the names in FILE (- for standard input) to names.toml.

    FILE is TOML, as export writes it, or has lines of forms separated by commas, as synonym files
    of Solr and Elasticsearch do.
    """
    try:
        data = stream.read() if file == STDIN else Path(file).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
    names_read = _entries(file, text)
    if not names_read:
        raise UsageError(
            f"{file} contains no names: write them as TOML, or as lines of: form, form"
        )
    with session.open_corpus(index) as corpus:
        corpus.names.merge(names_read)
    stream.write([f"added {plural(len(names_read), 'name')}"])
    return 0


def _entries(file: str, text: str) -> Sequence[packs.NameEntry]:
    try:
        return packs.parse_pack(text, file, file).entries
    except UsageError:
        # Lines of forms are not TOML; but if the file looks like TOML, its error is reported.
        if file.endswith(".toml") or re.search(r"^[ \t]*\[", text, re.MULTILINE):
            raise
    return [packs.NameEntry(name) for name in packs.parse_synonyms(text.splitlines())]
