"""Write a document as Markdown that renders as its text reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from corpus_cli.output.documents.tree import (
    BarChart,
    Block,
    BlockQuote,
    Document,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    NoteMark,
    Notes,
    Paragraph,
    Table,
    Text,
    is_web_address,
    legible,
)
from corpus_cli.output.markdown import bold, escape_start, escaped, inline, link


def format_markdown(document: Document) -> Iterator[str]:
    """Yield the lines of a document in CommonMark, with tables as GitHub has them.

    Charts are left out, because a table has the same values. A mark of a note is its number in
    brackets, and notes are a numbered list.
    """
    yield f"# {escaped(legible(document.title))}"
    for block in document.blocks:
        yield from _format_block(block)


def _format_block(block: Block) -> Iterator[str]:
    match block:
        case BarChart():
            return
        case Heading():
            lines = [f"{'#' * block.level} {escaped(legible(block.text))}"]
        case Paragraph():
            lines = [_line(block.content)]
        case BlockQuote():
            lines = [f"> {_line(block.content)}", ">", f"> — {_line(block.source)}"]
        case Table():
            lines = [*_format_table(block)]
        case Notes():
            lines = [f"{number}. {_line(item)}" for number, item in enumerate(block.items, 1)]
        case Listing():
            lines = [f"- {_line(item)}" for item in block.items]
        case _:
            assert_never(block)
    yield ""
    yield from lines


def _format_table(table: Table) -> Iterator[str]:
    yield f"**{escaped(legible(table.caption))}**"
    yield ""
    yield _row([escaped(legible(column.name)) for column in table.columns])
    yield _row(["---:" if column.has_numbers else "---" for column in table.columns])
    for cells in table.rows:
        yield _row([_join(cell) for cell in cells])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _line(content: Inlines) -> str:
    """Return pieces on one line that begins no block."""
    return escape_start(_join(content))


def _join(content: Inlines) -> str:
    return "".join(map(_format_inline, content)).strip()


def _format_inline(piece: Inline) -> str:
    match piece:
        case Text(style=""):
            return inline(legible(piece.text))
        case Text():
            return bold(legible(piece.text))
        case Link() if is_web_address(piece.url):
            return link(inline(legible(piece.text)), piece.url)
        case Link():
            return inline(legible(piece.text))
        case NoteMark():
            return f" \\[{piece.number}\\]"
        case _:
            assert_never(piece)
