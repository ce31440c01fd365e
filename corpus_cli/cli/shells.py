"""Answer the requests of shells for completions."""

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress

import click
from click.shell_completion import CompletionItem, ShellComplete

from corpus_cli.output import stream
from corpus_cli.text.data import DATA

_CURSOR = "\0"


def script(shell: str) -> str:
    """Return the completion script of a shell; its first lines say how to install it."""
    return (DATA / "completion" / f"corpus.{shell}").read_text("utf-8")


def print_completions(app: click.Command, instruction: str) -> int:
    """Print what can complete the line in COMP_LINE: a kind, then one value a line.

    The kind is `plain`, `open` if the word continues after the value, or `file` if the shell
    should complete files. `instruction` begins with the name of the shell; zsh and fish also get a
    help text after each value. An error ends the output silently, because a message would disturb
    a half-typed line.
    """
    shell = instruction.partition("_")[0]
    with suppress(Exception):
        words, quote = split_line(os.environ["COMP_LINE"])
        incomplete = words.pop()
        items = [item for item in _complete(app, words[1:], incomplete) if _is_harmless(item.value)]
        stream.write([items[0].type if items else "plain"])
        stream.write(
            _bash_values(items, incomplete, quote) if shell == "bash" else map(_format_item, items)
        )
    return 0


def _is_harmless(value: str) -> bool:
    """Return whether a value is printable, ignoring bytes that do nothing on a terminal."""
    return re.sub("[\udca0-\udcff]", "", value).isprintable()


def split_line(line: str) -> tuple[list[str], str]:
    """Split a line up to the cursor into words, and return the quotation mark still open."""
    lexer = shlex.shlex(line + _CURSOR, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    quote = ""
    try:
        words.extend(lexer)
    except ValueError:
        words.append(lexer.token)
        quote = str(lexer.state)  # type: ignore[attr-defined]  # stubs lack it
    words[-1] = words[-1].removesuffix(_CURSOR)
    return words, quote


def _complete(app: click.Command, args: list[str], incomplete: str) -> list[CompletionItem]:
    items = ShellComplete(app, {}, "corpus", "_CORPUS_COMPLETE").get_completions(args, incomplete)
    option, mark, _ = incomplete.partition("=")
    if mark and option.startswith("--"):
        for item in items:
            item.value = f"{option}={item.value}"
    return items


def _format_item(item: CompletionItem) -> str:
    """Return a value, a tab, and the help text that zsh and fish show next to it."""
    help_text = " ".join((item.help or "").split())
    return f"{item.value}\t{help_text if help_text.isprintable() else ''}"


def _bash_values(items: list[CompletionItem], incomplete: str, quote: str) -> Iterator[str]:
    """Yield the part of each value that replaces the current word of bash, with escapes.

    That word begins at a quotation mark or after a `:` or `=`. Bash inserts the value without
    quoting it, so without escapes the name of an author could run a command.
    """
    word = split_line(quote + os.environ["COMP_WORD"])[0][-1]
    head = incomplete.removesuffix(word) if word else incomplete
    for item in items:
        if item.value.casefold().startswith(head.casefold()):
            yield escape_for_bash(item.value[len(head) :], quote)


def escape_for_bash(text: str, quote: str) -> str:
    """Escape a text for bash, after an open quotation mark or, if `quote` is empty, none."""
    match quote:
        case "'":
            return text.replace("'", r"'\''")
        case '"':
            return re.sub(r'([\\"$`])', r"\\\1", text)
        case _:
            return re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)
