"""Join the hard-wrapped lines of mails to paragraphs."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from corpus_cli.ingest.readers.encoding import split_lines
from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.ingest.readers.wrapped_rows import join_rows
from corpus_cli.model import CHROME

QUOTE = f"{CHROME}:quote"
SIGNATURE = f"{CHROME}:signature"

_MAX_SIGNATURE_LINES = 15
_MAX_ATTRIBUTION_LINES = 3
_ATTRIBUTION = re.compile(r"\d:\d\d|@|^On .*wrote:$")
_FLOWED_QUOTE = re.compile(r"(>*) ?(.*)", re.DOTALL)


def join_paragraphs(
    text: str, *, flowed: bool = False, keep_blanks: bool = True
) -> list[DocumentLine]:
    """Return the paragraphs of a mail, with quotations and the signature marked as chrome.

    With `flowed` (RFC 3676, `format=flowed`) a line that ends with a blank continues; with
    `keep_blanks` (`DelSp=no`) that blank is part of the text.
    """
    rows = split_lines(text)
    if flowed:
        rows = list(_join_flowed(rows, keep_blanks=keep_blanks))
    end = _find_signature(rows)
    signature = [DocumentLine(row.rstrip(), SIGNATURE) for row in rows[end:] if row.strip()]
    return [*_build_lines(rows[:end]), *signature]


def _join_flowed(rows: Sequence[str], *, keep_blanks: bool) -> Iterator[str]:
    """Join lines of one quote depth that end with a blank to the line that follows."""
    open_depth, pieces = "", list[str]()
    for row in rows:
        depth, content = _split_quote_depth(row)
        if pieces and depth != open_depth:
            yield _add_quote_depth(open_depth, pieces)
            pieces = []
        is_soft = content.endswith(" ") and content != "-- "
        pieces.append(content[:-1] if is_soft and not keep_blanks else content)
        open_depth = depth
        if not is_soft:
            yield _add_quote_depth(depth, pieces)
            pieces = []
    if pieces:
        yield _add_quote_depth(open_depth, pieces)


def _split_quote_depth(row: str) -> tuple[str, str]:
    match = _FLOWED_QUOTE.match(row)
    return (match[1], match[2]) if match else ("", row)


def _add_quote_depth(depth: str, pieces: Sequence[str]) -> str:
    return f"{depth} {''.join(pieces)}" if depth else "".join(pieces)


def _find_signature(rows: Sequence[str]) -> int:
    """Return the index of the last line of two hyphens; all rows if many lines follow it."""
    start = next((n for n in reversed(range(len(rows))) if rows[n].rstrip() == "--"), len(rows))
    following_count = sum(bool(row.strip()) for row in rows[start + 1 :])
    return start if following_count <= _MAX_SIGNATURE_LINES else len(rows)


def _build_lines(rows: Sequence[str]) -> Iterator[DocumentLine]:
    blocks = [
        (kind, list(block)) for kind, block in groupby(rows, _classify_row) if kind != "blank"
    ]
    for (kind, block), (next_kind, _) in pairwise([*blocks, ("", list[str]())]):
        if kind == "quote":
            yield from (DocumentLine(row.rstrip(), QUOTE) for row in block)
        else:
            introduces_quote = next_kind == "quote" and _is_attribution(block)
            texts = join_rows([row.rstrip() for row in block])
            yield from (DocumentLine(text, QUOTE if introduces_quote else "") for text in texts)


def _classify_row(row: str) -> str:
    if not row.strip():
        return "blank"
    return "quote" if row.lstrip().startswith(">") else "text"


def _is_attribution(block: Sequence[str]) -> bool:
    """Return whether a block attributes the quotation below it, in any language."""
    text = " ".join(map(str.strip, block))
    is_short = len(block) <= _MAX_ATTRIBUTION_LINES and block[-1].rstrip().endswith(":")
    return is_short and bool(_ATTRIBUTION.search(text))
