"""Quote words for a shell."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from corpus_cli import config
from corpus_cli.errors import CorpusError
from corpus_cli.text.printable import printable


def index_option(folder: Path | None, environment: Mapping[str, str] = os.environ) -> str:
    """Return ` -i FOLDER` for a command that is to use a corpus; empty if it is the default.

    `folder` is None for a corpus in memory.
    """
    if folder is None:
        return ""
    # A configuration that cannot be read names no corpus.
    with suppress(CorpusError, OSError):
        nearest = config.find_corpus(None, environment, config.current_folder())
        if nearest and nearest.folder.resolve() == folder.resolve():
            return ""
    return f" -i {shell_path(os.fspath(folder.absolute()))}"


def shell_path(path: str) -> str:
    """Return a path as it would be typed in a shell in the working folder."""
    working_folder = f"{config.current_folder()}{os.sep}"
    return quote_path(
        path.removeprefix(working_folder) if f"{path}{os.sep}" != working_folder else "."
    )


def quote(word: str) -> str:
    r"""Quote a word for a shell; unprintable characters become `$'\xe9'`.

    bash, zsh and ksh read that form.
    """
    if not word.isprintable() or printable(word) != word:
        return f"$'{''.join(map(_escaped, word))}'"
    import shlex

    return shlex.quote(word)


def quote_path(path: str) -> str:
    """Quote a path so that no command takes it for an option or standard input."""
    return quote(f"./{path}" if path.startswith("-") else path)


def _escaped(character: str) -> str:
    if character in "'\\":
        return f"\\{character}"
    if character.isprintable() and printable(character) == character:
        return character
    return "".join(f"\\x{byte:02x}" for byte in os.fsencode(character))
