"""An index from a stranger writes nowhere but in itself, and hangs nobody."""

import hashlib
import json
import os
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, open_dir

from corpus_cli.engines.whoosh import codec
from corpus_cli.engines.whoosh.generations import compute_sum, read_manifest
from corpus_cli.errors import CorpusDamaged
from tests.faults.child import Ended, corpus
from tests.faults.conftest import COMMON, found, shelve, sound

WORDS = {"ibex", "lynx", "heron"}

PRECIOUS = b"limit = 3\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file of the user's outside of the corpus."""
    path = tmp_path / "outside"
    path.write_bytes(PRECIOUS)
    return path


def load_manifest(home: Path) -> dict[str, Any]:
    return dict(json.loads((home / "index" / "CURRENT").read_bytes()))


def folder_of(home: Path) -> Path:
    return home / "index" / f"whoosh-{load_manifest(home)['generation']}"


def segment_of(home: Path) -> Path:
    return folder_of(home) / min(map(str, load_manifest(home)["files"]))


def write_manifest(home: Path, changed: dict[str, Any]) -> None:
    values = {name: value for name, value in changed.items() if name != "sum"}
    content = json.dumps({**values, "sum": compute_sum(values)})
    (home / "index" / "CURRENT").write_text(content, "utf-8")


def run_commands(home: Path) -> list[Ended]:
    """How commands end that read and write, with something new to ingest."""
    shelve(home / "articles", *WORDS, "otter")
    index = str(home / "index")
    return [
        corpus(*command, "-i", index)
        for command in (
            ("search", COMMON),
            ("status",),
            ("ingest", str(home / "articles"), "--wait", "0"),
            ("reindex", "--wait", "0"),
        )
    ]


# --- names in the manifest ---


@pytest.mark.parametrize(
    "name", ["../../outside", "/etc/passwd", "..", "", "1/2.segment", "1.segment/", "a.segment"]
)
def test_a_manifest_names_nothing_but_segments(home: Path, name: str) -> None:
    whole = load_manifest(home)
    for changed in (
        {**whole, "files": {**whole["files"], name: [0, ""]}},
        {**whole, "segments": {**whole["segments"], name: []}},
    ):
        write_manifest(home, changed)
        with pytest.raises(CorpusDamaged, match="corpus reindex"):
            read_manifest(home / "index")


@pytest.mark.parametrize("generation", ["1/../../outside", "Infinity", "[]"])
def test_a_generation_is_a_number(home: Path, generation: str) -> None:
    content = json.dumps({**load_manifest(home), "generation": 0})
    value = generation if generation in ("Infinity", "[]") else json.dumps(generation)
    path = home / "index" / "CURRENT"
    path.write_text(content.replace('"generation": 0', f'"generation": {value}'), "utf-8")
    with pytest.raises(CorpusDamaged, match="corpus reindex"):
        read_manifest(home / "index")


def test_a_manifest_without_end_is_damage(home: Path) -> None:
    (home / "index" / "CURRENT").write_text("[" * 100_000)
    with pytest.raises(CorpusDamaged, match="corpus reindex"):
        read_manifest(home / "index")


def test_a_name_that_leads_out_overwrites_nothing(home: Path, outside: Path) -> None:
    """Through the link the file is inside; from the next generation the same name is outside."""
    deep = home / "index" / "a" / "b"
    deep.mkdir(parents=True)
    link = folder_of(home)
    link.rename(deep / "c")
    link.symlink_to("a/b/c")
    name = f"../../../{outside.name}"
    payload = b"written by an index"
    (deep / "c" / name).resolve().write_bytes(payload)
    digest = hashlib.sha256(payload).hexdigest()
    whole = load_manifest(home)
    write_manifest(home, {**whole, "files": {**whole["files"], name: [len(payload), digest]}})
    endings = run_commands(home)
    assert [ended.code for ended in endings] == [2, 0, 0, 0], endings
    assert outside.read_bytes() == PRECIOUS
    assert found(home)[0] == WORDS | {"otter"}


def test_the_folder_of_a_generation_is_no_link(home: Path, tmp_path: Path) -> None:
    folder_of(home).rename(tmp_path / "elsewhere")
    folder_of(home).symlink_to(tmp_path / "elsewhere")
    before = {path: path.read_bytes() for path in (tmp_path / "elsewhere").iterdir()}
    endings = run_commands(home)
    assert [ended.code for ended in endings] == [2, 0, 0, 0], endings
    assert "corpus reindex" in endings[0].err
    assert {path: path.read_bytes() for path in (tmp_path / "elsewhere").iterdir()} == before
    assert found(home)[0] == WORDS | {"otter"}


# --- what lies in the place of a file ---

HEALED = [2, 0, 0, 0]
"""Damage of the index: a search says it, a writer makes it whole."""

IN_PLACE: dict[str, list[int]] = {
    "CURRENT": HEALED,
    "segment": HEALED,
    "CURRENT.new": [0, 0, 0, 0],
    "_MAIN_3.toc": [0, 0, 0, 0],
    "_MAIN_4.toc": [0, 0, 0, 0],
    "_MAIN_4.toc.new": [0, 0, 0, 0],
    "_MAIN_99.toc": [0, 0, 0, 0],
    "MAIN_WRITELOCK": [0, 0, 0, 0],
    "README": [0, 0, 0, 0],
    "README.new": [0, 0, 0, 0],
    "names.db": [0, 0, 0, 0],
    "LOCK": [0, 2, 2, 2],
    "corpus.toml": [2, 0, 2, 0],
    "store.db": [2, 2, 2, 2],
    "store.db-wal": [2, 2, 2, 2],
    "store.db-journal": [2, 2, 2, 2],
}
"""By name how search, status, ingest and reindex end where it is no regular file."""


def path_of(home: Path, name: str) -> Path:
    return segment_of(home) if name == "segment" else home / "index" / name


@pytest.mark.parametrize("name", IN_PLACE)
def test_no_link_in_an_index_is_followed(home: Path, outside: Path, name: str) -> None:
    path = path_of(home, name)
    if name in ("CURRENT", "segment", "store.db"):
        # As it was, so that only the link is wrong.
        path.rename(outside)
    path.unlink(missing_ok=True)
    path.symlink_to(outside)
    before = outside.read_bytes()
    endings = run_commands(home)
    assert all(map(sound, endings)), endings
    assert [ended.code for ended in endings] == IN_PLACE[name], endings
    assert outside.read_bytes() == before
    assert sorted(path.name for path in home.parent.iterdir()) == ["home", "outside"]


@pytest.mark.parametrize("name", IN_PLACE)
def test_no_pipe_in_an_index_is_waited_for(home: Path, name: str) -> None:
    path = path_of(home, name)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    endings = run_commands(home)
    assert all(map(sound, endings)), endings
    assert [ended.code for ended in endings] == IN_PLACE[name], endings


@pytest.mark.parametrize("name", ["CURRENT", "LOCK", "README", "store.db"])
def test_a_folder_in_the_place_of_a_file_is_named(home: Path, name: str) -> None:
    path_of(home, name).unlink()
    path_of(home, name).mkdir()
    endings = run_commands(home)
    assert all(map(sound, endings)), endings
    assert endings[2].code == 2
    assert f"index/{name} " in endings[2].err
    assert name == "store.db" or "remove it" in endings[2].err


def test_the_folder_of_a_corpus_may_be_a_link(home: Path) -> None:
    (home / "index").rename(home / "kept")
    (home / "index").symlink_to("kept")
    endings = run_commands(home)
    assert [ended.code for ended in endings] == [0, 0, 0, 0], endings


@pytest.mark.parametrize("target", ["mine.toml", "missing.toml"])
def test_no_setting_is_written_through_a_link(home: Path, tmp_path: Path, target: str) -> None:
    (tmp_path / "mine.toml").write_text("limit = 3\n")
    (home / "index" / "corpus.toml").symlink_to(tmp_path / target)
    ended = corpus("config", "set", "limit", "5", "--project", "-i", str(home / "index"))
    assert (ended.code, sound(ended)) == (2, True), ended
    assert (tmp_path / "mine.toml").read_text() == "limit = 3\n"
    assert not (tmp_path / "missing.toml").exists()


# --- Whoosh's table of contents ---


class Bomb(codec.SegmentReference):
    """What makes a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        super().__init__("", (), "")
        self.target = target

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.target),)


def test_no_command_unpickles_what_whoosh_would(home: Path, tmp_path: Path) -> None:
    """The first check shows that Whoosh does."""
    target = tmp_path / "exploded"
    index = home / "index"
    for path in index.glob("_MAIN_*.toc"):
        number = int(path.stem.rpartition("_")[2])
        path.unlink()
        TOC(codec.schema(), [Bomb(target)], number).write(FileStorage(str(index)), "MAIN")
    open_dir(index)
    target.rmdir()
    commands = [["list"], ["facets", "author"], ["show", "@1"], ["search", COMMON], ["reindex"]]
    for command in commands:
        ended = corpus(*command, "-i", str(index))
        assert sound(ended), ended
    assert [ended.code for ended in run_commands(home)] == [0, 0, 0, 0]
    assert not target.exists()
    # What a commit of ours wrote is what Whoosh opens from now on.
    assert open_dir(index).doc_count()
    assert not target.exists()


# --- what SQLite does by itself ---


def _journal(path: Path, names: Path) -> None:
    """A journal of a transaction over several databases: SQLite removes the file that it names."""
    magic, page = bytes.fromhex("d9d505f920a163d7"), 4096
    head = magic + struct.pack(">IIIII", 0, 1, path.stat().st_size // page, 512, page)
    name = os.fsencode(names)
    tail = struct.pack(">I", (1 << 30) // page + 1) + name
    tail += struct.pack(">II", len(name), sum(name)) + magic
    path.with_name(f"{path.name}-journal").write_bytes(head.ljust(512, b"\0") + tail)


def _open_with_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    connection.close()


def _search(path: Path) -> None:
    ended = corpus("search", COMMON, "-i", str(path.parent))
    assert (ended.code, sound(ended)) == (2, True), ended
    assert "store.db-journal" in ended.err


@pytest.mark.parametrize(("ask", "left"), [(_open_with_sqlite, False), (_search, True)])
def test_a_journal_removes_no_file(
    home: Path, outside: Path, *, ask: Callable[[Path], None], left: bool
) -> None:
    """The first of both shows that SQLite would."""
    path = home / "index" / "store.db"
    _journal(path, outside)
    ask(path)
    assert outside.exists() is left


# --- files of others in the folder ---


@pytest.mark.parametrize("name", ["vectors.db", "vectors.db-wal", "notes.txt"])
def test_a_file_that_is_none_of_corpus_is_left_alone(home: Path, name: str) -> None:
    path = home / "index" / name
    path.write_bytes(b"no database at all" * 99)
    for ended in run_commands(home):
        assert sound(ended)
        assert (ended.code, ended.err) == (0, ""), ended
    assert path.read_bytes() == b"no database at all" * 99
