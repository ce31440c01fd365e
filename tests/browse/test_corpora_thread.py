"""The thread in which corpora are asked."""

import threading
from pathlib import Path

import pytest

from corpus_cli.browse import corpora_thread, state
from corpus_cli.browse.corpora_thread import CorporaThread
from corpus_cli.browse.open_article import ArticleKey
from corpus_cli.errors import CorpusMissing, NotFound, UsageError
from corpus_cli.search.request import SearchRequest

REQUEST = state.search_request(state.start("", SearchRequest()))


def test_all_questions_are_asked_in_one_thread(seeded: Path) -> None:
    with CorporaThread([("", seeded)]) as corpora:
        hit = corpora.search("Kurilla", REQUEST).result().hits[0]
        key = ArticleKey("", hit.header.id)
        assert corpora.read(key, "Kurilla", REQUEST).result().matches
        assert {one.by for one in corpora.count("Kurilla", REQUEST).result().facets} == {
            *state.FACETS
        }
        # Of all passages the names are not counted.
        everything = corpora.count("", REQUEST).result().facets
        assert {one.by for one in everything} == {*state.FACETS} - {"name"}
    assert "corpora" not in {thread.name.split("_")[0] for thread in threading.enumerate()}


def test_the_corpora_are_opened_again_after_an_error(
    seeded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("odd")

    with CorporaThread([("", seeded)]) as corpora:
        assert corpora.search("Kurilla", REQUEST).result().total
        with monkeypatch.context() as patch:
            patch.setattr(corpora_thread, "search_corpora", fail)
            with pytest.raises(ValueError, match="odd"):
                corpora.search("Kurilla", REQUEST).result()
        assert corpora.search("Kurilla", REQUEST).result().total


def test_errors_are_those_of_a_corpus(seeded: Path, tmp_path: Path) -> None:
    with CorporaThread([("", tmp_path)]) as corpora, pytest.raises(CorpusMissing):
        corpora.search("Kurilla", REQUEST).result()
    with CorporaThread([("", seeded)]) as corpora:
        with pytest.raises(UsageError):
            corpora.search("date:2017-13", REQUEST).result()
        with pytest.raises(NotFound):
            corpora.read(ArticleKey("", "f" * 32), "x", REQUEST).result()
        assert corpora.search("Kurilla", REQUEST).result().total


def test_a_question_that_is_cancelled_is_not_asked(seeded: Path) -> None:
    with CorporaThread([("", seeded)]) as corpora:
        first = corpora.search("Taliban", REQUEST)
        second = corpora.search("Kurilla", REQUEST)
        assert second.cancel() or second.done()
        assert first.result().total
