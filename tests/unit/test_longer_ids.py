"""Upgrading a corpus whose ids have 12 digits.

`tests/data/short_ids.sql` is the store that the last such version wrote for these commands:

    corpus ingest articles              # eight files; wolf.txt and wolf2.txt are the same,
                                        # fox.txt and fox2.txt are near-copies
    corpus ingest - < badger
    corpus edit articles/lynx.txt --author 'Ann Keeper'
    corpus edit articles/eel.txt --author 'Bob Keeper'
    corpus edit BADGER --author 'Cy Keeper'
    corpus remove articles/heron.txt
    corpus ingest articles --prune      # otter.txt has changed, eel.txt is gone
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from corpus_cli.config import STORE_FILE
from corpus_cli.corpus import Corpus
from corpus_cli.engines.port import Snapshot
from corpus_cli.errors import CorpusDamaged, NotFound
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.model import ids
from tests.conftest import make_older_corpus

BADGER, FOX, FOX2, LYNX, OTTER, WOLF = (
    "9edbf17de64b",
    "2908fdeace27",
    "88221de9d9b2",
    "ac6062623384",
    "5dd7e8f57440",
    "90a4606d368c",
)
EEL, HERON, OLD_OTTER = "e8208d361eb9", "f0e399afe3e5", "3c37375f6ba5"
LIVE = sorted([BADGER, FOX, FOX2, LYNX, OTTER, WOLF])
FILLER = (
    " The keeper wrote it down in the book of the park and went on to the next fence before the "
    "rain came over the hill."
)
TEXTS = {
    "eel": f"Eel in the pond\n\nThe eel was counted again this year in the pond.{FILLER}\n",
    "heron": f"Heron by the lake\n\nThe heron stood at the lake for an hour.{FILLER}\n",
}


@pytest.fixture(scope="session")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("older") / "index"
    make_older_corpus(folder)
    return folder


@pytest.fixture
def folder(older: Path, tmp_path: Path) -> Path:
    """Return the folder of a corpus with short ids."""
    (tmp_path / "articles").mkdir()
    return Path(shutil.copytree(older, tmp_path / "index"))


@pytest.fixture
def upgraded(folder: Path) -> Iterator[Corpus]:
    """Open the corpus after its upgrade."""
    with Corpus.open(folder) as corpus:
        corpus.reindex()
        yield corpus


def write(tmp_path: Path, name: str) -> str:
    path = tmp_path / "articles" / f"{name}.txt"
    path.write_text(TEXTS[name])
    return str(path)


def dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / STORE_FILE)) as store:
        return list(store.iterdump())


def test_a_reader_needs_no_upgrade(folder: Path) -> None:
    before = dump(folder)
    with Corpus.open(folder) as corpus:
        (hit,) = corpus.search("otter weir").hits
        assert hit.passage.id == f"{OTTER}#1"
        assert [header.id for header in corpus.headers()] == LIVE
        assert corpus.resolve(LYNX[:5]) == LYNX
        assert corpus.status()["unindexed"] == 0
    assert dump(folder) == before


def test_every_article_keeps_what_it_had(folder: Path) -> None:
    with Corpus.open(folder) as corpus:
        before = {name: corpus.article(name) for name in LIVE}
        clusters = [[header.id for header in headers] for headers in corpus.clusters()]
        definitions = corpus.store.definitions()
        assert definitions
        assert clusters == [[FOX, FOX2]]
    with Corpus.open(folder) as corpus:
        corpus.reindex()
        for name, (content, passages, header) in before.items():
            long = corpus.resolve(name)
            assert long.startswith(name)
            assert len(long) == ids.DIGITS
            new_content, new_passages, new_header = corpus.article(name)
            assert new_content == content._replace(id=long)
            assert list(new_passages) == [one._replace(article=long) for one in passages]
            sources = tuple(
                one._replace(record=long) if one.record else one for one in header.sources
            )
            assert new_header == header._replace(id=long, sources=sources)
        assert [[one.id[:12] for one in headers] for headers in corpus.clusters()] == clusters
        assert [(one[:12], what) for one, what in corpus.store.definitions()] == definitions
        assert corpus.article(LYNX)[2].authors == ("Ann Keeper",)
        assert corpus.article(BADGER)[2].authors == ("Cy Keeper",)
        (hit,) = corpus.search("otter weir").hits
        assert hit.passage.id == f"{corpus.resolve(OTTER)}#1"
        assert corpus.status()["unindexed"] == 0


def test_an_upgraded_store_is_as_a_new_one(upgraded: Corpus) -> None:
    """The same texts read by this version have the same ids."""
    texts = {one: upgraded.store.text(one) for one in upgraded.store.ids()}
    assert [*map(ids.article_id, texts.values())] == [*texts]
    assert upgraded.store.is_upgraded()
    assert upgraded.folder
    with closing(sqlite3.connect(upgraded.folder / STORE_FILE)) as store:
        assert store.execute("PRAGMA user_version").fetchone() == (7,)
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def edit(corpus: Corpus) -> None:
    corpus.edit(OTTER, {"author": ["Otto Keeper"]})


def remove(corpus: Corpus) -> None:
    corpus.remove([OTTER])


@pytest.mark.parametrize("write_to", [edit, remove, Corpus.reindex])
def test_any_writer_upgrades(folder: Path, write_to: Callable[[Corpus], None]) -> None:
    with Corpus.open(folder) as corpus:
        write_to(corpus)
        assert corpus.store.is_upgraded()
        kept = [] if write_to is remove else [OTTER]
        assert sorted(one[:12] for one in corpus.store.ids()) == sorted({*LIVE} - {OTTER} | {*kept})
        found = corpus.search("otter", None).hits
        assert [hit.header.authors for hit in found] == (
            [] if write_to is remove else [("Otto Keeper",) if write_to is edit else ()]
        )


def test_a_dry_run_upgrades_nothing(folder: Path, tmp_path: Path) -> None:
    heron = write(tmp_path, "heron")
    with Corpus.open(folder) as corpus:
        report = corpus.ingest([heron], IngestRequest(dry_run=True))
        assert report.withheld == [heron]
        assert not corpus.store.is_upgraded()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (HERON, f"{HERON} was removed"),
        (HERON[:5], f"{HERON} was removed"),
        (EEL, f"{EEL} was pruned: its file is gone"),
        (OLD_OTTER, f"{OLD_OTTER} was replaced: see {OTTER}"),
        ("dead", "no article is called dead"),
    ],
)
def test_dead_articles_are_explained(upgraded: Corpus, name: str, message: str) -> None:
    with pytest.raises(NotFound, match=message):
        upgraded.resolve(name)


def test_a_removed_article_stays_away(upgraded: Corpus, tmp_path: Path) -> None:
    heron = write(tmp_path, "heron")
    assert upgraded.ingest([heron]).withheld == [heron]
    with pytest.raises(NotFound, match=f"{HERON} was removed"):
        upgraded.resolve(HERON)
    assert upgraded.ingest([heron], IngestRequest(restore_removed=True)).added == [heron]
    assert upgraded.resolve(HERON) == ids.article_id(TEXTS["heron"])
    assert upgraded.store.dead_ids(HERON) == []


def test_a_pruned_article_returns_with_its_corrections(upgraded: Corpus, tmp_path: Path) -> None:
    upgraded.ingest([write(tmp_path, "eel")])
    assert upgraded.article(EEL)[2].authors == ("Bob Keeper",)
    assert upgraded.store.dead_ids(EEL) == []


def test_standard_input_is_known_again(upgraded: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    text = upgraded.store.text(upgraded.resolve(BADGER))
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(text.encode())))
    assert upgraded.ingest(["-"]).unchanged == ["-"]
    assert upgraded.article(BADGER)[2].authors == ("Cy Keeper",)


def test_files_that_share_an_article_are_read_again(upgraded: Corpus) -> None:
    """One of two texts with the same 48 bits was lost, and is still in its file."""
    readings = {
        Path(path).name: stamp.reading
        for path in upgraded.store.files.paths()
        if (stamp := upgraded.store.files.stamp(path))
    }
    assert {name for name, reading in readings.items() if not reading} == {"wolf.txt", "wolf2.txt"}


def test_compiled_names_follow(folder: Path) -> None:
    with Corpus.open(folder) as corpus:
        before = corpus.store.definitions_stamp()
        corpus.reindex()
        assert corpus.store.definitions_stamp() > before


def test_an_error_leaves_the_corpus_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(folder)
    with Corpus.open(folder) as corpus:
        monkeypatch.setattr("corpus_cli.indexing.read_contents", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            corpus.reindex()
    assert dump(folder) == before
    with Corpus.open(folder) as corpus:
        assert corpus.search("keeper").articles == len(LIVE) - 2


def test_an_upgrade_cut_between_index_and_store_is_noticed(folder: Path) -> None:
    with Corpus.open(folder) as cut, pytest.raises(ZeroDivisionError), cut.store.upgrade():
        cut._catch_up(fresh=True)  # noqa: SLF001 - as `reindex` does
        raise ZeroDivisionError
    with Corpus.open(folder) as corpus:
        with pytest.raises(CorpusDamaged, match="Complete it with: corpus reindex"):
            corpus.search("otter")
        assert corpus.article(OTTER)[0].id == OTTER
        corpus.reindex()
        assert len(corpus.search("otter").hits) == 1


def test_an_id_that_is_no_digest_stays(folder: Path) -> None:
    with closing(sqlite3.connect(folder / STORE_FILE)) as store:
        for table, column in (("articles", "id"), ("passages", "article"), ("sources", "article")):
            store.execute(f"UPDATE {table} SET {column} = 'otter' WHERE {column} = ?", [OTTER])  # noqa: S608 - ours
        store.commit()
    with Corpus.open(folder) as corpus:
        corpus.reindex()
        assert "otter" in corpus.store.ids()
        assert corpus.article("otter")[0].lines[2].text.startswith("The otter")


def test_a_reader_opens_index_and_store_of_one_format(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process upgrades the corpus after the reader opened the index."""
    with Corpus.open(folder) as reader, Corpus.open(folder) as writer:
        open_index = reader.engine.snapshot

        @contextmanager
        def open_late() -> Iterator[Snapshot]:
            with open_index() as index:
                if not writer.store.is_upgraded():
                    writer.reindex()
                yield index

        monkeypatch.setattr(reader.engine, "snapshot", open_late)
        (hit,) = reader.search("otter").hits
        assert len(hit.passage.article) == ids.DIGITS
