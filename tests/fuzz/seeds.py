"""The inputs that fuzzing begins with: real files, as small as they are."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import DATA, SEEDS

CORPORA = Path(__file__).parent / "corpora"
"""The inputs that the tests replay, by target: what failed before, and what reaches far."""

_MAX_BYTES = 60_000
_ARTICLE = b"Kabul fell\n\nBy Ann Lee\n2024-01-05\n\nThe town of Kabul fell in the night, it said."
_MAIL = (
    b"From: Ann <a@b.org>\nTo: c@d.org\nSubject: Kabul\nMIME-Version: 1.0\n"
    b"Date: Mon, 1 Jan 2024 10:00:00 +0000\nContent-Type: multipart/mixed; boundary=x\n\n"
    b"--x\nContent-Type: text/plain; charset=utf-8\n\nThe town fell.\n"
    b"--x\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPGI+YTwvYj4=\n--x--\n"
)
_PAGE = (
    b"<!doctype html><html><head><title>Kabul</title><meta charset=utf-8>"
    b'<script type="application/ld+json">{"@type":"NewsArticle","headline":"K"}</script></head>'
    b"<body><article><h1>Kabul fell</h1><p>The town of Kabul fell.</p></article></body></html>"
)
_TEXTS: dict[str, tuple[bytes, ...]] = {
    "query": (b'ISIS-K -"x y" (a OR b) NEAR/4 c* d~1 date:2024 path:*.txt +author:"A B"',),
    "tokenise": (_ARTICLE, "U.S. €5.3bn W-2 محمد على 领英推荐 e\u0301 AT&T".encode()),
    "globs": (b"**/a*[!b-d]?/\nx/abc/e", b"!/a/**/b\\*\na/b/c"),
    "manifest": (
        (
            b'{"v":1,"generation":3,"upto":4,"layout":"a","analysis":"b","names":"c",'
            b'"segments":{"2-0.0.segment":[3]},"files":{"2-0.0.segment":[9,"ab"]}}'
        ),
    ),
    "settings": (b'limit = 5\ncolor = "auto"\n[fields]\ntitle = "headline"\n',),
    "names": (
        b'packs = ["world"]\n["ISIS-K"]\nforms = ["IS {K,P}"]\nshort = ["Daesh"]\noff = false\n',
        b"a, b => c # d",
    ),
    "judgments": (
        b'{"queries": [{"id": "1", "query": "x", "relevant": {"a:1": 1}, "ignore": []}]}',
        b"1 0 a%20b 2\n1 0 c 0\n",
        b"<top><num> Number: 1 <title> words </top>",
        b'{"_id": "1", "text": "x"}\n',
    ),
    "queries": (b'words\n{"id": 1, "query": "x"}\n',),
    "txt": (
        _ARTICLE,
        b"---\ntitle: A\ndate: 2024-01-05\n---\n# B\n\ntext",
        b"+++\na.b = 1\n+++\nx",
    ),
    "md": (b"# Kabul\n\n```\n# no\n```\n\n## Heading\ntext\n\n* * *\n\n# Second\n\nmore",),
    "html": (_PAGE,),
    "mhtml": (
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
        b"Content-Type: text/html\nContent-Location: http://a.org/\n\n" + _PAGE + b"\n--x--\n",
    ),
    "eml": (_MAIL,),
    "mbox": (
        b"From a@b.org Mon Jan  1 10:00:00 2024\n"
        + _MAIL
        + b"\nFrom - Mon Jan  1 10:00:00 2024\n"
        + _MAIL,
    ),
    "rss": (
        (
            b'<?xml version="1.0"?><rss><channel><item><title>K</title><description>The town '
            b"fell.</description><pubDate>Mon, 1 Jan 2024 10:00:00 GMT</pubDate></item></channel></rss>"
        ),
    ),
    "json": (b'[{"title": "Kabul", "text": "The town fell.", "date": "2024-01-05"}]',),
    "jsonl": (b'{"title": "Kabul", "text": "The town fell.", "tags": ["a"]}\n{"text": "b"}\n',),
    "csv": (b'title,text,date\nKabul,"The town\nfell",2024-01-05\n', b"a;b\n1;2\n"),
    "warc": (
        (
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.org/\r\n"
            b"Content-Type: application/http; msgtype=response\r\nContent-Length: 65\r\n\r\n"
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>The town fell.</p>\r\n\r\n"
        ),
    ),
}


def write_seeds(name: str, folder: Path) -> None:
    """Write the first inputs of a target to a folder."""
    for n, data in enumerate(_inputs(name)):
        if len(data) <= _MAX_BYTES:
            (folder / f"seed-{n}").write_bytes(data)


def _inputs(name: str) -> Iterator[bytes]:
    yield from _TEXTS.get(name, ())
    for path in sorted((DATA / "formats").glob(f"*.{name}")):
        yield path.read_bytes()
    if name == "txt":
        yield from (path.read_bytes()[:4_000] for path in sorted(SEEDS.glob("*.txt")))
    if name == "zip":
        yield _zipped(("a.txt", _ARTICLE), ("b.html", _PAGE))
    if name == "tar":
        yield _tarred()
    if name == "gz":
        yield gzip.compress(_ARTICLE, mtime=0)
    if name == "segment":
        yield from _segments()


def _zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def _tarred() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(_ARTICLE)
        archive.addfile(info, io.BytesIO(_ARTICLE))
    return packed.getvalue()


def _segments() -> Iterator[bytes]:
    import tempfile

    from corpus_cli.corpus import Corpus

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.txt").write_bytes(_ARTICLE)
        with Corpus.create(Path(folder, "index")) as corpus:
            corpus.ingest([f"{folder}/a.txt"])
        for path in Path(folder, "index").rglob("*.segment"):
            yield path.read_bytes()
