"""Messages that Outlook saved, and what it encloses in the mails of others."""

import random
import struct
import sys
from pathlib import Path

import pytest

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.port import Document, ReadResult, Unread

SAMPLES = Path(__file__).parents[3] / "data" / "formats"


def read(data: bytes, name: str = "x.msg") -> list[ReadResult]:
    return list(file_formats.read(name, data, "", {}))


def values(result: ReadResult) -> dict[str, str]:
    assert isinstance(result, Document)
    return {datum.field: datum.value for datum in result.metadata}


def texts(result: ReadResult) -> list[str]:
    assert isinstance(result, Document)
    return [line.text for line in result.lines]


def test_a_message_its_attachments_and_a_message_in_it() -> None:
    outer, attached, inner = read((SAMPLES / "outlook.msg").read_bytes())
    assert values(outer) == {
        "title": "A crossing is closed",
        "author": "Jürgen Doe",
        "published": "2025-11-03",
        "source": "example.org",
    }
    assert texts(outer)[1].endswith("traders who had waited there for a week should turn back.")
    assert (attached.record, texts(attached)) == ("tolls.md", ["# The tolls of Torkham"])
    assert (inner.record, texts(inner)) == ("The order.msg", ["The order", "Closed from now on."])
    assert values(inner)["published"] == "2025-11-02"


def test_a_page_in_the_code_page_of_the_message() -> None:
    (page,) = read((SAMPLES / "outlook_html.msg").read_bytes())
    assert texts(page)[0] == "Переход закрыт"
    assert texts(page)[2] == "Пошлины за июль составили треть от прошлогодних, сообщила таможня."


def test_a_message_with_rich_text_only() -> None:
    (rich,) = read((SAMPLES / "outlook_rtf.msg").read_bytes())
    assert texts(rich) == ["The tolls", "The tolls of July were a third of those of last year."]


def test_a_mail_of_another_program_with_the_suffix() -> None:
    (mail,) = read(b"From: A <a@x.org>\nSubject: s\n\nText\n")
    assert texts(mail) == ["s", "Text"]


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "corpus_cli.ingest.readers.mail.outlook", raising=False)
    monkeypatch.setitem(sys.modules, "olefile", None)
    (missing,) = read((SAMPLES / "outlook.msg").read_bytes())
    assert isinstance(missing, Unread)
    assert missing.transient
    assert "[outlook]" in missing.reason


def test_damaged_messages_end_with_a_reason() -> None:
    whole = (SAMPLES / "outlook.msg").read_bytes()
    chance = random.Random(1)  # noqa: S311 - the same each time
    for n in range(60):
        damaged = bytearray(whole)
        for _ in range(20):
            damaged[chance.randrange(8, len(damaged))] = chance.randrange(256)
        try:
            read(bytes(damaged[: chance.randrange(len(damaged))] if n % 3 else damaged))
        except SourceError as error:
            assert str(error)  # noqa: PT017 - some are read
    with pytest.raises(SourceError, match=r"as \.eml"):
        read(whole[:600])


def attribute(number: int, value: bytes) -> bytes:
    return struct.pack("<BII", 2, number, len(value)) + value + b"\0\0"


ENCLOSED = (
    b"\x78\x9f\x3e\x22\x01\x00"
    + attribute(0x069007, struct.pack("<II", 1251, 0))
    + attribute(0x069002, bytes(14))
    + attribute(0x018010, "Пошлины.txt\0".encode("cp1251"))
    + attribute(0x06800F, b"The tolls.")
    + attribute(0x069002, bytes(14))
    + attribute(0x018010, b"order.txt\0")
    + attribute(0x06800F, b"The order.")
)


def test_the_files_in_a_winmail_dat() -> None:
    first, second = read(ENCLOSED, "winmail.dat")
    assert (first.record, texts(first)) == ("Пошлины.txt", ["The tolls."])
    assert (second.record, texts(second)) == ("order.txt", ["The order."])
    cut, rest = read(ENCLOSED[:-5], "winmail.dat")
    assert texts(cut) == ["The tolls."]
    assert isinstance(rest, Unread)
    assert "ends within" in rest.reason


def test_a_winmail_dat_in_a_mail() -> None:
    head = b"Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nText\n--b\n"
    part = b"Content-Type: application/ms-tnef; name=winmail.dat\n\n" + ENCLOSED + b"\n--b--\n"
    assert [result.record for result in read(head + part, "x.eml")] == [
        "",
        "winmail.dat#Пошлины.txt",
        "winmail.dat#order.txt",
    ]
