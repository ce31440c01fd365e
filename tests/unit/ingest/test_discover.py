"""Which files are read."""

import errno
import os
import socket
from collections.abc import Iterable
from pathlib import Path

import pytest

from corpus_cli.errors import SourceError, UsageError
from corpus_cli.ingest.discover import discover
from corpus_cli.ingest.loading import load
from tests.conftest import deny


def found(*places: str) -> tuple[list[str], dict[str, str]]:
    skipped: dict[str, str] = {}
    files = list(discover(places, skipped.__setitem__, refused))
    return relative(files), skipped


def failed(*places: str) -> tuple[list[str], dict[str, str]]:
    unread: dict[str, str] = {}
    files = list(discover(places, lambda *_: None, unread.__setitem__))
    return relative(files), dict(zip(relative(unread), unread.values(), strict=True))


def relative(paths: Iterable[str]) -> list[str]:
    return [os.path.relpath(path) for path in paths]


def refused(path: str, reason: str) -> None:
    raise AssertionError(f"{path}: {reason}")


def test_a_folder_in_order_without_what_is_hidden_or_unknown() -> None:
    for name in ("b.txt", "a.md", "sub/c.TXT", ".hidden.txt", ".git/d.txt", "e.exe"):
        path = Path("in", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    files, skipped = found("in")
    assert files == ["in/a.md", "in/b.txt", "in/sub/c.TXT"]
    assert [Path(path).name for path in skipped] == ["e.exe"]


def test_a_named_file_is_read_whatever_its_kind_and_only_once() -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text("x")
    Path("b.exe").write_text("x")
    assert found("b.exe", "in", "in/a.txt", "b.exe")[0] == ["b.exe", "in/a.txt"]


def test_links_are_not_followed() -> None:
    Path("in").mkdir()
    Path("in/loop").symlink_to(".")
    Path("in/passwd.txt").symlink_to("/etc/passwd")
    Path("in/gone.txt").symlink_to("nowhere")
    files, skipped = found("in")
    assert files == []
    assert set(skipped.values()) == {"it is a link"}


def test_a_corpus_is_no_article() -> None:
    Path("in/index").mkdir(parents=True)
    Path("in/index/store.db").touch()
    Path("in/index/README.txt").write_text("x")
    assert found("in")[0] == []


def test_a_place_that_is_not_there_stops_no_other() -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text("x")
    Path("link").symlink_to("away")
    files, unread = failed("nowhere", "link", "in/a.txt/b", "in", "a\0b")
    assert files == ["in/a.txt"]
    assert list(unread) == ["nowhere", "link", "in/a.txt/b", "a\0b"]
    assert all("does not exist" in reason for reason in unread.values())


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ESTALE, errno.ELOOP])
def test_a_folder_that_cannot_be_read_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    for name in ("in/a.txt", "in/sub/b.txt", "in/sub/deep/c.txt"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("x")
    deny(monkeypatch, "in/sub", code)
    reason = f"it cannot be read: {os.strerror(code)}"
    assert failed("in", "in/sub/deep") == (
        ["in/a.txt"],
        {"in/sub": reason, "in/sub/deep": reason},
    )


def test_pipes_and_sockets_are_passed_over() -> None:
    Path("in").mkdir()
    for name in ("in/pipe.txt", "in/pipe"):
        os.mkfifo(name)
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("in/socket.txt")
    files, skipped = found("in")
    assert files == []
    assert len(skipped) == 3
    assert set(skipped.values()) == {"it is not a regular file"}


def test_a_fifo_and_a_device_are_refused_at_once() -> None:
    os.mkfifo("fifo.txt")
    for path in ("fifo.txt", "/dev/zero"):
        with pytest.raises(SourceError, match="regular file"):
            load(path)


def test_a_name_that_is_no_text() -> None:
    path = os.fsdecode(b"n\xff.txt")
    Path(path).write_text("x")
    assert found(".")[0] == [path]
    assert load(path).data == b"x"


def test_ignore_files_speak_as_git_does() -> None:
    for name in ("a.txt", "b.txt", "sub/a.txt", "sub/keep.txt", "sub/deep/c.txt", "drafts/d.txt"):
        path = Path("in", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    Path("in/.corpusignore").write_text("b.txt\ndrafts/\n/sub/*.txt\n")
    Path("in/sub/.corpusignore").write_text("!keep.txt\ndeep\n")
    assert found("in")[0] == ["in/a.txt", "in/sub/keep.txt"]


def test_folders_can_be_taken_back_as_in_git() -> None:
    for name in ("a.txt", "a.md", "sub/b.txt", "sub/b.md"):
        path = Path("in", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    Path("in/.corpusignore").write_text("*\n!*/\n!*.md\n")
    assert found("in")[0] == ["in/a.md", "in/sub/b.md"]


def test_globs_let_in_and_keep_out() -> None:
    for name in ("a.txt", "b.md", "sub/c.txt", "sub/d.md"):
        path = Path("in", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    paths = [
        list(discover(["in"], lambda *_: None, refused, include, exclude))
        for include, exclude in (
            (["*.md"], []),
            (["sub/**"], []),
            ([], ["sub/"]),
            (["*.txt"], ["a*"]),
        )
    ]
    assert [[os.path.relpath(path, "in") for path in found] for found in paths] == [
        ["b.md", "sub/d.md"],
        ["sub/c.txt", "sub/d.md"],
        ["a.txt", "b.md"],
        ["sub/c.txt"],
    ]


def test_what_a_browser_saved_beside_a_page_is_passed_over() -> None:
    for name in ("in/page.html", "in/page_files/ad.html", "in/other_files/page.html"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("x")
    assert found("in")[0] == ["in/page.html", "in/other_files/page.html"]


def test_a_file_without_a_suffix_is_known_by_its_content() -> None:
    Path("in").mkdir()
    Path("in/text").write_text("Kabul fell")
    Path("in/binary").write_bytes(b"\x7fELF\0\0")
    Path("in/report").write_bytes(b"%PDF-1.4\0")
    Path("in/1234.host:2,S").write_text("From: a\nTo: b\n\nx")
    files, skipped = found("in")
    assert files == ["in/1234.host:2,S", "in/report", "in/text"]
    assert [Path(path).name for path in skipped] == ["binary"]


def test_what_is_no_pattern_is_said_and_passed_over() -> None:
    Path("in").mkdir()
    for name in ("a.txt", "b.txt "):
        Path("in", name).write_text("x")
    Path("in/.corpusignore").write_text("!\n\\\n[z-a]\n[b\na.txt\n")
    files, skipped = found("in")
    assert files == ["in/b.txt "]
    assert "not a valid pattern" in " ".join(skipped.values())
    with pytest.raises(UsageError, match="not a valid pattern"):
        list(discover(["in"], lambda *_: None, refused, (), ["!"]))


def test_a_folder_whose_ignore_file_cannot_be_read_fails() -> None:
    for name in ("in/a.txt", "in/sub/b.txt", "in/sub/deep/c.txt"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("x")
    os.mkfifo("in/sub/.corpusignore")
    files, unread = failed("in")
    assert files == ["in/a.txt"]
    assert list(unread) == ["in/sub"]
    assert ".corpusignore: it is not a regular file" in unread["in/sub"]


def test_a_folder_whose_ignore_file_is_too_long_fails() -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text("x")
    Path("in/.corpusignore").write_text("a.txt\n" * 20_000)
    files, unread = failed("in")
    assert files == []
    assert "longer than 100,000 bytes" in unread["in"]
    Path("in/.corpusignore").write_text("a\n" * 1_001)
    assert "more than 1,000 lines" in failed("in")[1]["in"]
    Path("in/.corpusignore").write_text("a\n" * 900)
    assert failed("in")[0] == ["in/a.txt"]
