"""Files made to break whoever reads them: each is named with a reason, or read."""

import bz2
import gzip
import io
import os
import random
import subprocess
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.ingest.steps import IngestRequest
from tests.conftest import article

pytestmark = pytest.mark.slow

GOOD = article("Kabul fell and the needle stands here")
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "lollollollol">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><l>&j;</l>"
)
OUTSIDE = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x; needle</l>'


def pdf(stream: bytes, filters: bytes = b"/FlateDecode", kids: bytes = b"3 0 R") -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count 1>>" % kids,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>",
        b"<</Length %d/Filter%s>>stream\n%s\nendstream" % (len(stream), filters, stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 5\n0000000000 65535 f \n" + table
    return out + end + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)


def flate(piece: bytes, times: int) -> bytes:
    made = zlib.compressobj(9)
    return b"".join(made.compress(piece) for _ in range(times)) + made.flush()


def packed(**members: str | bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), data)
    return held.getvalue()


def word(document: str | bytes) -> bytes:
    return packed(word__document_DOT_xml=document)


def nested(depth: int, wide: int = 1) -> bytes:
    data = packed(a_DOT_txt=b"0" * 40_000_000)
    for _ in range(depth):
        data = packed(**{f"n{n}_DOT_zip": data for n in range(wide)})
    return data


def tarred(*members: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, kind in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    return held.getvalue()


def words() -> str:
    chance = random.Random(1)  # noqa: S311 - the same each time
    return " ".join(f"w{chance.randrange(10**9)}" for _ in range(100_000))


HTML = "<!doctype html><title>A title here</title>"

# Name → bytes, and what is said of it; `needle` where it is read, and its text is found.
# ruff: noqa: PLW0108 - each entry reads alike
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.txt": (lambda: b"", "no text"),
    "nul.txt": (lambda: b"a\0b", "1 NUL byte left out"),
    "late-nul.txt": (lambda: GOOD.encode() + b" " * 9_000 + b"\0", "needle"),
    "surrogates.jsonl": (lambda: b'{"text": "\\ud800 ' + GOOD.strip().encode() + b'"}', "needle"),
    "token.txt": (lambda: b"x" * 1_000_000 + b"\n\n" + GOOD.encode(), "needle"),
    "marks.txt": (lambda: ("e" + "\u0301" * 100_000 + "\n\n" + GOOD).encode(), "needle"),
    "line.txt": (lambda: (GOOD.strip() + " ").encode() * 10_000, "needle"),
    "words.txt": (lambda: (words() + "\n\n" + GOOD).encode(), "needle"),
    "lines.txt": (lambda: b"short line\n" * 100_000 + GOOD.encode(), "needle"),
    "prolog.txt": (lambda: ("<!---->" * 30 + "\n\n" + GOOD).encode(), "needle"),
    "blanks.md": (lambda: ("# a" + " " * 100_000 + "b\n\n" + GOOD).encode(), "needle"),
    "dots.txt": (lambda: ("+++\n" + "a." * 40_000 + "b=1\n+++\n" + GOOD).encode(), "needle"),
    "rules.txt": (lambda: b"-" * 10_000_000 + b"\n\n" + GOOD.encode(), "needle"),
    "breaks.txt": (lambda: b"\n" * 500_000 + GOOD.encode(), "needle"),
    "depth.eml": (lambda: b"From: a@b\nMIME-Version: 1.0\n\n" + b">" * 2_000_000, ""),
    "large.txt": (lambda: b"x" * 50_000_001, "larger than 50 MB"),
    "deep300.html": (lambda: (HTML + "<div>" * 300 + f"<p>{GOOD}").encode(), "needle"),
    "deep200k.html": (lambda: (HTML + "<div>" * 200_000 + f"<p>{GOOD}").encode(), "needle"),
    "comments.html": (lambda: (HTML + "<!--" * 200_000).encode(), ""),
    "anchors.html": (lambda: (HTML + "<a " * 50_000).encode(), ""),
    "less.html": (lambda: (HTML + "<" * 2_000_000).encode(), ""),
    "laughs.html": (lambda: (HTML + LAUGHS).encode(), ""),
    "laughs.docx": (lambda: word(LAUGHS), "document type"),
    "outside.docx": (lambda: word(OUTSIDE), "document type"),
    "large.docx": (lambda: word(b"<a>" + b" " * (600 << 20) + b"</a>"), "MB"),
    "deep.docx": (lambda: word("<a>" * 100_000 + "</a>" * 100_000), ""),
    "broken.docx": (lambda: word("<a>")[:-30], ""),
    "large.zip": (lambda: packed(a_DOT_txt=b"0" * (600 << 20), b_DOT_txt=GOOD), "MB"),
    "outside.zip": (lambda: packed(______evil_DOT_txt=GOOD), "needle"),
    "nested.zip": (lambda: nested(7), "inside more than"),
    "wide.zip": (lambda: nested(2, 12), "MB"),
    "large.txt.gz": (lambda: gzip.compress(b"0" * (600 << 20)), "MB"),
    "large.txt.bz2": (lambda: bz2.compress(b"0" * (300 << 20)), "MB"),
    "links.tar": (
        lambda: tarred(("a.txt", tarfile.SYMTYPE), ("b.txt", tarfile.FIFOTYPE)),
        "no file",
    ),
    "flate.pdf": (lambda: pdf(flate(b"BT " * (1 << 20), 340)), ""),
    "flate-twice.pdf": (
        lambda: pdf(
            zlib.compress(flate(b"BT " * (1 << 20), 340), 9), b"[/FlateDecode/FlateDecode]"
        ),
        "",
    ),
    "operators.pdf": (lambda: pdf(flate(b"q " * (1 << 19), 60)), ""),
    "loop.pdf": (lambda: pdf(b"", kids=b"2 0 R"), ""),
    "cut.pdf": (lambda: pdf(zlib.compress(b"BT ET"))[:200], ""),
    "deep.json": (lambda: b"[" * 1_000_000, ""),
    "number.jsonl": (lambda: b'{"text": "a b", "n": ' + b"9" * 1_000_000 + b"}", ""),
    "deep.rtf": (lambda: b"{\\rtf1 " + b"{" * 300_000 + GOOD.encode(), ""),
    "parts.eml": (
        lambda: b"From: a@b\nMIME-Version: 1.0\n" + b"Content-Type: message/rfc822\n\n" * 50_000,
        "",
    ),
    "field.csv": (lambda: b'title,text\nx,"' + b"y" * 5_000_000, ""),
}


@pytest.fixture(scope="module")
def reasons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said of each file when all are read at once, in time and in memory."""
    folder = tmp_path_factory.mktemp("bombs")
    (folder / "in").mkdir()
    for name, (made, _) in BOMBS.items():
        (folder / "in" / name).write_bytes(made())
    (folder / "in" / "good.txt").write_text(GOOD)
    os.mkfifo(folder / "in" / "fifo.txt")
    (folder / "in" / "loop").symlink_to(folder / "in")
    (folder / "in" / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "in" / "nowhere.txt").symlink_to(folder / "gone")
    (folder / "in" / "a\nb\x1b[31m.txt").write_text(GOOD + "one")
    Path(os.fsdecode(os.fsencode(folder / "in") + b"/n\xff.txt")).write_text(GOOD + "two")
    command = [sys.executable, "-m", "corpus_cli", "ingest", "in", "-j", "2"]
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=500)
    assert done.returncode == 3, done.stderr[-2000:]
    assert b"Traceback" not in done.stderr
    assert b"\x1b" not in done.stderr
    assert time.monotonic() - began < 400
    with Corpus.open(folder / "index") as corpus:
        quarantine = corpus.store.files.all_failures()
        found = {str(Path(source.path).name): "" for source in quarantine}
        for source, reason in quarantine.items():
            found[Path(source.path).name] += f"{reason}; "
        for header in corpus.headers():
            text = corpus.article(header.id)[0].text
            assert "root:" not in text
            for source in header.sources:
                name = Path(source.path).name
                found[name] = found.get(name, "") + ("needle" if "needle" in text else "read")
        assert corpus.search("needle").total
    return found


@pytest.mark.parametrize("name", BOMBS)
def test_each_is_read_or_named_with_a_reason(
    reasons: dict[str, str], name: str, counts: Callable[..., None]
) -> None:
    counts(inputs=1)
    assert BOMBS[name][1] in reasons[name]
    assert "reader failed" not in reasons[name]


def test_the_others_are_read(reasons: dict[str, str]) -> None:
    for name in ("good.txt", "a\nb\x1b[31m.txt", "n\udcff.txt"):
        assert "needle" in reasons[name]
    for name in ("fifo.txt", "passwd.txt", "nowhere.txt"):
        assert name not in reasons


def test_a_large_file_is_read_where_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_text(GOOD * 100)
    with Corpus.in_memory() as corpus:
        (reason,) = corpus.ingest([str(path)], IngestRequest(largest=1_000)).failed.values()
        assert "larger than 0.001 MB" in reason
        assert corpus.ingest([str(path)], IngestRequest(largest=100_000)).added
