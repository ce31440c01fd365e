"""Two texts with one id: forced here, as it cannot be found by chance."""

from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.model import ids
from tests.conftest import article


@pytest.fixture
def few_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give all texts the same id."""
    monkeypatch.setattr(ids, "article_id", lambda _: "0" * ids.DIGITS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(article("Kabul fell"))
    (folder / "b.txt").write_text(article("Herat fell"))
    return folder


@pytest.mark.usefixtures("few_bits")
def test_no_text_replaces_another(folder: Path, tmp_path: Path) -> None:
    with Corpus.create(tmp_path / "index") as corpus:
        report = corpus.ingest([str(folder)])
        assert report.added == [str(folder / "a.txt")]
        assert list(report.failed) == [str(folder / "b.txt")]
        (reason,) = report.failed.values()
        assert reason.startswith("its text has the same id as another article (000000000000)")
        assert "Kabul" in corpus.article("0000")[0].text
        # The next ingest says it too, until one of the texts has another id.
        assert corpus.ingest([str(folder)]).failed == report.failed


@pytest.mark.usefixtures("few_bits")
def test_a_file_that_changes_keeps_its_article(folder: Path, tmp_path: Path) -> None:
    """Its new text has the id of another article: the article it had is kept meanwhile."""
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(folder / "a.txt")])
        (folder / "a.txt").write_text(article("Kunduz fell"))
        report = corpus.ingest([str(folder / "a.txt")])
        assert list(report.failed) == [str(folder / "a.txt")]
        assert "Kabul" in corpus.article("0000")[0].text


@pytest.mark.usefixtures("few_bits")
def test_the_same_text_is_no_collision(folder: Path, tmp_path: Path) -> None:
    (folder / "b.txt").write_text(article("Kabul fell") + "\n\n")
    with Corpus.create(tmp_path / "index") as corpus:
        report = corpus.ingest([str(folder)])
        assert len(report.added) == 2
        assert not report.failed
        assert len(corpus.article("0000")[2].sources) == 2


def test_in_memory_too(folder: Path, few_bits: None) -> None:
    with Corpus.in_memory() as corpus:
        assert len(corpus.ingest([str(folder)]).failed) == 1
