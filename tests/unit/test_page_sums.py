"""The sums of pages: any change of a file is noticed where it is read."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from corpus_cli.errors import CorpusDamaged
from corpus_cli.store import page_sums
from corpus_cli.store.database import Database

TABLES = "CREATE TABLE words (n INTEGER PRIMARY KEY, word TEXT, long BLOB);"
VERSION = 6
PAGE = 4096


def make(path: Path) -> None:
    """Make a database with pages of all kinds: of tables, and of values that need several."""
    rows = ((n, f"word {n}", bytes([n % 251]) * (9_000 if n < 9 else 9)) for n in range(999))
    opened = closing(Database(path, {VERSION: TABLES}, create=True))
    with opened as database, database.transaction():
        database.write_all("INSERT INTO words VALUES (?, ?, ?)", rows)


def read_all(path: Path) -> list[tuple[object, ...]]:
    with closing(Database(path, {VERSION: TABLES}, create=False)) as database:
        return database.rows("SELECT * FROM words")


def _flip(content: bytearray, page: int) -> None:
    content[page * PAGE + 777] ^= 4


def _zero(content: bytearray, page: int) -> None:
    content[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)


def _swap(content: bytearray, page: int) -> None:
    """Put a page in the place of another one, with its sum."""
    other = content[PAGE : 2 * PAGE]
    content[PAGE : 2 * PAGE] = content[page * PAGE : (page + 1) * PAGE]
    content[page * PAGE : (page + 1) * PAGE] = other


@pytest.mark.parametrize("change", [_flip, _zero, _swap])
def test_each_changed_page_is_noticed(
    tmp_path: Path, change: Callable[[bytearray, int], None]
) -> None:
    path = tmp_path / "words.db"
    make(path)
    whole = path.read_bytes()
    for page in range(1 if change is _swap else 0, len(whole) // PAGE):
        content = bytearray(whole)
        change(content, page)
        if content == whole:
            continue
        path.write_bytes(content)
        with pytest.raises(CorpusDamaged):
            read_all(path)
    path.write_bytes(whole)
    assert len(read_all(path)) == 999


def test_no_bit_of_the_header_turns_the_sums_off(tmp_path: Path) -> None:
    path = tmp_path / "words.db"
    make(path)
    whole = path.read_bytes()
    for bit in range(100 * 8):
        content = bytearray(whole)
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        with pytest.raises(CorpusDamaged):
            read_all(path)


def test_a_row_that_is_not_found_was_not_lost(tmp_path: Path) -> None:
    """A flipped bit in a key hides a row: the answer that there is none needs its page too."""
    path = tmp_path / "words.db"
    make(path)
    content = bytearray(path.read_bytes())
    content[content.index(b"word 500") + 7] ^= 1
    path.write_bytes(content)
    with closing(Database(path, {VERSION: TABLES}, create=False)) as database:
        with pytest.raises(CorpusDamaged, match="not as it was written"):
            database.rows("SELECT 1 FROM words WHERE word = 'word 500'")
        # What lies in other pages can still be read.
        assert database.rows("SELECT word FROM words WHERE n = 1") == [("word 1",)]


def test_a_saved_copy_has_sums(tmp_path: Path) -> None:
    with closing(Database(None, {VERSION: TABLES}, create=True)) as database:
        with database.transaction():
            database.write("INSERT INTO words VALUES (1, 'one', NULL)")
        with closing(database.copy()) as copy:
            copy.save(tmp_path / "saved.db")
    assert len(read_all(tmp_path / "saved.db")) == 1
    content = bytearray((tmp_path / "saved.db").read_bytes())
    content[content.index(b"one")] ^= 1
    (tmp_path / "saved.db").write_bytes(content)
    with pytest.raises(CorpusDamaged):
        read_all(tmp_path / "saved.db")


def test_a_database_without_sums_gets_them(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(f"{TABLES}PRAGMA user_version = 5;PRAGMA journal_mode = WAL;")
        old.executemany("INSERT INTO words VALUES (?, ?, NULL)", [(n, "word") for n in range(999)])
        old.commit()
    assert not page_sums.has_sums(path.read_bytes())
    with closing(Database(path, {VERSION: TABLES, 5: TABLES}, create=False)) as database:
        assert database.number("SELECT count(*) FROM words") == 999
        database.add_page_sums(VERSION)
        assert database.number("SELECT count(*) FROM words") == 999
    content = path.read_bytes()
    assert page_sums.has_sums(content)
    for number in range(len(content) // PAGE):
        assert page_sums.is_intact(content[number * PAGE : (number + 1) * PAGE], number)
    assert len(read_all(path)) == 999
