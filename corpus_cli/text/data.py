"""Read the word lists and tables in `data/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parent.parent / "data"
"""The folder of data files; importlib.resources would cost more to import than to read them."""


def listed(name: str) -> frozenset[str]:
    """Return the lines of a word list without blank lines and comments."""
    lines = (DATA / name).read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def toml(name: str) -> dict[str, Any]:
    """Return the tables of a data file; `name` is without `.toml`."""
    import tomllib

    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))
