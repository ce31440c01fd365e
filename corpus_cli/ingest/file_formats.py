"""Choose the reader of a file by its content and suffix."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from corpus_cli.errors import ReaderMissing, SourceError
from corpus_cli.ingest.readers.budget import Budget
from corpus_cli.ingest.readers.downloads.layouts import has_boundary
from corpus_cli.ingest.readers.encoding import may_be_text
from corpus_cli.ingest.readers.plain_text import has_separator
from corpus_cli.ingest.readers.port import Document, File, Reader, ReadResult, Unread
from corpus_cli.ingest.readers.record_ids import NO_READER, prefix_record
from corpus_cli.text.data import toml

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

PLUGINS = "corpus.readers"
"""The entry points of other packages: the name is a suffix without dot, the value a `Reader`."""

_MAX_DEPTH = 4
_MAX_UNPACKED_BYTES = 1_000_000_000

# `1704444444.M1P2.mail.example.com`: a time, a unique part, a host.
_MAILDIR_NAME = re.compile(r"\d{9,11}\.(?=[A-Z_]{0,9}\d)[A-Z0-9_]+\.")

HEAD = 4_096
"""The number of bytes at the beginning of a file that its format is detected from."""


class Format(NamedTuple):
    """A format of files: the module that reads it, and how it is recognised.

    Databases of newspapers send many articles as one file in the formats with `downloads`.

    `content` is a pattern of the first bytes. If `weak`, texts may begin that way too, and a
    suffix or media type of another format overrides it. A `zipped` format is a ZIP file, whose
    suffix decides if its content does not: a book that somebody packed again. `extra` is the
    extra that has the libraries for it. This process may read a `text` format; a child process
    reads all others.
    """

    module: str
    suffixes: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    content: str = ""
    extra: str = ""
    text: bool = False
    weak: bool = False
    downloads: bool = False
    zipped: bool = False


# The content is checked first, in this order; the suffix decides if no content matches.
FORMATS: Mapping[str, Format] = {
    "PDF": Format("pdf.reader", (".pdf",), ("application/pdf",), r"\s{0,16}%PDF-", "pdf"),
    "RTF": Format(
        "office.rtf",
        (".rtf",),
        ("application/rtf", "text/rtf"),
        r"\{\\rtf",
        "docs",
        downloads=True,
    ),
    "WARC": Format("archives.warc", (".warc",), ("application/warc",), r"WARC/[01]\.\d", "web"),
    "Word": Format(
        "office.docx",
        (".docx", ".docm", ".dotx"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
        r"PK\x03\x04[\s\S]*?word/",
        downloads=True,
        zipped=True,
    ),
    "OpenDocument": Format(
        "office.odt",
        (".odt", ".ott"),
        ("application/vnd.oasis.opendocument.text",),
        r"PK\x03\x04[\s\S]{26}mimetypeapplication/vnd\.oasis\.opendocument\.text",
        downloads=True,
        zipped=True,
    ),
    "PowerPoint": Format(
        "office.pptx",
        (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx"),
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation",),
        r"PK\x03\x04[\s\S]*?ppt/(?:presentation|slide|_rels|theme)",
        zipped=True,
    ),
    "spreadsheet": Format(
        "office.spreadsheet",
        (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt", ".ods", ".ots"),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.ms-excel",
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
        r"PK\x03\x04(?:[\s\S]{26}mimetypeapplication/vnd\.oasis\.opendocument\.spreadsheet"
        r"|[\s\S]*?xl/(?:workbook|worksheets|_rels|theme|styles|sharedStrings))",
        "office",
        zipped=True,
    ),
    "EPUB": Format(
        "office.epub",
        (".epub",),
        ("application/epub+zip",),
        r"PK\x03\x04[\s\S]{26}mimetypeapplication/epub\+zip",
        zipped=True,
    ),
    "archive": Format(
        "archives.archive",
        (".zip", ".tar", ".tgz", ".gz", ".bz2", ".tbz", ".xz", ".txz"),
        ("application/zip", "application/gzip", "application/x-tar"),
        r"PK(?:\x03\x04|\x05\x06)|\x1f\x8b|BZh[1-9]|\xfd7zXZ\0|[\s\S]{257}ustar",
    ),
    "web archive": Format(
        "mail.mhtml",
        (".mhtml", ".mht"),
        ("multipart/related",),
        r"(?=From: [<\"]Saved by|MIME-Version|Snapshot-Content-Location)"
        r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*"
        r"Content-Type: *multipart/related",
        "web",
        weak=True,
    ),
    "Safari web archive": Format(
        "html.webarchive", (".webarchive",), ("application/x-webarchive",), extra="web"
    ),
    "HTML": Format(
        "html.reader",
        (".html", ".htm", ".xhtml", ".xht", ".shtml"),
        ("text/html", "application/xhtml+xml"),
        r"(?:\xef\xbb\xbf)?(?>\s|<\?xml[^>]*+>|<!--[\s\S]*?-->)*+(?i:<!doctype html|<html[\s>])",
        "web",
        downloads=True,
    ),
    "mailbox": Format(
        "mail.mbox",
        (".mbox", ".mbx", ".mboxo", ".mboxrd", ".mboxcl", ".mboxcl2"),
        ("application/mbox",),
        r"(?:\xef\xbb\xbf)?From(?: [^\r\n]*+)?(?:\r\n?|\n)[A-Z][\w-]*:[ \t\r\n]",
        weak=True,
    ),
    "mail": Format(
        "mail.message",
        (".eml", ".emlx"),
        ("message/rfc822",),
        r"(?=[\s\S]*?(?:^|\r|\xbf)(?i:MIME-Version|Received|Message-ID|From):)"
        r"(?:\xef\xbb\xbf)?[A-Z][\w-]*: [^\r\n]*+(?:\r\n?|\n)(?:[ \t][^\r\n]*+(?:\r\n?|\n))*+"
        r"[A-Z][\w-]*:[ \r\n]",
        weak=True,
    ),
    "Outlook mail": Format(
        "mail.outlook", (".msg",), ("application/vnd.ms-outlook",), "", "outlook"
    ),
    "attachments of Outlook": Format(
        "mail.tnef", (), ("application/ms-tnef",), r"\x78\x9f\x3e\x22"
    ),
    "feed": Format(
        "records.reader",
        (".rss", ".atom"),
        ("application/rss+xml", "application/atom+xml"),
        r"(?:\xef\xbb\xbf)?(?>\s|<\?[^>]*+>|<!--[\s\S]*?-->)*+<(?:rss|(?:atom:)?feed)[\s>]",
    ),
    "JSON": Format(
        "records.reader",
        (".json", ".jsonl", ".ndjson"),
        ("application/json", "application/x-ndjson"),
    ),
    "table": Format("records.reader", (".csv", ".tsv"), ("text/csv", "text/tab-separated-values")),
    "text": Format(
        "plain_text",
        (".txt", ".text", ".md", ".markdown", ".rst", ".org"),
        ("text/plain", "text/markdown"),
        text=True,
        downloads=True,
    ),
}

_OLE_MARK = b"\xd0\xcf\x11\xe0"
_ZIP_MARK = b"PK\x03\x04"
_UNSUPPORTED = {
    _OLE_MARK: "it is an old or locked Office file: save it as DOCX, unlocked",
    b"SQLite format 3": "it is a database: export its articles as CSV or JSON lines",
}


def format_by_suffix(name: str) -> Format | None:
    """Return the format that has the suffix of a file, or None."""
    if _MAILDIR_NAME.match(name):
        return None
    return _suffixes().get(_suffix(name))


def is_records(path: str) -> bool:
    """Return whether a file contains records, by its suffix: a user may map their fields."""
    file_format = format_by_suffix(path)
    modules = {FORMATS[name].module for name in ("table", "spreadsheet")}
    return file_format is not None and file_format.module in modules


def detect_format(name: str, head: bytes, media: str = "") -> Format | None:
    """Return the format of a file from its first bytes, its suffix or its stated media type.

    Return plain text for a file without a suffix, and None if no format fits. Raises
    `SourceError` for a format that must be converted first.
    """
    by_name = format_by_suffix(name) or _media().get(media.partition(";")[0].strip().lower())
    if by_name is FORMATS["Outlook mail"]:
        # Other programs use the suffix for mails as they were sent.
        return by_name if head.startswith(_OLE_MARK) else FORMATS["mail"]
    if by_name is FORMATS["spreadsheet"] and head.startswith(_OLE_MARK):
        return by_name
    advice = "" if by_name else find_conversion(name)
    for mark, reason in _UNSUPPORTED.items():
        if head.startswith(mark):
            raise SourceError(advice or reason)
    if by_name and by_name.zipped and head.startswith(_ZIP_MARK):
        return _choose_package(by_name, head)
    if (
        by_name is FORMATS["RTF"]
        and not head.lstrip().startswith((b"{", b"<"))
        and may_be_text(head)
    ):
        return FORMATS["text"]
    text = head[:HEAD].decode("latin-1")
    for candidate in FORMATS.values():
        by_content = candidate.content and not (candidate.weak and by_name)
        is_package = advice and candidate is FORMATS["archive"]
        if by_content and not is_package and re.match(candidate.content, text, re.MULTILINE):
            return candidate
    if by_name:
        return by_name
    if advice and not _is_written_text(name, head):
        raise SourceError(advice)
    return FORMATS["text"] if advice or not has_suffix(name) else None


def _choose_package(by_name: Format, head: bytes) -> Format:
    """Return the format of a ZIP file: that of its suffix, unless it states to be another one.

    A book that somebody packed again no longer states what it is.
    """
    text = head[:HEAD].decode("latin-1")
    fitting = [
        one for one in FORMATS.values() if one.zipped and re.match(one.content, text, re.MULTILINE)
    ]
    states_format = b"[Content_Types].xml" in head[:HEAD] or b"mimetypeapplication/" in head[:HEAD]
    return fitting[0] if fitting and by_name not in fitting and states_format else by_name


def find_conversion(name: str) -> str:
    """Return how a file that no reader reads can be converted, by its suffix; else empty."""
    suffix = _suffix(name)
    reasons = toml("conversions")["suffixes"]
    return next((reason for reason, names in reasons.items() if suffix in names), "")


def may_be_read(name: str, head: bytes) -> bool:
    """Return whether the content of a file in a folder has a reader that its suffix does not name.

    Copies that programs leave behind are not read, and of archives only those with a suffix of
    one: programs and fonts are archives too. Raises `SourceError` for a file that must be
    converted first.
    """
    if _suffix(name) in toml("conversions")["leftovers"]:
        return False
    try:
        file_format = detect_format(name, head)
    except SourceError:
        if find_conversion(name) or not has_suffix(name):
            raise
        return False
    if file_format is None or (file_format is FORMATS["archive"] and has_suffix(name)):
        return False
    return not file_format.text or b"\0" not in head or may_be_text(head)


def _is_written_text(name: str, head: bytes) -> bool:
    """Return whether a document is plain text, as old programs save it under their suffix."""
    is_markup = head.lstrip().startswith((b"<", b"{"))
    return _suffix(name) in toml("conversions")["texts"] and not is_markup and may_be_text(head)


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 - need not be valid


def has_suffix(name: str) -> bool:
    """Return whether a name ends in a dot, a letter and up to seven letters or digits.

    The host at the end of the name of a mail in a Maildir is no suffix.
    """
    is_suffix = re.fullmatch(r"\.[a-z][a-z0-9]{0,7}", _suffix(name))
    return not _MAILDIR_NAME.match(name) and bool(is_suffix)


def read(
    name: str,
    data: bytes,
    media: str,
    fields: Mapping[str, str],
    read_beside: Callable[[str], bytes] | None = None,
) -> Iterator[ReadResult]:
    """Yield the results of a file in any format. Raises `SourceError` if there are none.

    `read_beside` reads a file that was saved with this one (see `File`).
    """
    has_results = False
    file = File(name, data, _read_no_part, media, fields)
    if read_beside:
        file = file._replace(read_beside=read_beside)
    try:
        for result in _read(file, Budget(_MAX_UNPACKED_BYTES), 0):
            has_results = True
            yield result
    except ReaderMissing as error:
        yield describe_failure("", error)
        return
    if not has_results:
        raise SourceError("it contains no article")


def describe_failure(record: str, error: Exception) -> Unread:
    """Return the failure of a record whose reader raised an error, of ours or of a library.

    Apart from an import error, a library's message is left out: it may quote the whole record.
    """
    match error:
        case SourceError():
            return Unread(record, str(error), isinstance(error, ReaderMissing))
        case ImportError():
            from corpus_cli.system.installation import install_command

            reason = f"its reader cannot start ({error}): {install_command('all')}"
            return Unread(record, " ".join(reason.split()), transient=True)
        case RecursionError():
            return Unread(record, "it is nested too deeply")
        case _:
            mend = "it may be damaged, so save it or download it again"
            return Unread(record, f"its reader failed ({type(error).__name__}): {mend}")


def _read(file: File, budget: Budget, depth: int) -> Iterator[ReadResult]:
    def nested(record: str, part: bytes, stated: str) -> Iterator[ReadResult]:
        try:
            budget.spend(len(part))
            inner = File(record.rpartition("/")[2], part, _read_no_part, stated, file.fields)
            for result in _read(inner, budget, depth + 1):
                yield prefix_record(record, result)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - any error of a library affects only this part
            yield describe_failure(record, error)

    if depth > _MAX_DEPTH:
        raise SourceError(f"it is nested inside more than {_MAX_DEPTH} other files")
    file_format = detect_format(file.name, file.data[:HEAD], file.media_type)
    results = _load_reader(file_format, file.name)(file._replace(read_part=nested))
    if file_format is None or not file_format.downloads:
        yield from results
        return
    for result in results:
        yield from _split(result, file_format) if isinstance(result, Document) else [result]


def _split(document: Document, file_format: Format) -> Iterator[ReadResult]:
    """Yield the articles of a document if it has several, else the document.

    A database of newspapers sends such documents, and people gather texts in one file.
    """
    if has_boundary(document.lines):
        from corpus_cli.ingest.readers.downloads.splitter import split_download

        yield from split_download(document)
    elif file_format.text and not document.metadata and has_separator(document.lines):
        from corpus_cli.ingest.readers.text_items import split_items

        yield from split_items(document)
    else:
        yield document


def _read_no_part(*_: object) -> Iterator[ReadResult]:
    return iter(())


def _load_reader(file_format: Format | None, name: str) -> Reader:
    if file_format is None:
        plugin_reader = find_plugin(name)
        if plugin_reader is None:
            raise SourceError(NO_READER)
        return plugin_reader
    try:
        reader: Reader = import_module(f"corpus_cli.ingest.readers.{file_format.module}").read
    except ModuleNotFoundError as error:
        raise ReaderMissing(_missing(file_format.extra, error)) from error
    return reader


def _missing(extra: str, error: ModuleNotFoundError) -> str:
    from corpus_cli.system.installation import install_command

    return f"reading it needs {error.name}: {install_command(extra)}"


def find_plugin(name: str) -> Reader | None:
    """Return the reader that another package provides for the suffix of a file, or None."""
    point = _plugins().get(_suffix(name).removeprefix("."))
    if point is None:
        return None
    reader: Reader = point.load()
    return reader


@cache
def _plugins() -> "Mapping[str, EntryPoint]":
    from importlib.metadata import entry_points

    return {point.name.lower(): point for point in entry_points(group=PLUGINS)}


@cache
def _suffixes() -> Mapping[str, Format]:
    return {
        suffix: file_format for file_format in FORMATS.values() for suffix in file_format.suffixes
    }


@cache
def _media() -> Mapping[str, Format]:
    return {media: file_format for file_format in FORMATS.values() for media in file_format.media}
