"""Where the word lists are."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parent.parent / "data"
"""The folder of data files; importlib.resources would cost more to import than to read them."""


def listed(name: str) -> frozenset[str]:
    """The lines of a word list, comments left out."""
    lines = (DATA / name).read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def toml(name: str) -> dict[str, Any]:
    """The tables of a data file, by its name without `.toml`."""
    import tomllib

    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))
