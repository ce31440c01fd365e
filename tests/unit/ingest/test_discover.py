"""Which files are read."""

import os
from pathlib import Path

import pytest

from corpus_cli.errors import SourceError, UsageError
from corpus_cli.ingest.discover import discover, load
from corpus_cli.ingest.readers.plain import read


def found(*places: str) -> tuple[list[str], dict[str, str]]:
    skipped: dict[str, str] = {}
    files = list(discover(places, skipped.__setitem__))
    return [str(Path(file).relative_to(Path.cwd())) for file in files], skipped


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


def test_a_place_that_is_not_there() -> None:
    with pytest.raises(UsageError, match=r"nowhere does not exist"):
        found("nowhere")


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


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a\nb", ["a", "b"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"a\rb", ["a", "b"]),
        (b"\xef\xbb\xbfa", ["a"]),
        ("é\nb".encode("utf-16"), ["é", "b"]),
        ("a\x0b\u2028b\x0c".encode(), ["a\x0b\u2028b\x0c"]),
        (b"\n\na\n\n", ["", "", "a", ""]),
    ],
)
def test_lines_as_an_editor_counts_them(data: bytes, lines: list[str]) -> None:
    assert read(data) == lines


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xfe\x00", "UTF-16"),
        (b"caf\xe9", "not UTF-8"),
        (b"GIF89a\x00\x01", "not a text file"),
        (b" \n\n\t", "no text"),
        (b"", "no text"),
    ],
)
def test_what_is_no_text_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read(data)
