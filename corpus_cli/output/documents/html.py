"""Write a document as one page of HTML without other files."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import assert_never
from xml.etree.ElementTree import Element, SubElement, tostring

from corpus_cli.output.documents.bar_chart import draw_bar_chart
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
from corpus_cli.text.data import DATA

_STYLE_SHEET = "document.css"


def format_html(document: Document) -> str:
    """Return a document as a page of HTML.

    The page is a tree of elements, which are escaped as they are written, so no text is markup.
    Its policy allows nothing but its own style: no script runs, and nothing is fetched.
    """
    style = (DATA / _STYLE_SHEET).read_text("utf-8")
    html = Element("html", {"lang": "en"})
    head = SubElement(html, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": _policy(style)})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width"})
    SubElement(head, "meta", {"name": "referrer", "content": "no-referrer"})
    SubElement(head, "meta", {"name": "color-scheme", "content": "light dark"})
    SubElement(head, "title").text = legible(document.title)
    SubElement(head, "style").text = style
    body = SubElement(html, "body")
    header = SubElement(body, "header")
    SubElement(header, "h1", {"dir": "auto"}).text = legible(document.title)
    _Body(SubElement(body, "main"), header).add(document.blocks)
    return f"<!DOCTYPE html>\n{tostring(html, encoding='unicode', method='html')}\n"


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


class _Body:
    """Adds blocks to a page: sections with their headings, and a list of these at the top."""

    def __init__(self, main: Element, header: Element) -> None:
        self._main = main
        self._section = main
        self._sections = 0
        self._marks: set[int] = set()
        self._contents = SubElement(SubElement(header, "nav", {"aria-label": "Sections"}), "ul")

    def add(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            self._add_block(block)

    def _add_block(self, block: Block) -> None:
        match block:
            case Heading():
                self._add_heading(block)
            case Paragraph():
                attributes = {"class": "explains"} if block.explains else {}
                self._add_content(SubElement(self._section, "p", attributes), block.content)
            case BlockQuote():
                self._add_quotation(block)
            case Table():
                self._add_table(block)
            case BarChart():
                figure = SubElement(self._section, "figure")
                figure.append(draw_bar_chart(block))
                SubElement(figure, "figcaption").text = legible(block.title)
            case Notes():
                self._add_notes(block)
            case Listing():
                items = SubElement(self._section, "ul")
                for item in block.items:
                    self._add_content(SubElement(items, "li"), item)
            case _:
                assert_never(block)

    def _add_heading(self, heading: Heading) -> None:
        text = legible(heading.text)
        if heading.level == 2:  # noqa: PLR2004 - a section
            self._sections += 1
            name = f"section-{self._sections}"
            self._section = SubElement(self._main, "section", {"aria-labelledby": name})
            SubElement(self._section, "h2", {"id": name}).text = text
            SubElement(SubElement(self._contents, "li"), "a", {"href": f"#{name}"}).text = text
        else:
            tag = f"h{heading.level}"
            SubElement(self._section, tag, {"dir": "auto"}).text = text

    def _add_quotation(self, quotation: BlockQuote) -> None:
        figure = SubElement(self._section, "figure", {"class": "quotation"})
        language = {"lang": quotation.language} if quotation.language.isalpha() else {}
        quote = SubElement(figure, "blockquote", {"dir": "auto", **language})
        self._add_content(SubElement(quote, "p"), quotation.content)
        self._add_content(SubElement(figure, "figcaption"), quotation.source)

    def _add_table(self, table: Table) -> None:
        # A table that is wider than the screen is scrolled, also by keys.
        name = legible(table.caption)
        attributes = {"class": "wide", "role": "region", "tabindex": "0", "aria-label": name}
        element = SubElement(SubElement(self._section, "div", attributes), "table")
        SubElement(element, "caption").text = name
        row = SubElement(SubElement(element, "thead"), "tr")
        for column in table.columns:
            attributes = {"class": "number"} if column.has_numbers else {}
            SubElement(row, "th", {"scope": "col", **attributes}).text = legible(column.name)
        body = SubElement(element, "tbody")
        for cells in table.rows:
            row = SubElement(body, "tr")
            for number, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
                attributes = {"class": "number"} if column.has_numbers else {"dir": "auto"}
                if number == 0:
                    element = SubElement(row, "th", {"scope": "row", **attributes})
                else:
                    element = SubElement(row, "td", attributes)
                self._add_content(element, cell)

    def _add_notes(self, notes: Notes) -> None:
        items = SubElement(self._section, "ol", {"class": "notes"})
        for number, content in enumerate(notes.items, 1):
            item = SubElement(items, "li", {"id": f"note-{number}"})
            self._add_content(item, content)
            if number in self._marks:
                _add_text(item, " ")
                label = f"Back to the text of note {number}"
                back = {"href": f"#mark-{number}", "aria-label": label}
                SubElement(item, "a", back).text = "↩"

    def _add_content(self, parent: Element, content: Inlines) -> None:
        for piece in content:
            self._add_inline(parent, piece)

    def _add_inline(self, parent: Element, piece: Inline) -> None:
        match piece:
            case Text(style=""):
                _add_text(parent, legible(piece.text))
            case Text(style="match"):
                SubElement(parent, "mark").text = legible(piece.text)
            case Text():
                SubElement(parent, "strong").text = legible(piece.text)
            case Link() if is_web_address(piece.url):
                attributes = {"href": piece.url, "rel": "noreferrer nofollow"}
                SubElement(parent, "a", attributes).text = legible(piece.text)
            case Link():
                _add_text(parent, legible(piece.text))
            case NoteMark():
                self._add_mark(parent, piece.number)
            case _:
                assert_never(piece)

    def _add_mark(self, parent: Element, number: int) -> None:
        attributes = {"href": f"#note-{number}", "aria-label": f"Note {number}"}
        if number not in self._marks:
            self._marks.add(number)
            attributes["id"] = f"mark-{number}"
        SubElement(SubElement(parent, "sup"), "a", attributes).text = str(number)


def _add_text(parent: Element, text: str) -> None:
    """Add a text after the last child of an element."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
