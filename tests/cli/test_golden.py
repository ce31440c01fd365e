"""What each command prints in each format."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("search.plain", ["search", "ISIS-K", "-n", "2"]),
        ("search.json", ["search", "IS-KP", "-n", "1", "--json"]),
        ("search.jsonl", ["search", "carrot stick", "-n", "2", "--jsonl"]),
        ("search.terminal", ["search", "TTP attacks", "-n", "3", "--format", "terminal"]),
        (
            "search.color",
            ["search", "Taliban regime", "-n", "1", "--format", "terminal", "--color", "always"],
        ),
        ("search.files", ["search", "Kurilla", "-l"]),
        ("search.count", ["search", "Kurilla", "-c"]),
        ("list.plain", ["list"]),
        ("list.jsonl", ["list", "--jsonl"]),
        ("list.terminal", ["list", "--format", "terminal"]),
        ("show.plain", ["show", "af2499f1ec15"]),
        ("show.lines", ["show", "af24:7-9"]),
        ("show.passage", ["show", "af2499f1ec15#9"]),
        ("show.raw", ["show", "70addad9a168", "--raw"]),
        ("show.json", ["show", "seeds/003_0f1311225ae28e07.txt", "--json"]),
        ("show.terminal", ["show", "af2499f1ec15", "--format", "terminal"]),
        ("edit.plain", ["edit", "20a0"]),
        ("edit.json", ["edit", "20a0", "--json"]),
        ("help", ["--help"]),
        ("search.help", ["search", "--help"]),
        ("ingest.help", ["ingest", "-h"]),
    ],
)
def test_output(
    here: Path, run: Run, golden: Callable[[str, str], None], name: str, line: list[str]
) -> None:
    ran = run(*line)
    golden(name, ran.out)
    assert ran.code == 0


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for line in (["search", "Taliban Pakistan"], ["list"], ["show", "20a0"]):
        out = run(*line, "--format", "terminal").out
        assert max(map(len, out.splitlines())) <= width
        assert out.strip()
