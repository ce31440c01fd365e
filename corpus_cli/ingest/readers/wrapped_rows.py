"""Join the rows of hard-wrapped text to paragraphs."""

import re
from collections.abc import Sequence
from itertools import pairwise

# Columns of a wrapped paragraph: verse is narrower, unwrapped text wider.
_MIN_WIDTH = 50
_MAX_WIDTH = 100

# `fmt` balances its lines: they may end this share of the width before the margin.
_RAGGED_SHARE = 0.12

_LIST_ITEM = re.compile(r"\s*(?:[-*+•‣–—o·]|\(?(?:\d{1,3}|[a-z])[.)])\s")
_TABLE_ROW = re.compile(r"\S(?:\t| {3,})\S")
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_HYPHENATED = re.compile(r"[^\W\d_]-$")


def join_rows(rows: Sequence[str]) -> list[str]:
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
