"""Which reader a file wants."""

import pytest

from corpus_cli.errors import SourceError
from corpus_cli.ingest.file_formats import describe_failure, detect_format
from corpus_cli.ingest.readers.port import Unread

MAIL = b"MIME-Version: 1.0\nFrom: a@b.org\nContent-Type: multipart/related\n\nx"


@pytest.mark.parametrize(
    ("name", "head", "module"),
    [
        ("a.txt", b"Text", "plain_text"),
        ("a", b"Text", "plain_text"),
        ("a.txt", b"%PDF-1.4", "pdf.reader"),
        ("a.pdf", b"junk\n%PDF-1.4", "pdf.reader"),
        ("a.zip", b"PK\x03\x04" + b"\0" * 26 + b"a.txt%PDF-1.4", "archives.archive"),
        ("a.txt", b"A text on files that open with %PDF-1.4", "plain_text"),
        ("a.txt", b"<!DOCTYPE html><p>", "html.reader"),
        ("a.txt", b"<!-- saved --> <html lang=en>", "html.reader"),
        ("a.txt", b"From Kabul to Herat in 2021\nText", "plain_text"),
        ("a", b"From jane@x.org Mon May  3 10:00:00 2021\nFrom: a\n\nx", "mail.mbox"),
        ("a.md", b"From: the editor\nTo: all\n\nx", "plain_text"),
        ("a", b"Received: by x\nFrom: a@b\nTo: b\n\nx", "mail.message"),
        ("a.eml", MAIL, "mail.message"),
        ("a.mht", MAIL, "mail.mhtml"),
        ("a.docx", b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml...word/", "office.docx"),
        ("a.odt", b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml...word/", "office.docx"),
        ("a.epub", b"PK\x03\x04" + b"\0" * 26 + b"OEBPS/password/a.xhtml", "office.epub"),
        ("a.rtf", b"Kestrels came to the valley.", "plain_text"),
        ("a.rtf", b"{\\rtf1 x}", "office.rtf"),
        ("a.rtf", b"\x01\x02\x03", "office.rtf"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 26 + b"xl/workbook.xml", "office.spreadsheet"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 26, "office.spreadsheet"),
        ("a.xls", b"<html><table>", "html.reader"),
        ("a.xls", b"{\\rtf1", "office.rtf"),
        ("a.pptx", b"PK\x03\x04" + b"\0" * 26 + b"ppt/slides/slide1.xml", "office.pptx"),
        ("a.zip", b"PK\x03\x04" + b"\0" * 26 + b"ppt/presentation.xml", "office.pptx"),
        ("a.zip", b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip", "office.epub"),
        ("a.epub", b"PK\x03\x04" + b"\0" * 26 + b"OEBPS/a.xhtml", "office.epub"),
        ("a.odt", b"PK\x03\x04" + b"\0" * 26 + b"content.xml", "office.odt"),
        ("a.epub", b"%PDF-1.4", "pdf.reader"),
        ("a.jsonl", b"{}", "records.reader"),
        ("a.xml", b"<?xml version='1.0'?>\n<!-- a --><rss version='2.0'>", "records.reader"),
        ("a.atom", b"<atom:feed>", "records.reader"),
        ("a.warc", b"WARC/1.1\r\n", "archives.warc"),
        ("a", b"WARC/0.18\r\n", "archives.warc"),
    ],
)
def test_content_first_then_the_suffix(name: str, head: bytes, module: str) -> None:
    found = detect_format(name, head)
    assert found
    assert found.module == module


def test_what_nothing_reads() -> None:
    assert detect_format("a.exe", b"MZ\0") is None


@pytest.mark.parametrize(
    ("media", "module"),
    [("text/html; charset=utf-8", "html.reader"), ("APPLICATION/PDF", "pdf.reader")],
)
def test_a_media_type_stands_for_a_suffix(media: str, module: str) -> None:
    found = detect_format("part", b"x", media)
    assert found
    assert found.module == module


def test_the_message_of_a_library_is_not_repeated_as_it_may_quote_the_record() -> None:
    unread = describe_failure(
        "https://x.org/a", OSError("Invalid chunk: '<html><p>The whole page.'")
    )
    assert unread.record == "https://x.org/a"
    assert unread.reason.startswith("its reader failed (OSError): ")
    assert "page" not in unread.reason
    assert describe_failure("a", SourceError("it is cut off")) == Unread("a", "it is cut off")
