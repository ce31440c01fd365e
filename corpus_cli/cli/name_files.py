"""corpus names export, import."""

import re
from collections.abc import Sequence
from pathlib import Path

import click

from corpus_cli.cli import completion, helping, options, session
from corpus_cli.cli.options import of_kind, of_origin, select_names
from corpus_cli.errors import UsageError
from corpus_cli.model import STDIN
from corpus_cli.names import packs
from corpus_cli.output import stream
from corpus_cli.text.plurals import plural


@helping.command(
    examples={
        "corpus names export > names.toml": "all that count",
        "corpus names export --origin names.toml": "only your own",
        "corpus names export --kind group": "of a kind",
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


@helping.command(
    "import",
    examples={
        "corpus names import names.toml": "as export writes it",
        "corpus names import synonyms.txt": "lines of form, form",
        "echo 'IS-K, Wilayat Khurasan' | corpus names import -": "from a pipe",
    },
)
@click.argument("file", metavar="FILE", shell_complete=completion.complete_files)
@options.index
@options.debug
def import_(file: str, index: str | None) -> int:
    """Take names from FILE (- is standard input) into names.toml.

    A .toml file as export writes it, else lines of forms with commas between, as synonym
    files of Solr and Elasticsearch have them.
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
        raise UsageError(f"{file} has no names: write them as TOML, or as lines of: form, form")
    with session.open_corpus(index) as corpus:
        corpus.names.merge(names_read)
    stream.write([f"took in {plural(len(names_read), 'name')}"])
    return 0


COMMANDS = {command.name: command for command in (export, import_)}


def _entries(file: str, text: str) -> Sequence[packs.NameEntry]:
    try:
        return packs.parse_pack(text, file, file).entries
    except UsageError:
        # Lines of forms are no TOML; what looks like it is to be mended.
        if file.endswith(".toml") or re.search(r"^[ \t]*\[", text, re.MULTILINE):
            raise
    return [packs.NameEntry(name) for name in packs.parse_synonyms(text.splitlines())]
