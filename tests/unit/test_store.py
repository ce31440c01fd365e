"""The record of articles."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from corpus_cli.config import STORE_FILE
from corpus_cli.corpus import Corpus
from corpus_cli.errors import CorpusDamaged, CorpusError, CorpusMissing
from corpus_cli.ingest.passages import split_passages
from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.ingest.structure.structure import structure
from corpus_cli.model import Article, Entry, Source
from corpus_cli.store import store as store_module
from corpus_cli.store.database import Database
from corpus_cli.store.store import Store
from corpus_cli.text.sketches import sketch
from tests.conftest import article as written
from tests.conftest import change_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "index").mkdir()
    opened = Store(tmp_path / "index" / STORE_FILE, create=True)
    yield opened
    opened.close()


def read(*paragraphs: str) -> Article:
    return structure(
        list(map(DocumentLine, written(*paragraphs, title="A title here").split("\n")))
    )


def put(store: Store, path: str, article: Article) -> None:
    with store.transaction():
        entry = Entry(article, tuple(split_passages(article)))
        store.recorder.record({Source(path): entry})


def test_what_is_put_comes_back_whole(store: Store, tmp_path: Path) -> None:
    article = read("Kabul fell \ud800", "Herat fell\x00")
    path = str(tmp_path / "in" / "n\udcff.txt")
    put(store, path, article)
    assert store.article(article.id) == article
    assert list(store.passages(article.id)) == list(split_passages(article))
    assert store.header(article.id).sources == (Source(path),)
    assert store.header(article.id).title == "A title here"
    assert store.files.article_at(Source(path)) == article.id


def test_what_is_mined_depends_on_near_copies(store: Store) -> None:
    """Near-copies count once, so that their number says whether names are to be compiled anew."""
    before = store.definitions_stamp()
    for path, end in (("/a", "x"), ("/b", "y")):
        article = read("Kabul fell in the night", "Herat fell", "Nobody was there", end)
        entry = Entry(article, tuple(split_passages(article)), sketch=sketch(article.text))
        with store.transaction():
            store.recorder.record({Source(path): entry})
    assert list(store.near_copies.clusters())
    assert store.definitions_stamp() != before


def test_changes_are_numbered_and_never_reused(store: Store) -> None:
    one, two = read("one"), read("two")
    put(store, "/a", one)
    put(store, "/b", two)
    put(store, "/a", two)
    changes = list(store.changes(0))
    assert {(change.article, change.live) for change in changes} == {
        (one.id, False),
        (two.id, True),
    }
    assert changes == sorted(changes)
    assert store.last_change() == changes[-1].number
    assert list(store.changes(store.last_change())) == []
    assert store.count_changes(0) == 2


def test_a_replaced_article_names_its_successor(store: Store) -> None:
    one, two = read("one"), read("two")
    put(store, "/a", one)
    put(store, "/a", two)
    state = store.state(one.id)
    assert state
    assert (state.name, state.successor) == ("replaced", two.id)
    assert store.article(one.id) is None
    put(store, "/a", one)
    assert store.article(one.id) == one


def test_an_article_stays_as_long_as_it_has_a_source(store: Store) -> None:
    one = read("one")
    put(store, "/a", one)
    put(store, "/b", one)
    with store.transaction():
        store.recorder.drop_source(Source("/a"))
    assert store.header(one.id).sources == (Source("/b"),)
    with store.transaction():
        store.recorder.drop_source(Source("/b"))
    state = store.state(one.id)
    assert state
    assert state.name == "gone"


def test_a_failed_transaction_changes_nothing(store: Store) -> None:
    put(store, "/a", read("one"))
    before = (store.counts(), store.last_change())
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.recorder.record({Source("/b"): Entry(read("two"), ())})
        raise ZeroDivisionError
    assert (store.counts(), store.last_change()) == before


def test_a_folder_of_articles_and_corpus_can_be_moved(store: Store, tmp_path: Path) -> None:
    put(store, str(tmp_path / "in" / "a.txt"), read("one"))
    store.close()
    moved = tmp_path.parent / f"{tmp_path.name}-moved"
    tmp_path.rename(moved)
    opened = Store(moved / "index" / STORE_FILE)
    assert list(opened.files.paths()) == [str(moved / "in" / "a.txt")]
    opened.close()


@pytest.mark.parametrize("folder", ["../in/../index", ".", "../index"])
def test_a_corpus_knows_its_files_however_it_is_typed(
    store: Store, tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, str(tmp_path / "in" / "a.txt"), read("one"))
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "index")
    opened = Store(Path(folder, STORE_FILE))
    assert opened.files.article_at(Source(str(tmp_path / "in" / "a.txt")))
    assert list(opened.files.paths()) == [str(tmp_path / "in" / "a.txt")]
    opened.close()


def test_a_reader_sees_the_state_before_while_a_writer_writes(store: Store, tmp_path: Path) -> None:
    put(store, "/a", read("one"))
    reader = Store(tmp_path / "index" / STORE_FILE)
    with store.transaction():
        store.recorder.record({Source("/b"): Entry(read("two"), ())})
        assert reader.counts()["articles"] == 1
    assert reader.counts()["articles"] == 2
    reader.close()


def test_commits_are_on_the_disk_when_they_return(store: Store, tmp_path: Path) -> None:
    assert store._db.row("PRAGMA journal_mode") == ("wal",)  # noqa: SLF001 - nowhere else to see
    assert store._db.row("PRAGMA synchronous") == (2,)  # noqa: SLF001 - the same


def test_what_is_no_store_says_so(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing, match="corpus ingest"):
        Store(tmp_path / STORE_FILE)
    (tmp_path / STORE_FILE).write_bytes(b"this is no database at all, is it" * 100)
    with pytest.raises(CorpusDamaged, match="backup"):
        Store(tmp_path / STORE_FILE)


def test_a_store_of_another_version_says_so(store: Store, tmp_path: Path) -> None:
    store.close()
    db = change_store(tmp_path / "index")
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(CorpusDamaged, match="another version"):
        Store(tmp_path / "index" / STORE_FILE)


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CorpusError, match="cannot be used"):
        Store(tmp_path / "file" / STORE_FILE, create=True)


def test_a_snapshot_is_of_one_moment(store: Store, tmp_path: Path) -> None:
    put(store, "/a", read("one"))
    reader = Store(tmp_path / "index" / STORE_FILE)
    with reader.snapshot():
        assert reader.counts()["articles"] == 1
        put(store, "/b", read("two"))
        assert reader.counts()["articles"] == 1
    assert reader.counts()["articles"] == 2
    reader.close()


def test_texts_stay_with_who_asked_for_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of a snapshot is let go of when it is much: by the store alone."""
    monkeypatch.setattr(store_module, "_MAX_CACHED_TEXTS", 2)
    ids = []
    for n in range(5):
        ids.append((made := read(f"Kabul {n} fell")).id)
        put(store, f"/{n}", made)
    with store.snapshot():
        texts = store.texts(ids)
        store.texts(ids[:1])
        assert list(texts) == ids
        assert list(store.texts(ids[1:2])) == ids[1:2]


def test_no_change_to_an_article_reads_a_whole_table(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: set[str] = set()
    write, write_all = Database.write, Database.write_all

    def recording(database: Database, sql: str, *values: object) -> None:
        statements.add(sql)
        write(database, sql, *values)

    def recording_all(database: Database, sql: str, rows: Iterable[Sequence[object]]) -> None:
        statements.add(sql)
        write_all(database, sql, rows)

    monkeypatch.setattr(Database, "write", recording)
    monkeypatch.setattr(Database, "write_all", recording_all)
    words = " ".join(f"word{n}" for n in range(40))
    for text in (words, f"{words} and more"):
        article = read(text)
        with store.transaction():
            entry = Entry(article, tuple(split_passages(article)), sketch=sketch(article.text))
            store.recorder.record({Source("/a"): entry})
    with store.transaction():
        store.recorder.remove([article.id])
    changing = {sql for sql in statements if sql.startswith(("DELETE", "UPDATE", "REPLACE"))}
    assert any(sql.startswith("DELETE FROM sketched") for sql in changing)
    with closing(change_store(tmp_path / "index")) as connection:
        for sql in changing:
            plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?"))
            assert not [row[3] for row in plan if row[3].startswith("SCAN")], sql


def test_passages_without_an_article_are_damage(store: Store, tmp_path: Path) -> None:
    """A flipped bit in the id of an article leaves its passages behind."""
    article = read("Kabul fell")
    put(store, "/a", article)
    with closing(change_store(tmp_path / "index")) as db:
        db.execute("UPDATE articles SET id = 'x'")
    with pytest.raises(CorpusDamaged, match="an article has passages, but no text"):
        store.passages_by_id([f"{article.id}#1"])


def test_a_header_has_the_values_that_the_metadata_has(tmp_path: Path) -> None:
    """However many sources and corrections there are to choose between."""
    records = {
        "a": ("Kabul fell", ["Ann Lee", "Ann Roe"]),
        "b": ("Kabul fell", ["Bo Li"]),
        "c": ("Herat fell", ["Cy Mo", "Di No"]),
        "d": ("Ghazni fell", ["Ed Oh"]),
    }
    for name, (line, authors) in records.items():
        record = {"title": line, "text": written(line), "authors": authors, "tags": [name, "war"]}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(record))
    (tmp_path / "e.txt").write_text(f"A title of words\n\nBy Flo Po\n\n{written('Farah fell')}")
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(tmp_path)])
        (wrong,) = (header.id for header in corpus.headers() if header.title == "Ghazni fell")
        corpus.edit(wrong, {"author": ["Gus Qu", "Hal Re"], "tag": []})
        headers = list(corpus.headers())
        assert sorted(len(header.sources) for header in headers) == [1, 1, 1, 2]
        for header in headers:
            data = corpus.store.metadata.of(header.id)
            assert header.authors == tuple(one.value for one in data if one.field == "author")
            assert header.tags == tuple(one.value for one in data if one.field == "tag")
            assert header.title == next(one.value for one in data if one.field == "title")
            assert header.passages == len(corpus.store.passages(header.id)) > 0
        assert {header.authors for header in headers} == {
            *(("Ann Lee", "Ann Roe"), ("Cy Mo", "Di No")),
            *(("Gus Qu", "Hal Re"), ("Flo Po",)),
        }


def test_ids_are_as_short_whether_looked_up_or_scanned(tmp_path: Path) -> None:
    with Corpus.create(tmp_path / "index") as corpus:
        for n in range(20):
            (tmp_path / f"{n}.txt").write_text(written(f"Town{n} fell"))
        corpus.ingest([str(tmp_path)])
        ids = corpus.store.ids()
        assert len(ids) == 20
        assert corpus.store.short_ids(ids) == {one: corpus.store.short_id(one) for one in ids}
