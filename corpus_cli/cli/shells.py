"""How shells ask for completions, and what each wants to hear."""

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
    """What makes a shell ask us; how to install it stands in its first lines."""
    return (DATA / "completion" / f"corpus.{shell}").read_text("utf-8")


def print_completions(app: click.Command, instruction: str) -> int:
    """Tell a shell what may complete the line in COMP_LINE: a kind, then a value a line.

    The kind is `plain`, `open` where the word goes on after the value, or `file` where the
    shell knows best. Silent on any error: somebody is in the middle of a line.
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
    """Whether a value is printable, bytes of a file name apart that no terminal acts upon."""
    return re.sub("[\udca0-\udcff]", "", value).isprintable()


def split_line(line: str) -> tuple[list[str], str]:
    """The words of a line up to the cursor, and the quotation mark that is open there."""
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
    """A value, and after a tab what zsh and fish show beside it."""
    help_text = " ".join((item.help or "").split())
    return f"{item.value}\t{help_text if help_text.isprintable() else ''}"


def _bash_values(items: list[CompletionItem], incomplete: str, quote: str) -> Iterator[str]:
    """The part of each value that bash will put in place of its word, as it has to be typed.

    Its word begins at a quotation mark or after a `:` or `=`, and what we write is put on the
    line as it is: unless every character is quoted, an author's name could be a command.
    """
    word = split_line(quote + os.environ["COMP_WORD"])[0][-1]
    head = incomplete.removesuffix(word) if word else incomplete
    for item in items:
        if item.value.casefold().startswith(head.casefold()):
            yield escape_for_bash(item.value[len(head) :], quote)


def escape_for_bash(text: str, quote: str) -> str:
    """A text as it has to be typed in bash, where a quotation mark is open or none."""
    match quote:
        case "'":
            return text.replace("'", r"'\''")
        case '"':
            return re.sub(r'([\\"$`])', r"\\\1", text)
        case _:
            return re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)
