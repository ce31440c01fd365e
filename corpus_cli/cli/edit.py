"""corpus edit."""

from contextlib import suppress
from datetime import datetime

import click

from corpus_cli.cli import completion, helping, options, screens, shared
from corpus_cli.errors import UsageError
from corpus_cli.model import SINGLE
from corpus_cli.output import plain, records, stream
from corpus_cli.text.printable import is_valid

FIELDS = ("title", "author", "published", "modified", "source", "url", "language", "tag", "section")

_HEADER = ("field", "value", "read from", "certainty")


def _fields(command: click.Command) -> click.Command:
    for name in reversed(FIELDS):
        text = f"The right value of {name}." + ("" if name in SINGLE else " Repeat it for several.")
        option = click.Option([f"--{name}"], multiple=True, metavar="VALUE", help=text)
        command.params.insert(1, option)
    return command


@_fields
@helping.command(
    examples={
        "corpus edit 20a0": "tell what is known of it",
        "corpus edit 20a0 --author 'Touqir Hussain'": "put it right",
        "corpus edit 20a0 --reset author": "go back to what was read",
    }
)
@click.argument("name", metavar="ID", shell_complete=completion.articles)
@click.option(
    "--reset",
    multiple=True,
    type=click.Choice(FIELDS),
    metavar="FIELD",
    help="Go back to what was read.",
)
@options.formats("terminal", "plain", "json")
@options.wait
@options.index
@options.debug
def edit(
    name: str,
    reset: tuple[str, ...],
    style: str | None,
    wait: float,
    index: str | None,
    **values: tuple[str, ...],
) -> int:
    """Correct what is known about an article.

    Corrections belong to the file (or the record in it): they stay when it is read anew.
    --author '' takes the author out. Without any, tells what is known, where from, and how
    sure that is.
    """
    corrections = {field: _checked(field, given) for field, given in values.items() if given}
    with shared.opened(index) as corpus:
        if corrections or reset:
            corpus.edit(
                name, {**dict.fromkeys(reset), **corrections}, wait=wait, waiting=stream.talk
            )
        article, passages, header = corpus.article(name)
        style = shared.chosen(style)
        if style == "json":
            stream.write(records.article(article, passages, header, range(0)))
        elif style == "terminal":
            screens.table(plain.metadata(article), _HEADER, corpus.folder)
        else:
            stream.write(plain.metadata(article))
    return 0


def _is_date(text: str) -> bool:
    """Whether a text is a year, a month or a day."""
    for form in ("%Y-%m-%d", "%Y-%m", "%Y"):
        with suppress(ValueError):
            return datetime.strptime(text, form).strftime(form) == text  # noqa: DTZ007 - a day
    return False


def _checked(field: str, given: tuple[str, ...]) -> list[str]:
    found = [value.strip() for value in given if value.strip()]
    if len(found) > 1 and field in SINGLE:
        raise UsageError(f"--{field} takes one value")
    if not all(map(is_valid, found)):
        raise UsageError(f"--{field} wants text in UTF-8")
    if field in ("published", "modified"):
        for value in found:
            if not _is_date(value):
                raise UsageError(f"--{field} wants a date as 2024-03-31, not {value}")
    return found
