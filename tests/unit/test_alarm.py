"""A time limit that interrupts a wait."""

import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.engines.clock import TimeOver
from corpus_cli.ingest.child import Limits
from corpus_cli.ingest.messages import Frame, ReadRequest
from corpus_cli.ingest.readers.port import Unread
from corpus_cli.ingest.reading import FileFrames, Readers
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.model import Stamp
from corpus_cli.system.alarm import raise_after, raise_after_processor_time

_LONG = 60


def test_a_wait_is_interrupted() -> None:
    handler = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TimeOver), raise_after(0.01, TimeOver):
        time.sleep(_LONG)
    assert signal.getsignal(signal.SIGALRM) == handler
    with raise_after(0.05, TimeOver):
        pass
    time.sleep(0.1)


def test_another_thread_is_not_interrupted() -> None:
    done = []

    def wait() -> None:
        with raise_after(0.01, TimeOver):
            time.sleep(0.05)
            done.append(1)

    thread = Thread(target=wait)
    thread.start()
    thread.join()
    assert done


def test_processor_time_is_limited_also_inside_a_pattern() -> None:
    began = time.process_time()
    with pytest.raises(TimeOver), raise_after_processor_time(0.05, TimeOver()):
        re.match(r"(a+)+$", "a" * 27 + "b")
    assert time.process_time() - began < 1
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_what_this_process_reads_itself_is_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> Iterator[Frame]:
        yield Stamp(1, 0, "", 0)
        re.match(r"(a+)+$", "a" * 27 + "b")

    monkeypatch.setattr("corpus_cli.ingest.reading.read_frames", read)
    (tmp_path / "a.txt").write_text("Kabul fell.")
    (tmp_path / "b.txt").write_text("Balkh fell.")
    readers = Readers(1, limits=Limits(seconds=1))
    path = str(tmp_path / "a.txt")
    (one,) = readers.read([ReadRequest(path, path, "", 100, {})])
    assert isinstance(one, FileFrames)
    assert [frame for frame in one.frames if isinstance(frame, Unread)] == [
        Unread("", "reading it takes too long")
    ]


def test_another_thread_leaves_reading_to_a_child(tmp_path: Path) -> None:
    path = str(tmp_path / "a.txt")
    Path(path).write_text("Kabul fell.")
    started: list[int] = []

    def read() -> None:
        readers = Readers(1)
        for one in readers.read([ReadRequest(path, path, "", 100, {})]):
            assert isinstance(one, FileFrames)
            list(one.frames)
        started.append(len(readers._children))  # noqa: SLF001 - it is seen nowhere else
        readers.close()

    thread = Thread(target=read)
    thread.start()
    thread.join()
    assert started == [1]


def test_reading_ends_while_a_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Readers, "read", lambda *_: time.sleep(_LONG))
    (tmp_path / "a.txt").write_text("Kabul fell.")
    with Corpus.in_memory() as corpus:
        report = corpus.ingest([str(tmp_path)], IngestRequest(seconds=0.05))
    assert report.interrupted


def test_time_is_left_to_index_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus_cli.ingest.steps._INDEXING_SECONDS", _LONG)
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"City {name} fell.")
    with Corpus.in_memory() as corpus:
        report = corpus.ingest([str(tmp_path)], IngestRequest(seconds=_LONG))
        assert (report.interrupted, len(report.added)) == (True, 1)
        assert corpus.search("city").total == 1
