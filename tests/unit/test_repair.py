"""A repair keeps what can be read, and names the rest."""

import shutil
from pathlib import Path

import pytest

from corpus_cli import Corpus, NotFound, repair_corpus, verify_corpus
from corpus_cli.errors import CorpusError
from corpus_cli.store.page_check import check_pages
from tests.conftest import change_store

PAGE = 4096
COUNT = 24


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with long and short articles, corrections, claims, a removal and a failure."""
    home = tmp_path_factory.mktemp("whole")
    (home / "articles").mkdir()
    for n in range(COUNT):
        words = " ".join(f"word{n}x{k}" for k in range(900 if n % 5 == 0 else 30))
        head = f"---\ntitle: Title {n}\nauthor: Ann {n}\ndate: 2024-03-{n + 1:02}\n---\n\n"
        (home / "articles" / f"{n}.md").write_text(f"{head}Kabul fell on day{n}. {words}.\n")
    (home / "articles" / "broken.docx").write_bytes(b"PK no")
    with Corpus.create(home / "index") as corpus:
        corpus.ingest([str(home / "articles")])
        corpus.edit(str(home / "articles" / "3.md"), {"author": ["By Hand"]})
        corpus.remove([str(home / "articles" / "4.md")])
    return home


def content(home: Path) -> dict[str, object]:
    """Everything that is said of each article."""
    with Corpus.open(home / "index") as corpus:
        headers = list(corpus.headers())
        return {one.id: (one, *corpus.article(one.id)) for one in headers}


def copy_of(whole: Path, home: Path) -> Path:
    """A copy at the same place, so that all paths are the same."""
    shutil.rmtree(home, ignore_errors=True)
    return Path(shutil.copytree(whole, home))


def test_a_whole_corpus_stays_as_it_is(whole: Path, tmp_path: Path) -> None:
    home = copy_of(whole, tmp_path / "home")
    before = content(home)
    assert verify_corpus(home / "index") == []
    repair = repair_corpus(home / "index")
    assert (repair.articles, repair.lost, repair.kept) == (COUNT - 1, (), "")
    assert content(home) == before


@pytest.mark.slow
def test_whichever_page_is_damaged_no_article_is_dropped_in_silence(
    whole: Path, tmp_path: Path
) -> None:
    home = copy_of(whole, tmp_path / "home")
    before = content(home)
    pages = (home / "index" / "store.db").stat().st_size // PAGE
    kept, unnamed = 0, 0
    for page in range(pages):
        copy_of(whole, home)
        path = home / "index" / "store.db"
        damaged = bytearray(path.read_bytes())
        damaged[page * PAGE + 50 : page * PAGE + 4000] = b"U" * 3950
        path.write_bytes(damaged)
        assert verify_corpus(home / "index", quick=True), page
        try:
            repair = repair_corpus(home / "index")
        except CorpusError as error:
            # The schema is gone.
            assert "backup" in str(error)  # noqa: PT017 - or it was repaired
            unnamed += 1
            continue
        after = content(home)
        lost = {one.id for one in repair.lost}
        assert all(after[one] == before[one] for one in after), page
        assert "" in lost or before.keys() - after.keys() <= lost, page
        assert (home / "index" / repair.kept).read_bytes() == damaged
        assert verify_corpus(home / "index") == []
        with Corpus.open(home / "index") as corpus:
            assert corpus.search("Kabul").total >= len(after)
            with pytest.raises(NotFound):
                corpus.article(str(home / "articles" / "4.md"))
            if "" not in lost:
                assert all(one.paths for one in repair.lost), page
            # What is lost is read again, and nothing else.
            report = corpus.ingest([str(home / "articles")])
            assert len(report.added) <= len(lost) + 2 * ("" in lost) * COUNT, page
        if "" not in lost:
            assert content(home).keys() >= before.keys(), page
        kept += len(after)
    assert kept > pages * COUNT * 0.7
    assert unnamed <= 3


def test_damage_in_a_free_page_is_harmless(whole: Path, tmp_path: Path) -> None:
    home = copy_of(whole, tmp_path / "home")
    path = home / "index" / "store.db"
    store = change_store(home / "index")
    store.execute("DROP TABLE name_word_articles")
    free = store.pragma("freelist_count")
    store.close()
    assert free
    damaged = bytearray(path.read_bytes())
    harmless = 0
    for page in range(1, len(damaged) // PAGE):
        copy = bytearray(damaged)
        copy[page * PAGE + 9] ^= 1
        path.write_bytes(copy)
        report = check_pages(path)
        harmless += len(report.free)
        assert len(report.free) + len(report.damaged) == 1
    assert harmless >= free - 1
