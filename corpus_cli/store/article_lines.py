"""Encode the lines of an article as JSON."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from corpus_cli.model import Line
from corpus_cli.model.articles import MAX_LINES

_WHOLE_BYTES = 1_000_000
"""Up to this size, JSON is parsed as a whole, which is three times as fast as row by row."""


def encode_lines(lines: Iterable[Line]) -> str:
    """Return as JSON what is stored of lines beside the text: kinds, pages, repaired texts."""
    return json.dumps(
        [(line.kind, line.stated, line.page, *([line.raw] if line.raw else [])) for line in lines]
    )


def decode_lines(text: str, encoded: str) -> tuple[Line, ...]:
    """Return the lines of a text. Raises `ValueError` if what is stored of them does not fit."""
    # No list of lines is made that is longer than that of any article.
    if text.count("\n") >= MAX_LINES:
        raise ValueError(f"a text has more than {MAX_LINES:,} lines")
    try:
        return tuple(
            Line(n, kind, line, page, stated, *raw)
            for n, ((kind, stated, page, *raw), line) in enumerate(
                zip(_iter_rows(encoded), text.split("\n"), strict=True), 1
            )
        )
    except (TypeError, RecursionError) as error:
        raise ValueError(f"what is stored of lines is not as it was written ({error})") from error


def _iter_rows(encoded: str) -> Iterator[Any]:
    """Yield the items of a JSON array, and of a long one no more at a time than are used."""
    if len(encoded) <= _WHOLE_BYTES:
        yield from json.loads(encoded)
        return
    decode = json.JSONDecoder().raw_decode
    at = 0
    while encoded[at : at + 1] in ("[", ","):
        row, at = decode(encoded, _skip_blank(encoded, at + 1))
        yield row
        at = _skip_blank(encoded, at)
    if encoded[at:] != "]":
        raise ValueError("the array of lines has no end")


def _skip_blank(encoded: str, at: int) -> int:
    return at + (encoded[at : at + 1] == " ")
