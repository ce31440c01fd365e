"""What is read of a store or a segment from a stranger stays within bounds."""
# ruff: noqa: S608 - our own queries

import os
import sqlite3
import struct
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from corpus_cli.config import read_setting
from corpus_cli.engines.whoosh import layout
from corpus_cli.engines.whoosh.layout import HEADER, PARTS, LayoutError, SegmentChunk, check_sizes
from corpus_cli.errors import CorpusDamaged, CorpusError, UsageError
from corpus_cli.model import Line
from corpus_cli.model.articles import MAX_LINES
from corpus_cli.store.article_lines import decode_lines, encode_lines
from corpus_cli.store.compression import TooLarge, decompress, pack, unpack
from corpus_cli.store.database import Database
from corpus_cli.store.schema_check import find_foreign_object
from corpus_cli.system.files import NotRegular, open_regular, read_content, read_size
from corpus_cli.text.data import DATA

TABLES = """-- A table.
CREATE TABLE a (
    id INTEGER PRIMARY KEY AUTOINCREMENT,   -- its number
    x  TEXT NOT NULL
);
CREATE INDEX a_by_x ON a (x);
"""
OTHERS = {
    "a view": "DROP TABLE a; CREATE VIEW a AS SELECT 1 AS id, 'x' AS x",
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END",
    "a virtual table": "CREATE VIRTUAL TABLE v USING fts5 (y)",
    "another table": "CREATE TABLE b (y)",
    "another index": "CREATE INDEX i ON a (abs(id))",
    "another column": "ALTER TABLE a ADD COLUMN y AS (abs(id))",
    "another constraint": "DROP TABLE a; CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT)",
    "a missing index": "DROP INDEX a_by_x",
}


def make(path: Path, *scripts: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as made:
        for script in scripts:
            made.executescript(script)


# --- the schema ---


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_schema_that_is_not_ours_is_refused(tmp_path: Path, other: str) -> None:
    make(tmp_path / "a.db", TABLES, "PRAGMA user_version = 1", other)
    with pytest.raises(CorpusDamaged, match="not as corpus makes it"):
        Database(tmp_path / "a.db", {1: TABLES}, create=False)


def test_comments_and_blanks_of_a_schema_do_not_matter(tmp_path: Path) -> None:
    make(tmp_path / "a.db", TABLES.replace("-- its number", "").replace("    ", " "))
    make(tmp_path / "a.db", "PRAGMA user_version = 1")
    Database(tmp_path / "a.db", {1: TABLES}, create=False).close()


def test_each_format_has_its_tables(tmp_path: Path) -> None:
    make(tmp_path / "a.db", TABLES, "PRAGMA user_version = 1")
    Database(tmp_path / "a.db", {2: "", 1: TABLES}, create=False).close()
    with pytest.raises(CorpusDamaged, match="not as corpus makes it"):
        Database(tmp_path / "a.db", {2: TABLES, 1: ""}, create=False)


def test_an_optional_table_may_be_there_or_not(tmp_path: Path) -> None:
    for optional in ("CREATE TABLE IF NOT EXISTS b (y)", "CREATE TABLE b (y)"):
        make(tmp_path / "a.db", TABLES, "PRAGMA user_version = 1", "DROP TABLE IF EXISTS b")
        make(tmp_path / "a.db", optional)
        Database(tmp_path / "a.db", {1: TABLES}, create=False, optional=optional).close()
        (tmp_path / "a.db").unlink()


def test_a_beginning_of_a_statement_is_not_the_statement() -> None:
    tables = "\nCREATE TABLE a (x PRIMARY KEY) WITHOUT ROWID;"
    begun = "CREATE TABLE a (x PRIMARY KEY)"
    assert find_foreign_object([("table", "a", begun)], tables) == "a"
    assert find_foreign_object([("table", "b", f"{begun} WITHOUT ROWID")], tables) == "b"


@pytest.mark.parametrize("name", ["store.sql", "name_words.sql", "user.sql", "names.sql"])
def test_our_schemas_are_compared_as_they_are_written(name: str) -> None:
    """Otherwise each start would compare them without comments, which takes half a millisecond."""
    tables = (DATA / name).read_text("utf-8")
    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript(tables)
        rows = made.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
    for _, _, sql in rows:
        assert sql is None or "sqlite_sequence" in sql or f"\n{sql};" in tables


# --- queries ---

ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "a.db", {1: TABLES}, create=True)


@pytest.mark.parametrize(
    "select",
    ["SELECT count(n) FROM r WHERE n > 5", "SELECT n FROM r", "SELECT zeroblob(900000) FROM r"],
)
def test_a_query_without_end_ends(database: Database, select: str) -> None:
    with pytest.raises(CorpusDamaged, match="a file of its size"):
        database.rows(ENDLESS + select)
    assert database.number("SELECT 5") == 5


def test_a_query_ends_with_the_time_of_the_command(database: Database) -> None:
    with database.deadline(0.01), pytest.raises(CorpusError, match="--timeout 0"):
        database.rows(f"{ENDLESS} SELECT count(n) FROM r WHERE n > 5")
    assert database.number("SELECT 5") == 5


def test_a_large_value_is_read(database: Database) -> None:
    text = os.urandom(2_000_000).hex()
    database.write("INSERT INTO a VALUES (NULL, ?)", text)
    assert database.rows("SELECT x FROM a") == [(text,)]


def test_a_database_in_memory_has_no_limits() -> None:
    database = Database(None, {1: TABLES}, create=True)
    rows = database.rows(f"{ENDLESS} SELECT n FROM r LIMIT 200000")
    assert len(rows) == 200_000


# --- texts ---


@pytest.mark.parametrize("text", ["", "a", "a" * 20_000_000, "\U0001f600\ud800 x" * 9])
def test_what_is_packed_can_be_unpacked(text: str) -> None:
    assert unpack(pack(text)) == text


@pytest.mark.parametrize(
    "packed",
    [zlib.compress(b"a" * 50_000_000), zlib.compress(b"a" * 60_000_000, 0)],
    ids=["ratio", "size"],
)
def test_what_decompresses_to_too_much_is_refused(packed: bytes) -> None:
    with pytest.raises(TooLarge):
        unpack(packed)


@pytest.mark.parametrize("packed", [zlib.compress(b"abc" * 99)[:-5], zlib.compress(b"a") + b"x"])
def test_what_is_cut_or_goes_on_is_refused(packed: bytes) -> None:
    with pytest.raises(zlib.error):
        decompress(packed, 1_000)


def test_lines_are_decoded_alike_whole_and_row_by_row() -> None:
    lines = [Line(n, "body", f"[{n}", n % 3, "", '"], [' * (n % 2)) for n in range(1, 60_000)]
    text, encoded = "\n".join(line.text for line in lines), encode_lines(lines)
    assert len(encoded) > 1_000_000
    assert decode_lines(text, encoded) == tuple(lines)
    few = lines[:9]
    assert decode_lines("\n".join(one.text for one in few), encode_lines(few)) == tuple(few)


@pytest.mark.parametrize(
    "encoded", ["[]", "5", '[{"a": 1}]', "[" * 100_000, "[" + "[]," * 999_999 + "[]]", "[[1,2,3],"]
)
def test_lines_that_do_not_fit_a_text_are_refused(encoded: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of JSON, of `zip`, of ours
        decode_lines("a", encoded)


def test_a_text_of_empty_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="lines"):
        decode_lines("\n" * MAX_LINES, "[]")


# --- files ---


def test_a_file_that_is_almost_a_hole_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for content in (b"", b"x" * 10_000):
        path.write_bytes(content)
        os.truncate(path, 1 << 40)
        with pytest.raises(NotRegular, match="hole"):
            os.close(open_regular(path, os.O_RDONLY))
    with pytest.raises(NotRegular, match="hole"):
        read_size(path)


def test_a_file_is_read_up_to_a_limit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 100)
    assert read_content(tmp_path / "a", max_bytes=100) == b"x" * 100
    with pytest.raises(NotRegular, match="more than 99 bytes"):
        read_content(tmp_path / "a", max_bytes=99)


# --- segments ---


def _offsets(sizes: dict[str, int]) -> list[int]:
    offsets = [HEADER.size]
    for name in PARTS:
        offsets.append(offsets[-1] + sizes.get(name, 0))
    return offsets


SIZES = {
    "articles": 33,
    "article_ends": 4,
    "article_order": 4,
    "firsts": 4,
    "numbers": 8,
    "runs": 4,
    "stems_lengths": 2,
    "words_lengths": 2,
    "passage_name_ends": 8,
    "sums": 4,
}


def test_the_sizes_of_a_segment_follow_from_its_counts() -> None:
    check_sizes((2, 1, 1), _offsets(SIZES), _offsets(SIZES)[-1])


@pytest.mark.parametrize(
    ("counts", "sizes"),
    [
        ((2_000_000_000, 1, 1), {}),
        ((2, 4_000_000_000, 1), {}),
        ((2, 1, 9), {}),
        ((2, 1, 1), {"words_ends": 4}),
        ((2, 1, 1), {"words_ends": 4, "words_offsets": 8, "words_doc_frequencies": 4}),
        ((2, 1, 1), {"passage_names": 3}),
    ],
)
def test_a_count_beyond_its_part_is_refused(
    counts: tuple[int, int, int], sizes: dict[str, int]
) -> None:
    offsets = _offsets({**SIZES, **sizes})
    with pytest.raises(LayoutError, match="counts"):
        check_sizes(counts, offsets, offsets[-1])


@pytest.mark.parametrize("change", [(0, -9), (5, 9_999), (len(PARTS), 1)])
def test_parts_that_overlap_are_refused(change: tuple[int, int]) -> None:
    offsets = _offsets(SIZES)
    end = offsets[-1]
    offsets[change[0]] += change[1]
    with pytest.raises(LayoutError, match="overlap"):
        check_sizes((2, 1, 1), offsets, end)


CHUNK = struct.Struct("<BIIBII")
CHUNKS: dict[str, bytes] = {
    "a width": CHUNK.pack(3, 0, 9, 0, 4, 64),
    "no postings": CHUNK.pack(1, 0, 0, 0, 0, 0),
    "many postings": CHUNK.pack(1, 0, 9, 0, layout.MAX_CHUNK_POSTINGS + 1, 8_000),
    "more postings than bytes": CHUNK.pack(1, 0, 9, 1, 40, 64),
    "an end": CHUNK.pack(1, 0, 9, 0, 4, 1 << 30),
    "a single one": struct.pack("<BIBII", 0, 0, 255, 1 << 30, 5),
}


@pytest.mark.parametrize("packed", CHUNKS.values(), ids=CHUNKS)
def test_a_chunk_that_claims_too_much_is_refused(packed: bytes) -> None:
    with pytest.raises(LayoutError):
        SegmentChunk(memoryview(packed.ljust(9_000, b"\0")), 0, 0)


def test_positions_that_do_not_end_with_their_chunk_are_refused() -> None:
    chunk = SegmentChunk(memoryview(CHUNK.pack(1, 0, 3, 0, 4, 64).ljust(200, b"\1")), 0, 0)
    with pytest.raises(LayoutError, match="positions"):
        list(chunk.values())


# --- settings ---


@pytest.mark.parametrize("line", ["timeout = 0", "timeout = 60", "timeout = 1", "limit = 1001"])
def test_a_corpus_cannot_lift_a_limit(tmp_path: Path, line: str) -> None:
    (tmp_path / "corpus.toml").write_text(line)
    name = line.split(maxsplit=1)[0]
    with pytest.raises(UsageError, match=f"set {name} VALUE --user"):
        read_setting(name, {"XDG_CONFIG_HOME": str(tmp_path)}, tmp_path)


def test_a_corpus_can_set_how_much_is_shown(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text("limit = 1000")
    assert read_setting("limit", {"XDG_CONFIG_HOME": str(tmp_path)}, tmp_path).value == 1_000
