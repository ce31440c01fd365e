"""Word, OpenDocument, RTF and EPUB files."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from corpus_cli.ingest.readers.office import docx, epub, odt, rtf
from corpus_cli.ingest.readers.port import Document, File, ReadResult, Unread
from corpus_cli.ingest.structure.structure import structure
from tests import rendered
from tests.rendered import CHECKED_IN, FORMATS, TRUTH

READERS = {"docx": docx, "odt": odt, "rtf": rtf, "epub": epub}
STYLED = ("docx", "odt", "rtf")

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/styles.xml" ContentType="a/vnd.b.wordprocessingml.styles+xml"/></Types>'
)
OPF = (
    '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:opf="http://www.idpf.org/2007/opf"><metadata><dc:title>The book</dc:title>'
    '<dc:creator opf:role="aut">Ann Lee</dc:creator><dc:creator opf:role="trl">Bo Chen</dc:creator>'
    "<dc:date>2021-05-03</dc:date><dc:publisher>The Press</dc:publisher>"
    "<dc:language>en-GB</dc:language><dc:subject>water</dc:subject></metadata><manifest>"
    '<item id="n" href="nav.xhtml" properties="nav"/><item id="a" href="a%20b.xhtml"/>'
    '<item id="c" href="c.xhtml"/><item id="x" href="lost.xhtml"/></manifest>'
    "<spine>{spine}</spine></package>"
)
CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/b.opf"/></rootfiles></container>'


def no_parts(record: str, part: bytes, media: str) -> Iterator[ReadResult]:
    raise AssertionError(record)


def found(suffix: str, data: bytes) -> list[ReadResult]:
    return list(READERS[suffix].read(File(f"a.{suffix}", data, no_parts)))


def document(suffix: str, data: bytes) -> Document:
    first = found(suffix, data)[0]
    assert isinstance(first, Document)
    return first


def pairs(suffix: str, data: bytes) -> list[tuple[str, str]]:
    return [(line.text, line.kind) for line in document(suffix, data).lines]


def checked_in(stem: str, suffix: str) -> bytes:
    return (FORMATS / f"{stem}.{suffix}").read_bytes()


def zipped(**parts: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


def word(body: str, styles: str = "") -> bytes:
    return zipped(
        **{
            "[Content_Types].xml": TYPES,
            "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
            "word/document.xml": f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>",
        }
    )


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def book(spine: str, title: str = "The book", **chapters: str) -> bytes:
    refs = "".join(f'<itemref idref="{one}"/>' for one in spine)
    names = {"n": "nav.xhtml", "a": "a b.xhtml", "c": "c.xhtml"}
    parts = {f"OEBPS/{names[key]}": text for key, text in chapters.items()}
    opf = OPF.format(spine=refs).replace("The book", title)
    return zipped(**{"META-INF/container.xml": CONTAINER, "OEBPS/b.opf": opf}, **parts)


def whole(document: Document, paragraphs: list[str]) -> float:
    """The share of paragraphs that came back as exactly one line."""
    texts = [" ".join(line.text.split()) for line in document.lines]
    return sum(texts.count(" ".join(one.split())) == 1 for one in paragraphs) / len(paragraphs)


# --- what real writers write ---


@pytest.mark.parametrize("suffix", READERS)
def test_every_paragraph_of_a_seed_comes_back_whole(suffix: str) -> None:
    read = document(suffix, checked_in("seed", suffix))
    assert whole(read, rendered.body(CHECKED_IN)) == 1
    assert [line.text for line in read.lines] == [text for _, text in rendered.lines(CHECKED_IN)]


@pytest.mark.parametrize("suffix", STYLED)
def test_styles_tell_title_and_headings(suffix: str) -> None:
    kinds = [kind for _, kind in pairs(suffix, checked_in("seed", suffix))]
    wanted = [kind for kind, _ in rendered.lines(CHECKED_IN)]
    assert [kind if kind in ("title", "heading") else "" for kind in wanted] == kinds


@pytest.mark.parametrize("suffix", STYLED)
def test_what_a_document_can_hold(suffix: str) -> None:
    lines = pairs(suffix, checked_in("features", suffix))
    assert {text for text, kind in lines if kind == "chrome:page"} == {
        "The Valley Post",
        "All rights of the press",
    }
    assert [line for line in lines if line[1] != "chrome:page"] == [
        ("The river and the dam", "title"),
        ("What the valley fears", "dek"),
        ("Water", "heading"),
        ("The first line goes on, with a\ttab, a link and three   blanks.", ""),
        ("Prices rose quickly “again” in Źródło, at Афганистан and 领英 😀.", ""),
        ("The dam was built late in the decade.", ""),
        ("First item", ""),
        ("Second item", ""),
        ("Year | Flow", "body"),
        ("2020 | 17", "body"),
        ("Words in a box", ""),
        ("Beside the box stands the text.", ""),
        ("The last paragraph.", ""),
        ("Minutes of the council.", "body:note"),
        ("Is it so?", "chrome:comment"),
    ]


@pytest.mark.parametrize("suffix", STYLED)
def test_what_a_document_says_of_itself_is_claimed(suffix: str) -> None:
    data = document(suffix, checked_in("features", suffix)).metadata
    values = {(datum.field, datum.value) for datum in data}
    assert values >= {
        ("title", "The river and the dam"),
        ("author", "Ann Lee"),
        ("modified", "2021-05-03"),
        ("tag", "Energy"),
    }
    # The day a file was made or saved is no day of publication.
    assert "published" not in {datum.field for datum in data}
    assert {datum.certainty for datum in data} == {"claimed"}


@pytest.mark.slow
@pytest.mark.skipif(rendered.OFFICE is None, reason="soffice is not installed")
@pytest.mark.parametrize("suffix", READERS)
def test_every_seed_rendered_afresh(suffix: str, tmp_path: Path) -> None:
    for name in TRUTH:
        read = document(suffix, rendered.rendered(name, suffix, tmp_path).read_bytes())
        assert whole(read, rendered.body(name)) >= (0.99 if suffix == "rtf" else 1)


# --- Word ---


def test_a_style_counts_by_its_english_name_its_level_and_what_it_is_based_on() -> None:
    styles = (
        '<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>'
        '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/>'
        '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
        '<w:style w:styleId="Mein"><w:name w:val="Mein"/><w:basedOn w:val="berschrift1"/></w:style>'
        '<w:style w:styleId="A"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>'
        '<w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    )
    styled = {"Titel": "title", "berschrift1": "heading", "Mein": "heading", "A": "", "None": ""}
    styled["TOC1"] = "chrome:navigation"
    body = "".join(paragraph(name, f'<w:pStyle w:val="{name}"/>') for name in styled)
    assert dict(pairs("docx", word(body, styles))) == styled
    level = paragraph("a", '<w:outlineLvl w:val="2"/>') + paragraph(
        "b", '<w:outlineLvl w:val="9"/>'
    )
    assert pairs("docx", word(paragraph("first") + level))[1:] == [("a", "heading"), ("b", "")]


def test_an_opening_heading_above_all_others_is_the_title() -> None:
    def kinds(*levels: int) -> list[str]:
        made = [paragraph(f"h{n}", f'<w:outlineLvl w:val="{n}"/>') for n in levels]
        return [kind for _, kind in pairs("docx", word("".join(made)))]

    assert kinds(0, 1, 1) == ["title", "heading", "heading"]
    assert kinds(0, 0, 1) == ["heading"] * 3
    assert kinds(1, 0) == ["heading"] * 2


def test_what_was_deleted_moved_away_or_is_there_twice_is_left_out() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        "<w:p><w:pPr><w:pPrChange><w:pPr><w:outlineLvl w:val='0'/></w:pPr></w:pPrChange></w:pPr>"
        f"{run.format('kept ')}<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        f"<w:moveFrom>{run.format('moved')}</w:moveFrom><w:ins>{run.format('new')}</w:ins>"
        f"<mc:AlternateContent><mc:Choice>{run.format(' once')}</mc:Choice>"
        f"<mc:Fallback>{run.format(' once')}</mc:Fallback></mc:AlternateContent>"
        "<w:r><w:instrText>PAGE</w:instrText><w:br/><w:t>end</w:t></w:r></w:p>"
    )
    assert pairs("docx", word(body)) == [("kept new once end", "")]


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    cells = "<w:tc>{}</w:tc>"
    inner = (
        f"<w:tbl><w:tr>{cells.format(paragraph('x'))}{cells.format(paragraph('y'))}</w:tr></w:tbl>"
    )
    two = paragraph("one") + paragraph("two")
    body = (
        f"<w:tbl><w:tr>{cells.format(two)}{cells.format(paragraph('side'))}</w:tr>"
        f"<w:tr>{cells.format(paragraph('before') + inner + paragraph('after'))}</w:tr></w:tbl>"
    )
    assert pairs("docx", word(body)) == [
        ("one", ""),
        ("two", ""),
        ("side", ""),
        ("before", ""),
        ("x | y", "body"),
        ("after", ""),
    ]


# --- EPUB ---


def test_a_book_is_one_document_in_the_order_of_its_spine() -> None:
    data = book(
        "nca",
        n="<html><body><nav><ol><li>Chapter one</li></ol></nav></body></html>",
        a="<h2>Second</h2><p>caf&eacute;&nbsp;b<br/>c</p>tail",
        c='<?xml version="1.0"?><!DOCTYPE html [<!ENTITY bomb "x">]><head><title>no</title></head>'
        "<body><h2>First</h2>\n<p>one <i>two</i>\n three &bomb;</p><p title='a>b'>open<!-- <p>no --><div>ended <b>&#"
        + "9" * 5_000
        + ";",
    )
    (read,) = found("epub", data)
    assert isinstance(read, Document)
    assert [(line.text, line.kind) for line in read.lines] == [
        ("Chapter one", "chrome:navigation"),
        ("First", "heading"),
        ("one two three &bomb;", ""),
        ("open", ""),
        ("ended &#" + "9" * 5_000 + ";", ""),
        ("Second", "heading"),
        ("café\u00a0b c", ""),
        ("tail", ""),
    ]
    assert {(datum.field, datum.value) for datum in read.metadata} == {
        ("title", "The book"),
        ("author", "Ann Lee"),
        ("published", "2021-05-03"),
        ("source", "The Press"),
        ("language", "en"),
        ("tag", "water"),
    }


@pytest.mark.parametrize(
    ("stated", "title"),
    [("The book", "The book"), ("Unknown", "Chapter one"), ("the_book_final.docx", "Chapter one")],
)
def test_a_book_has_the_title_that_its_publisher_states(stated: str, title: str) -> None:
    text = " ".join(["The river rose on Monday and took the bridge."] * 5)
    page = f"<h1>Chapter one</h1><p>{text}</p><h2>Part two</h2><p>{text}</p>"
    read = document("epub", book("a", title=stated, a=page))
    article = structure(read.lines, read.metadata)
    assert article.values("title") == (title,)


def test_a_table_of_contents_is_out_of_the_way_without_its_element() -> None:
    lines = pairs("epub", book("na", n="<p>Chapter one</p>", a="<p>text</p>"))
    assert lines == [("Chapter one", "chrome:navigation"), ("text", "")]


def test_a_missing_chapter_stops_no_other() -> None:
    read, lost = found("epub", book("xa", a="<p>text</p>"))
    assert isinstance(read, Document)
    assert [line.text for line in read.lines] == ["text"]
    assert isinstance(lost, Unread)
    assert lost.record == "OEBPS/lost.xhtml"


# --- RTF ---


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r"\ansicpg1251 \'c0\'f4\'e3\'e0\'ed", "Афган"),
        (r"{\fonttbl{\f1\fcharset128 X;}}\f1\'82\'a0 {\f0 b}", "あ b"),
        (r"\uc2\u8220 ab\u-10179 ab\u-8704 ab\uc0\u8221 c", "“😀”c"),
        (r"a\deleted b\deleted0 c{\deleted d}e", "ace"),
        (r"a\~b\emdash c\_d\{\}", "a\u00a0b—c\u2011d{}"),
        (r"a{\*\unknown b}{\pict 00ff}{\field{\*\fldinst HYPERLINK x}{\fldrslt c}}", "ac"),
        (r"a\bin5 {\parb", "ab"),
        (r"a\u55296 ?\u0 ?b", "a\ufffd\ufffdb"),
    ],
)
def test_characters_of_rtf(text: str, wanted: str) -> None:
    assert pairs("rtf", rf"{{\rtf1\ansi {text}\par}}".encode("ascii")) == [(wanted, "")]


def test_a_style_of_rtf_counts_by_what_it_is_based_on() -> None:
    styles = r"{\stylesheet{\s1\outlinelevel0 Kop;}{\s2\sbasedon1 Mijn;}{\s3 Title;}}"
    text = r"\pard\s3 a\par\pard\s2 b\par\pard c\par\pard\outlinelevel9 d\par"
    lines = pairs("rtf", rf"{{\rtf1{styles}{text}}}".encode())
    assert lines == [("a", "title"), ("b", "heading"), ("c", ""), ("d", "")]
