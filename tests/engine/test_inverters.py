"""Inverting in several processes."""

import os
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pytest

from corpus_cli import indexing
from corpus_cli.corpus import Corpus
from corpus_cli.engines.port import ArticleContent
from corpus_cli.engines.whoosh import writing
from corpus_cli.engines.whoosh.generations import read_manifest
from corpus_cli.engines.whoosh.inverters import InversionPart, MentionsPart, _InverterChild
from corpus_cli.engines.whoosh.merging import merge_segments
from corpus_cli.engines.whoosh.segment import Segment
from corpus_cli.ingest import batches
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.store.store import Store
from tests.conftest import article
from tests.engine.mention_checks import check_mentions, index_of


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """More articles than one part takes."""
    monkeypatch.setattr(writing, "_ARTICLES_PER_PART", 3)
    folder = tmp_path / "texts"
    folder.mkdir()
    for n in range(10):
        (folder / f"{n}.txt").write_text(article(f"Town{n} fell", f"River{n} rose"))
    return folder


def segments(texts: Path, index: Path, jobs: int) -> dict[str, bytes]:
    with Corpus.create(index) as corpus:
        corpus.ingest([str(texts)], IngestRequest(jobs=jobs))
        assert corpus.search("town7").total
    return {path.name: path.read_bytes() for path in index.rglob("*.segment")}


def test_the_bytes_do_not_depend_on_how_many_do_it(texts: Path, tmp_path: Path) -> None:
    alone = segments(texts, tmp_path / "one", 1)
    assert len(alone) == 4
    assert segments(texts, tmp_path / "several", 3) == alone


@pytest.fixture
def batches_with_new_names(texts: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Texts of several batches, the last of which explain a name that the first mention too."""
    monkeypatch.setattr(batches, "_MAX_ARTICLES", 4)
    monkeypatch.setattr(writing, "MAX_SEGMENTS", 2)
    for n in (0, 1, 2, 8, 9):
        name = "the Herat Salvation Front (HSF)" if n > 7 else "HSF, or Herat Salvation Front,"
        (texts / f"{n}.txt").write_text(article(f"Town{n} fell to {name} at dawn", f"Day {n}"))
    return texts


def test_segments_are_merged_at_the_end_of_an_ingest(
    batches_with_new_names: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged: list[int] = []

    def merge(segments: Sequence[Segment], path: Path) -> None:
        merged.append(len(segments))
        merge_segments(segments, path)

    monkeypatch.setattr(writing, "merge_segments", merge)
    segments(batches_with_new_names, tmp_path / "index", 1)
    assert len(merged) == 1
    manifest = read_manifest(tmp_path / "index")
    assert manifest
    assert len(manifest.segments) <= 2


def test_children_find_the_mentions_of_changed_names(
    batches_with_new_names: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = segments(batches_with_new_names, tmp_path / "one", 1)

    def fail(part: MentionsPart) -> None:
        raise AssertionError(part)

    monkeypatch.setattr(MentionsPart, "run", fail)
    assert segments(batches_with_new_names, tmp_path / "several", 3) == alone
    with Corpus.open(tmp_path / "several") as corpus:
        lookup = corpus.names.lookup()
        assert corpus.engine.names_digest() == lookup.digest()
        assert check_mentions(index_of(corpus.engine), lookup) >= 5


@pytest.mark.parametrize("when", ["before", "after"])
def test_nothing_is_lost_with_a_process_that_dies(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    alone = segments(texts, tmp_path / "one", 1)
    send, killed = _InverterChild.send, []

    def send_and_kill(child: _InverterChild, part: InversionPart) -> None:
        send(child, part)
        process = child._process  # noqa: SLF001 - to be killed from outside
        assert process
        if when == "after":
            while process.popen.poll() is None and not any(part.segment_names()):
                time.sleep(0.01)
        process.popen.kill()
        killed.append(part)

    monkeypatch.setattr(_InverterChild, "send", send_and_kill)
    assert segments(texts, tmp_path / "killed", 2) == alone
    assert len(killed) > 1


def test_no_process_is_left_behind(texts: Path, tmp_path: Path) -> None:
    segments(texts, tmp_path / "index", 2)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_what_failed_leaves_no_answer_for_the_next(texts: Path, tmp_path: Path) -> None:
    alone = segments(texts, tmp_path / "one", 1)
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(texts)], IngestRequest(jobs=2))
        read = indexing.read_contents

        def breaking(store: Store, articles: Sequence[str]) -> Iterator[ArticleContent]:
            yield from islice(read(store, articles), 5)
            raise ZeroDivisionError

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(indexing, "read_contents", breaking)
            with pytest.raises(ZeroDivisionError):
                corpus.reindex()
        corpus.reindex()
        made = [path.read_bytes() for path in sorted((tmp_path / "index").rglob("*.segment"))]
    assert sorted(alone.values()) == sorted(dict.fromkeys(made))
