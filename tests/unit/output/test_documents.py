"""Documents are read back as they were meant, whatever their texts contain."""

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import docx
import lxml.html
import pytest
from markdown_it import MarkdownIt

from corpus_cli.output.documents.bar_chart import draw_bar_chart, tick_step
from corpus_cli.output.documents.docx import format_docx
from corpus_cli.output.documents.html import format_html
from corpus_cli.output.documents.markdown import format_markdown
from corpus_cli.output.documents.tree import (
    Bar,
    BarChart,
    BlockQuote,
    Column,
    Document,
    Heading,
    Inline,
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

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "--><svg onload=alert(1)>]]><![CDATA[",
    '" onmouseover="alert(1)" x="',
    "'><base href=//evil.example>",
    "javascript:alert(1)",
    "[a](javascript:alert(1)) <javascript:alert(1)> ![i](http://evil.example/p.png)",
    "# heading\n- item\n1. one\n> quote\n```\ncode\n```\n---\n| a | b |\n",
    "1. first 2) second + plus - minus",
    "*bold* _it_ `code` ~~x~~ &lt; &#60; \\* http://evil.example www.evil.example a@evil.example",
    "a\x00b\x01c\x1b[31md\x7fe\x85f",
    "a\u202eb\u2066c\u2028d\ufffee\uffff",
    "a\ud800b\udfffc",
    "{{7*7}} ${x} <%= x %> =1+1 @SUM(1)",
    "  \u00a0 blanks \t\t and\u2003more  ",
    "کابل ܐ العربية می‌خواهم 喀布尔 👩‍🚀",
    "x" * 5_000,
    "",
)
MANY = " ".join(HOSTILE)


def made(text: str) -> Document:
    cell = [Text(text)]
    return Document(
        text,
        [
            Heading(text),
            Paragraph([Text(text), Text(text, "match"), Text(text, "strong"), Text(text)]),
            Heading(text, 3),
            BlockQuote([Text(text)], [Link(text, text), NoteMark(1)], text),
            BarChart(text, text, [Bar(text, 3, text), Bar(text, 0, text)], is_upright=True),
            BarChart(text, text, [Bar(text, 3, text), Bar(text, 1, text)]),
            Table(text, [Column(text), Column("n", has_numbers=True)], [[cell, cell]]),
            Listing([[Text(text)]]),
            Notes([[Text(text), Link(text, "https://paper.example/a?b=1&c=2#d")]]),
        ],
    )


class Tags(HTMLParser):
    """The tags of a page, as HTML has them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


SAFE_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section"),
    *("h1", "h2", "h3", "p", "a", "ul", "ol", "li", "mark", "strong", "sup", "blockquote"),
    *("figure", "figcaption", "div", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("svg", "desc", "rect", "line", "text"),
}
SAFE_ATTRIBUTES = {
    *("lang", "dir", "charset", "http-equiv", "content", "name", "class", "id", "href", "rel"),
    *("role", "tabindex", "scope", "aria-label", "aria-labelledby"),
    *("x", "y", "x1", "x2", "y1", "y2", "width", "height"),
}


@pytest.mark.parametrize("text", [*HOSTILE, MANY])
def test_no_text_is_markup_in_html(text: str) -> None:
    page = format_html(made(text))
    tags = Tags(page).tags
    assert {tag for tag, _ in tags} <= SAFE_TAGS
    assert {name for _, attributes in tags for name in attributes} <= SAFE_ATTRIBUTES
    for tag, attributes in tags:
        href = attributes.get("href")
        assert href is None or tag == "a"
        assert href is None or re.match(r"#[a-z]+-\d+$|https://paper\.example/", href)
    page.encode("utf-8")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)


@pytest.mark.parametrize("text", HOSTILE)
def test_html_reads_as_the_text(text: str) -> None:
    (quotation,) = lxml.html.fromstring(format_html(made(text))).iter("blockquote")
    assert quotation.text_content() == legible(text)


def test_a_page_allows_its_style_and_nothing_else() -> None:
    page = format_html(made("x"))
    (policy,) = (
        attributes["content"]
        for _, attributes in Tags(page).tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "url(" not in page
    assert "@import" not in page


def test_links_within_a_page_lead_somewhere() -> None:
    tags = Tags(format_html(made("x"))).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = {str(a["href"])[1:] for _, a in tags if str(a.get("href", "")).startswith("#")}
    assert inner <= set(ids)
    assert {"note-1", "mark-1", "section-1"} <= inner


@pytest.mark.parametrize("text", [one for one in HOSTILE if one.strip()])
def test_no_text_is_markup_in_markdown(text: str) -> None:
    source = "\n".join(format_markdown(made(text)))
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(source)
    types = [token.type for token in tokens]
    assert types.count("blockquote_open") == types.count("table_open") == 1
    assert types.count("bullet_list_open") == types.count("ordered_list_open") == 1
    assert types.count("heading_open") == 3
    assert not {"html_block", "fence", "code_block", "hr"} & set(types)
    inner = [piece for token in tokens for piece in token.children or ()]
    assert not {"html_inline", "image", "code_inline"} & {piece.type for piece in inner}
    for piece in inner:
        if piece.type == "link_open":
            assert str(piece.attrs["href"]).startswith("https://paper.example/")
    quoted = tokens[types.index("blockquote_open") :]
    (first,) = [token for token in quoted if token.type == "inline"][:1]
    words = "".join(piece.content for piece in first.children or ())
    assert words.split() == legible(text).split()


@pytest.mark.parametrize("text", HOSTILE)
def test_docx_reads_as_the_text(text: str) -> None:
    written = docx.Document(io.BytesIO(format_docx(made(text))))
    quoted = [one.text for one in written.paragraphs if one.style and one.style.name == "Quote"]
    assert quoted == [legible(text)]
    targets = [
        relation.target_ref for relation in written.part.rels.values() if relation.is_external
    ]
    assert targets == ["https://paper.example/a?b=1&c=2#d"]
    assert written.tables[0].cell(1, 0).text == legible(text)


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://paper.example/a?b=1&c=%20", True),
        ("HTTP://paper.example", True),
        ("https://paper.example/کابل", True),
        ("javascript:alert(1)", False),
        (" https://paper.example", False),
        ("https://paper.example/a b", False),
        ('https://paper.example/"x', False),
        ("https://paper.example/\x00", False),
        ("https://paper.example/\u202e", False),
        ("java\nscript:https://x.example", False),
        ("data:text/html,x", False),
        ("//paper.example", False),
        ("paper.example", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_are_links(url: str, is_link: bool) -> None:  # noqa: FBT001 - a table
    assert is_web_address(url) == is_link
    pieces: list[Inline] = [Link("x", url)]
    document = Document("t", [Paragraph(pieces)])
    page = Tags(format_html(document)).tags
    hrefs = [str(attributes["href"]) for tag, attributes in page if tag == "a"]
    assert bool(hrefs) == is_link
    assert all(urlsplit(href).scheme in {"http", "https"} for href in hrefs)
    assert ("](" in "\n".join(format_markdown(document))) == is_link
    assert (
        any(
            relation.is_external
            for relation in docx.Document(io.BytesIO(format_docx(document))).part.rels.values()
        )
        == is_link
    )


def test_marked_words_beside_letters_are_bold() -> None:
    document = Document("t", [Paragraph([Text("a"), Text(" “Kabul” ", "match"), Text("b")])])
    assert "\n".join(format_markdown(document)).endswith("a “**Kabul**” b")


def test_a_chart_has_a_text_for_those_who_do_not_see_it() -> None:
    chart = BarChart("By year", "2 years", [Bar("2014", 3, "2014: 3"), Bar("2015", 6, "2015: 6")])
    svg = draw_bar_chart(chart._replace(is_upright=True))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "By year: 2 years"
    assert [one.text for one in svg[:2]] == ["By year", "2 years"]
    assert heights(svg) == [100.0, 200.0]


def heights(svg: Element) -> list[float]:
    return [float(one.get("height", "")) for one in svg.iter("rect")]


def test_bars_are_as_long_as_their_values() -> None:
    chart = BarChart("t", "d", [Bar("a", 4, "a"), Bar("b", 1, "b"), Bar("c", 0, "c")])
    widths = [
        float((one.get("width") or "").rstrip("%")) for one in draw_bar_chart(chart).iter("rect")
    ]
    assert widths == [88.0, 22.0, 0.0]
    assert heights(draw_bar_chart(BarChart("t", "d", [Bar("a", 0, "")], is_upright=True))) == [0.0]


def test_labels_of_many_periods_do_not_overlap() -> None:
    bars = [Bar(f"20{n:02}", n, "") for n in range(97)]
    svg = draw_bar_chart(BarChart("t", "d", bars, is_upright=True))
    assert sum(one.get("class") == "label middle" for one in svg.iter("text")) <= 6
    assert not any(one.get("class") == "value middle" for one in svg.iter("text"))


@pytest.mark.parametrize(
    ("highest", "step"), [(1, 1), (4, 1), (5, 2), (8, 2), (9, 5), (58, 20), (81, 50), (1_000, 500)]
)
def test_ticks_are_round(highest: int, step: int) -> None:
    assert tick_step(highest) == step


def every_character() -> Iterator[str]:
    for start in range(0, 0x110000, 0x1000):
        yield "a" + "".join(map(chr, range(start, start + 0x1000))) + "z"


def test_every_character_can_be_written() -> None:
    for text in every_character():
        document = Document("t", [Paragraph([Text(text)])])
        page = format_html(document)
        page.encode("utf-8")
        if text[1] < "\u4000":
            written = docx.Document(io.BytesIO(format_docx(document)))
            assert written.paragraphs[1].text == legible(text)
