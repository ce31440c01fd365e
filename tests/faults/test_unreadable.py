"""What could not be read is neither gone nor damaged: it is said, and nothing removed."""

import codecs
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus_cli.cli import main
from corpus_cli.config import LOCK_FILE
from corpus_cli.engines.whoosh.generations import Manifest, read_manifest
from tests.conftest import article
from tests.faults.child import Ended, corpus, forked
from tests.faults.conftest import COMMON, found, generations, shelve, sound

WORDS = {"ibex", "lynx", "heron"}
CODES = [errno.EIO, errno.EMFILE, errno.EACCES]
NOBODY = 65534


def run_failing(home: Path, name: str, code: int, number: int, *command: str) -> tuple[Ended, bool]:
    """Run a command that cannot open a file, at the n-th try; and whether it failed so often.

    A `number` of 0 is every try.
    """
    tries = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal tries
        reads = event == "open" and isinstance(arguments[2], int) and not arguments[2] & os.O_CREAT
        if reads and str(arguments[0]).endswith(f"/{name}"):
            tries += 1
            if number in (0, tries):
                raise OSError(code, os.strerror(code), arguments[0])

    def body() -> int:
        sys.addaudithook(hook)
        ended = main([*command, "-i", str(home / "index")])
        print(f"tries {tries}", file=sys.stderr)  # noqa: T201 - for the parent
        return ended

    ended = forked(body)
    return ended, int(ended.err.split()[-1]) >= number


def _manifest(home: Path) -> Manifest:
    manifest = read_manifest(home / "index")
    assert manifest
    return manifest


@pytest.mark.parametrize("code", CODES)
def test_no_read_error_of_current_removes_anything(home: Path, tmp_path: Path, code: int) -> None:
    shelve(home / "articles", *WORDS, "otter")
    wrong, number, failed = [], 1, True
    while failed:
        copy = Path(shutil.copytree(home, tmp_path / f"{number}"))
        command = ("ingest", str(copy / "articles"))
        ended, failed = run_failing(copy, "CURRENT", code, number, *command)
        words, _ = found(copy)
        reported = ended.code == 2 and "CURRENT cannot be read" in ended.err
        if ended.code != 0 and not reported:
            wrong.append(f"open {number}: {ended}")
        if not words >= WORDS or len(generations(copy)) < 2:
            wrong.append(f"open {number}: {words} {generations(copy)}")
        second = corpus(*command, "-i", str(copy / "index"))
        if (second.code, found(copy)[0]) != (0, WORDS | {"otter"}):
            wrong.append(f"open {number}, then once more: {second}")
        number += 1
    assert number > 3
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", ["CURRENT", "segment"])
def test_an_index_that_cannot_be_read_is_not_made_anew(home: Path, name: str, code: int) -> None:
    before = _manifest(home)
    file = min(before.files) if name == "segment" else name
    shelve(home / "articles", *WORDS, "otter")
    for command in (["search", COMMON], ["status"], ["ingest", str(home / "articles")]):
        ended, _ = run_failing(home, file, code, 0, *command)
        assert (ended.code, sound(ended)) == (2, True), ended
        assert f"{file} cannot be read" in ended.err
        assert "damaged" not in ended.err
    assert _manifest(home) == before
    assert found(home)[0] == WORDS


@pytest.mark.parametrize("name", ["CURRENT", "segment"])
def test_a_reindex_needs_nothing_of_the_old_index(home: Path, name: str) -> None:
    file = min(_manifest(home).files) if name == "segment" else name
    ended, _ = run_failing(home, file, errno.EIO, 1, "reindex")
    assert ended.code == 0, ended
    assert found(home)[0] == WORDS


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\0" * 100])
def test_a_reindex_heals_a_manifest_that_is_none(home: Path, content: bytes) -> None:
    (home / "index" / "CURRENT").write_bytes(content)
    assert corpus("reindex", "-i", str(home / "index")).code == 0
    assert (found(home)[0], len(generations(home))) == (WORDS, 2)


def test_a_failure_leaves_every_generation_where_current_is_damaged(home: Path) -> None:
    before = generations(home)
    (home / "index" / "CURRENT").write_bytes(b"{}")

    def body() -> int:
        setattr(os, "fsync", lambda _: _no_space())  # noqa: B010 - declared with overloads
        return main(["reindex", "-i", str(home / "index")])

    ended = forked(body)
    assert (ended.code, generations(home)) == (2, before), ended


def _no_space() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_names_that_cannot_be_read_are_not_left_out(home: Path) -> None:
    text = article(f"The Society of Tall Ibexes (STI) is {COMMON} here")
    (home / "articles" / "names.txt").write_text(text, "utf-8")
    assert not corpus("ingest", str(home / "articles"), "-i", str(home / "index")).code
    assert (home / "index" / "names.db").exists()
    (home / "names.toml").mkdir()
    ended = corpus("search", COMMON, "-i", str(home / "index"))
    assert ended.code == 2
    assert "names.toml cannot be read" in ended.err


def test_who_holds_a_lock_that_cannot_be_read_is_unknown(home: Path) -> None:
    ended, _ = run_failing(home, LOCK_FILE, errno.EACCES, 0, "status")
    assert ended.code == 0
    assert "an unknown process (LOCK cannot be read: Permission denied)" in ended.out


# --- permissions ---


@pytest.fixture
def public(shelved: Path) -> Iterator[Path]:
    """A home that anybody may read and write, but for what a test takes away."""
    scratch = Path(tempfile.mkdtemp())
    home = Path(shutil.copytree(shelved, scratch / "home"))
    shelve(home / "articles", *WORDS, "otter")
    for path in (scratch, home, *home.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    yield home
    for path in (home / "index", home / "index" / _folder(home)):
        path.chmod(0o755)
    shutil.rmtree(scratch)


def _folder(home: Path) -> str:
    (home / "index").chmod(0o755)
    (home / "index" / "CURRENT").chmod(0o644)
    return _manifest(home).folder


def run_as_nobody(home: Path, *command: str) -> Ended:
    """Run a command as somebody whom permissions bind: root may read everything."""

    def body() -> int:
        # Who is nobody may be unable to load what Python loads late.
        codecs.lookup("utf-8-sig")
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        os.chdir(home)
        return main(list(command))

    return forked(body)


COMMANDS = [
    ["search", COMMON],
    ["search", COMMON, "--json"],
    ["saved", "list"],
    ["saved", "add", "animals", COMMON],
    ["new"],
    ["notes"],
    ["note", "articles/ibex.txt", "goat"],
    ["facets", COMMON],
    ["list"],
    ["show", "articles/ibex.txt"],
    ["status"],
    ["duplicates"],
    ["names", "list"],
    ["names", "add", "A name", "another form"],
    ["config", "path"],
    ["config", "set", "limit", "5", "--project"],
    ["ingest", "articles"],
    ["remove", "articles/ibex.txt"],
    ["edit", "articles/ibex.txt", "--title", "A title"],
    ["reindex"],
]


@pytest.mark.parametrize("named", [[], ["-i", "index"]], ids=["nearest", "named"])
def test_a_folder_that_may_not_be_read_is_named(public: Path, named: list[str]) -> None:
    (public / "index").chmod(0)
    wrong = []
    for command in COMMANDS:
        ended = run_as_nobody(public, *command, *named)
        if ended.code != 2 or not sound(ended) or "permissions" not in ended.err:
            wrong.append(f"{command}: {ended}")
        if "index" not in ended.err:
            wrong.append(f"{command} does not say where: {ended}")
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("name", ["store.db", "CURRENT", "folder", "segment"])
def test_a_file_that_may_not_be_read_is_named(public: Path, name: str) -> None:
    manifest = _manifest(public)
    paths = {"folder": manifest.folder, "segment": f"{manifest.folder}/{min(manifest.files)}"}
    path = public / "index" / paths.get(name, name)
    path.chmod(0)
    wrong = []
    for command in (["search", COMMON], ["status"], ["ingest", "articles"]):
        ended = run_as_nobody(public, *command)
        complete = path.name in ended.err and "permissions" in ended.err
        if ended.code != 2 or not sound(ended) or not complete:
            wrong.append(f"{command}: {ended}")
    path.chmod(0o777)
    ended = corpus("ingest", str(public / "articles"), "-i", str(public / "index"))
    assert (ended.code, found(public)[0]) == (0, WORDS | {"otter"}), ended
    assert not wrong, "\n".join(["", *wrong])
