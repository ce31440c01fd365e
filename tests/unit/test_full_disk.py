"""What is said where a file cannot be written: its path, what is free, what to do."""

import errno
import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from corpus_cli.cli import main
from corpus_cli.corpus import Corpus
from corpus_cli.system.disk import describe_space, explain_write_error, format_bytes
from tests.conftest import article

REASONS = {
    errno.ENOSPC: "no space is left (",
    errno.EDQUOT: "your disk quota is used up (",
    errno.EFBIG: "files may not grow that large (",
    errno.EROFS: "its file system is read-only",
    errno.EACCES: "correct its permissions",
    errno.EIO: "check the disk",
}
SHOWS_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@pytest.mark.parametrize("code", REASONS)
def test_a_message_says_why_and_what_to_do(code: int) -> None:
    message = explain_write_error("missing/folder/file", OSError(code, os.strerror(code)))
    assert message.startswith("missing/folder/file cannot be written: ")
    assert REASONS[code] in message
    assert message.endswith("run the command again")
    assert ("free on its disk" in message) == (code in SHOWS_SPACE)


def test_space_is_of_the_closest_folder_that_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    class Status:
        f_bavail, f_frsize, f_files, f_favail = 3, 512_000, 10, 0

    def measure(folder: Path) -> Status:
        assert folder == Path.cwd()
        return Status()

    monkeypatch.setattr(os, "statvfs", measure)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (4_096, 4_096))
    assert describe_space("missing/file") == (
        "1.5 MB free on its disk, no more files can be created there, "
        "no file may have more than 4.1 kB"
    )


def test_bytes_are_written_for_people() -> None:
    sizes = {
        0: "0 bytes",
        999: "999 bytes",
        1_000: "1.0 kB",
        234_567: "234.6 kB",
        7 << 40: "7.7 TB",
    }
    assert {size: format_bytes(size) for size in sizes} == sizes


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "ibex.txt").write_text(article("The ibex is here"))
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest(["articles"])
    (tmp_path / "articles" / "lynx.txt").write_text(article("The lynx is here"))
    return tmp_path


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, int], None]]:
    """Return a function that lets no file be synced whose name begins with a text."""

    def refuse_sync(start: str, code: int) -> None:
        real = os.fsync

        def fsync(handle: int) -> None:
            if os.path.basename(os.readlink(f"/proc/self/fd/{handle}")).startswith(start):  # noqa: PTH115, PTH119 - of Linux
                raise OSError(code, os.strerror(code))
            real(handle)

        monkeypatch.setattr(os, "fsync", fsync)

    yield refuse_sync
    monkeypatch.undo()


INGEST = ("ingest", "articles", "-i", "index")
NAMES = ("names", "add", "Lynx Group", "big cat", "-i", "index")
SET = ("config", "set", "limit", "3", "-i", "index")
FILES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "manifest": (INGEST, "CURRENT", "index/CURRENT"),
    "table of contents": (INGEST, "_MAIN_", "index/_MAIN_"),
    "segment": (INGEST, "3-", "index"),
    "names": (NAMES, ".names.toml", "names.toml"),
    "settings": (SET, ".corpus.toml", "corpus.toml"),
}


@pytest.mark.parametrize("code", SHOWS_SPACE)
@pytest.mark.parametrize("kind", FILES)
def test_a_command_names_the_file_and_what_is_free(
    small: Path,
    refuse: Callable[[str, int], None],
    capsys: pytest.CaptureFixture[str],
    kind: str,
    code: int,
) -> None:
    command, start, path = FILES[kind]
    refuse(start, code)
    assert main(command) == 2
    message = capsys.readouterr().err
    assert path in message
    assert REASONS[code] in message
    assert "free on its disk" in message


def test_names_that_cannot_be_kept_are_compiled_for_each_command(
    small: Path, refuse: Callable[[str, int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    for path in small.glob("index/names.db*"):
        path.unlink()
    refuse("names.db", errno.ENOSPC)
    assert main(["search", "ibex", "-l", "-i", "index"]) == 0
    assert "ibex.txt" in capsys.readouterr().out
    assert not list(small.glob("index/names.db*"))


def test_a_store_that_may_not_grow_says_what_is_free(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = small / "index" / "store.db"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, limits[1]))
    try:
        assert main(INGEST) == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    message = capsys.readouterr().err
    assert str(store.relative_to(small)) in message
    assert "free on its disk, no file may have more than 4.1 kB" in message


def test_a_full_store_says_what_is_free(small: Path) -> None:
    with Corpus.open("index") as corpus:
        message = str(corpus.store._db.translate_error(apsw.FullError("full")))  # noqa: SLF001 - no disk is full here
    assert message.startswith("no space is left for index/store.db (")
    assert "free on its disk" in message
