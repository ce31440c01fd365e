"""Word, OpenDocument, RTF and EPUB files that are damaged or hostile."""

import random
from collections.abc import Callable
from io import BytesIO
from time import process_time
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.office import package
from corpus_cli.ingest.readers.port import Document, Unread
from tests.unit.ingest.readers.test_office import (
    READERS,
    W,
    book,
    checked_in,
    found,
    pairs,
    paragraph,
    word,
    zipped,
)


def test_a_document_type_is_refused() -> None:
    doctype = '<!DOCTYPE a [<!ENTITY b "bomb">]>'
    main = f"{doctype}<w:document {W}>{paragraph('&b;')}</w:document>"
    for data in (main.encode(), main.encode("utf-16")):
        made = BytesIO()
        with ZipFile(made, "w") as archive:
            archive.writestr("word/document.xml", data)
        with pytest.raises(SourceError, match="document type"):
            found("docx", made.getvalue())


@pytest.mark.parametrize("suffix", ["docx", "odt", "epub"])
def test_a_bomb_is_not_unpacked(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_UNPACKED_BYTES", 1_000)
    monkeypatch.setattr(package, "_CHUNK_BYTES", 100)
    with pytest.raises(SourceError, match="unpacks to more"):
        found(suffix, checked_in("seed", suffix))


def test_encrypted_files_say_so() -> None:
    locked = bytearray(word(paragraph("a")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := locked.find(mark, start + 1)) >= 0:
            locked[start + at] |= 1
    with pytest.raises(SourceError, match="encrypted"):
        found("docx", bytes(locked))
    manifest = {"META-INF/manifest.xml": "<manifest:encryption-data/>", "content.xml": "\ufffd"}
    with pytest.raises(SourceError, match="encrypted"):
        found("odt", zipped(**manifest))
    rights = '<encryption><CipherReference URI="OEBPS/c.xhtml"/></encryption>'
    made = BytesIO(book("c", c="<p>a</p>"))
    with ZipFile(made, "a") as archive:
        archive.writestr("META-INF/encryption.xml", rights)
    with pytest.raises(SourceError, match="encrypted"):
        found("epub", made.getvalue())


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A file cut off, or with some of its bytes changed."""
    if chance.random() < 0.3:
        return data[: chance.randrange(len(data))]
    changed = bytearray(data)
    for _ in range(chance.choice([1, 3, 30])):
        changed[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize("suffix", READERS)
def test_damage_ends_in_lines_or_in_a_reason(suffix: str) -> None:
    chance = random.Random(suffix)  # noqa: S311 - the same damage every time
    data = checked_in("features", suffix)
    for _ in range(60):
        reason = ""
        try:
            found(suffix, damaged(data, chance))
        except SourceError as error:
            reason = str(error)
        assert not reason or reason.startswith(("it ", "there "))


def repacked(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same package with one part changed."""
    made = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return made.getvalue()


def cut(part: bytes) -> bytes:
    return part[: len(part) * 2 // 3]


@pytest.mark.parametrize(
    ("suffix", "part"),
    [
        ("docx", "word/document.xml"),
        ("docx", "word/styles.xml"),
        ("docx", "word/header1.xml"),
        ("docx", "word/footnotes.xml"),
        ("docx", "docProps/core.xml"),
        ("docx", "[Content_Types].xml"),
        ("odt", "content.xml"),
        ("odt", "styles.xml"),
        ("odt", "meta.xml"),
        ("epub", "OEBPS/content.opf"),
    ],
)
def test_a_damaged_part_costs_no_other(suffix: str, part: str) -> None:
    read, unread = found(suffix, repacked(checked_in("features", suffix), part, cut))
    assert isinstance(read, Document)
    assert isinstance(unread, Unread)
    assert unread.record == part
    words = " ".join(line.text for line in read.lines)
    assert ("The first line goes on" in words) or part == "content.xml"


@pytest.mark.parametrize("part", ["META-INF/container.xml", "OEBPS/toc.ncx", "mimetype"])
def test_a_part_of_a_book_that_is_not_needed(part: str) -> None:
    (read,) = found("epub", repacked(checked_in("features", "epub"), part, cut))
    assert isinstance(read, Document)


def nested(suffix: str, depth: int) -> bytes:
    """A text inside so many elements, tables or groups."""
    cell = "<w:tbl><w:tr><w:tc>"
    end = "</w:tc></w:tr></w:tbl>"
    match suffix:
        case "docx":
            return word(cell * depth + paragraph("deep") + end * depth)
        case "odt":
            body = f"{'<p><list><list-item>' * depth}<p>deep</p>{'</list-item></list></p>' * depth}"
            return zipped(**{"content.xml": f"<document>{body}</document>"})
        case "epub":
            return book("a", a=f"{'<div><table><tr><td>' * depth}deep")
    return rf"{{\rtf1 {'{' * depth}deep{'}' * depth}\par}}".encode()


@pytest.mark.parametrize("suffix", READERS)
def test_depth_costs_no_more_than_length(suffix: str) -> None:
    def seconds(depth: int) -> float:
        data = nested(suffix, depth)
        begun = process_time()
        assert pairs(suffix, data) == [("deep", "")]
        return process_time() - begun

    # The least of several runs, because a collection of garbage may fall into one of them.
    least = {depth: min(seconds(depth) for _ in range(3)) for depth in (2_000, 8_000)}
    assert least[8_000] < 10 * least[2_000] + 0.3


@pytest.mark.parametrize("suffix", READERS)
def test_a_file_without_text_is_no_article(suffix: str) -> None:
    empty: dict[str, Any] = {
        "docx": word(paragraph(" ")),
        "odt": zipped(**{"content.xml": "<document><p/></document>"}),
        "epub": book("a", a="<p> </p>"),
        "rtf": rb"{\rtf1\par}",
    }
    with pytest.raises(SourceError, match="no text"):
        found(suffix, empty[suffix])
