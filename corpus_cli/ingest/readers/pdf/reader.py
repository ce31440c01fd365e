"""PDF: paragraphs from the places where its words stand."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, raw

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.pdf import furniture, glyphs, layout
from corpus_cli.ingest.readers.pdf.bomb import bounded
from corpus_cli.ingest.readers.pdf.layout import Line
from corpus_cli.ingest.readers.pdf.paragraphs import paragraphs
from corpus_cli.ingest.readers.port import Document, File, Found
from corpus_cli.model import CLAIMED, Datum

_PAGES = 5_000
_CHARACTERS = 100_000_000

_ORIGIN = "PDF info"
_MADE = re.compile(r"(?:D:)?(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
# What programs put there when nobody wrote a title: the name of a file.
_NO_TITLE = re.compile(
    r"(?i)untitled.*|microsoft \w+ - .*|[^\s/\\]+\.\w{2,5}|document\d*|(?:about|file|https?):.*"
    r"|.*\.(?:docx?|odt|rtf|html?|txt|pdf|tex|indd|pages)|\(\w+\)"
)
_NOBODY = re.compile(r"\(\w+\)")


def read(file: File) -> Iterator[Found]:
    """The one article of a PDF: paragraphs, headings, and what repeats on its pages."""
    bounded(file.data)
    with _opened(file.data) as document:
        lines = _lines(document)
        metadata = _metadata(document)
    if not lines:
        raise SourceError(
            "it holds pictures of pages and no text: run OCR on it, for instance with ocrmypdf"
        )
    yield Document(paragraphs(lines, furniture.repeated(lines)), metadata)


@contextmanager
def _opened(data: bytes) -> Iterator[PdfDocument]:
    """A PDF by its bytes; `SourceError` where it is broken, locked or too long."""
    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise SourceError("it wants a password: save it without one") from error
        raise SourceError("it is broken: open it elsewhere and print it to a new PDF") from error
    try:
        if len(document) > _PAGES:
            raise SourceError(f"it has {len(document)} pages, more than {_PAGES}: split it")
        yield document
    finally:
        document.close()


def _lines(document: PdfDocument) -> list[Line]:
    """The lines of all pages in reading order."""
    found: list[Line] = []
    gutters: list[float] = []
    characters = 0
    for n in range(len(document)):
        try:
            page = document[n]
        except PdfiumError:
            continue
        try:
            characters += _page(page, n + 1, found, gutters)
        finally:
            page.close()
        if characters > _CHARACTERS:
            raise SourceError(f"it has more than {_CHARACTERS:,} characters: split it")
    return found


def _page(page: PdfPage, number: int, found: list[Line], gutters: list[float]) -> int:
    """Add the lines of a page; how many characters it has."""
    try:
        text = page.get_textpage()
    except PdfiumError:
        return 0
    for n, side in enumerate(glyphs.words(text)):
        column = found[-1].column + 1 if found else 0
        lines = layout.lines(side, number, column, [] if n else gutters)
        found += [line._replace(turned=n > 0) for line in lines]
    return int(text.count_chars())


def _metadata(document: PdfDocument) -> list[Datum]:
    """What the info dictionary says; programs fill it in, so it is claimed."""
    info = document.get_metadata_dict()
    title = " ".join(info["Title"].split())
    made = _MADE.match(info["CreationDate"].strip())
    found = [("title", "" if _NO_TITLE.fullmatch(title) else title)]
    found += [("author", one) for one in _NOBODY.sub("", info["Author"]).split(";")]
    found += [("modified", "-".join(made.groups()) if made else "")]
    found += [("tag", one) for one in re.split("[,;]", info["Keywords"])]
    clean = [(name, " ".join(value.replace("\0", " ").split())) for name, value in found]
    return [Datum(name, value, _ORIGIN, CLAIMED) for name, value in clean if value]
