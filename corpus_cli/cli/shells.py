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


def answer(app: click.Command, asked: str) -> int:
    """Tell a shell what may complete the line in COMP_LINE: a kind, then a value a line.

    The kind is `plain`, `open` where the word goes on after the value, or `file` where the
    shell knows best. Silent on any error: somebody is in the middle of a line.
    """
    shell = asked.partition("_")[0]
    with suppress(Exception):
        words, quote = split(os.environ["COMP_LINE"])
        begun = words.pop()
        found = [item for item in _found(app, words[1:], begun) if _is_harmless(item.value)]
        stream.write([found[0].type if found else "plain"])
        stream.write(_bash(found, begun, quote) if shell == "bash" else map(_described, found))
    return 0


def _is_harmless(value: str) -> bool:
    """Whether a value is printable, bytes of a file name apart that no terminal acts upon."""
    return re.sub("[\udca0-\udcff]", "", value).isprintable()


def split(line: str) -> tuple[list[str], str]:
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


def _found(app: click.Command, args: list[str], begun: str) -> list[CompletionItem]:
    found = ShellComplete(app, {}, "corpus", "_CORPUS_COMPLETE").get_completions(args, begun)
    option, mark, _ = begun.partition("=")
    if mark and option.startswith("--"):
        for item in found:
            item.value = f"{option}={item.value}"
    return found


def _described(item: CompletionItem) -> str:
    """A value, and after a tab what zsh and fish show beside it."""
    told = " ".join((item.help or "").split())
    return f"{item.value}\t{told if told.isprintable() else ''}"


def _bash(found: list[CompletionItem], begun: str, quote: str) -> Iterator[str]:
    """The part of each value that bash will put in place of its word, as it has to be typed.

    Its word begins at a quotation mark or after a `:` or `=`, and what we write is put on the
    line as it is: unless every character is quoted, an author's name could be a command.
    """
    word = split(quote + os.environ["COMP_WORD"])[0][-1]
    head = begun.removesuffix(word) if word else begun
    for item in found:
        if item.value.casefold().startswith(head.casefold()):
            yield escaped(item.value[len(head) :], quote)


def escaped(text: str, quote: str) -> str:
    """A text as it has to be typed in bash, where a quotation mark is open or none."""
    match quote:
        case "'":
            return text.replace("'", r"'\''")
        case '"':
            return re.sub(r'([\\"$`])', r"\\\1", text)
        case _:
            return re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)
