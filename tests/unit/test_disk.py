"""Files that lead to no other file, and errors that are no answer."""

import errno
import os
from pathlib import Path

import pytest

from corpus_cli.errors import CorpusUnreadable
from corpus_cli.system.files import (
    NotRegular,
    copy_file,
    create_file,
    open_regular,
    path_exists,
    read_content,
    read_size,
    replace_file,
    unreadable_error,
)


@pytest.fixture
def outside() -> Path:
    path = Path("outside")
    path.write_bytes(b"precious")
    return path


def test_what_is_no_regular_file_is_not_opened(outside: Path) -> None:
    Path("link").symlink_to(outside)
    Path("nowhere").symlink_to("missing")
    Path("folder").mkdir()
    os.mkfifo("pipe")
    for mode in ("rb", "r+b", "ab"):
        for name in ("link", "nowhere", "folder", "pipe"):
            with pytest.raises(NotRegular):
                open(name, mode, opener=open_regular).close()
        with open(outside, mode, opener=open_regular) as file:
            assert os.fstat(file.fileno()).st_size == 8
    with pytest.raises(FileNotFoundError):
        open("missing", "rb", opener=open_regular).close()
    assert not Path("missing").exists()


def test_a_link_is_followed_only_where_that_is_allowed(outside: Path) -> None:
    Path("link").symlink_to(outside)
    assert read_content(Path("link")) == b"precious"
    with pytest.raises(NotRegular):
        read_content(Path("link"), follow=False)


def test_a_new_file_takes_the_place_of_a_link(outside: Path) -> None:
    for name in ("scratch", "current"):
        Path(name).symlink_to(outside)
    replace_file(Path("current"), b"new", Path("scratch"))
    assert not Path("current").is_symlink()
    assert (Path("current").read_bytes(), outside.read_bytes()) == (b"new", b"precious")
    Path("scratch").symlink_to("missing")
    create_file(Path("scratch")).close()
    assert not Path("missing").exists()


def test_a_copy_is_of_a_file_and_to_a_new_one(outside: Path) -> None:
    Path("link").symlink_to(outside)
    Path("source").write_bytes(b"copied")
    with pytest.raises(NotRegular):
        copy_file(Path("link"), Path("target"))
    copy_file(Path("source"), Path("link"))
    assert (Path("link").read_bytes(), outside.read_bytes()) == (b"copied", b"precious")


def test_a_size_is_of_a_file_alone(outside: Path) -> None:
    Path("link").symlink_to(outside)
    assert read_size(outside) == 8
    assert read_size("missing") is None
    for path in ("link", "."):
        with pytest.raises(NotRegular):
            read_size(path)


def test_what_cannot_be_looked_up_is_not_missing(
    outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("nowhere").symlink_to("missing")
    assert [path_exists(Path(name)) for name in ("outside", "nowhere", "missing", "outside/x")] == [
        *(True, True, False, False)
    ]

    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(os, "lstat", refuse)
    with pytest.raises(CorpusUnreadable, match=r"index/store.db .*permissions and those of index"):
        path_exists(Path("index/store.db"))


@pytest.mark.parametrize(
    ("code", "way"),
    [
        (errno.EACCES, "correct its permissions"),
        (errno.EMFILE, "ulimit -n"),
        (errno.EIO, "check the disk"),
    ],
)
def test_an_error_of_reading_says_what_to_do(code: int, way: str) -> None:
    error = unreadable_error("index/CURRENT", OSError(code, os.strerror(code)))
    assert way in str(error)
    assert error.exit_code == 2
