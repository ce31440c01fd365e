"""Writers take turns, and readers never notice."""

import codecs
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus_cli.cli import main
from corpus_cli.corpus import Corpus
from corpus_cli.engines import matching
from corpus_cli.engines.whoosh import engine, generations
from corpus_cli.search.request import SearchRequest
from tests.faults.child import corpus, forked
from tests.faults.conftest import COMMON, found, ingested, shelve

pytestmark = pytest.mark.slow

SOON = 5.0
NOBODY = 65534

_HOLD = """
import sys, time
from pathlib import Path
from corpus_cli.store import lock
with lock.hold_lock(Path(sys.argv[1]), wait=0, doing="corpus ingest", waiting=print):
    print("held", flush=True)
    time.sleep(60)
"""

_WRITE = """
import sys
from pathlib import Path
from corpus_cli.corpus import Corpus
home = Path(sys.argv[1])
with Corpus.open(home / "index") as held:
    for n in range(20):
        text = (home / "articles" / "ibex.txt").read_text().replace("ibex", "ibex" + "a" * (n + 1))
        (home / "articles" / f"more{n}.txt").write_text(text)
        held.ingest([str(home / "articles")])
"""


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python of its own, ended at the latest with the block."""
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def holding(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of a corpus."""
    with running("-c", _HOLD, str(home / "index")) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process


def test_two_writers_at_once_both_succeed(home: Path) -> None:
    for n in (1, 2):
        shelve(home / f"more{n}", *(f"word{n}{letter}" for letter in "abcdefgh"))
    with (
        running("-m", "corpus_cli", "ingest", str(home / "more1"), "-i", str(home / "index")) as a,
        running("-m", "corpus_cli", "ingest", str(home / "more2"), "-i", str(home / "index")) as b,
    ):
        said = [process.communicate(timeout=30) for process in (a, b)]
        assert (a.returncode, b.returncode) == (0, 0), said
    assert len(found(home)[0]) == 3 + 8 + 8


def test_two_first_writers_at_once_both_succeed(tmp_path: Path) -> None:
    for n in (1, 2):
        shelve(tmp_path / f"more{n}", *(f"word{n}{letter}" for letter in "abcd"))
    index = str(tmp_path / "index")
    with (
        running("-m", "corpus_cli", "ingest", str(tmp_path / "more1"), "-i", index) as a,
        running("-m", "corpus_cli", "ingest", str(tmp_path / "more2"), "-i", index) as b,
    ):
        said = [process.communicate(timeout=30) for process in (a, b)]
        assert (a.returncode, b.returncode) == (0, 0), said
    assert len(found(tmp_path)[0]) == 4 + 4


@pytest.mark.parametrize("command", ["ingest", "reindex", "remove"])
def test_a_held_lock_ends_a_wait_of_nothing(home: Path, command: str) -> None:
    extra = {"ingest": str(home / "articles"), "remove": str(home / "articles" / "lynx.txt")}
    wanted = [command, *filter(None, [extra.get(command)]), "--wait", "0"]
    with holding(home) as holder:
        with running("-m", "corpus_cli", *wanted, "-i", str(home / "index")) as process:
            try:
                _, said = process.communicate(timeout=SOON)
            except subprocess.TimeoutExpired:
                pytest.fail(f"corpus {command} --wait 0 still waits after {SOON} s")
        assert process.returncode == 2
        assert f"process {holder.pid}" in said
        assert "corpus ingest" in said


def test_a_killed_holder_holds_nothing(home: Path) -> None:
    with holding(home) as holder:
        assert "corpus ingest" in corpus("status", "-i", str(home / "index")).out
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert "corpus ingest" not in corpus("status", "-i", str(home / "index")).out
        ended = corpus("ingest", str(home / "articles"), "--wait", "0", "-i", str(home / "index"))
        assert ended.code == 0, ended


def test_readers_never_err_nor_go_backwards(home: Path) -> None:
    """One that stays open and one that opens anew each time, beside twenty commits."""
    stored = indexed = rounds = 0
    with running("-c", _WRITE, str(home)) as writer, Corpus.open(home / "index") as kept:
        while writer.poll() is None or not rounds:
            with Corpus.open(home / "index") as fresh:
                for reader in (kept, fresh):
                    articles = reader.search(COMMON, SearchRequest(limit=0)).articles
                    held = reader.status()["articles"]
                    assert articles >= indexed
                    assert held >= stored
                    indexed, stored = articles, held
            rounds += 1
        assert writer.stderr
        assert writer.returncode == 0, writer.stderr.read()
        assert kept.search(COMMON, SearchRequest(limit=0)).articles == 23


@pytest.mark.parametrize("moment", ["checked", "opened"])
def test_a_reader_overtaken_by_commits_reads_on(
    home: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Three commits take the generation away that a reader has just checked or opened."""
    place, name = (generations, "check_sizes") if moment == "checked" else (matching, "match")
    real = getattr(place, name)
    reader = os.getpid()

    def overtaken(*args: object) -> object:
        if moment == "checked":
            real(*args)
        if os.getpid() == reader:
            monkeypatch.setattr(place, name, real)
            for word in ("otter", "stork", "eland"):
                ingested(home, "ibex", "lynx", "heron", word)
        return real(*args) if moment == "opened" else None

    monkeypatch.setattr(place, name, overtaken)
    with Corpus.open(home / "index") as held:
        assert held.engine.__class__ is engine.WhooshEngine
        assert held.search(COMMON, SearchRequest(limit=0)).articles >= 3


# --- media that cannot be written to ---


def _readable(home: Path) -> None:
    for path in (home, *home.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


@pytest.fixture
def sealed(shelved: Path) -> Iterator[Path]:
    """A home that anybody may read and nobody may write to."""
    scratch = Path(tempfile.mkdtemp())
    home = Path(shutil.copytree(shelved, scratch / "home"))
    scratch.chmod(0o755)
    _readable(home)
    yield home
    for path in (home, *home.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(scratch)


def _as_nobody() -> None:
    """Root may write anywhere: be somebody else."""
    # Who is nobody may be unable to load what Python loads late.
    codecs.lookup("utf-8-sig")
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def test_what_cannot_be_written_to_can_be_searched(sealed: Path) -> None:
    def body() -> int:
        _as_nobody()
        os.chdir("/")
        if os.access(sealed / "index", os.W_OK):
            return 77
        return main(["search", COMMON, "-l", "-i", str(sealed / "index")])

    before = sorted(path.name for path in sealed.rglob("*"))
    ended = forked(body)
    if ended.code == 77:
        pytest.skip("nothing is read-only to this user")
    assert (ended.code, ended.err, len(ended.out.splitlines())) == (0, "", 3)
    assert sorted(path.name for path in sealed.rglob("*")) == before


def test_a_killed_writer_s_articles_are_found_on_read_only_media(home: Path) -> None:
    """What was acknowledged is in the log of SQLite still: found, or said."""
    shelve(home / "articles", "ibex", "lynx", "heron", "otter")

    def killed() -> int:
        setattr(Corpus, "close", lambda _: os.kill(os.getpid(), signal.SIGKILL))  # noqa: B010
        return main(["ingest", str(home / "articles"), "-i", str(home / "index")])

    assert forked(killed).code == -signal.SIGKILL
    assert (home / "index" / "store.db-wal").stat().st_size

    def read() -> int:
        setattr(os, "access", lambda *_, **__: False)  # noqa: B010
        return main(["search", "otter", "-l", "-i", str(home / "index")])

    ended = forked(read)
    assert "otter" in ended.out or "not" in ended.err, ended


def test_a_command_on_read_only_media_says_so(sealed: Path) -> None:
    def body() -> int:
        _as_nobody()
        os.chdir("/")
        if os.access(sealed / "index", os.W_OK):
            return 77
        return main(["reindex", "-i", str(sealed / "index")])

    began = time.monotonic()
    ended = forked(body)
    if ended.code == 77:
        pytest.skip("nothing is read-only to this user")
    assert ended.code == 2
    assert "this is a defect" not in ended.err
    assert time.monotonic() - began < SOON
