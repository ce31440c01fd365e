"""`whoosh.index.open_dir` opens a corpus that `corpus` keeps up to date."""

import json
import pickletools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from whoosh.filedb.filestore import FileStorage, ReadOnlyError
from whoosh.index import EmptyIndexError, create_in, exists_in, open_dir
from whoosh.qparser import QueryParser
from whoosh.query import Every, Term
from whoosh.writing import AsyncWriter, BufferedWriter

from corpus_cli.corpus import Corpus
from corpus_cli.engines.whoosh import codec, engine, generations, writing
from corpus_cli.errors import CorpusDamaged
from corpus_cli.ingest.steps import IngestRequest
from tests.conftest import article


def ingest(home: Path, *words: str) -> None:
    """Bring the corpus of a folder in step with an article for each word."""
    (home / "articles").mkdir(exist_ok=True)
    for old in (home / "articles").iterdir():
        old.unlink()
    for word in words:
        text = article(f"The {word} is common here", f"A second {word}", title=f"On {word}")
        (home / "articles" / f"{word}.txt").write_text(text)
    with Corpus.create(home / "index") as corpus:
        corpus.ingest([str(home / "articles")], IngestRequest(prune=True, force=True))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder with a corpus of three articles, ingested in two goes."""
    ingest(tmp_path, "ibex", "lynx")
    ingest(tmp_path, "ibex", "lynx", "heron")
    return tmp_path


def contents(home: Path) -> list[str]:
    """Return the names of Whoosh's files in an index."""
    return sorted(path.name for path in (home / "index").iterdir() if "MAIN" in path.name)


def found(searcher: Any, word: str = "common") -> list[str]:
    """Return the titles of the articles whose words have a word."""
    return sorted({hit["title"] for hit in searcher.search(Term("words", word), limit=None)})


# --- from outside ---

OUTSIDE = """
import json, sys
import whoosh.index
from whoosh.qparser import QueryParser

alone = not any(name.startswith("corpus_cli") for name in sys.modules)
index = whoosh.index.open_dir("index")
with index.searcher() as searcher:
    results = searcher.search(QueryParser("text", index.schema).parse(sys.argv[1]), limit=None)
    print(json.dumps({
        "alone": alone,
        "count": index.doc_count(),
        "fields": index.schema.names(),
        "hits": {hit["id"]: [hit["title"], hit["text"], hit.score] for hit in results},
        "marked": results[0].highlights("text"),
    }))
"""


def test_a_program_that_imports_only_whoosh_searches_a_corpus(seeded: Path, tmp_path: Path) -> None:
    (tmp_path / "index").symlink_to(seeded)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", OUTSIDE, "Taliban border"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    answer = json.loads(done.stdout)
    assert answer["alone"]
    assert answer["fields"] == sorted(codec.schema().names())
    with Corpus.open(seeded) as corpus:
        passages = corpus.store.passages_by_id(answer["hits"])
        wanted = {hit.passage.id for hit in corpus.search("Taliban AND border").hits}
        assert answer["count"] == corpus.store.counts()["passages"]
    assert wanted <= set(answer["hits"])
    for name, (title, text, score) in answer["hits"].items():
        assert (title, text) == (passages[name].title, passages[name].text)
        assert score > 0
    assert "Taliban</b>" in answer["marked"]


# --- the file ---


def test_the_file_names_two_globals(home: Path) -> None:
    """So nothing but these two has to stay where it is, and nothing else is called."""
    (path,) = (home / "index").glob(f"{contents(home)[-1]}")
    stream = FileStorage(str(home / "index")).open_file(path.name)
    for _ in range(3):
        stream.read_varint()
    stream.read_int()
    stream.read_int()
    for _ in range(3):
        stream.read_varint()
    pickles = [stream.read_string()]
    stream.read_int()
    stream.read_int()
    pickles.append(path.read_bytes()[stream.tell() :])
    stream.close()
    assert {name for pickle in pickles for name in globals_of(pickle)} == {
        "corpus_cli.engines.whoosh.codec schema",
        "corpus_cli.engines.whoosh.codec SegmentReference",
    }


def globals_of(pickle: bytes) -> set[str]:
    """Return the globals that a pickle names."""
    names: set[str] = set()
    texts: list[str] = []
    for operation, argument, _ in pickletools.genops(pickle):
        if operation.name == "GLOBAL":
            names.add(str(argument))
        elif operation.name == "STACK_GLOBAL":
            names.add(" ".join(texts[-2:]))
        elif isinstance(argument, str):
            texts.append(argument)
    return names


def test_the_globals_of_a_pickle_are_found() -> None:
    """The test above would see another one."""
    assert globals_of(b"cos\nsystem\n.") == {"os system"}
    assert globals_of(b"\x8c\x02os\x8c\x06system\x93.") == {"os system"}


def test_there_is_a_file_for_each_generation_that_is_kept(home: Path) -> None:
    for words in (["ibex"], ["ibex", "otter"], ["otter"]):
        ingest(home, *words)
        manifest = generations.read_manifest(home / "index")
        assert manifest
        kept = sorted(path.name for path in (home / "index").glob("whoosh-*"))
        assert contents(home) == sorted(
            f"_MAIN_{name.removeprefix('whoosh-')}.toc" for name in kept
        )
        assert open_dir(home / "index").latest_generation() == manifest.generation
        with open_dir(home / "index").searcher() as searcher:
            assert found(searcher) == sorted(f"On {word}" for word in words)


def test_stray_files_are_removed(home: Path) -> None:
    """An ingest that finds nothing new does it too; a folder in the way stays."""
    for name in ("_MAIN_99.toc", "_MAIN_007.toc", "_MAIN_3.toc.123.4", "_MAIN_x", "MAIN_WRITELOCK"):
        (home / "index" / name).write_bytes(b"")
    before = contents(home)
    ingest(home, "ibex", "lynx", "heron")
    assert contents(home) == ["_MAIN_2.toc", "_MAIN_3.toc"]
    assert len(before) == 7
    (home / "index" / "_MAIN_99.toc").mkdir()
    ingest(home, "ibex")
    assert "_MAIN_99.toc" in contents(home)
    assert "_MAIN_4.toc" in contents(home)


def test_a_file_that_whoosh_made_over_it_is_replaced(home: Path) -> None:
    """`create_in` asks nobody: it removes what is there. The next commit mends that."""
    create_in(home / "index", codec.schema())
    assert contents(home) == ["_MAIN_0.toc"]
    ingest(home, "ibex")
    with open_dir(home / "index").searcher() as searcher:
        assert found(searcher) == ["On ibex"]


@pytest.mark.parametrize("empty_at_first", [True, False])
def test_an_empty_corpus_has_none(tmp_path: Path, *, empty_at_first: bool) -> None:
    """Whoosh would take it for an index of its own, and write into it."""
    if not empty_at_first:
        ingest(tmp_path, "ibex", "lynx")
        ingest(tmp_path, "ibex")
        index = open_dir(tmp_path / "index")
    ingest(tmp_path)
    assert contents(tmp_path) == []
    assert not exists_in(tmp_path / "index")
    with pytest.raises(EmptyIndexError):
        open_dir(tmp_path / "index")
    if not empty_at_first:
        with pytest.raises(EmptyIndexError):
            index.searcher()
    ingest(tmp_path, "lynx")
    with open_dir(tmp_path / "index").searcher() as searcher:
        assert found(searcher) == ["On lynx"]


def test_an_index_of_another_version_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = open_dir(home / "index")
    monkeypatch.setattr(engine, "ANALYSIS", engine.ANALYSIS + 1)
    with pytest.raises(CorpusDamaged, match=r"another version.*corpus reindex"):
        index.searcher()


# --- refusals ---


def test_every_way_to_write_is_refused(home: Path) -> None:
    index = open_dir(home / "index")
    before = {path: path.read_bytes() for path in (home / "index").rglob("*") if path.is_file()}
    writes = [
        index.writer,
        index.optimize,
        lambda: index.writer(procs=2),
        lambda: index.delete_by_term("id", "x"),
        lambda: index.delete_by_query(Every()),
        lambda: index.add_field("more", codec.schema()["id"]),
        lambda: index.remove_field("author"),
        lambda: AsyncWriter(index),
        lambda: BufferedWriter(index, period=None).commit(),
        codec.Codec().per_document_writer,
    ]
    for write in writes[:-1] * 2:
        with pytest.raises(ReadOnlyError, match="corpus ingest"):
            write()
    with pytest.raises(ReadOnlyError, match="corpus ingest"):
        codec.Codec().new_segment(None, "MAIN")
    for path, content in before.items():
        assert path.read_bytes() == content
    ingest(home, "ibex")
    assert contents(home) == ["_MAIN_3.toc", "_MAIN_4.toc"]


# --- changes ---


def test_a_searcher_is_refreshed_after_removals_and_merges(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MAX_SEGMENTS", 2)
    index = open_dir(home / "index")
    searcher = index.searcher()
    wordss = (
        ["ibex", "heron"],
        ["ibex", "heron", "otter"],
        ["ibex", "heron", "otter", "stork"],
        ["stork"],
        ["stork", "kite"],
        ["kite"],
    )
    for words in wordss:
        assert searcher.up_to_date()
        assert index.up_to_date()
        assert searcher.refresh() is searcher
        ingest(home, *words)
        assert not searcher.up_to_date()
        searcher = searcher.refresh()
        assert searcher.up_to_date()
        assert found(searcher) == sorted(f"On {word}" for word in words)
        assert searcher.doc_count() == index.doc_count() == len(words) * 2
        assert len(list(searcher.all_stored_fields())) == len(words) * 2
        assert all("text" in stored for stored in searcher.all_stored_fields())
    searcher.close()


def test_an_open_searcher_keeps_its_generation(home: Path) -> None:
    with open_dir(home / "index").searcher() as searcher:
        for words in (["ibex"], ["otter"], ["stork"]):
            ingest(home, *words)
        assert len(searcher.search(Term("words", "common"), limit=None)) == 3
        stored = [hit.fields() for hit in searcher.search(Term("words", "lynx"), limit=None)]
        # The store has no text of a removed article.
        assert [set(fields) for fields in stored] == [{"id", "article"}] * len(stored)
        assert stored


def test_readers_and_commits_at_once(home: Path) -> None:
    def read(_: int) -> int:
        with open_dir(home / "index").searcher() as searcher:
            hits = searcher.search(Term("words", "common"), limit=None)
            assert searcher.doc_count() == 2 * len(hits)
            # The store may have no text of an article that the next commit removes.
            assert all("text" in hit or set(hit.fields()) == {"id", "article"} for hit in hits)
            return len(hits)

    with ThreadPoolExecutor(2) as pool:
        counts = pool.map(read, range(60))
        for n in range(5):
            ingest(home, "ibex", *(f"lynx{m}" for m in range(n)))
        assert set(counts) <= {1, 2, 3, 4, 5}


def test_threads_share_a_searcher(home: Path) -> None:
    with open_dir(home / "index").searcher() as searcher, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: found(searcher), range(20)))
    assert answers == [["On heron", "On ibex", "On lynx"]] * 20


def test_a_relative_path_is_resolved_on_opening(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    with open_dir("index").searcher() as searcher:
        monkeypatch.chdir("/")
        assert found(searcher, "lynx") == ["On lynx"]


# --- what reads it ---


def test_reading_changes_nothing(home: Path) -> None:
    before = {path: path.read_bytes() for path in (home / "index").rglob("*") if path.is_file()}
    with open_dir(home / "index").searcher() as searcher:
        assert found(searcher)
        searcher.search(Every(), sortedby="date", groupedby="author")
    after = {path: path.read_bytes() for path in (home / "index").rglob("*") if path.is_file()}
    assert after == before


def test_a_capital_word_finds_only_capitals(tmp_path: Path) -> None:
    ingest(tmp_path, "who", "WHO")
    with open_dir(tmp_path / "index").searcher() as searcher:
        parser = QueryParser("text", searcher.schema)
        assert [hit["title"] for hit in searcher.search(parser.parse("WHO second"))] == ["On WHO"]
