"""Many queries from a file, one a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from corpus_cli.errors import UsageError
from corpus_cli.model import STDIN


class Asked(NamedTuple):
    """A query of a file: its id, and its line; or why it is none."""

    id: str
    line: str
    error: str = ""


def queries(name: str) -> Iterator[Asked]:
    """The queries of a file as they come: plain lines, numbered from 1, or JSON with an id.

    Of JSON the fields `query` (or `text`) and `id` (or `_id`, `query_id`) are read. Empty
    lines are passed over.
    """
    if name == STDIN and sys.stdin is None:
        raise UsageError("standard input is closed: there are no queries to read")
    found = False
    try:
        with nullcontext(sys.stdin.buffer) if name == STDIN else Path(name).open("rb") as lines:
            for n, raw in enumerate(lines, 1):
                text = raw.decode("utf-8-sig" if n == 1 else "utf-8", "replace").strip()
                if text:
                    found = True
                    yield _asked(str(n), text)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from error
    if not found:
        raise UsageError(f"there is no query in {name}: write one a line")


def _asked(n: str, text: str) -> Asked:
    if not text.startswith("{"):
        return Asked(n, text)
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Asked(n, "", f"line {n} is no JSON: {error}")
    line = record.get("query", record.get("text"))
    if not isinstance(line, str):
        return Asked(n, "", f'line {n} has no query: write it as {{"id": "1", "query": "words"}}')
    named = record.get("id", record.get("_id", record.get("query_id")))
    known = _whole(str(named)) if isinstance(named, str | int) else ""
    return Asked(" ".join(known.split()) or n, _whole(line))


def _whole(text: str) -> str:
    """JSON may have half of a character, which no output could be written with."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
