"""Capture what a terminal shows."""

import re
from collections.abc import Callable
from typing import Any

import pytest

# A colour or a link: the only escape sequences that the program itself sends to a terminal.
SEQUENCE = re.compile(r"\x1b(?:\[[0-9;]*m|\]8;;[!-~]*\x1b\\)")


@pytest.fixture
def screen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Return a function that calls a method of `Terminal` at a width and returns its output."""

    def seen(method: Callable[..., None], *arguments: Any, width: int = 80) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        if page := getattr(getattr(method, "__self__", None), "_page", None):
            page.width, page.measure = width, min(width, 100) if width < 1_000 else width
        method(*arguments)
        return "".join(capsys.readouterr())

    return seen
