"""Mail: the message, what it quotes, what is attached to it."""

import mailbox
import time
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.mail import mbox
from corpus_cli.ingest.readers.mail import message as mail
from corpus_cli.ingest.readers.mail.mail_headers import read_message_id
from corpus_cli.ingest.readers.mail.mail_paragraphs import join_paragraphs
from corpus_cli.ingest.readers.port import Document, DocumentLine, File, ReadResult, Unread
from corpus_cli.ingest.readers.record_ids import NO_READER
from corpus_cli.model import Datum

WRAPPED = """\
The ministry said on Monday that the border crossing would stay closed
until further notice, and that traders who had waited there for a week
should turn back.

- a first point that is long enough to be wrapped by the program that
  wrote it
- a second point

Roses are red,
violets are blue.
"""
PROSE = (
    "The ministry said on Monday that the border crossing would stay closed until further "
    "notice, and that traders who had waited there for a week should turn back."
)


def message(text: str = PROSE, **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = "A crossing is closed"
    made["From"] = "Jürgen Doe <jd@example.org>"
    made["Date"] = "Mon, 03 Nov 2025 23:59:00 -0800"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def read(data: bytes | EmailMessage, name: str = "x.eml") -> list[ReadResult]:
    data = data if isinstance(data, bytes) else data.as_bytes()
    return list(file_formats.read(name, data, "", {}))


def only(data: bytes | EmailMessage) -> Document:
    (found,) = read(data)
    assert isinstance(found, Document)
    return found


def texts(found: ReadResult) -> list[str]:
    assert isinstance(found, Document)
    return [line.text for line in found.lines]


def test_a_message_is_an_article_with_what_its_header_states() -> None:
    found = only(
        message(List_Id='"Border news" <news.example.org>', Archived_At="<https://x.org/1>")
    )
    assert found.lines == [DocumentLine("A crossing is closed", "title"), DocumentLine(PROSE)]
    assert found.metadata == [
        Datum("title", "A crossing is closed", "mail header Subject", "stated"),
        Datum("author", "Jürgen Doe", "mail header From", "stated"),
        Datum("published", "2025-11-03", "mail header Date", "stated"),
        Datum("source", "Border news", "mail header List-Id", "stated"),
        Datum("url", "https://x.org/1", "mail header Archived-At", "stated"),
    ]


def test_a_sender_without_a_name_and_without_a_list() -> None:
    plain = message()
    plain.replace_header("From", "jd@example.org")
    values = {datum.field: datum.value for datum in only(plain).metadata}
    assert (values["author"], values["source"]) == ("jd@example.org", "example.org")


def test_wrapped_lines_are_joined_lists_and_verse_are_not() -> None:
    assert [line.text for line in join_paragraphs(WRAPPED)] == [
        PROSE,
        "- a first point that is long enough to be wrapped by the program that wrote it",
        "- a second point",
        "Roses are red,",
        "violets are blue.",
    ]


def test_paragraphs_told_by_a_margin_or_a_short_last_line() -> None:
    text = """\
    The first of them begins at a margin of its own and it goes on for
two lines, of which the second one is just as long as the first.
    The second of them as well, and it ends with a word that is cut-
ting across the margin.
"""
    assert [line.text for line in join_paragraphs(text)] == [
        "    The first of them begins at a margin of its own and it goes on for two lines, of which the second one is just as long as the first.",
        "    The second of them as well, and it ends with a word that is cut-ting across the margin.",
    ]
    unwrapped = "A line of its own that is rather long as lines go here.\n" * 2 + "word " * 40
    assert len(join_paragraphs(unwrapped)) == 3


def test_flowed_text_is_joined_as_it_says() -> None:
    found = only(
        b"Subject: x\nContent-Type: text/plain; format=flowed; delsp=yes\n\n"
        b"A rail \nway.\n From afar\n> quo \n> ted\n-- \nJane\n"
    )
    assert found.lines[1:] == [
        DocumentLine("A railway."),
        DocumentLine("From afar"),
        DocumentLine("> quoted", "chrome:quote"),
        DocumentLine("--", "chrome:signature"),
        DocumentLine("Jane", "chrome:signature"),
    ]


def test_quotations_their_introduction_and_the_signature_are_told() -> None:
    text = "Yes.\n\nAm 3.11.25 um 10:12 schrieb Doe:\n> Is it?\n>> No.\n\n-- \nJane\nBerlin\n"
    assert [(line.text, line.kind) for line in only(message(text)).lines[1:]] == [
        ("Yes.", ""),
        ("Am 3.11.25 um 10:12 schrieb Doe:", "chrome:quote"),
        ("> Is it?", "chrome:quote"),
        (">> No.", "chrome:quote"),
        ("--", "chrome:signature"),
        ("Jane", "chrome:signature"),
        ("Berlin", "chrome:signature"),
    ]


def test_html_is_read_where_the_plain_text_is_a_stub() -> None:
    page = f"<html><body><p>{PROSE} Ärger.</p><p>{PROSE * 2}</p></body></html>"
    stub = message("View this in your browser: https://x.org")
    stub.add_alternative(page, subtype="html", charset="latin-1")
    assert f"{PROSE} Ärger." in texts(only(stub))
    assert not any("browser" in text for text in texts(only(stub)))
    real = message(PROSE * 3)
    real.add_alternative(page, subtype="html")
    assert texts(only(real))[1:] == [PROSE * 3]


def test_a_long_stub_gives_way_to_the_html_that_it_lacks() -> None:
    notice = "You receive this letter because you asked for it at https://x.org/letters. " * 20
    page = "".join(f"<p>{PROSE} This was the news of day {n}.</p>" for n in range(1, 4))
    stub = message(f"Open this letter in your browser: https://x.org/1\n\n{notice}")
    stub.add_alternative(f"<html><body>{page}<p>{notice}</p></body></html>", subtype="html")
    assert f"{PROSE} This was the news of day 3." in texts(only(stub))
    chinese = message("中国和塔利班会谈,\n双方讨论边境。")
    chinese.add_alternative("<p>中国和塔利班会谈,双方讨论边境。</p>", subtype="html")
    assert texts(only(chinese))[1:] == ["中国和塔利班会谈,", "双方讨论边境。"]


def test_attachments_are_documents_of_their_own() -> None:
    whole = message()
    whole.add_attachment("# Notes", filename="notes.md")
    whole.add_attachment("Other notes", filename="notes.md")
    whole.add_attachment(b"\xff\xd8", maintype="image", subtype="jpeg", filename="a.jpg")
    whole.add_attachment(b"?", maintype="application", subtype="octet-stream", filename="a.png")
    whole.add_attachment(b"x", maintype="application", subtype="pkcs7-signature", filename="s.p7s")
    whole.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="a.ics")
    whole.add_attachment(b"?", maintype="application", subtype="octet-stream", filename="a.xyz")
    first, second, third, fourth = read(whole)
    assert texts(first)[1:] == [PROSE]
    assert (texts(second), second.record) == (["# Notes"], "notes.md")
    assert (texts(third), third.record) == (["Other notes"], "2/notes.md")
    assert fourth == Unread("a.xyz", NO_READER)


def test_a_message_in_a_message() -> None:
    outer = message()
    inner = message("Inside.", Message_ID="<1@x>")
    inner.add_attachment("Deep.", filename="deep.txt")
    outer.add_attachment(inner)
    found = read(outer)
    assert [one.record for one in found] == ["", "1@x", "1@x#deep.txt"]
    assert texts(found[1])[1:] == ["Inside."]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"Content-Type: text/plain; charset=koi8-r\n\n\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"),
        (b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$BF|K\\\x1b(B", "日本"),
        (b"Content-Type: text/plain; charset=nonsense\n\nplain", "plain"),
        (b"Content-Transfer-Encoding: base64\n\nUGxhaW4=", "Plain"),
        (b"Content-Transfer-Encoding: base64\n\n!!not base64!!", "!!not base64!!"),
        (b"Content-Transfer-Encoding: quoted-printable\n\nA=3Db=ZZ", "A=b=ZZ"),
        (b"Content-Type: multipart/mixed\n\nno boundary", "no boundary"),
        (b"Content-Type: multipart/mixed; boundary=x\n\nno part", "no part"),
        (b"Content-Type: text/plain; charset*=x'y\n\nodd", "odd"),
        (b"X: y\n\nnul\0nul", "nulnul"),
    ],
)
def test_broken_and_foreign_bodies(body: bytes, text: str) -> None:
    assert texts(only(b"Subject: x\n" + body)) == ["x", text]


def test_broken_headers() -> None:
    sent = [
        (b"Subject: =?utf-8?B?w5xiZXI=?= =?nonsense?Q?=20x?=", "Über x"),
        ("Subject: Über".encode(), "Über"),
        (b"Subject: =?utf-8?B?!!!?=", ""),
        (b"Subject: a\n b\n\tc", "a b c"),
        (b"subject: \xdcber alles und noch mehr", "Über alles und noch mehr"),
    ]
    for header, title in sent:
        found = only(header + b"\nFrom: " + b"(" * 3_000 + b"\nDate: Mon, 99 Foo\n\nText")
        values = {datum.field: datum.value for datum in found.metadata}
        assert values.get("title", "") == title
        assert "published" not in values


def test_a_subject_without_a_body_is_an_article() -> None:
    (message,) = read(b"From: a@b.c\nSubject: Only this\n\n")
    assert isinstance(message, Document)
    assert message.lines == [DocumentLine("Only this", "title")]


def test_what_is_no_mail() -> None:
    for data in (b"", b"\n\nno header", bytes(range(256)) * 10, b"X-Note: only\n\n"):
        with suppress(SourceError):
            assert all(isinstance(found, Unread) for found in read(data))


def test_a_report_of_delivery_is_passed_over() -> None:
    data = (
        b"Subject: x\nContent-Type: multipart/report; boundary=b\n\n--b\n\nIt failed.\n"
        b"--b\nContent-Type: message/delivery-status\n\nAction: failed\n\n--b--\n"
    )
    assert texts(only(data)) == ["x", "It failed."]


def test_an_emlx_file() -> None:
    data = message().as_bytes()
    (found,) = read(b"%d\n%s<?xml version='1.0'?><plist/>" % (len(data), data), "1.emlx")
    assert texts(found) == ["A crossing is closed", PROSE]


def nested_parts(depth: int, lines: int = 1) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)
    )
    return b"Subject: x\n" + opened + b"Content-Type: text/plain\n\n" + b"Deep\n" * lines


def test_bombs_end_in_time_and_with_a_reason() -> None:
    bombs = [
        b"Subject: x\nContent-Type: \xff/;;;=\n\nodd",
        nested_parts(21),
        nested_parts(5_000),
        nested_parts(900, 60_000),
        b"Subject: x\n" + b"Content-Type: message/rfc822\n\n" * 2_000 + b"Deep",
        b"Subject: x\nContent-Type: text/plain;" + b" a=b;" * 200_000 + b"\n\nText",
        b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\n\nText",
        b"Subject: x\nFrom: " + b"a@b, " * 100_000 + b"\n\nText",
        b"Subject: x\n" + b"X: y\n" * 300_000 + b"\nText",
        b"Subject: x\n\n" + b">" * 1_000_000 + b" " * 1_000_000 + b"\n" + b"- \n" * 50_000,
        b"Subject: x\nContent-Type: text/plain; format=flowed\n\n" + b"a \n" * 50_000,
    ]
    for bomb in bombs:
        started = time.process_time()
        with suppress(SourceError):
            for found in read(bomb):
                assert isinstance(found, Document) or found.reason.startswith("it ")
        assert time.process_time() - started < 3


def test_a_mailbox_message_by_message(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "x.mbox")
    first = message("One.\n\nFrom here on it is 10:12.\n", Message_ID="<1@x>")
    for one in (first, message("Two.", Message_ID="<1@x>"), message("Three.")):
        box.add(one)
    box.flush()
    box.close()
    data = (tmp_path / "x.mbox").read_bytes()
    found = read(data, "x.mbox")
    assert [one.record for one in found] == ["1@x", "2", "3"]
    assert [texts(one)[1:] for one in found] == [
        ["One.", "From here on it is 10:12."],
        ["Two."],
        ["Three."],
    ]


def test_a_bad_message_does_not_stop_the_others() -> None:
    line = b"From a@b Mon Nov  3 10:12:00 2025\n"
    data = line + b"Subject: 1\n\nOne.\n\n" + line + b"\n\n" + line + b"Subject: 3\n\nThree.\n"
    first, second, third = read(data, "x.mbox")
    assert (texts(first), texts(third)) == (["1", "One."], ["3", "Three."])
    assert second == Unread("2", "it has no mail header", hides_records=True)


def test_messages_are_taken_one_by_one() -> None:
    line = b"From a@b Mon Nov  3 10:12:00 2025\nSubject: 1\n\nOne.\n"

    def refused(record: str, data: bytes, media: str) -> Iterator[ReadResult]:
        raise AssertionError

    found = mbox.read(File("x.mbox", line * 10_000, refused))
    started = time.process_time()
    next(found)
    assert time.process_time() - started < 0.1


def test_a_mail_with_pictures_is_no_web_archive() -> None:
    data = (
        b"MIME-Version: 1.0\nMessage-ID: <1@x>\nSubject: Closed\n"
        b"Content-Type: multipart/related; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nText.\n--b--\n"
    )
    assert texts(only(data)) == ["Closed", "Text."]
    assert read_message_id(mail.parse_message(data)) == "1@x"
