"""Pages that were saved: by a browser as MHTML, by a crawler as WARC."""

import gzip
import io
import json
import os
import subprocess
import time
import zlib
from email.message import EmailMessage
from pathlib import Path

import pytest
from fastwarc.stream_io import BrotliWriter, ZstdWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.archives import limits
from corpus_cli.ingest.readers.archives.limits import TOO_LARGE
from corpus_cli.ingest.readers.archives.warc_records import split_records
from corpus_cli.ingest.readers.port import Document, ReadResult, Unread
from corpus_cli.model import Datum

FORMATS = Path(__file__).parents[3] / "data" / "formats"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>The ferry is late</title></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>The ferry is late</h1>
<p>The ferry to the island left two hours late on Monday, because the tide was lower than the
tables of the harbour had promised, and nobody on the pier was surprised in the least.</p>
<p>“We wait,” said a woman who sells tea beside the ticket office, and she has waited for all
of the ferries that went from here since the pier was built in the spring of her first year.</p>
<p>The company said that it would look into the tables, and that passengers who had missed the
train on the other side might show their tickets at its office there for another one.</p>
</article><footer>© The Harbour Post</footer></body></html>"""
SENTENCE = "because the tide was lower than the tables of the harbour had promised"


def read(name: str, data: bytes) -> list[ReadResult]:
    return list(file_formats.read(name, data, "", {}))


def text(found: ReadResult) -> str:
    assert isinstance(found, Document)
    return "\n".join(line.text for line in found.lines)


def record(
    uri: str,
    http: bytes,
    kind: WarcRecordType = WarcRecordType.response,
    media: str = "application/http; msgtype=response",
) -> bytes:
    made = WarcRecord()
    made.init_headers(record_type=kind)
    made.headers["WARC-Target-URI"] = uri
    made.headers["Content-Type"] = media
    made.set_bytes_content(http)
    made.is_http = media.startswith("application/http")
    file = io.BytesIO()
    made.write(file)
    return file.getvalue()


def response(
    uri: str, body: bytes = PAGE.encode(), status: str = "200 OK", head: str = "text/html"
) -> bytes:
    return record(uri, f"HTTP/1.1 {status}\r\nContent-Type: {head}\r\n\r\n".encode() + body)


def test_pages_of_a_crawl_by_their_addresses() -> None:
    data = b"".join(
        (
            record("", b"software: x", WarcRecordType.warcinfo, "application/warc-fields"),
            record("https://x.org/a", b"GET / HTTP/1.1\r\n\r\n", WarcRecordType.request),
            response("https://x.org/a"),
            response(
                "https://x.org/a",
                PAGE.encode("latin-1", "replace"),
                head="text/html; charset=latin1",
            ),
            response("https://x.org/gone", status="404 Not Found"),
            response("https://x.org/moved", status="302 Found"),
            response("https://x.org/style.css", b"p {}", head="text/css"),
            response("https://x.org/robots.txt", b"User-agent: *", head="text/plain"),
            record(
                "https://x.org", b"A note.", WarcRecordType.resource, "text/plain; charset=utf-8"
            ),
            record("https://x.org/r", b"", WarcRecordType.revisit),
            record("https://x.org/m", b"a: b", WarcRecordType.metadata, "application/warc-fields"),
        )
    )
    found = read("x.warc", data)
    assert [one.record for one in found] == [
        "https://x.org/a",
        "https://x.org/a 2",
        "https://x.org",
    ]
    assert SENTENCE in " ".join(text(found[0]).split())
    assert text(found[2]) == "A note."
    assert isinstance(found[0], Document)
    assert found[0].metadata[0] == Datum("url", "https://x.org/a", "WARC-Target-URI", "stated")


def test_transfer_and_content_encodings_are_undone() -> None:
    body = gzip.compress(PAGE.encode())
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    head = "text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked"
    (found,) = read("x.warc", response("https://x.org/a", chunked, head=head))
    assert SENTENCE in " ".join(text(found).split())


def test_a_compressed_crawl_record_by_record() -> None:
    data = b"".join(gzip.compress(response(f"https://x.org/{n}")) for n in range(3))
    found = read("x.warc.gz", data)
    assert [one.record for one in found] == [f"x.warc#https://x.org/{n}" for n in range(3)]
    *sound, cut = read("x.warc.gz", data[:-20])
    assert [one.record for one in sound[:2]] == [f"x.warc#https://x.org/{n}" for n in range(2)]
    assert isinstance(cut, Unread)


def test_a_crawl_cut_off_gives_what_stands_before_the_cut() -> None:
    data = response("https://x.org/1") + response("https://x.org/2")
    whole, cut = read("x.warc", data[:-100])
    assert SENTENCE in " ".join(text(whole).split())
    assert cut == Unread("https://x.org/2", "it is cut off: fetch it again")


def test_bombs_and_damage_in_a_crawl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MEMBER_BYTES", 20_000)
    head = "text/html\r\nContent-Encoding: gzip"
    bomb = response("https://x.org/bomb", gzip.compress(bytes(9_000_000)), head=head)
    first, second = read("x.warc", bomb + response("https://x.org/a"))
    assert first == Unread("https://x.org/bomb", TOO_LARGE)
    assert SENTENCE in " ".join(text(second).split())
    sound = response("https://x.org/1")
    huge = sound.replace(b"Content-Length: ", b"Content-Length: 9999999")
    for damaged in (huge, b"WARC/1.0\r\njunk" * 100, b"WARC/1.1\r\n\r\n", sound[:40]):
        try:
            assert all(isinstance(found, Unread) for found in read("x.warc", damaged))
        except SourceError as error:
            assert str(error).startswith("it ")  # noqa: PT017 - either way of telling will do


HTTP = "application/http; msgtype=response"
BROKEN = "its body is damaged or cut off: fetch it again"
WRONG_LENGTH = "its length is not the one in its header: fetch it again"
DAMAGED = "its header is damaged: fetch it again"
CUT = "it is cut off: fetch it again"
FIRST, LAST = response("https://x.org/first"), response("https://x.org/last")


def written(block: bytes, kind: str = "response", media: str = HTTP, **fields: str) -> bytes:
    """A record byte by byte as it is given here, right or wrong."""
    version = fields.pop("version", "WARC/1.0")
    stated = {
        "WARC-Type": kind,
        "WARC-Target-URI": "https://x.org/middle",
        "Content-Type": media,
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    lines = [version, *(f"{name}: {value}" for name, value in stated.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n"


def delivered(body: bytes, *fields: str) -> bytes:
    head = "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/html", *fields, "", ""])
    return head.encode() + body


def middle(data: bytes) -> list[str]:
    """What becomes of a record between two sound ones: its text, or its name and the reason."""
    first, *result, last = read("x.warc", FIRST + data + LAST)
    assert (first.record, last.record) == ("https://x.org/first", "https://x.org/last")
    assert SENTENCE in " ".join(text(first).split())
    assert SENTENCE in " ".join(text(last).split())
    return [
        f"{one.record}: {one.reason}"
        if isinstance(one, Unread)
        else " ".join(text(one).split()).replace(SENTENCE, "SENTENCE")
        for one in result
    ]


def packed(writer: type[BrotliWriter] | type[ZstdWriter], data: bytes) -> bytes:
    file = io.BytesIO()
    stream = writer(file)
    stream.write(data)
    stream.finish()
    # Its destructor writes the last bytes.
    del stream
    return file.getvalue()


def deflated(data: bytes) -> bytes:
    raw = zlib.compressobj(wbits=-15)
    return raw.compress(data) + raw.flush()


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


BODY = PAGE.encode()
GZIP = gzip.compress(BODY)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (BODY, "Content-Encoding: gzip"),
        (BODY, "Content-Encoding: br"),
        (BODY, "Content-Encoding: zstd"),
        (BODY, "Content-Encoding: UTF-8"),
        (BODY, "Transfer-Encoding: chunked"),
        (deflated(BODY), "Content-Encoding: deflate"),
        (zlib.compress(BODY), "Content-Encoding: deflate"),
        (GZIP, "Content-Encoding: deflate"),
        (packed(BrotliWriter, BODY), "Content-Encoding: br"),
        (packed(ZstdWriter, BODY), "Content-Encoding: zstd"),
        (gzip.compress(zlib.compress(BODY)), "Content-Encoding: deflate, x-gzip"),
        (chunked(BODY[:99], BODY[99:], b""), "Transfer-Encoding: chunked"),
        (chunked(BODY[:99], BODY[99:]), "Transfer-Encoding: chunked"),
        (GZIP, "Transfer-Encoding: chunked\r\nContent-Encoding: gzip"),
    ],
)
def test_a_body_is_decoded_or_plain_although_its_header_says_otherwise(
    body: bytes, field: str
) -> None:
    (result,) = middle(written(delivered(body, field)))
    assert "SENTENCE" in result


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"\x1b\0@garbage", "Content-Encoding: br"),
        (packed(BrotliWriter, BODY)[:-9], "Content-Encoding: br"),
        (packed(ZstdWriter, BODY)[:-9], "Content-Encoding: zstd"),
        (GZIP[:-9], "Content-Encoding: gzip"),
        (GZIP[:99] + b"junk" + GZIP[103:], "Content-Encoding: gzip"),
        (deflated(BODY)[:-9], "Content-Encoding: deflate"),
        (chunked(BODY[:99], BODY[99:])[:-30], "Transfer-Encoding: chunked"),
        (chunked(BODY[:99]) + BODY[99:], "Transfer-Encoding: chunked"),
    ],
)
def test_a_body_that_cannot_be_decoded_costs_only_its_record(body: bytes, field: str) -> None:
    assert middle(written(delivered(body, field))) == [f"https://x.org/middle: {BROKEN}"]


def test_an_encoding_that_nobody_knows_is_named() -> None:
    (result,) = middle(written(delivered(GZIP, "Content-Encoding: dcz")))
    assert result.startswith("https://x.org/middle: its content encoding is not supported")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (written(delivered(BODY), Content_Length="200"), f"https://x.org/middle: {WRONG_LENGTH}"),
        (written(delivered(BODY), Content_Length="2000"), f"https://x.org/middle: {WRONG_LENGTH}"),
        (
            written(delivered(BODY), Content_Length="9" * 15),
            f"https://x.org/middle: {WRONG_LENGTH}",
        ),
        (written(delivered(BODY), Content_Length="-5"), f"https://x.org/middle: {DAMAGED}"),
        (written(delivered(BODY), Content_Length=""), f"https://x.org/middle: {DAMAGED}"),
        (written(delivered(BODY), version="XARC/1.0"), f"2: {DAMAGED}"),
        (written(delivered(BODY))[:60], f"2: {DAMAGED}"),
        (written(b"neither a header nor a page"), "https://x.org/middle: it has no HTTP header"),
    ],
)
def test_a_record_that_does_not_begin_or_end_as_it_should_costs_no_other(
    data: bytes, reason: str
) -> None:
    (result,) = middle(data)
    assert result.startswith(reason)


@pytest.mark.parametrize(
    "data",
    [
        written(BODY),
        written(BODY, media="text/html"),
        written(BODY, "resource", "text/html"),
        written(SENTENCE.encode(), "conversion", "text/plain"),
        written(delivered(BODY), version="WARC/0.18"),
        written(delivered(BODY), version="WARC/1.1"),
        written(delivered(BODY), X_Long="a" * 200_000),
        written(delivered(BODY, f"X-Long: {'a' * 200_000}")),
        written(delivered(BODY)).replace(b"WARC-", b"warc-").replace(b"Content-", b"content-"),
        written(delivered(BODY).replace(b"\r\n", b"\n")),
        written(b"HTTP/1.1 200\r\nServer: x\r\n\r\n" + BODY),
    ],
)
def test_pages_and_texts_however_their_record_is_written(data: bytes) -> None:
    (result,) = middle(data)
    assert "SENTENCE" in result


@pytest.mark.parametrize(
    "data",
    [
        written(b""),
        written(delivered(b""), "revisit"),
        written(b"GET / HTTP/1.1", "request", Content_Length="3"),
        written(delivered(b"\x89PNG").replace(b"text/html", b"image/png"), Content_Length="3000"),
        written(b"20240506100000\nx.org. 60 IN A 192.0.2.1", media="text/dns"),
        written(b"HTTP/1.1 200 OK\r\n\r\np { color: red }"),
        written(b"junk", WARC_Target_URI="https://x.org/robots.txt"),
        b"\0" * 512,
    ],
)
def test_what_is_no_page_is_passed_over_even_if_it_is_damaged(data: bytes) -> None:
    assert not middle(data)


def test_a_record_without_an_address_is_called_by_its_identifier_or_number() -> None:
    for identifier, name in (("<urn:uuid:1-2>", "urn:uuid:1-2"), ("", "2")):
        data = written(delivered(BODY), WARC_Target_URI="", WARC_Record_ID=identifier)
        _, result = read("x.warc", FIRST + data)
        assert isinstance(result, Document)
        assert result.record == name
        assert not any(datum.field == "url" for datum in result.metadata)


def test_the_encoding_that_a_record_states() -> None:
    words = "Талибан взял Кабул."
    html = f"<html><body><p>{words}".encode("koi8-r")
    http = delivered(html).replace(b"text/html", b'text/html; Charset="koi8-r"')
    assert middle(written(http)) == [words]
    assert middle(written(words.encode("koi8-r"), "conversion", "text/plain;charset=koi8-r")) == [
        words
    ]


def test_a_crawl_cut_off_in_a_header() -> None:
    data = FIRST + written(delivered(BODY))
    for size, name in ((60, "2"), (200, "https://x.org/middle")):
        _, cut = read("x.warc", data[: len(FIRST) + size])
        assert cut == Unread(name, CUT)


def test_the_members_of_a_compressed_crawl_after_a_damaged_one_are_read() -> None:
    damaged = bytearray(gzip.compress(written(delivered(BODY))))
    damaged[-99] ^= 0xFF
    cut = gzip.compress(written(delivered(BODY)))[:-99]
    for member in (bytes(damaged), cut):
        result = read("x.warc.gz", gzip.compress(FIRST) + member + gzip.compress(LAST))
        first, middle, last, whole = result
        assert SENTENCE in " ".join(text(first).split())
        assert middle == Unread("x.warc#https://x.org/middle", WRONG_LENGTH)
        assert SENTENCE in " ".join(text(last).split())
        assert whole == Unread("", "it is damaged or cut off")


@pytest.mark.parametrize(
    "data",
    [
        b"WARC/1.0\r\nx:\r\n" * 200_000,
        b"WARC/1.0\r\nContent-Length: 3000000\r\n\r\n" * 100_000 + b"\n" * 2_000_000,
        b"WARC/1.0\r\nx:" + b"a:b\n" * 1_000_000,
        b"WARC/1.0" + b" " * 2_000_000,
    ],
)
def test_no_crawl_hangs(data: bytes) -> None:
    began = time.process_time()
    for _ in split_records(data):
        pass
    assert time.process_time() - began < 5


def test_the_page_a_browser_saved() -> None:
    (found,) = read("x.mhtml", (FORMATS / "chromium.mhtml").read_bytes())
    assert isinstance(found, Document)
    assert SENTENCE in " ".join(text(found).split())
    assert found.metadata[0].field == "url"
    assert found.metadata[0].value == "http://127.0.0.1:8123/ferry.html"
    assert not any(datum.field == "published" for datum in found.metadata)
    assert "A frame beside the page" in text(found)


def saved(location: str, charset: str = "utf-8") -> bytes:
    made = EmailMessage()
    made["From"] = "<Saved by Windows Internet Explorer 8>"
    made["Subject"] = "The ferry is late"
    made["Date"] = "Mon, 3 Nov 2025 10:12:00 +0000"
    made.set_content(PAGE, subtype="html", charset=charset, cte="quoted-printable")
    made.make_related()
    made.set_param("type", "text/html")
    (root,) = made.iter_parts()
    root["Content-Location"] = location
    made.add_related(b"\xff\xd8", maintype="image", subtype="jpeg")
    return made.as_bytes()


def test_the_page_of_another_browser() -> None:
    (found,) = read("x.mht", saved("https://x.org/ferry", "windows-1252"))
    assert isinstance(found, Document)
    assert found.metadata[0][:3] == ("url", "https://x.org/ferry", "header Content-Location")
    assert "“We wait,” said" in text(found)
    (found,) = read("x.mht", saved("file:///home/x/ferry.html"))
    assert isinstance(found, Document)
    assert not any(datum.field == "url" for datum in found.metadata)


def test_a_web_archive_without_a_page() -> None:
    for data in (
        b"",
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n\ny",
    ):
        with pytest.raises(SourceError, match=r"^(?:it|there) "):
            read("x.mht", data)


def snapshot(address: str) -> bytes:
    """What Chromium saves for a page, asked over the pipes of its debugging protocol."""
    ours, theirs = os.pipe(), os.pipe()
    command = 'exec 3<&"$0" 4>&"$1"; shift; exec chromium "$@"'
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"]
    with subprocess.Popen(
        ["bash", "-c", command, str(ours[0]), str(theirs[1]), *options, "about:blank"],
        pass_fds=(ours[0], theirs[1]),
        stderr=subprocess.DEVNULL,
    ) as browser:
        os.close(ours[0])
        os.close(theirs[1])
        with os.fdopen(ours[1], "wb", 0) as sink, os.fdopen(theirs[0], "rb") as source:
            data = _captured(sink, source, address)
        browser.terminate()
    return data


def _captured(sink: io.FileIO, source: io.BufferedReader, address: str) -> bytes:
    numbers = iter(range(1, 100))

    def wait(wanted: str, value: object) -> dict[str, dict[str, str]]:
        while True:
            letter = bytearray()
            while (byte := source.read(1)) not in (b"\0", b""):
                letter += byte
            answer: dict[str, dict[str, str]] = json.loads(letter)
            if answer.get(wanted) == value:
                return answer

    def call(method: str, session: str = "", **values: object) -> dict[str, str]:
        n = next(numbers)
        sent = {"id": n, "method": method, "params": values}
        sink.write(json.dumps(sent | ({"sessionId": session} if session else {})).encode() + b"\0")
        return wait("id", n)["result"]

    target = call("Target.createTarget", url="about:blank")["targetId"]
    session = call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    call("Page.enable", session)
    call("Page.navigate", session, url=address)
    wait("method", "Page.loadEventFired")
    return call("Page.captureSnapshot", session, format="mhtml")["data"].encode()


@pytest.mark.slow
def test_the_page_chromium_saves(tmp_path: Path) -> None:
    (tmp_path / "ferry.html").write_text(PAGE)
    data = snapshot((tmp_path / "ferry.html").as_uri())
    (found,) = read("x.mhtml", data)
    assert "“We wait,” said" in " ".join(text(found).split())
