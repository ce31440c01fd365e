"""Parse TOML in a time that grows with its length."""

import re
import tomllib
from typing import Any

MAX_KEY_PARTS = 100
"""The most parts of a key; the other library, which edits files, has the same limit."""


def parse_toml(text: str) -> dict[str, Any]:
    """Parse a text of a stranger. Raises `ValueError` if it is not valid, `RecursionError` too.

    The time of the parser grows with the square of the parts of a key, so that 40 kB of `a.a.a…`
    take minutes. Such a key is an error, and so are a hundred words that each end in a dot.
    """
    if text.count(".") > MAX_KEY_PARTS:
        # A key begins a line or comes after a bracket or a comma.
        part = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
        if re.search(rf"(?:^|(?<=[\s\[{{,]))(?:{part}){{{MAX_KEY_PARTS}}}", text):
            raise tomllib.TOMLDecodeError(f"a key has more than {MAX_KEY_PARTS} parts")
    return tomllib.loads(text)
