"""Read the paragraphs and metadata of a PDF."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, raw

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.pdf import browser_print, glyphs, page_chrome, page_lines
from corpus_cli.ingest.readers.pdf.page_lines import PdfLine
from corpus_cli.ingest.readers.pdf.pdf_paragraphs import join_paragraphs
from corpus_cli.ingest.readers.pdf.unpacked_size import check_unpacked_size
from corpus_cli.ingest.readers.port import Document, File, ReadResult
from corpus_cli.model import CLAIMED, Datum

_MAX_PAGES = 5_000
_MAX_CHARACTERS = 100_000_000

_ORIGIN = "PDF info"
_CREATION_DAY = re.compile(r"(?:D:)?(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
# Titles that programs fill in where nobody wrote one, such as the name of a file.
_GENERATED_TITLE = re.compile(
    r"(?i)untitled.*|microsoft \w+ - .*|[^\s/\\]+\.\w{2,5}|document\d*|(?:about|file|https?):.*"
    r"|.*\.(?:docx?|odt|rtf|html?|txt|pdf|tex|indd|pages)|\(\w+\)"
)
_PLACEHOLDER = re.compile(r"\(\w+\)")


def read(file: File) -> Iterator[ReadResult]:
    """Yield the one article of a PDF: its headings, paragraphs and page chrome.

    Raises `SourceError` if the file is broken, encrypted, too long or has no text.
    """
    check_unpacked_size(file.data)
    with _open_document(file.data) as document:
        lines = _read_lines(document)
        metadata = _read_metadata(document)
    if not lines:
        raise SourceError(
            "it contains pictures of pages and no text: run OCR on it, for instance with ocrmypdf"
        )
    printed = browser_print.find_browser_lines(lines)
    chrome = [
        is_running or n in printed
        for n, is_running in enumerate(page_chrome.mark_page_chrome(lines))
    ]
    address = browser_print.find_address(lines, printed)
    yield Document(join_paragraphs(lines, chrome), [*metadata, *address])


@contextmanager
def _open_document(data: bytes) -> Iterator[PdfDocument]:
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


def _read_lines(document: PdfDocument) -> list[PdfLine]:
    """Return the lines of all pages in reading order, without pages that cannot be read."""
    lines: list[PdfLine] = []
    gutters: list[float] = []
    characters = 0
    for n in range(len(document)):
        try:
            page = document[n]
        except PdfiumError:
            continue
        try:
            characters += _add_page(page, n + 1, lines, gutters)
        finally:
            page.close()
        if characters > _MAX_CHARACTERS:
            raise SourceError(f"it has more than {_MAX_CHARACTERS:,} characters: split it")
    return lines


def _add_page(page: PdfPage, page_number: int, lines: list[PdfLine], gutters: list[float]) -> int:
    """Add the lines of a page to `lines` and return how many characters the page has."""
    try:
        text_page = page.get_textpage()
    except PdfiumError:
        return 0
    for n, directed in enumerate(glyphs.extract_words(text_page)):
        column = lines[-1].column + 1 if lines else 0
        arranged = page_lines.arrange_lines(directed, page_number, column, [] if n else gutters)
        lines += [line._replace(is_rotated=n > 0) for line in arranged]
    return int(text_page.count_chars())


def _read_metadata(document: PdfDocument) -> list[Datum]:
    """Return the values of the info dictionary, as claims: programs fill in many of them."""
    info = document.get_metadata_dict()
    title = " ".join(info["Title"].split())
    created = _CREATION_DAY.match(info["CreationDate"].strip())
    claims = [("title", "" if _GENERATED_TITLE.fullmatch(title) else title)]
    claims += [("author", author) for author in _PLACEHOLDER.sub("", info["Author"]).split(";")]
    claims += [("modified", "-".join(created.groups()) if created else "")]
    claims += [("tag", tag) for tag in re.split("[,;]", info["Keywords"])]
    clean_claims = [(name, " ".join(value.replace("\0", " ").split())) for name, value in claims]
    return [Datum(name, value, _ORIGIN, CLAIMED) for name, value in clean_claims if value]
