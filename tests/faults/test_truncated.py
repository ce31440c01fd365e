"""A segment that another program truncates while it is open."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.engines.whoosh import segment
from corpus_cli.errors import CorpusDamaged
from corpus_cli.search.request import SearchRequest
from tests.faults.child import forked
from tests.faults.conftest import COMMON


def _truncate(home: Path, size: int) -> None:
    for path in home.glob("index/whoosh-*/*.segment"):
        os.truncate(path, size)


def count(corpus: Corpus) -> int:
    return corpus.search(COMMON, SearchRequest(limit=0)).articles


@pytest.mark.parametrize("size", [0, 1, 300, 5_000])
@pytest.mark.parametrize("largest", [0, 1_000_000], ids=["mapped", "read"])
def test_a_segment_truncated_between_two_searches_is_an_error(
    home: Path, monkeypatch: pytest.MonkeyPatch, size: int, largest: int
) -> None:
    monkeypatch.setattr(segment, "_MAX_READ_BYTES", largest)

    def body() -> int:
        with Corpus.open(home / "index") as corpus:
            assert count(corpus) == 3
            _truncate(home, size)
            with pytest.raises(CorpusDamaged, match=r"bytes instead of .* corpus reindex"):
                count(corpus)
        return 0

    ended = forked(body)
    assert ended.code == 0, ended
    # A writer makes it again.
    with Corpus.open(home / "index") as corpus:
        corpus.reindex()
        assert count(corpus) == 3


def test_a_small_segment_truncated_within_a_search_is_answered_from_what_was_read(
    home: Path, counts: Callable[..., None]
) -> None:
    def body() -> int:
        with Corpus.open(home / "index") as corpus, corpus.snapshot() as moment:
            _truncate(home, 0)
            from corpus_cli.search.pipeline import search

            assert search(COMMON, moment, SearchRequest(limit=0)).articles == 3
        return 0

    ended = forked(body)
    assert ended.code == 0, ended
    counts(mutations=1)
