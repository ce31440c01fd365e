"""No index runs code when it is opened."""

import hashlib
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from whoosh.filedb.filestore import FileStorage

from corpus_cli.engines.whoosh import pickles
from corpus_cli.engines.whoosh.generations import read
from tests.faults.child import corpus
from tests.faults.conftest import COMMON, found, sound

pytestmark = pytest.mark.slow

LOADERS = (pickle.load, pickle.loads, pickle)


def test_no_loader_of_pickle_is_left_in_whoosh(home: Path) -> None:
    """Nor in `whoosh.compat`, where modules that are imported later would get it from."""
    assert found(home)[1].code == 0
    left = {
        f"{name}.{key}"
        for name, module in list(sys.modules.items())
        if name.split(".")[0] == "whoosh"
        for key, value in list(vars(module).items())
        if any(value is loader for loader in LOADERS)
    }
    assert left == set()


def test_no_toc_of_an_older_whoosh_is_loaded() -> None:
    """Its loader has an unpickler of its own."""
    loaders = sys.modules["whoosh.index"].toc_loaders
    assert loaders == {}


# --- payloads: each would make a file ---


def _reduced(function: object, *args: object) -> bytes:
    class Payload:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return function, args

    return pickle.dumps(Payload(), 2)


def _payloads(target: Path) -> dict[str, bytes]:
    code = f"open({str(target)!r}, 'w').close()"
    name = str(target).encode()
    return {
        "eval": _reduced(eval, f"__import__('io').open({str(target)!r}, 'w')"),
        "exec": _reduced(exec, code),
        "open": _reduced(open, str(target), "w"),
        "touch": _reduced(Path.touch, target),
        "system": b"cposix\nsystem\n(S'touch " + name + b"'\ntR.",
        "run": _reduced(subprocess.run, ["touch", str(target)]),
        "dotted": b"\x80\x04\x8c\rwhoosh.fields\x8c\x1cSchema.__init__.__globals__.sys\x93.",
        "getattr": b"c__builtin__\ngetattr\n(c__builtin__\n__import__\n(S'os'\ntRS'system'\ntR(S'touch "
        + name
        + b"'\ntR.",
        "instance": b"(S'" + name + b"'\nS'w'\nio\nopen\n.",
        "state": b"\x80\x02cwhoosh.fields\nSchema\n)\x81cio\nopen\n(S'" + name + b"'\nS'w'\ntRb.",
        "extension": b"\x80\x02\x82\x01(S'" + name + b"'\ntR.",
    }


PAYLOADS = sorted(_payloads(Path("x")))


def _toc(home: Path) -> Path:
    manifest = read(home / "index")
    assert manifest
    folder = home / "index" / manifest.folder
    return next(path for path in folder.iterdir() if path.suffix == ".toc")


def replace(home: Path, path: Path, data: bytes) -> None:
    """Put data in the place of a file, with the manifest of a stranger who knows his trade."""
    path.unlink()
    path.write_bytes(data)
    current = home / "index" / "CURRENT"
    manifest = json.loads(current.read_text())
    manifest["files"][path.name] = [len(data), hashlib.sha256(data).hexdigest()]
    current.write_text(json.dumps(manifest))


def _schema(home: Path, payload: bytes) -> None:
    _rewrite_toc(home, schema=payload)


def _segments(home: Path, payload: bytes) -> None:
    _rewrite_toc(home, segments=payload)


def _old(home: Path, payload: bytes) -> None:
    _rewrite_toc(home, schema=payload, version=-110)


def _rewrite_toc(
    home: Path, *, schema: bytes = b"", segments: bytes = b"", version: int | None = None
) -> None:
    """Write a TOC as Whoosh does, but with our pickles in it."""
    path = _toc(home)
    with FileStorage(str(path.parent)).open_file(path.name) as file:
        sizes = [file.read_varint() for _ in range(3)]
        order, known = file.read_int(), file.read_int()
        release = [file.read_varint() for _ in range(3)]
        kept = file.read_string()
        generation, unused = file.read_int(), file.read_int()
        rest = file.file.read() if hasattr(file.file, "read") else file.read()
    storage = FileStorage(str(path.parent))
    with storage.create_file("new") as file:
        for number in sizes:
            file.write_varint(number)
        file.write_int(order)
        file.write_int(version or known)
        for number in release:
            file.write_varint(number)
        file.write_string(schema or kept)
        file.write_int(generation)
        file.write_int(unused)
        file.write(segments or bytes(rest))
    data = (path.parent / "new").read_bytes()
    (path.parent / "new").unlink()
    replace(home, path, data)


def _postings(home: Path, payload: bytes) -> None:
    """Every pickle in the postings gives way: blocks on their own, and ones in the terms."""
    manifest = read(home / "index")
    assert manifest
    folder = home / "index" / manifest.folder
    for path in folder.iterdir():
        if path.suffix in {".pst", ".trm"}:
            replace(home, path, _implanted(path.read_bytes(), payload))


def _implanted(data: bytes, payload: bytes) -> bytes:
    """Overwrite whatever begins like a pickle and has the room."""
    changed = bytearray(data)
    for begin in (b"\x80\x02", b"\x80\x04", b"\x80\x05"):
        place = data.find(begin)
        while place >= 0:
            room = changed[place : place + len(payload)]
            if len(room) == len(payload):
                changed[place : place + len(payload)] = payload
            place = data.find(begin, place + len(payload))
    return bytes(changed)


PLACES = {"schema": _schema, "segments": _segments, "postings": _postings, "old toc": _old}


@pytest.mark.parametrize("place", PLACES)
def test_no_payload_runs(home: Path, tmp_path: Path, place: str) -> None:
    target = tmp_path / "p"
    original = {path: path.read_bytes() for path in (home / "index").rglob("*") if path.is_file()}
    for name, payload in _payloads(target).items():
        PLACES[place](home, payload)
        _, ended = found(home)
        assert not target.exists(), f"{name} in the {place} ran"
        assert sound(ended), f"{name} in the {place}: {ended.err}"
        if place in ("schema", "segments", "old toc"):
            assert ended.code == 2
            assert "corpus reindex" in ended.err
        corpus("ingest", str(home / "articles"), "-i", str(home / "index"))
        assert not target.exists(), f"{name} in the {place} ran when written to"
        for path, data in original.items():
            path.parent.mkdir(exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(data)


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_loaders_refuse_each_payload(tmp_path: Path, name: str) -> None:
    target = tmp_path / "p"
    with pytest.raises((pickle.UnpicklingError, ValueError, EOFError)):
        pickles.loads(_payloads(target)[name])
    assert not target.exists()


_PLAIN = """
import pickle, sys
import whoosh.index
assert whoosh.index.pickle is pickle
index = whoosh.index.open_dir(sys.argv[1])
assert "corpus_cli.engines.whoosh.pickles" not in sys.modules
from whoosh.query import Term
with index.searcher() as searcher:
    print(len(searcher.search(Term("words", sys.argv[2]), limit=None)))
"""


def test_plain_whoosh_opens_it_and_finds_the_same(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PLAIN, str(_toc(home).parent), COMMON],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("6\n", "")
