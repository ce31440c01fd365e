"""What a stranger may put into a corpus that he sends."""
# ruff: noqa: S608 - the statements are his

import hashlib
import json
import os
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache, partial
from pathlib import Path
from typing import Any

import apsw

from corpus_cli.engines.whoosh import layout
from corpus_cli.engines.whoosh.block_sums import BlockSums
from corpus_cli.engines.whoosh.generations import compute_sum
from corpus_cli.store import page_sums

Payload = Callable[[Path], None]
"""A function that changes a home folder with `articles/` and `index/` in it."""

VICTIM = ".bashrc"
"""A file in the folder above the home of the corpus."""

TERABYTE = 1 << 40
_SEGMENT = "segment"
_PLACES = ("CURRENT", _SEGMENT, "store.db", "LOCK", "corpus.toml", "names.db", "README")


def load_manifest(home: Path) -> dict[str, Any]:
    return dict(json.loads((home / "index" / "CURRENT").read_bytes()))


def write_manifest(home: Path, manifest: dict[str, Any]) -> None:
    values = {name: value for name, value in manifest.items() if name != "sum"}
    content = json.dumps({**values, "sum": compute_sum(values)})
    (home / "index" / "CURRENT").write_text(content, "utf-8")


def path_of(home: Path, name: str) -> Path:
    if name != _SEGMENT:
        return home / "index" / name
    manifest = load_manifest(home)
    return home / "index" / f"whoosh-{manifest['generation']}" / str(min(manifest["segments"]))


def seal(home: Path, **changes: object) -> None:
    """Write the sizes and digests of all files into the manifest, as a stranger can."""
    manifest = load_manifest(home)
    folder = home / "index" / f"whoosh-{manifest['generation']}"
    for name in manifest["files"]:
        content = (folder / name).read_bytes()
        manifest["files"][name] = [len(content), hashlib.sha256(content).hexdigest()]
    write_manifest(home, {**manifest, **changes})


# --- in the place of a file ---


def _replace(make: Callable[[Path], object], name: str, home: Path) -> None:
    path = path_of(home, name)
    path.unlink(missing_ok=True)
    make(path)


def _link_to(target: str, path: Path) -> None:
    path.symlink_to(os.path.relpath(path.parents[len(path.parents) - 1], path.parent) + target)


def _link_to_victim(path: Path) -> None:
    home = next(parent for parent in path.parents if (parent / "index").exists())
    path.symlink_to(home.parent / VICTIM)


def _make_socket(path: Path) -> None:
    before = Path.cwd()
    os.chdir(path.parent)
    with closing(socket.socket(socket.AF_UNIX)) as made:
        made.bind(path.name)
    os.chdir(before)


def _make_folder(path: Path) -> None:
    path.mkdir()
    (path / "file").write_text("x")


def _make_hole(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(TERABYTE)


def _grow(name: str, home: Path) -> None:
    """Let a file go on with a hole of a terabyte, and the manifest say so."""
    path = path_of(home, name)
    path.touch()
    os.truncate(path, TERABYTE)
    if name == _SEGMENT:
        manifest = load_manifest(home)
        manifest["files"][path.name][0] = TERABYTE
        write_manifest(home, manifest)


def _grow_last_offset(home: Path) -> None:
    """A segment whose checked parts are a hole of a terabyte."""
    path = path_of(home, _SEGMENT)
    header = [*layout.HEADER.unpack_from(path.read_bytes())]
    header[8:] = [value + TERABYTE for value in header[8:]]
    with path.open("r+b") as file:
        file.write(layout.HEADER.pack(*header))
    _grow(_SEGMENT, home)
    manifest = load_manifest(home)
    os.truncate(path, header[-1])
    manifest["files"][path.name][0] = header[-1]
    write_manifest(home, manifest)


def _in_place() -> Iterator[tuple[str, Payload]]:
    for name in _PLACES:
        yield f"link {name}", partial(_replace, _link_to_victim, name)
        yield f"fifo {name}", partial(_replace, os.mkfifo, name)
    for name in ("CURRENT", _SEGMENT, "store.db", "names.db", "corpus.toml"):
        yield f"hole {name}", partial(_replace, _make_hole, name)
        yield f"folder {name}", partial(_replace, _make_folder, name)
    for name in ("CURRENT", "store.db"):
        yield f"zero {name}", partial(_replace, partial(_link_to, "dev/zero"), name)
        yield f"socket {name}", partial(_replace, _make_socket, name)
    for name in (_SEGMENT, "store.db", "CURRENT", "LOCK"):
        yield f"grown {name}", partial(_grow, name)
    for suffix in ("-wal", "-shm", "-journal"):
        yield f"link store.db{suffix}", partial(_replace, _link_to_victim, f"store.db{suffix}")
        yield f"fifo store.db{suffix}", partial(_replace, os.mkfifo, f"store.db{suffix}")
    yield "hole store.db-wal", partial(_replace, _make_hole, "store.db-wal")
    yield "link CURRENT.new", partial(_replace, _link_to_victim, "CURRENT.new")
    yield "link README.new", partial(_replace, _link_to_victim, "README.new")
    yield "link _MAIN_4.toc.new", partial(_replace, _link_to_victim, "_MAIN_4.toc.new")
    yield "folder whoosh-4", partial(_replace, _make_folder, "whoosh-4")
    yield "link whoosh-4", partial(_replace, _link_to_victim, "whoosh-4")
    yield "generation without end", partial(_replace, _make_folder, "whoosh-" + "9" * 248)
    yield "segment grown inside", _grow_last_offset


# --- JSON ---


def _manifest_text(content: str | bytes, home: Path) -> None:
    path = home / "index" / "CURRENT"
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def _manifest_field(changes: dict[str, Any], home: Path) -> None:
    write_manifest(home, {**load_manifest(home), **changes})


def _manifest_file(name: str, home: Path) -> None:
    manifest = load_manifest(home)
    manifest["files"][name] = [12, hashlib.sha256(b"alias ls=ls\n").hexdigest()]
    write_manifest(home, manifest)


def _deep_folder(home: Path) -> None:
    """Inside of the index through a link, outside of it from the next generation on."""
    manifest = load_manifest(home)
    folder = home / "index" / f"whoosh-{manifest['generation']}"
    (home / "index" / "a" / "b").mkdir(parents=True)
    folder.rename(home / "index" / "a" / "b" / "c")
    folder.symlink_to("a/b/c")
    _manifest_file(f"../../../{VICTIM}", home)


def _removed(numbers: list[int], home: Path) -> None:
    manifest = load_manifest(home)
    manifest["segments"][min(manifest["segments"])] = numbers
    write_manifest(home, manifest)


def _lock_text(content: str, home: Path) -> None:
    (home / "index" / "LOCK").write_text(content)


def _json() -> Iterator[tuple[str, Payload]]:
    texts: dict[str, str | bytes] = {
        "deep": "[" * 200_000,
        "many lists": "[" + "[]," * 9_000_000 + "[]]",
        "long": '{"generation": "' + "9" * 40_000_000 + '"}',
        "many digits": '{"generation": ' + "9" * 5_000 + "}",
        "infinite": '{"generation": 1e999, "layout": ""}',
        "null": "null",
        "not UTF-8": b"\xff\xfe{",
    }
    for name, text in texts.items():
        yield f"manifest: {name}", partial(_manifest_text, text)
    all_changes: tuple[dict[str, Any], ...] = (
        {"generation": "1/../.."},
        {"generation": 10**30},
        {"generation": -1},
        {"upto": 10**30},
        {"upto": None},
        {"segments": []},
        {"files": 5},
        {"names": "x"},
    )
    for changes in all_changes:
        yield f"manifest: {changes}", partial(_manifest_field, changes)
    for name in (f"../../../{VICTIM}", "/etc/passwd", "..", "1.segment\0"):
        yield f"manifest: file {name!r}", partial(_manifest_file, name)
    yield "manifest: folder through a link", _deep_folder
    yield "manifest: removed -1", partial(_removed, [-1])
    yield "manifest: removed far", partial(_removed, [1 << 31])
    yield "lock: deep", partial(_lock_text, "[" * 200_000)


# --- SQLite ---


def _connect(path: Path) -> apsw.Connection:
    """Open a database so that its pages get the right sums, as a stranger can make them."""
    return page_sums.connect(path, apsw.SQLITE_OPEN_READWRITE)


def _sql(script: str, home: Path) -> None:
    with closing(_connect(home / "index" / "store.db")) as store:
        store.execute(script)


def _schema(name: str, sql: str, home: Path) -> None:
    """Replace a statement in the schema, whatever it means for the tables that exist."""
    path = home / "index" / "store.db"
    with closing(_connect(path)) as store:
        store.execute("PRAGMA writable_schema = ON")
        store.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (sql, name))
        store.execute("PRAGMA schema_version = 9999")


def _endless_view(table: str) -> str:
    return (
        f"ALTER TABLE {table} RENAME TO old; CREATE VIEW {table} AS WITH RECURSIVE r(path, size, "
        "mtime_ns, digest, reading) AS (SELECT x'61', 1, 1, 'd', 1 UNION ALL SELECT path, size "
        "+ 1, 1, 'd', 1 FROM r) SELECT * FROM r;"
    )


def _wide(home: Path) -> None:
    """A text with one character that makes all others take four bytes."""
    _blob("text", zlib.compress("\U0001f600".encode() + b"a" * 60_000_000, 0), home)


def _bomb(column: str, piece: bytes, times: int, home: Path) -> None:
    _blob(column, bomb(piece, times), home)


def _blob(column: str, packed: bytes, home: Path) -> None:
    with closing(_connect(home / "index" / "store.db")) as store:
        store.execute(f"UPDATE articles SET {column} = ?", (packed,))


@cache
def bomb(piece: bytes, times: int) -> bytes:
    """Compress a piece many times in a row."""
    compressor = zlib.compressobj(9)
    return b"".join(compressor.compress(piece) for _ in range(times)) + compressor.flush()


def _endless_tree(table: str, home: Path) -> None:
    """A tree whose pages refer to each other: some rows many billion times."""
    path = home / "index" / "store.db"
    with closing(_connect(path)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store.execute("PRAGMA journal_mode = DELETE")
        page_bytes = int(str(store.pragma("page_size")))
        select = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
        root = int(str(store.execute(select, (table,)).fetchall()[0][0]))
    content = bytearray(path.read_bytes())
    start = (root - 1) * page_bytes
    leaf = content[start : start + page_bytes]
    is_index = leaf[0] == 0x0A  # WITHOUT ROWID
    count = len(content) // page_bytes
    levels = 6
    content += leaf
    for level in range(levels):
        child = count + 1 + level
        cell_count, cells, pointers = 200, b"", b""
        at = page_bytes - page_sums.SUM_BYTES
        if is_index:
            offset = struct.unpack_from(">H", leaf, 8)[0]
            cell = struct.pack(">I", child) + bytes(leaf[offset : offset + 60])
            cell_count = 40
        else:
            cell = struct.pack(">I", child) + b"\x01"
        for _ in range(cell_count):
            at -= len(cell)
            cells = cell + cells
            pointers += struct.pack(">H", at)
        header = struct.pack(">BHHHBI", 0x02 if is_index else 0x05, 0, cell_count, at, 0, child)
        page = (header + pointers).ljust(at, b"\0") + cells + bytes(page_sums.SUM_BYTES)
        if level == levels - 1:
            content[start : start + page_bytes] = page
        else:
            content += page
    struct.pack_into(">I", content, 28, len(content) // page_bytes)
    path.write_bytes(page_sums.add_sums(bytes(content)))


def _names_sql(script: str, home: Path) -> None:
    with closing(_connect(home / "index" / "names.db")) as names:
        names.execute(script)


def _many_tables(home: Path) -> None:
    with closing(_connect(home / "index" / "store.db")) as store:
        store.execute("BEGIN")
        for n in range(2_000):
            store.execute(f"CREATE TABLE t{n} (a, b, c, d, e, f, g, h, i, j)")
        store.execute("COMMIT")


def _sqlite() -> Iterator[tuple[str, Payload]]:
    deep = "[" * 100_000
    scripts = {
        "view": _endless_view("files"),
        "view of articles": "ALTER TABLE articles RENAME TO old; CREATE VIEW articles AS SELECT "
        "* FROM old, (WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x "
        "FROM r);",
        "view of skipped": _endless_view("files").replace(
            "ALTER TABLE files RENAME TO old; CREATE VIEW files", "CREATE VIEW skipped"
        ),
        "trigger": "CREATE TRIGGER t AFTER UPDATE ON articles BEGIN DELETE FROM articles; END;",
        "trigger that writes": "CREATE TRIGGER t AFTER INSERT ON sources BEGIN "
        "SELECT writefile('victim', 'x'); END;",
        "virtual table": "CREATE VIRTUAL TABLE v USING fts5(a);",
        "index on a function": "CREATE INDEX i ON articles (abs(change));",
        "another index": "CREATE INDEX i ON sources (record);",
        "another table": "CREATE TABLE mine (a);",
        "a missing index": "DROP INDEX sources_by_article;",
        "a missing table": "DROP TABLE quarantine;",
        "a text that is a number": "UPDATE articles SET text = 5;",
        "a text that is text": "UPDATE articles SET text = 'abc';",
        "lines that are null": "UPDATE articles SET lines = NULL;",
        "ids": "UPDATE OR REPLACE passages SET article = x'ff'; UPDATE sources SET article = 'x/../y';",
        "dates": "UPDATE metadata SET field = 'published', value = '9999999-99-99';",
        "certainty": "UPDATE metadata SET certainty = 7, origin = x'00', value = 3.5;",
        "values": "UPDATE metadata SET value = x'ff', field = 5; UPDATE claims SET value = 9;",
        "passages": "UPDATE passages SET start = -5, end = 1 << 40, first = -1, last = 1 << 50;",
        "headings": "UPDATE passages SET heading = 5, language = x'41', page = 'x';",
        "files": "UPDATE OR REPLACE files SET path = 5, size = 'x', mtime_ns = x'00';",
        "paths": "UPDATE OR REPLACE sources SET path = '/etc/passwd', record = 9;",
        "paths that are devices": "UPDATE OR REPLACE files SET path = x'2f6465762f7a65726f'; "
        "UPDATE OR REPLACE sources SET path = x'2f6465762f7a65726f';",
        "sketches": "UPDATE sketches SET hashes = 'x'; UPDATE OR REPLACE sketched SET hash = 'y';",
        "definitions": "INSERT INTO definitions VALUES (NULL, 5, 'x', x'00', 9);",
        "spelling pairs": "INSERT INTO spelling_pairs VALUES ('common', 'x', 'y', 'z', 'a', 'b', "
        f"'{deep}');",
        "change": "UPDATE articles SET change = 9223372036854775807 - change;",
        "format": "PRAGMA user_version = 2147483647;",
        "older format": "PRAGMA user_version = 3;",
        "page size": "PRAGMA journal_mode = DELETE; PRAGMA page_size = 65536; VACUUM;",
    }
    for name, script in scripts.items():
        yield f"store: {name}", partial(_sql, script)
    files = "CREATE TABLE files (path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER"
    yield (
        "store: generated column",
        partial(
            _schema,
            "files",
            f"{files} NOT NULL, digest TEXT NOT NULL, reading INTEGER NOT NULL, x AS "
            "(zeroblob(999999999))) WITHOUT ROWID",
        ),
    )
    yield (
        "store: default that is a function",
        partial(
            _schema,
            "files",
            f"{files} DEFAULT (load_extension('./evil')), digest TEXT, reading INTEGER) "
            "WITHOUT ROWID",
        ),
    )
    yield "store: 2,000 tables", _many_tables
    for table in ("articles", "files", "passages", "metadata", "quarantine", "definitions"):
        yield f"store: endless {table}", partial(_endless_tree, table)
    yield "text: bomb", partial(_bomb, "text", b"a" * (1 << 20), 600)
    yield "text: bomb of lines", partial(_bomb, "text", b"\n" * (1 << 20), 90)
    yield "text: bomb that is allowed", partial(_bomb, "text", b"a" * (1 << 20), 9)
    yield "text: wide", _wide
    yield "text: cut", partial(_blob, "text", zlib.compress(b"abc" * 900)[:-9])
    yield "lines: bomb", partial(_bomb, "lines", b"[" + b"[]," * 300_000, 100)
    yield "lines: deep", partial(_bomb, "lines", b"[" * 100_000, 1)
    yield "lines: others", partial(_blob, "lines", zlib.compress(b'[{"a": 1}, 5]'))
    yield "names: record", partial(_names_sql, f"UPDATE names SET record = '{deep}';")
    yield "names: fields", partial(_names_sql, "UPDATE names SET record = '[1,2,3]';")
    yield (
        "names: view",
        partial(
            _names_sql,
            "DROP TABLE parts; CREATE VIEW parts AS WITH RECURSIVE r(word, form) AS (SELECT 'a', "
            "1 UNION ALL SELECT word, form + 1 FROM r) SELECT * FROM r;",
        ),
    )


# --- segments ---


def edit_segment(change: Callable[[bytearray, list[int]], None], home: Path) -> None:
    """Change the bytes and the header of a segment, and make all sums and digests right."""
    path = path_of(home, _SEGMENT)
    content = bytearray(path.read_bytes())
    header = list(layout.HEADER.unpack_from(content))
    change(content, header)
    layout.HEADER.pack_into(content, 0, *header)
    offsets = header[7:]
    checked = bytes(content[offsets[0] : offsets[layout.CHECKED_PARTS]])
    blocks = BlockSums()
    blocks.add(bytes(content[layout.HEADER.size : offsets[-2]]))
    sums = blocks.finish()
    if len(content[offsets[-2] :]) == len(sums):
        content[offsets[-2] :] = sums
    header[1] = layout.compute_checksum(bytes(content[: layout.HEADER.size]), checked, sums)
    layout.HEADER.pack_into(content, 0, *header)
    path.write_bytes(content)
    seal(home)


def _count(index: int, value: int, content: bytearray, header: list[int]) -> None:
    header[index] = value


def _fill(part: str, item: bytes, content: bytearray, header: list[int]) -> None:
    """Write the same item all over a part."""
    n = layout.PARTS.index(part)
    start, end = header[7 + n], header[8 + n]
    content[start:end] = (item * (end - start))[: end - start]


def _fill_lists(item: bytes, content: bytearray, header: list[int]) -> None:
    start, end = layout.HEADER.size, header[7]
    content[start:end] = (item * (end - start))[: end - start]


def _segments() -> Iterator[tuple[str, Payload]]:
    most = (1 << 32) - 1
    changes: dict[str, Callable[[bytearray, list[int]], None]] = {
        "passages": partial(_count, 2, 2_000_000_000),
        "articles": partial(_count, 3, most),
        "runs": partial(_count, 4, most),
        "lengths": partial(_count, 5, (1 << 64) - 1),
        "offset": partial(_count, 9, 0),
        "far offset": partial(_count, 20, 1 << 62),
        "firsts": partial(_fill, "firsts", struct.pack("<I", most)),
        "firsts that are 0": partial(_fill, "firsts", bytes(4)),
        "runs that are far": partial(_fill, "runs", struct.pack("<I", most)),
        "order": partial(_fill, "article_order", struct.pack("<I", most)),
        "article ends": partial(_fill, "article_ends", struct.pack("<I", most)),
        "article ids": partial(_fill, "articles", b"\xfe"),
        "terms": partial(_fill, "words_terms", b"\xfe"),
        "term ends": partial(_fill, "words_ends", struct.pack("<I", most)),
        "list offsets": partial(_fill, "words_offsets", struct.pack("<Q", 1 << 60)),
        "list offsets in the header": partial(_fill, "stems_offsets", bytes(8)),
        "frequencies": partial(_fill, "words_doc_frequencies", struct.pack("<I", most)),
        "names": partial(_fill, "passage_names", struct.pack("<I", most)),
        "name terms": partial(_fill, "names_terms", b"\xff"),
        "chunks": partial(_fill_lists, struct.pack("<BIIBII", 4, 0, most, 1, most, most)),
        "chunks without postings": partial(_fill_lists, struct.pack("<BIIBII", 1, 0, 0, 0, 0, 0)),
        "chunks of a width": partial(_fill_lists, struct.pack("<BIIBII", 7, 0, 9, 1, 9, 99)),
        "single postings": partial(_fill_lists, struct.pack("<BIB", 0, most, 255) + b"\xff" * 8),
        "positions": partial(_fill_lists, struct.pack("<BIB", 0, 0, 224) + b"\xfc" * 15),
    }
    for name, change in changes.items():
        yield f"segment: {name}", partial(edit_segment, change)


# --- settings and names ---


def _settings(text: str, home: Path) -> None:
    (home / "index" / "corpus.toml").write_text(text, "utf-8")


def _names_file(text: str, home: Path) -> None:
    (home / "names.toml").write_text(text, "utf-8")


def _toml() -> Iterator[tuple[str, Payload]]:
    for text in (
        "timeout = 0",
        "timeout = 1e300",
        "limit = 1000000000",
        'pager = "touch ../../.pager"',
        'hyperlink = "file://{path}"',
        'packs = ["../../x"]',
        'index = "/"',
        "a = " + "[" * 5_000,
        "[fields]\ntitle = 5",
        'limit = "' + "9" * 10_000 + '"',
    ):
        yield f"settings: {text[:20]!r}", partial(_settings, text)
    yield "names.toml: braces", partial(_names_file, f'[x]\nforms = ["{"{a,b}" * 30}"]\n')
    yield "names.toml: nested", partial(_names_file, f'[x]\nforms = ["{"{" * 9_000}"]\n')
    yield (
        "names.toml: forms",
        partial(_names_file, f"[x]\nforms = {[f'a b{n}' for n in range(99_999)]}"),
    )


PAYLOADS: dict[str, Payload] = dict([*_in_place(), *_json(), *_sqlite(), *_segments(), *_toml()])
"""Every payload by its name."""
