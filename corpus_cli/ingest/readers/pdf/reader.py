"""Read the paragraphs and metadata of a PDF."""

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

_MAX_PAGES = 5_000
_CHARACTERS = 100_000_000

_ORIGIN = "PDF info"
_MADE = re.compile(r"(?:D:)?(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
# Titles that programs fill in where nobody wrote one, such as the name of a file.
_NO_TITLE = re.compile(
    r"(?i)untitled.*|microsoft \w+ - .*|[^\s/\\]+\.\w{2,5}|document\d*|(?:about|file|https?):.*"
    r"|.*\.(?:docx?|odt|rtf|html?|txt|pdf|tex|indd|pages)|\(\w+\)"
)
_NOBODY = re.compile(r"\(\w+\)")


def read(file: File) -> Iterator[Found]:
    """Yield the one article of a PDF: its headings, paragraphs and page chrome.

    Raises `SourceError` if the file is broken, encrypted, too long or has no text.
    """
    bounded(file.data)
    with _opened(file.data) as document:
        lines = _lines(document)
        metadata = _metadata(document)
    if not lines:
        raise SourceError(
            "it contains pictures of pages and no text: run OCR on it, for instance with ocrmypdf"
        )
    yield Document(paragraphs(lines, furniture.repeated(lines)), metadata)


@contextmanager
def _opened(data: bytes) -> Iterator[PdfDocument]:
    """Open a PDF. Raises `SourceError` if it is broken, encrypted or has too many pages."""
    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise SourceError("it needs a password: save a copy without one") from error
        raise SourceError(
            "it is broken: open it in another program and print it to a new PDF"
        ) from error
    try:
        if len(document) > _MAX_PAGES:
            raise SourceError(f"it has {len(document)} pages, more than {_MAX_PAGES}: split it")
        yield document
    finally:
        document.close()


def _lines(document: PdfDocument) -> list[Line]:
    """Return the lines of all pages in reading order, without pages that cannot be read."""
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
    """Add the lines of a page to `lines` and return how many characters the page has."""
    try:
        text = page.get_textpage()
    except PdfiumError:
        return 0
    for n, side in enumerate(glyphs.words(text)):
        column = found[-1].column + 1 if found else 0
        lines = layout.lines(side, number, column, [] if n else gutters)
        found += [line._replace(is_rotated=n > 0) for line in lines]
    return int(text.count_chars())


def _metadata(document: PdfDocument) -> list[Datum]:
    """Return the values of the info dictionary, as claims: programs fill in many of them."""
    info = document.get_metadata_dict()
    title = " ".join(info["Title"].split())
    made = _MADE.match(info["CreationDate"].strip())
    found = [("title", "" if _NO_TITLE.fullmatch(title) else title)]
    found += [("author", author) for author in _NOBODY.sub("", info["Author"]).split(";")]
    found += [("modified", "-".join(made.groups()) if made else "")]
    found += [("tag", tag) for tag in re.split("[,;]", info["Keywords"])]
    clean = [(name, " ".join(value.replace("\0", " ").split())) for name, value in found]
    return [Datum(name, value, _ORIGIN, CLAIMED) for name, value in clean if value]
