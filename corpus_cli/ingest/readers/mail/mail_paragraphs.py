"""Join the hard-wrapped lines of mails to paragraphs."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from corpus_cli.ingest.readers.encoding import split_lines
from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.model import CHROME

QUOTE = f"{CHROME}:quote"
SIGNATURE = f"{CHROME}:signature"

# Columns of a wrapped paragraph: verse is narrower, unwrapped text wider.
_MIN_WIDTH = 50
_MAX_WIDTH = 100

# `fmt` balances its lines: they may end this share of the width before the margin.
_RAGGED_SHARE = 0.12

_MAX_SIGNATURE_LINES = 15
_MAX_ATTRIBUTION_LINES = 3
_ATTRIBUTION = re.compile(r"\d:\d\d|@|^On .*wrote:$")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•‣–—o·]|\(?(?:\d{1,3}|[a-z])[.)])\s")
_TABLE_ROW = re.compile(r"\S(?:\t| {3,})\S")
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_HYPHENATED = re.compile(r"[^\W\d_]-$")
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
            texts = _join_rows([row.rstrip() for row in block])
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


def _join_rows(rows: Sequence[str]) -> list[str]:
    """Join the rows of a block to paragraphs; what looks like verse stays as it is."""
    width = max(map(len, rows))
    short_breaks = sum(
        _is_short(above, row, width)
        and not _SENTENCE_END.search(above)
        and not _LIST_ITEM.match(row)
        for above, row in pairwise(rows)
    )
    if not _MIN_WIDTH <= width <= _MAX_WIDTH or short_breaks * 3 > len(rows):
        return list(rows)
    paragraphs = [[rows[0]]]
    for above, row in pairwise(rows):
        if _starts_paragraph(paragraphs[-1], above, row, width):
            paragraphs.append([row])
        else:
            paragraphs[-1].append(row)
    return [_join_paragraph(paragraph) for paragraph in paragraphs]


def _is_short(above: str, row: str, width: int) -> bool:
    """Return whether the first word of a row would have fitted in the row above."""
    return len(above) + 1 + len(row.split(None, 1)[0]) <= width * (1 - _RAGGED_SHARE)


def _starts_paragraph(paragraph: Sequence[str], above: str, row: str, width: int) -> bool:
    """Return whether a row starts a paragraph: by its form, its indent, or a short row above."""
    is_list_item = bool(_LIST_ITEM.match(paragraph[0]))
    is_indented = _measure_indent(row) > _measure_indent(above) and not is_list_item
    has_own_form = _LIST_ITEM.match(row) or _TABLE_ROW.search(row) or _TABLE_ROW.search(above)
    return bool(has_own_form) or is_indented or _is_short(above, row, width)


def _measure_indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _join_paragraph(rows: Sequence[str]) -> str:
    """Join rows to one text, without a blank after a word that is divided by a hyphen."""
    text = rows[0]
    separators = ["" if _HYPHENATED.search(above) else " " for above in rows[:-1]]
    return text + "".join(
        f"{separator}{row.lstrip()}" for separator, row in zip(separators, rows[1:], strict=True)
    )
