"""Paragraphs read back from PDFs that other programs set."""

import io
import re
import subprocess
import tomllib
import zlib
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pytest

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.port import Document
from corpus_cli.model import CLAIMED
from tests.conftest import DATA, SEEDS

pytest.importorskip("pypdfium2")
pytest.importorskip("reportlab")

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

TRUTH: dict[str, Any] = tomllib.loads((DATA / "kinds.toml").read_text("utf-8"))

Text = Sequence[tuple[str, str]]
"""Lines of an article with their kinds."""


def article(name: str) -> list[tuple[str, str]]:
    kinds = {n: kind for kind, lines in TRUTH[name]["kinds"].items() for n in lines}
    lines = (SEEDS / name).read_text("utf-8").split("\n")
    return [(line, kinds[n]) for n, line in enumerate(lines, 1) if n in kinds]


def divided(text: str) -> str:
    """A text with soft hyphens where English words may be divided, more or less."""
    return re.sub(r"(?<=[a-z][aeiou][bcdfglmnprst])(?=[bcdfglmnprst][aeiou][a-z])", "\u00ad", text)


def collapsed(text: str) -> str:
    return " ".join(text.split())


def read(data: bytes) -> Document:
    (found,) = file_formats.read("article.pdf", data, "", {})
    assert isinstance(found, Document)
    return found


def whole(text: Text, data: bytes) -> tuple[int, int]:
    """How many paragraphs of an article are exactly one line, and how many it has."""
    found = {collapsed(line.text) for line in read(data).lines}
    body = [collapsed(line) for line, kind in text if kind == "body"]
    return sum(line in found for line in body), len(body)


# --- set by reportlab ---


def furniture(canvas: Canvas, _: BaseDocTemplate) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(60, 815, "The Quarterly Review")
    canvas.drawRightString(535, 815, "Volume 12, 2024")
    canvas.drawCentredString(297, 25, f"Page {canvas.getPageNumber()}")


def platypus(text: Text, columns: int = 1, size: float = 10, **style: Any) -> bytes:
    page, gap, top = A4[0] - 120, 14, 60
    width = (page - gap * (columns - 1)) / columns
    frames = [
        Frame(60 + n * (width + gap), 50, width, A4[1] - 50 - top, 0, 0, 0, 0)
        for n in range(columns)
    ]
    out = io.BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title="The name of it",
        author="Jane Doe; Omar Masri",
        keywords="war, peace",
    )
    document.addPageTemplates([PageTemplate(frames=frames, onPage=furniture)])
    body = ParagraphStyle(
        "body",
        **{
            "fontName": "Times-Roman",
            "fontSize": size,
            "leading": size * 1.2,
            "alignment": 4,
            "spaceAfter": size / 2,
            "embeddedHyphenation": 1,
        }
        | style,
    )
    heading = ParagraphStyle(
        "heading",
        fontName="Helvetica-Bold",
        fontSize=size + 2,
        leading=size + 5,
        spaceBefore=size,
        spaceAfter=4,
    )
    title = ParagraphStyle("title", parent=heading, fontSize=size + 8, leading=size + 10)
    styles = {"title": title, "heading": heading}
    document.build(
        [
            Paragraph(escape(divided(line) if columns > 1 else line), styles.get(kind, body))
            for line, kind in text
        ]
    )
    return out.getvalue()


# --- set by Chromium ---


def html(text: Text, css: str) -> str:
    tags = {"title": "h1", "heading": "h2"}
    body = "\n".join(
        f"<{tags.get(kind, 'p')}>{escape(divided(line))}</{tags.get(kind, 'p')}>"
        for line, kind in text
    )
    return f"<!doctype html><html lang=en><meta charset=utf-8><title>An article</title><style>{css}</style><body>{body}"


def chromium(source: str, folder: Path) -> bytes:
    (folder / "page.html").write_text(source, "utf-8")
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--print-to-pdf=page.pdf",
        "page.html",
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return (folder / "page.pdf").read_bytes()


# --- set by LibreOffice ---

FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:styles><style:style style:name="Standard" style:family="paragraph"><style:paragraph-properties fo:orphans="2" fo:widows="2" {paragraph}/><style:text-properties style:font-name="Liberation Serif" fo:font-family="Liberation Serif" fo:font-size="{size}pt" fo:language="en" fo:country="US"/></style:style>
<style:style style:name="H" style:family="paragraph"><style:paragraph-properties fo:margin-top="0.4cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"/><style:text-properties fo:font-family="Liberation Sans" fo:font-size="14pt" fo:font-weight="bold"/></style:style>
<style:style style:name="T" style:family="paragraph"><style:paragraph-properties fo:text-align="center" fo:margin-bottom="0.5cm"/><style:text-properties fo:font-family="Liberation Sans" fo:font-size="20pt" fo:font-weight="bold"/></style:style>
<style:style style:name="F" style:family="paragraph"><style:text-properties fo:font-family="Liberation Sans" fo:font-size="9pt"/></style:style></office:styles>
<office:automatic-styles><style:style style:name="S" style:family="section"><style:section-properties><style:columns fo:column-count="{columns}" fo:column-gap="0.6cm"/></style:section-properties></style:style>
<style:page-layout style:name="pm1"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="2cm" fo:margin-bottom="2cm" fo:margin-left="2cm" fo:margin-right="2cm"/><style:header-style><style:header-footer-properties fo:min-height="0cm" fo:margin-bottom="0.5cm"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="0cm" fo:margin-top="0.5cm"/></style:footer-style></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm1"><style:header><text:p text:style-name="F">The Quarterly Review</text:p></style:header><style:footer><text:p text:style-name="F">Page <text:page-number text:select-page="current"/></text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:text>{before}<text:section text:style-name="S" text:name="x">{body}</text:section></office:text></office:body></office:document>"""


def fodt(text: Text, columns: int, size: int, paragraph: str) -> str:
    """The title over all columns, the rest in them."""
    styles = {"title": "T", "heading": "H"}
    lines = [
        f'<text:p text:style-name="{styles.get(kind, "Standard")}">{escape(divided(line))}</text:p>'
        for line, kind in text
    ]
    first = next((n for n, (_, kind) in enumerate(text, 1) if kind == "title"), 0)
    return FODT.format(
        columns=columns,
        size=size,
        paragraph=paragraph,
        before="".join(lines[:first]),
        body="".join(lines[first:]),
    )


def libreoffice(source: str, folder: Path) -> bytes:
    (folder / "page.fodt").write_text(source, "utf-8")
    command = [
        "soffice",
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        "page.fodt",
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return (folder / "page.pdf").read_bytes()


GAP = 'fo:text-align="justify" fo:margin-bottom="0.25cm"'
INDENT = 'fo:text-align="start" fo:text-indent="0.6cm"'
MARGINS = "@page{size:A4;margin:2cm;@top-left{content:'The Quarterly Review';font-size:9px}@bottom-center{content:'Page ' counter(page);font-size:9px}}"
SERIF = "body{font:12px/1.4 'Liberation Serif';"

SETTINGS: dict[str, tuple[float, Callable[[Text, Path], bytes]]] = {
    "reportlab, one column": (0.95, lambda text, _: platypus(text)),
    "reportlab, ragged": (0.95, lambda text, _: platypus(text, size=12, alignment=0)),
    "reportlab, indents": (0.95, lambda text, _: platypus(text, spaceAfter=0, firstLineIndent=14)),
    "reportlab, ragged indents": (
        0.95,
        lambda text, _: platypus(text, alignment=0, spaceAfter=0, firstLineIndent=14),
    ),
    "reportlab, no gaps": (0.95, lambda text, _: platypus(text, spaceAfter=0)),
    "reportlab, two columns": (0.9, lambda text, _: platypus(text, 2)),
    "reportlab, two columns, indents": (
        0.9,
        lambda text, _: platypus(text, 2, 9, spaceAfter=0, firstLineIndent=10),
    ),
    "reportlab, three columns": (0.9, lambda text, _: platypus(text, 3, 8)),
    "Chromium, one column": (
        0.95,
        lambda text, to: chromium(html(text, SERIF + "text-align:justify}"), to),
    ),
    "Chromium, ragged": (
        0.95,
        lambda text, to: chromium(html(text, "body{font:16px/1.5 sans-serif}"), to),
    ),
    "Chromium, indents": (
        0.95,
        lambda text, to: chromium(
            html(text, MARGINS + SERIF + "}p{margin:0;text-indent:1.5em}"), to
        ),
    ),
    "Chromium, two columns": (
        0.9,
        lambda text, to: chromium(
            html(
                text,
                MARGINS
                + SERIF
                + "text-align:justify;column-count:2;column-gap:18px}h1{column-span:all}",
            ),
            to,
        ),
    ),
    "Chromium, two columns, ragged": (
        0.9,
        lambda text, to: chromium(
            html(text, MARGINS + SERIF + "column-count:2}h1{column-span:all}h2{column-span:all}"),
            to,
        ),
    ),
    "LibreOffice, one column": (0.95, lambda text, to: libreoffice(fodt(text, 1, 12, GAP), to)),
    "LibreOffice, indents": (0.95, lambda text, to: libreoffice(fodt(text, 1, 11, INDENT), to)),
    "LibreOffice, two columns": (0.9, lambda text, to: libreoffice(fodt(text, 2, 10, GAP), to)),
    "LibreOffice, two columns, indents": (
        0.9,
        lambda text, to: libreoffice(fodt(text, 2, 10, INDENT), to),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("setting", SETTINGS)
def test_paragraphs_of_the_five_articles_are_whole(setting: str, tmp_path: Path) -> None:
    least, make = SETTINGS[setting]
    found = [whole(text, make(text, tmp_path)) for text in map(article, TRUTH)]
    right, total = (sum(counts) for counts in zip(*found, strict=True))
    assert right / total >= least


PROSE = "The ministry said on Monday that its forces had taken the valley after a week of fighting there."
LONG = " ".join([PROSE] * 3)
Setting = tuple[float, float, str] | tuple[float, float, str, float]


def drawn(*pages: Sequence[Setting], **options: Any) -> bytes:
    """Pages of single lines: from the left, from below, the text, its size if not 10."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, **options)
    for page in pages:
        for x, y, text, *size in page:
            canvas.setFont("Helvetica", *size or [10])
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def lines(data: bytes) -> list[tuple[str, str, int]]:
    return [(line.kind, line.text, line.page) for line in read(data).lines]


@pytest.mark.parametrize("columns", [1, 2])
def test_an_article_as_reportlab_sets_it(columns: int) -> None:
    text = article("000_607f2354cd99f308.txt") + article("001_347e4e07d973289c.txt")
    data = platypus(text, columns)
    right, total = whole(text, data)
    assert right >= total - (columns - 1)
    found = read(data).lines
    kinds = {collapsed(line.text): line.kind for line in found}
    assert all(kinds[line] == "heading" for line, kind in text if kind == "heading")
    assert sum(line.kind == "chrome:page" for line in found) >= 2 * found[-1].page
    assert "The Quarterly Review" not in " ".join(line.text for line in found if not line.kind)


def test_columns_are_read_one_after_the_other_under_a_title_over_both() -> None:
    left = [
        (60, 700 - 12 * n, f"the left column has its line {n} here, and so on") for n in range(9)
    ]
    right = [
        (320, 696 - 12 * n, f"the right column has its line {n} here, and so on") for n in range(9)
    ]
    found = lines(
        drawn([(60, 740, "A title that stands over both columns of it", 20), *left, *right])
    )
    assert found[0][:2] == ("title", "A title that stands over both columns of it")
    text = " ".join(text for _, text, _ in found[1:])
    assert re.findall(r"(left|right) column has its line (\d)", text) == [
        (side, str(n)) for side in ("left", "right") for n in range(9)
    ]


def test_a_paragraph_goes_on_over_a_page_and_what_stands_between_follows_it() -> None:
    head, foot = (60, 815, "The Quarterly Review", 8), "Page {}"
    first = [
        (60, 60 - 12 * n, "and the end of this line is not the end, says Mr") for n in range(2)
    ]
    second = [(60, 780, "Smith, of which the end is here.")]
    found = lines(
        drawn(
            [head, *first, (290, 20, foot.format(1), 8)],
            [head, *second, (290, 20, foot.format(2), 8)],
        )
    )
    body = [(text, page) for kind, text, page in found if not kind]
    assert body == [(f"{first[0][2]} {first[1][2]} Smith, of which the end is here.", 1)]
    assert [text for kind, text, _ in found if kind == "chrome:page"] == [
        "The Quarterly Review",
        "Page 1",
        "The Quarterly Review",
        "Page 2",
    ]
    assert [kind for kind, _, _ in found][:2] == ["chrome:page", ""]


def test_a_hyphen_at_the_end_of_a_line_goes_or_stays_as_the_document_writes_the_word() -> None:
    other = "The government has counter-terrorism laws, says ISIS-Khorasan."
    ((_, text, _),) = lines(
        drawn(
            [
                (60, 700, other),
                (60, 688, "It may be that this old govern-"),
                (60, 676, "ment wants nothing but counter-"),
                (60, 664, "terrorism all over against ISIS-"),
                (60, 652, "Khorasan and the 2020-"),
                (60, 640, "year plan is for all."),
            ]
        )
    )
    assert text.endswith(
        "this old government wants nothing but counter-terrorism all over against ISIS-Khorasan and the 2020-year plan is for all."
    )


def test_a_first_line_set_in_begins_a_paragraph_without_a_gap() -> None:
    rows = [(74.0, PROSE), (60.0, f"Then {PROSE}"), (74.0, PROSE), (60.0, f"Then {PROSE}")]
    found = lines(drawn([(x, 700 - 12 * n, text) for n, (x, text) in enumerate(rows)]))
    assert [text for _, text, _ in found] == [f"{PROSE} Then {PROSE}"] * 2


def test_what_the_info_dictionary_says_is_claimed() -> None:
    found = read(platypus([(LONG, "body")])).metadata
    values = [(datum.field, datum.value) for datum in found if datum.field != "modified"]
    assert values == [
        ("title", "The name of it"),
        ("author", "Jane Doe"),
        ("author", "Omar Masri"),
        ("tag", "war"),
        ("tag", "peace"),
    ]
    (modified,) = (datum.value for datum in found if datum.field == "modified")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", modified)
    assert {datum.certainty for datum in found} == {CLAIMED}


@pytest.mark.parametrize(
    "title", ["untitled", "Microsoft Word - report", "report.docx", "(anonymous)"]
)
def test_a_title_that_a_program_made_up_is_none(title: str) -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setTitle(title)
    canvas.setAuthor("(unspecified)")
    canvas.drawString(60, 700, PROSE)
    canvas.save()
    assert [datum.field for datum in read(out.getvalue()).metadata] == ["modified"]


def stream(data: bytes, name: str = "/FlateDecode") -> bytes:
    """The one page of a PDF by its content; PDFium finds the objects without a table."""
    font = "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    head = f"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{font}>>endobj\n4 0 obj<</Length {len(data)}/Filter{name}>>stream\n"
    return head.encode() + data + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def bomb() -> bytes:
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(3)) + packer.flush()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: drawn([]), "pictures of pages and no text: run OCR"),
        (lambda: drawn([(60, 700, PROSE)], encrypt="secret"), "password"),
        (lambda: drawn([(60, 700, PROSE)])[:500], "broken"),
        (lambda: b"%PDF-1.7 and nothing of it", "broken"),
        (
            lambda: drawn([(60, 700, "x")], [(60, 700, "x")], [(60, 700, "x")]),
            "3 pages, more than 2",
        ),
        (lambda: stream(bomb()), "unpacks to more than 2 MB"),
        (lambda: stream(zlib.compress(bomb()), "[/FlateDecode/FlateDecode]"), "unpacks to more"),
    ],
)
def test_what_cannot_be_read_says_why(
    make: Callable[[], bytes], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus_cli.ingest.readers.pdf.reader._MAX_PAGES", 2)
    monkeypatch.setattr(
        "corpus_cli.ingest.readers.pdf.unpacked_size._MAX_UNPACKED_BYTES", 2_000_000
    )
    with pytest.raises(SourceError, match=reason):
        read(make())


@pytest.mark.parametrize(
    "matrix",
    ["1 0 0 1 60 700", "0 1 -1 0 300 300", "-1 0 0 -1 300 300", "0 -1 1 0 300 300"],
)
def test_turned_text_is_read_in_its_direction(matrix: str) -> None:
    lines = "".join(f"({line}) Tj 0 -12 Td " for line in ("The first line", "The second line"))
    data = stream(zlib.compress(f"BT /F 10 Tf {matrix} Tm {lines} ET".encode()))
    assert " ".join(line.text for line in read(data).lines) == "The first line The second line"


@pytest.mark.parametrize(
    "matrix", ["1e30 0 0 1e30 1e38 1e38", "0 0 0 0 10 10", "0 1 -1 0 300 300", "-1 0 0 -1 300 300"]
)
def test_text_in_odd_places_is_no_failure(matrix: str) -> None:
    data = stream(
        zlib.compress(
            f"BT /F 10 Tf {matrix} Tm (turned text) Tj 1 0 0 1 60 700 Tm (a line) Tj ET".encode()
        )
    )
    assert {"a line"} <= {line.text for line in read(data).lines}


# --- printed by browsers ---


def test_what_a_browser_prints_around_a_page_is_chrome_and_its_address_is_known() -> None:
    document = read((DATA / "formats" / "chromium.pdf").read_bytes())
    first, *text, last = document.lines
    assert (first.kind, first.text.partition(",")[2].split()[-1]) == ("chrome:page", "years")
    assert (last.kind, last.text) == ("chrome:page", "http://news.example.org/kestrels.html 1/1")
    assert not any(line.kind.startswith("chrome") for line in text)
    assert [d.value for d in document.metadata if d.field == "url"] == [
        "http://news.example.org/kestrels.html"
    ]


def printed(top: str, bottom: str) -> list[tuple[str, str]]:
    """The lines of one page with a line above and one below its text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFont("Helvetica", 8)
    canvas.drawString(40, 820, top)
    canvas.drawString(40, 20, bottom)
    canvas.setFont("Helvetica", 12)
    for n, line in enumerate(["Kestrels came back to the valley", "and stayed for the summer."]):
        canvas.drawString(60, 700 - 15 * n, line)
    canvas.save()
    return [(line.text, line.kind) for line in read(buffer.getvalue()).lines]


@pytest.mark.parametrize(
    ("top", "bottom"),
    [
        ("30.11.26, 18:43 Falken im Tal", "https://example.org/falken 1/2"),
        ("Kestrels in the valley https://example.org/kestrels", "1 of 2 11/30/26, 6:43 PM"),
        ("2026/11/30 18:43 Kestrels", "https://example.org/a-very-long-address… 1/1"),
    ],
)
def test_the_header_and_footer_of_other_browsers(top: str, bottom: str) -> None:
    lines = printed(top, bottom)
    assert [text for text, kind in lines if kind == "chrome:page"] == [top, bottom]


@pytest.mark.parametrize(
    ("top", "bottom"),
    [
        ("Kestrels 5/3/24", "See https://example.org/kestrels"),
        ("By Ann Lee, 10:30", "The survey is at https://example.org/survey"),
    ],
)
def test_an_address_below_a_text_is_no_footer(top: str, bottom: str) -> None:
    assert all(kind != "chrome:page" for _, kind in printed(top, bottom))
