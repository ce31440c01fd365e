"""Files that break their reader break nothing else."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from corpus_cli.ingest.child import Limits
from corpus_cli.ingest.messages import Frame, Made, ReadRequest
from corpus_cli.ingest.readers.port import Unread
from corpus_cli.ingest.reading import Readers
from corpus_cli.model import Stamp

READER = """
import os, signal, sys
from corpus_cli.ingest.readers.port import Document, Unread, DocumentLine

def read(file):
    what = file.data.decode()
    if what == "good": yield Document([DocumentLine("\\ud800 good")])
    elif what == "loop":
        while True: pass
    elif what == "memory": yield Document([DocumentLine("x" * 10**10)])
    elif what == "bomb":
        for n in range(100): yield Document([DocumentLine("x" * 100_000)], record=str(n))
    elif what == "crash": os.kill(os.getpid(), signal.SIGSEGV)
    elif what == "deep":
        def deeper(): return deeper()
        deeper()
    elif what == "error": raise RuntimeError("hmm")
    elif what == "import": import lxml.no_such_part
    elif what == "leave": os._exit(7)
    elif what == "noise": os.write(1, b"no frame\\n")
    elif what == "once":
        try: open(__file__ + ".mark", "x")
        except FileExistsError: yield Document([DocumentLine("whole")])
        else: os.kill(os.getpid(), signal.SIGKILL)
    elif what == "half":
        yield Document([DocumentLine("first")], record="1")
        yield Unread("2", "it is bad")
        raise RuntimeError("hmm")
"""

Ask = Callable[..., dict[str, list[Frame]]]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """A plug-in reader, installed as another package would be, and what it makes of files."""
    info = tmp_path / "site" / "strange-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: strange\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[corpus.readers]\nstrange = strange:read\n")
    (tmp_path / "site" / "strange.py").write_text(READER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))

    def asked(*contents: str, jobs: int = 1) -> dict[str, list[Frame]]:
        paths = []
        for n, content in enumerate(contents):
            paths.append(tmp_path / f"{n}-{content}.strange")
            paths[-1].write_text(content)
        requests = (ReadRequest(str(path), str(path), "", 1_000, {}) for path in paths)
        with closing(Readers(jobs, limits=Limits(1, 1_000_000_000, 1_000_000))) as readers:
            return {
                Path(path).stem.partition("-")[2]: list(frames)
                for path, frames in readers.read(requests)
            }

    return asked


REASONS = {
    "loop": "too long",
    "memory": "1 GB of memory",
    "bomb": "1 million characters",
    "crash": "SIGSEGV",
    "deep": "nested too deeply",
    "error": "its reader failed (RuntimeError)",
    "import": "pip install",
    "leave": "exit code 7",
    "noise": "no article",
}


@pytest.mark.parametrize("jobs", [1, 3])
def test_each_says_why_and_the_others_go_on(ask: Ask, jobs: int) -> None:
    began = time.monotonic()
    found = ask("good", *REASONS, "half", jobs=jobs)
    assert time.monotonic() - began < 20
    assert list(found) == ["good", *REASONS, "half"]
    for what, reason in REASONS.items():
        last = found[what][-1]
        assert isinstance(last, Unread), what
        assert reason in last.reason
    assert isinstance(found["good"][0], Stamp)
    assert isinstance(made := found["good"][1], Made)
    assert made.entry.article.text == "\ud800 good"
    assert [type(frame).__name__ for frame in found["half"]] == [
        "Stamp",
        "Made",
        "Unread",
        "Unread",
    ]


def test_a_reader_that_is_killed_loses_nothing(ask: Ask) -> None:
    found = ask("once", "good")
    assert [type(frame) for frame in found["once"]] == [Stamp, Stamp, Made]
    assert isinstance(found["good"][1], Made)


def test_nothing_is_imported_from_where_one_stands(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "here"
    trap.mkdir()
    for name in ("json", "charset_normalizer", "strange", "zipfile"):
        (trap / f"{name}.py").write_text("raise SystemExit('a file of the folder was run')")
    monkeypatch.chdir(trap)
    assert isinstance(ask("good")["good"][1], Made)


def children() -> list[str]:
    """The command lines of our child processes that are left."""
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [Path(f"/proc/{pid}/cmdline").read_text() for pid in found]


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_no_child_is_left(ask: Ask) -> None:
    ask("good", "crash", "good", jobs=2)
    assert not [line for line in children() if "corpus_cli.ingest.child" in line]


def test_what_is_read_is_not_held(tmp_path: Path, ask: Ask) -> None:
    """A file that was asked for and is not taken stops its reader, not us."""
    path = tmp_path / "big.strange"
    path.write_text("bomb")
    with closing(Readers(1, limits=Limits(60, 1_000_000_000, 100_000_000))) as readers:
        _, frames = next(readers.read([ReadRequest(str(path), str(path), "", 1_000, {})]))
        taken: Iterator[Frame] = (frame for frame, _ in zip(frames, range(3), strict=False))
        assert len(list(taken)) == 3


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("size", [150_000, 2_000_000])
def test_long_plain_text_has_the_same_bounds(tmp_path: Path, jobs: int, size: int) -> None:
    """Whatever else is read; a short one is read at once, without a child."""
    for name, text in (("a.txt", "Kabul fell"), ("b.txt", "Kabul fell " * (size // 11))):
        (tmp_path / name).write_text(text)
    requests = [
        ReadRequest(str(path), str(path), "", 50_000_000, {})
        for path in sorted(tmp_path.glob("*.txt"))
    ]
    with closing(Readers(jobs, limits=Limits(60, 1_000_000_000, 100_000))) as readers:
        short, long = (list(frames) for _, frames in readers.read(requests))
    assert isinstance(short[-1], Made)
    assert isinstance(long[-1], Unread)
    assert "0.1 million characters" in long[-1].reason
