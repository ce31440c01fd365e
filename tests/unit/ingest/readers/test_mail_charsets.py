"""Mail whose encoding is stated wrongly, in another way, or not at all."""

import base64

import pytest

from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.codec_names import find_codec
from corpus_cli.ingest.readers.encoding import decode
from corpus_cli.ingest.readers.port import Document

HEAD = b"From: A <a@x.org>\nSubject: s\nDate: Tue, 06 Jan 2026 10:00:00 +0000\n"


def read(data: bytes, name: str = "x.eml") -> Document:
    (document,) = file_formats.read(name, data, "", {})
    assert isinstance(document, Document)
    return document


def body(data: bytes, name: str = "x.eml") -> list[str]:
    return [line.text for line in read(data, name).lines[1:]]


def values(data: bytes, name: str = "x.eml") -> dict[str, str]:
    return {datum.field: datum.value for datum in read(data, name).metadata}


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("windows-874", "cp874"),
        ("TIS-620", "cp874"),
        ("windows-936", "gb18030"),
        ("windows-950", "cp950"),
        ("gb2312", "gb18030"),
        ("x-gbk", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("shift_jis", "cp932"),
        ("x-sjis", "cp932"),
        ("iso-8859-8-i", "iso8859-8"),
        ("iso-8859-1", "cp1252"),
        ("unicode-1-1-utf-7", "utf-7"),
        ("x-mac-ce", "mac-latin2"),
        ("x-mac-roman", "mac-roman"),
        ("x-cp20866", "koi8-r"),
        ("cp-850", "cp850"),
        ("iso-2022-kr", "iso2022_kr"),
        ("hz-gb-2312", "hz"),
        ("utf-8*en", "utf-8"),
        ("us-ascii", "ascii"),
        ("ansi_x3.4-1968", "ascii"),
        ("ansi_x3.110-1983", ""),
        ("unknown-8bit", ""),
        ("x-user-defined", ""),
        ("punycode", ""),
        ("base64", ""),
        ("windows-99999", ""),
        ("", ""),
    ],
)
def test_a_name_of_an_encoding_means_the_codec_of_its_superset(label: str, codec: str) -> None:
    assert find_codec(label) == codec


def test_a_stated_encoding_counts_unless_many_bytes_do_not_fit() -> None:
    text = "Министерство сообщило о закрытии."
    damaged = text.encode("cp1251")[:-1] + b"\x98"
    assert decode(damaged, "windows-1251") == text[:-1] + "\ufffd"
    assert decode("Grüße".encode("cp1252"), "utf-8") == "Grüße"
    # Half of these bytes are none of code page 874.
    assert decode("Žluťoučký kůň úpěl ďábelské ódy. ".encode("cp1250") * 20, "windows-874") == (
        "Žluťoučký kůň úpěl ďábelské ódy. " * 20
    )
    assert decode("Grüße".encode("cp1252"), "us-ascii") == "Grüße"


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("windows-874", "สวัสดีชาวเมือง".encode("cp874"), "สวัสดีชาวเมือง"),
        ("gb2312", "朱镕基总理".encode("gb18030"), "朱镕基总理"),
        ("shift_jis", "①日本".encode("cp932"), "①日本"),
        ("ks_c_5601-1987", "똠방각하".encode("cp949"), "똠방각하"),
        ("unicode-1-1-utf-7", b"Hi Mom +Jjo-!", "Hi Mom ☺!"),
        ("iso-2022-jp", b"\x1b$BF|K\\\x1b(B \x1b(IC^\x1b(B", "日本 ﾃﾞ"),
        ("us-ascii; charset=windows-1251", "Текст".encode("cp1251"), "Текст"),
        ("utf-16", base64.encodebytes("Привет".encode("utf-16-le")), "Привет"),
        ("utf-16", base64.encodebytes("Привет".encode()), "Привет"),
    ],
)
def test_bodies_in_old_encodings(charset: str, content: bytes, text: str) -> None:
    coding = "base64" if charset == "utf-16" else "8bit"
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {coding}\n\n"
    assert body(HEAD + head.encode() + content) == [text]


@pytest.mark.parametrize("stated", ["", "; charset=us-ascii", "; charset=unknown-8bit"])
def test_a_page_in_a_mail_may_state_its_encoding(stated: str) -> None:
    page = "<meta charset=windows-874><p>สวัสดีชาวเมือง</p>".encode("cp874")
    head = f"Content-Type: text/html{stated}\nContent-Transfer-Encoding: 8bit\n\n".encode()
    assert body(HEAD + head + page) == ["สวัสดีชาวเมือง"]


@pytest.mark.parametrize(
    ("header", "title"),
    [
        (b"=?unknown-8bit?Q?Gr=FC=DFe?=", "Grüße"),
        (b"=?us-ascii?Q?Gr=FC=DFe?=", "Grüße"),
        (b"=?utf-8?Q?caf=E9?=", "café"),
        (b"=?gb2312?B?1tC5+g==?= =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "中国日本"),
        (b"=?utf-8?B?w5w=?= =?UTF-8?B?YmVy0A==?=\n =?utf-8?B?nw==?= rest", "ÜberП rest"),
        (b"Re:=?utf-8?Q?J=C3=BCrgen?=(fwd)", "Re:Jürgen(fwd)"),
        (b"=?utf-8?Q?one?==?utf-8?Q?_two?=", "one two"),
        (b"=?utf-8?Q?a?= =?utf-8?B?!!!?= b", "a b"),
    ],
)
def test_encoded_words(header: bytes, title: str) -> None:
    assert values(b"Subject: " + header + b"\n\nText")["title"] == title


def test_a_sender_whose_name_is_divided_within_a_letter() -> None:
    header = b"From: =?utf-8?B?0J/RgA==?= =?utf-8?B?0Lg=?= <a@x.org>"
    assert values(header + b"\n\nText")["author"] == "При"
    quoted = b'From: "=?utf-8?Q?Doe,_J=C3=BCrgen?=" <a@x.org>\n\nText'
    assert (values(quoted)["author"], values(quoted)["source"]) == ("Doe, Jürgen", "x.org")


def test_a_header_without_an_encoding_is_in_that_of_the_text() -> None:
    text = "Министерство сообщило, что переход останется закрытым. " * 5
    for head in (
        "",
        "Content-Type: text/plain; charset=koi8-r\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=koi8-r\n",
    ):
        data = f"From: Иван <a@x.org>\nSubject: Привет мир\n{head}\n{text}\n".encode("koi8-r")
        metadata = values(data)
        assert (metadata["title"], metadata["author"]) == ("Привет мир", "Иван")
    unknown = b"Subject: =?unknown-8bit?Q?=F0=D2=C9?=\n\n" + text.encode("koi8-r")
    assert values(unknown)["title"] == "При"


MARKED = {
    "byte order mark": b"\xef\xbb\xbf" + HEAD + b"\nText\n",
    "CRLF": HEAD.replace(b"\n", b"\r\n") + b"\r\nText\r\n",
    "CR": HEAD.replace(b"\n", b"\r") + b"\rText\r",
    "UTF-16": (HEAD + b"\nText\n").decode().encode("utf-16"),
    "blank lines": b"\r\n\n" + HEAD + b"\nText\n",
}


@pytest.mark.parametrize("data", MARKED.values(), ids=MARKED)
def test_what_an_editor_does_to_a_mail(data: bytes) -> None:
    assert (body(data), values(data)["published"]) == (["Text"], "2026-01-06")


@pytest.mark.parametrize("change", ["byte order mark", "CRLF", "CR"])
def test_a_changed_mail_without_a_suffix_is_a_mail(change: str) -> None:
    # Names of a Maildir.
    for name in (
        "1704444444.M1P2.mail.example.com",
        "1704444444.4_7.example.md",
        "1704444444.M1P2.host,S=9:2,S",
        "17",
    ):
        assert body(MARKED[change], name) == ["Text"]


def test_a_header_that_is_folded_without_a_blank() -> None:
    data = (
        b"From: A <a@x.org>\nSubject: a long subject that\nwas folded\nContent-Type: text/plain;\n"
        b'charset="koi8-r"\nDate: Tue, 06 Jan 2026 10:00:00 +0000\n\n\xf0\xd2\xc9\nNo: header\n'
    )
    assert values(data)["title"] == "a long subject that was folded"
    assert (body(data), values(data)["published"]) == (["При", "No: header"], "2026-01-06")


def test_a_text_that_follows_the_header_without_a_blank_line() -> None:
    assert body(HEAD + b"It begins at once\nand goes on.\n") == [
        "It begins at once",
        "and goes on.",
    ]


@pytest.mark.parametrize(
    ("coding", "content"),
    [
        ("BASE64 ", base64.encodebytes(b"Over and out.")),
        ("base64", base64.encodebytes(b"Over and out.").replace(b"Y", b"Y\r\n\r\n \t")),
        ("base64", base64.encodebytes(b"Over and out.") + b"\n______\nlist@x.org\n"),
        ("quoted-printable", b"Over =  \nand=20=\nout=2E"),
        ("Quoted-Printable; x", b"Over and =\r\nout."),
    ],
)
def test_damaged_transfer_encodings(coding: str, content: bytes) -> None:
    head = f"Content-Type: text/plain\nContent-Transfer-Encoding: {coding}\n\n".encode()
    assert body(HEAD + head + content) == ["Over and out."]


def test_the_only_text_of_a_mail_is_its_text_although_it_has_a_name() -> None:
    for media_type in ("text/plain", "text/enriched", "text/html"):
        head = f'Content-Type: {media_type}; name="mail.txt"\n\nHello.'.encode()
        assert (body(HEAD + head), read(HEAD + head).record) == (["Hello."], "")


def test_a_mail_without_a_date_has_that_of_the_first_server() -> None:
    data = (
        b"Received: from b by c; Wed, 6 Mar 2024 10:00:00 +0000\n"
        b"Received: from a by b;\n Tue, 5 Mar 2024 10:00:00 +0000\nSubject: s\n\nText"
    )
    (published,) = (datum for datum in read(data).metadata if datum.field == "published")
    assert (published.value, published.certainty) == ("2024-03-05", "claimed")
    assert values(b"Date: Mon, 99 Foo\n" + data)["published"] == "2024-03-05"
    assert values(b"Date: Mon, 4 Mar 2024 09:00:00 +0000\n" + data)["published"] == "2024-03-04"
