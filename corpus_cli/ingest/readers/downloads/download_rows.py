"""The rows of a download: its lines that are not blank."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from corpus_cli.ingest.readers.port import DocumentLine


class DownloadRow(NamedTuple):
    """A line, its text without blanks around it, and whether a blank line is above it.

    In a format without blank lines each row begins a block.
    """

    text: str
    line: DocumentLine
    starts_block: bool


def list_rows(lines: Sequence[DocumentLine]) -> list[DownloadRow]:
    """Return the rows of a document."""
    has_blanks = any(not line.text.strip() for line in lines)
    pairs = pairwise([DocumentLine(""), *lines])
    return [
        DownloadRow(line.text.strip(), line, not (has_blanks and above.text.strip()))
        for above, line in pairs
        if line.text.strip()
    ]


def list_blocks(rows: Sequence[DownloadRow]) -> list[Sequence[DownloadRow]]:
    """Return the blocks of rows between blank lines."""
    starts = [n for n, row in enumerate(rows) if row.starts_block or n == 0]
    return [rows[start:end] for start, end in pairwise([*starts, len(rows)])]
