"""Write a document as DOCX."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, assert_never

from corpus_cli.errors import UsageError
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
from corpus_cli.system.installation import install_command

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument
    from docx.text.paragraph import Paragraph as DocxParagraph

_SMALL_POINTS = 9


def require_docx() -> None:
    """Raise `UsageError` if the extra `dossier` is not installed."""
    try:
        import docx  # noqa: F401 - asked if it is there
    except ImportError as error:
        raise UsageError(f"DOCX needs the extra dossier: {install_command('dossier')}") from error


def format_docx(document: Document) -> bytes:
    """Return the bytes of a DOCX; charts are left out, because a table has the same values."""
    require_docx()
    import docx

    written = docx.Document()
    properties = written.core_properties
    title = legible(document.title)
    # Word allows 255 characters.
    properties.title, properties.author, properties.comments = title[:255], "", ""
    written.add_heading(title, 0)
    for block in document.blocks:
        _add_block(written, block)
    file = io.BytesIO()
    written.save(file)
    return file.getvalue()


def _add_block(written: DocxDocument, block: Block) -> None:
    match block:
        case BarChart():
            pass
        case Heading():
            written.add_heading(legible(block.text), block.level - 1)
        case Paragraph():
            paragraph = written.add_paragraph()
            _add_content(paragraph, block.content)
            if block.explains:
                _make_small(paragraph)
        case BlockQuote():
            quotation = written.add_paragraph(style="Quote")
            quotation.paragraph_format.keep_with_next = True
            _add_content(quotation, block.content)
            source = written.add_paragraph()
            _add_content(source, [Text("— "), *block.source])
            _make_small(source)
        case Table():
            _add_table(written, block)
        case Notes():
            for number, item in enumerate(block.items, 1):
                paragraph = written.add_paragraph()
                _add_content(paragraph, [Text(f"{number}. "), *item])
                _make_small(paragraph)
        case Listing():
            for item in block.items:
                paragraph = written.add_paragraph(style="List Bullet")
                _add_content(paragraph, item)
                _make_small(paragraph)
        case _:
            assert_never(block)


def _add_table(written: DocxDocument, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement

    caption = written.add_paragraph(style="Caption")
    caption.paragraph_format.keep_with_next = True
    caption.add_run(legible(table.caption))
    grid = written.add_table(rows=1, cols=len(table.columns), style="Light List Accent 1")
    # The first row is repeated on every page.
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - python-docx has no other way
    for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
        cell.paragraphs[0].add_run(legible(column.name))
    for row in table.rows:
        for cell, content in zip(grid.add_row().cells, row, strict=True):
            _add_content(cell.paragraphs[0], content)
    for row in grid.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            _make_small(cell.paragraphs[0])
            if column.has_numbers:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    written.add_paragraph()


def _make_small(paragraph: DocxParagraph) -> None:
    from docx.shared import Pt

    for run in paragraph.runs:
        run.font.size = Pt(_SMALL_POINTS)


def _add_content(paragraph: DocxParagraph, content: Inlines) -> None:
    for piece in content:
        _add_inline(paragraph, piece)


def _add_inline(paragraph: DocxParagraph, piece: Inline) -> None:
    match piece:
        case Text():
            paragraph.add_run(legible(piece.text)).bold = bool(piece.style) or None
        case Link() if is_web_address(piece.url):
            _add_link(paragraph, legible(piece.text), piece.url)
        case Link():
            paragraph.add_run(legible(piece.text))
        case NoteMark():
            paragraph.add_run(str(piece.number)).font.superscript = True
        case _:
            assert_never(piece)


def _add_link(paragraph: DocxParagraph, text: str, url: str) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    link = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    )
    run = paragraph.add_run(text)
    run.font.underline = True
    run.font.color.rgb = RGBColor(0x0B, 0x57, 0xB0)
    # The run moves from the end of the paragraph into the link.
    link.append(run._r)  # noqa: SLF001 - python-docx has no other way
    paragraph._p.append(link)  # noqa: SLF001 - the same
