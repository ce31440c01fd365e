"""A time limit that interrupts a wait."""

import signal
import time
from pathlib import Path
from threading import Thread

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.engines.clock import TimeOver
from corpus_cli.ingest.reading import Readers
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.system.alarm import raise_after

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
