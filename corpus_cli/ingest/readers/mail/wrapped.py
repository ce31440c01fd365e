"""Join the hard-wrapped lines of mails to paragraphs."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from corpus_cli.ingest.readers.encoding import lines
from corpus_cli.ingest.readers.port import Written
from corpus_cli.model import CHROME

QUOTE = f"{CHROME}:quote"
SIGNATURE = f"{CHROME}:signature"

# Columns of a wrapped paragraph: verse is narrower, unwrapped text wider.
_NARROWEST = 50
_WIDEST = 100

# `fmt` balances its lines: they may end this share of the width before the margin.
_RAGGED = 0.12

_SIGNATURE_LINES = 15
_ATTRIBUTION_LINES = 3
_ATTRIBUTION = re.compile(r"\d:\d\d|@|^On .*wrote:$")
_ITEM = re.compile(r"\s*(?:[-*+•‣–—o·]|\(?(?:\d{1,3}|[a-z])[.)])\s")
_TABLE = re.compile(r"\S(?:\t| {3,})\S")
_ENDS = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_BROKEN = re.compile(r"[^\W\d_]-$")
_FLOWED_QUOTE = re.compile(r"(>*) ?(.*)", re.DOTALL)


def paragraphs(text: str, *, flowed: bool = False, spaced: bool = True) -> list[Written]:
    """Return the paragraphs of a mail, with quotations and the signature marked as chrome.

    With `flowed` (RFC 3676, `format=flowed`) a line that ends with a blank continues; with
    `keep_blanks` (`DelSp=no`) that blank is part of the text.
    """
    rows = lines(text)
    if flowed:
        rows = list(_unflowed(rows, spaced=spaced))
    end = _signature(rows)
    signature = [Written(row.rstrip(), SIGNATURE) for row in rows[end:] if row.strip()]
    return [*_written(rows[:end]), *signature]


def _unflowed(rows: Sequence[str], *, spaced: bool) -> Iterator[str]:
    """Join lines of one quote depth that end with a blank to the line that follows."""
    open_depth, begun = "", list[str]()
    for row in rows:
        depth, content = _flowed_quote(row)
        if begun and depth != open_depth:
            yield _quoted(open_depth, begun)
            begun = []
        soft = content.endswith(" ") and content != "-- "
        begun.append(content[:-1] if soft and not spaced else content)
        open_depth = depth
        if not soft:
            yield _quoted(depth, begun)
            begun = []
    if begun:
        yield _quoted(open_depth, begun)


def _flowed_quote(row: str) -> tuple[str, str]:
    found = _FLOWED_QUOTE.match(row)
    return (found[1], found[2]) if found else ("", row)


def _quoted(depth: str, begun: Sequence[str]) -> str:
    return f"{depth} {''.join(begun)}" if depth else "".join(begun)


def _signature(rows: Sequence[str]) -> int:
    """Return the index of the last line of two hyphens; all rows if many lines follow it."""
    start = next((n for n in reversed(range(len(rows))) if rows[n].rstrip() == "--"), len(rows))
    following = sum(bool(row.strip()) for row in rows[start + 1 :])
    return start if following <= _SIGNATURE_LINES else len(rows)


def _written(rows: Sequence[str]) -> Iterator[Written]:
    blocks = [(kind, list(block)) for kind, block in groupby(rows, _kind) if kind != "blank"]
    for (kind, block), (following, _) in pairwise([*blocks, ("", list[str]())]):
        if kind == "quote":
            yield from (Written(row.rstrip(), QUOTE) for row in block)
        else:
            introduces = following == "quote" and _attribution(block)
            texts = _joined([row.rstrip() for row in block])
            yield from (Written(text, QUOTE if introduces else "") for text in texts)


def _kind(row: str) -> str:
    if not row.strip():
        return "blank"
    return "quote" if row.lstrip().startswith(">") else "text"


def _attribution(block: Sequence[str]) -> bool:
    """Return whether a block attributes the quotation below it, in any language."""
    text = " ".join(map(str.strip, block))
    short = len(block) <= _ATTRIBUTION_LINES and block[-1].rstrip().endswith(":")
    return short and bool(_ATTRIBUTION.search(text))


def _joined(rows: Sequence[str]) -> list[str]:
    """Join the rows of a block to paragraphs; what looks like verse stays as it is."""
    width = max(map(len, rows))
    loose = sum(
        _short(above, row, width) and not _ENDS.search(above) and not _ITEM.match(row)
        for above, row in pairwise(rows)
    )
    if not _NARROWEST <= width <= _WIDEST or loose * 3 > len(rows):
        return list(rows)
    found = [[rows[0]]]
    for above, row in pairwise(rows):
        if _begins(found[-1], above, row, width):
            found.append([row])
        else:
            found[-1].append(row)
    return [_paragraph(paragraph) for paragraph in found]


def _short(above: str, row: str, width: int) -> bool:
    """Return whether the first word of a row would have fitted in the row above."""
    return len(above) + 1 + len(row.split(None, 1)[0]) <= width * (1 - _RAGGED)


def _begins(paragraph: Sequence[str], above: str, row: str, width: int) -> bool:
    """Return whether a row starts a paragraph: by its form, its indent, or a short row above."""
    hangs = bool(_ITEM.match(paragraph[0]))
    indented = _indent(row) > _indent(above) and not hangs
    form = _ITEM.match(row) or _TABLE.search(row) or _TABLE.search(above)
    return bool(form) or indented or _short(above, row, width)


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _paragraph(rows: Sequence[str]) -> str:
    """Join rows to one text, without a blank after a word that is divided by a hyphen."""
    text = rows[0]
    glue = ["" if _BROKEN.search(above) else " " for above in rows[:-1]]
    return text + "".join(f"{g}{row.lstrip()}" for g, row in zip(glue, rows[1:], strict=True))
