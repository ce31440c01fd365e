"""A search of files finds in every format what a search of their corpus finds."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.search.request import SearchRequest
from corpus_cli.text.tokenise import units
from tests.rendered import FORMATS

_ALL = SearchRequest(limit=None, suggest=False, duplicates=True, seconds=0.0)
_SAMPLES = sorted(
    path for path in FORMATS.iterdir() if path.suffix not in ("", ".tsv", ".fodt", ".fods", ".json")
)

_TEXT = (
    "Kadyrov came to Groznyj in the morning, and his résumé was read out to the men.\n\n"
    "Erdoğan did not come, “as he said”, and nobody in the town was surprised by that."
)
_PAGE = (
    "<!DOCTYPE html><html><head><title>A report</title></head><body><article><h1>A report</h1>"
    "<p>Ka<b>dyr</b>ov came to &#71;rozny&#x6a; in the morning, and his r&eacute;sum&eacute; was "
    "read out to the men of the town, who had waited there for him since the early hours.</p>"
    "<p>Erdo&gbreve;an did not come, &ldquo;as he said&rdquo;, and nobody in the town was "
    "surprised by that, because he had not come in any of the years before either.</p>"
    "</article></body></html>"
)
_MOJIBAKE = _TEXT.encode().decode("cp1252", "replace").replace("\ufffd", "")


def _mail(encoding: str, text: str = _TEXT, subtype: str = "plain") -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["Subject"] = "Ann Lee <ann@example.org>", "The résumé of Kadyrov"
    message["Message-ID"] = f"<{encoding}.{subtype}@example.org>"
    message.set_content(text, subtype=subtype, cte=encoding)
    return message.as_bytes()


def _mailbox() -> bytes:
    mails = (_mail("quoted-printable"), _mail("base64", _PAGE, "html"), _mail("base64", "No."))
    return b"".join(
        b"From ann@example.org Mon Jan  1 00:00:00 2024\n" + mail.replace(b"\r\n", b"\n") + b"\n"
        for mail in mails
    )


def _warc(encoding: Callable[[bytes], bytes] = bytes, name: bytes = b"identity") -> bytes:
    body = encoding(_PAGE.encode())
    http = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: "
        + name
        + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
        + body
    )
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        b"WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Target-URI: http://example.org/a\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n"
        % len(http)
        + http
        + b"\r\n\r\n"
    )


def _zip(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _tar(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


_RECORDS = [
    {"id": "a", "title": "A report", "text": _TEXT},
    {"id": "b", "title": "A page", "text": _PAGE},
    {"id": "c", "title": "Kadyrov &amp; Erdo&gbreve;an", "text": "Nobody came."},
    {"id": "d", "title": "Another", "text": "A text without any of the words."},
]
_TABLE = "id,title,text\n" + "".join(
    ",".join('"{}"'.format(value.replace('"', '""')) for value in record.values()) + "\n"
    for record in _RECORDS
)
_MADE: dict[str, bytes] = {
    "utf-8.txt": _TEXT.encode(),
    "utf-16.txt": _TEXT.encode("utf-16"),
    "utf-16-le.txt": _TEXT.encode("utf-16-le"),
    "latin.txt": _TEXT.replace("ğ", "g").encode("cp1252"),
    "mojibake.txt": _MOJIBAKE.encode(),
    "decomposed.txt": "Erdog\u0306an and Kady\u00adrov read a re\u0301sume\u0301.".encode(),
    "front.md": b'---\ntitle: "\\u004badyrov"\nauthor: Ann Lee\n---\n\nNobody came to Groznyj.\n',
    "page.html": _PAGE.encode(),
    "lines.jsonl": "".join(json.dumps(record) + "\n" for record in _RECORDS).encode(),
    "plain.jsonl": "".join(
        json.dumps(record, ensure_ascii=False) + "\n" for record in _RECORDS
    ).encode(),
    "escaped.jsonl": b'{"text": "\\u004b\\u0061dyrov and Erdo\\u011fan came."}\n{"text": "No."}\n',
    "list.json": json.dumps({"articles": _RECORDS}).encode(),
    "table.csv": _TABLE.encode(),
    "mail.eml": _mail("8bit"),
    "quoted.eml": _mail("quoted-printable"),
    "base64.eml": _mail("base64"),
    "html.eml": _mail("quoted-printable", _PAGE, "html"),
    "box.mbox": _mailbox(),
    "pages.warc": _warc(),
    "packed.warc": _warc(gzip.compress, b"gzip"),
    "pages.warc.gz": gzip.compress(_warc()),
    "text.txt.gz": gzip.compress(_TEXT.encode()),
}
_MADE["lines.jsonl.gz"] = gzip.compress(_MADE["lines.jsonl"])
_MADE["all.zip"] = _zip(_MADE)
_MADE["all.tgz"] = _tar({name: _MADE[name] for name in ("quoted.eml", "lines.jsonl", "latin.txt")})


def _check(path: Path) -> int:
    """Compare both searches for some words, and return how many passages have `Kadyrov`."""
    with Corpus.in_memory() as whole:
        report = whole.ingest([str(path)])
        assert report.added
        passages = whole.article(max(header.id for header in whole.headers()))[1]
        words = [unit.text for passage in passages for unit in units(passage.text)]
        counts = {}
        for line in ("Kadyrov", "resume", "Erdogan", f'"{words[len(words) // 2]}"', "nowhereword"):
            with Corpus.in_memory() as corpus:
                matching = corpus.ingest_matching([str(path)], [line], _ALL)
                hits = [(hit.passage.id, hit.spans) for hit in corpus.search(line, _ALL).hits]
            expected = [(hit.passage.id, hit.spans) for hit in whole.search(line, _ALL).hits]
            assert sorted(hits) == sorted(expected), line
            assert matching.failed == report.failed
            assert len(matching.added) + matching.passed_over == len(report.added)
            counts[line] = len(hits)
    assert not counts["nowhereword"]
    return counts["Kadyrov"]


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_searched_as_its_corpus_is(path: Path) -> None:
    _check(path)


@pytest.mark.parametrize("name", _MADE)
def test_words_are_found_however_they_are_written(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(_MADE[name])
    assert _check(path)
