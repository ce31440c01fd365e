"""Four readers beside a writer: no error, and nothing that was there is missed."""

import json
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.engines.whoosh.generations import read_manifest
from corpus_cli.engines.whoosh.writing import MAX_SEGMENTS
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.search.request import SearchRequest
from tests.conftest import article
from tests.faults.conftest import COMMON

COMMITS = 30
THOROUGH_COMMITS = 200
READERS = 4


def read_until(done: Path, home: Path, *, stays_open: bool) -> int:
    """Search again and again until a file exists; return how often.

    Every article that was found once has to be found again, and none twice.
    """
    index = home / "index"
    reads, articles = 0, set[str]()
    request = SearchRequest(limit=2 * THOROUGH_COMMITS)
    kept_open = Corpus.open(index) if stays_open else None
    is_last = False
    while not is_last:
        is_last = done.exists()
        with nullcontext(kept_open) if kept_open else Corpus.open(index) as corpus:
            results = corpus.search(COMMON, request)
            count = corpus.search(f"{COMMON} passing", SearchRequest(limit=0)).articles
        lasting = [
            hit.passage.text.split()[1]
            for hit in results.hits
            if hit.passage.text.startswith("The lasting")
        ]
        assert len(lasting) == len(set(lasting)), lasting
        assert articles <= set(lasting), sorted(articles - set(lasting))
        assert count >= len(lasting), (count, len(lasting))
        articles = set(lasting)
        reads += 1
    return reads


def write(home: Path, commits: int) -> None:
    """Commit again and again: add one article, and replace another by a new one."""
    folder = home / "articles"
    with Corpus.open(home / "index") as corpus:
        for number in range(commits):
            for path in folder.glob("passing*"):
                path.unlink()
            for word in ("lasting", "passing"):
                text = article(f"The {word}{number} is {COMMON} here")
                (folder / f"{word}{number}.txt").write_text(text, "utf-8")
            report = corpus.ingest([str(folder)], IngestRequest(prune=True, force=True))
            assert not report.failed


@pytest.mark.slow
def test_readers_see_no_error_and_miss_nothing(
    home: Path, counts: Callable[..., None], *, thorough: bool
) -> None:
    done = home / "done"
    pids = [_start_reader(home, done, number) for number in range(READERS)]
    try:
        write(home, THOROUGH_COMMITS if thorough else COMMITS)
    finally:
        done.touch()
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    reports = [(home / f"reader{number}").read_text() for number in range(READERS)]
    assert codes == [0] * READERS, reports
    reads = [json.loads(report) for report in reports]
    counts(reads=sum(reads))
    assert min(reads) > 1
    manifest = read_manifest(home / "index")
    assert manifest
    # Segments were merged: each commit writes a new one.
    assert len(manifest.segments) <= MAX_SEGMENTS


def _start_reader(home: Path, done: Path, number: int) -> int:
    """Start a reader in a fork; every second one keeps the corpus open."""
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            reads = read_until(done, home, stays_open=bool(number % 2))
            (home / f"reader{number}").write_text(json.dumps(reads))
            code = 0
        except BaseException as error:  # noqa: BLE001 - the parent reports it
            (home / f"reader{number}").write_text(repr(error))
        finally:
            os._exit(code)
    return pid
