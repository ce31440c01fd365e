"""Recognise the header and the footer that browsers print."""

import re
from collections.abc import Sequence
from itertools import groupby

from corpus_cli.ingest.readers.pdf.page_lines import PdfLine
from corpus_cli.model import CLAIMED, Datum

# `11/30/26, 6:43 PM`, `30.11.26, 18:43`, `2026/11/30 18:43`
_STAMP = re.compile(
    r"(?<!\S)\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AP]M)?(?!\S)"
)
_ADDRESS = re.compile(r"(?<!\S)((?:https?|file|about|data):\S+?)(?= \d+/\d+$| \w+ \d+ \w+ \d+$|$)")
_PAGE_COUNT = re.compile(r"\d{1,4} ?(?:/|of|von|de|sur|di) ?\d{1,4}")


def find_browser_lines(lines: Sequence[PdfLine]) -> set[int]:
    """Return the indexes of the lines that a browser printed above and below a page.

    These are the outermost lines with a time, an address or a count of pages, if one of them has
    the time of printing. Running lines repeat, but a page may be the only one.
    """
    printed: set[int] = set()
    for _, page_lines in groupby(range(len(lines)), key=lambda n: lines[n].page):
        indexes = list(page_lines)
        heights = [round(lines[n].y) for n in indexes]
        edges = {min(heights), max(heights)}
        outer = [n for n in indexes if round(lines[n].y) in edges]
        if any(_STAMP.search(lines[n].text) for n in outer):
            printed |= {n for n in outer if _is_printed(lines[n].text)}
    return printed


def find_address(lines: Sequence[PdfLine], printed: set[int]) -> list[Datum]:
    """Return the address of the page that a browser printed; it cuts long ones."""
    for n in sorted(printed):
        match = _ADDRESS.search(" ".join(lines[n].text.split()))
        if match and match[1].startswith("http") and not match[1].endswith(("…", "...")):
            return [Datum("url", match[1], "print of a browser", CLAIMED)]
    return []


def _is_printed(text: str) -> bool:
    text = " ".join(text.split())
    return bool(_STAMP.search(text) or _ADDRESS.search(text) or _PAGE_COUNT.fullmatch(text))
