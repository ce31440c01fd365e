"""Quote words for a shell."""

from __future__ import annotations

import os

from corpus_cli.text.printable import printable


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
