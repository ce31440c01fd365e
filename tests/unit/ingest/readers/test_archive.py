"""Archives: what is in them, and what would burst out of them."""

import bz2
import gzip
import io
import lzma
import subprocess
import tarfile
import time
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from corpus_cli.errors import SourceError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.archives import limits
from corpus_cli.ingest.readers.port import Document, Unread


def read(name: str, data: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """The texts and the reasons, by their records."""
    found = list(file_formats.read(name, data, "", {}))
    texts = {d.record: "|".join(w.text for w in d.lines) for d in found if isinstance(d, Document)}
    return texts, {u.record: u.reason for u in found if isinstance(u, Unread)}


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return file.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as made:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return file.getvalue()


MEMBERS = {
    "a.txt": b"One",
    "deep/er/b.md": b"Two",
    "../../etc/up.txt": b"Three",
    "/etc/root.txt": b"Four",
    "c\x1b[31m.txt": b"Five",
    ".hidden.txt": b"no",
    "deep/.git/x.txt": b"no",
    "__MACOSX/a.txt": b"no",
    "picture.jpg": b"\xff\xd8\xff",
    "style.css": b"p {}",
    "program.xyz": b"?",
}
KEPT = {
    "a.txt": "One",
    "deep/er/b.md": "Two",
    "../../etc/up.txt": "Three",
    "/etc/root.txt": "Four",
    "c\x1b[31m.txt": "Five",
}


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("x.zip", zipped),
        ("x.zip", lambda members: zipped(members, zipfile.ZIP_STORED)),
        ("x.zip", lambda members: zipped(members, zipfile.ZIP_BZIP2)),
        ("x.tar", tarred),
        ("x.tar.gz", lambda members: tarred(members, "w:gz")),
        ("x.tbz", lambda members: tarred(members, "w:bz2")),
        ("x.tar.xz", lambda members: tarred(members, "w:xz")),
    ],
)
def test_members_are_read_by_their_own_readers_under_their_names(
    name: str, make: Callable[[dict[str, bytes]], bytes]
) -> None:
    assert read(name, make(MEMBERS)) == (KEPT, {})


@pytest.mark.parametrize(
    ("suffix", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
)
def test_a_file_compressed_alone_keeps_its_name(
    suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    assert read(f"note.md.{suffix}", pack(b"# Head")) == ({"note.md": "# Head"}, {})


def test_the_members_of_gzip_are_one_text_and_a_damaged_one_costs_no_other() -> None:
    first, middle, last = (gzip.compress(f"Line {n}.\n".encode()) for n in range(3))
    assert read("a.txt.gz", first + middle + bytes(9)) == ({"a.txt": "Line 0.|Line 1."}, {})
    for damaged in (b"\x1f\x8c" + middle[2:], middle[:-9], b"junk"):
        texts, unread = read("a.txt.gz", first + damaged + last)
        assert texts["a.txt"].startswith("Line 0.|")
        assert texts["a.txt"].endswith("Line 2.")
        assert unread == {"": "it is damaged or cut off"}


def test_a_name_that_stands_twice() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made, warnings.catch_warnings(action="ignore"):
        for text in ("One", "Two", "Three"):
            made.writestr("a.txt", text)
    assert read("x.zip", file.getvalue())[0] == {
        "a.txt": "One",
        "2/a.txt": "Two",
        "3/a.txt": "Three",
    }


def test_an_archive_in_an_archive_up_to_a_depth() -> None:
    data = zipped({"a.txt": b"One"})
    for _ in range(3):
        data = zipped({"in.zip": data, "b.txt": b"Two"})
    texts, unread = read("x.zip", data)
    assert texts["in.zip#in.zip#in.zip#a.txt"] == "One"
    assert not unread
    texts, unread = read("x.zip", zipped({"in.zip": zipped({"in.zip": data, "c.txt": b"Three"})}))
    assert texts["in.zip#c.txt"] == "Three"
    assert "inside more than 4 other files" in unread["in.zip#in.zip#in.zip#in.zip#in.zip"]


def test_links_and_devices_are_passed_over() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as made:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"{kind!r}.txt")
            info.type, info.linkname = kind, "/etc/passwd"
            made.addfile(info)
        made.addfile(tarfile.TarInfo("a.txt"))
    assert read("x.tar", file.getvalue()) == ({}, {"a.txt": "there is no text in it"})
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zip_made:
        zip_made.writestr(link, "/etc/passwd")
    with pytest.raises(SourceError, match="no file in it can be read"):
        read("x.zip", file.getvalue())


def test_utf_8_names_that_do_not_say_so() -> None:
    data = zipped({"xxber.txt": b"One"}).replace(b"xxber", "über".encode())
    assert read("x.zip", data)[0] == {"über.txt": "One"}


def test_a_zip_cut_off_gives_what_stands_before_the_cut() -> None:
    data = zipped({"a.txt": b"One", "b.txt": b"Two", "c.txt": b"Three"})
    assert read("x.zip", data[: data.index(b"c.txt") + 6]) == (
        {"a.txt": "One", "b.txt": "Two"},
        {"c.txt": "it is damaged or cut off", "": "it is damaged or cut off"},
    )


class Pipe(io.RawIOBase):
    """A file that cannot go back: a ZIP written to it has each size after its content."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        self.data += bytes(data)
        return len(data)


def test_a_zip_from_a_pipe_that_is_cut_off_or_damaged() -> None:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as made:
        for name in "abcd":
            made.writestr(f"{name}.txt", f"{name} {'river road ' * 20}")
    data = bytearray(pipe.data)
    cut = data.index(b"d.txt") + 10
    assert list(read("x.zip", bytes(data[:cut]))[0]) == ["a.txt", "b.txt", "c.txt"]
    start = data.index(b"b.txt") + 5
    data[start : start + 8] = b"\xff" * 8
    texts, unread = read("x.zip", bytes(data[:cut]))
    assert list(texts) == ["a.txt", "c.txt"]
    assert list(unread) == ["b.txt", "d.txt", ""]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_cut_off_gives_what_stands_before_the_cut(mode: str) -> None:
    noise = bytes(range(32, 127)) * 20_000
    data = tarred({"a.txt": b"One", "b.txt": noise, "c.txt": b"Three"}, mode)
    texts, unread = read("x.tar", data[: len(data) // 2])
    assert "c.txt" not in texts
    assert len(unread) == 1
    if mode in ("w", "w:gz"):
        assert texts == {"a.txt": "One"}


def test_a_damaged_header_costs_only_its_member() -> None:
    sound = tarred({"a.txt": b"One", "b.txt": b"Two", "c.txt": b"Three"})
    for position, kept, place in (
        (0, {"b.txt": "Two", "c.txt": "Three"}, "before b.txt"),
        (1024, {"a.txt": "One", "c.txt": "Three"}, "before c.txt"),
        (2048, {"a.txt": "One", "b.txt": "Two"}, "after b.txt"),
    ):
        data = bytearray(sound)
        data[position : position + 76] = b"\xff" * 76
        texts, unread = read("x.tar", bytes(data))
        assert texts == kept
        assert f"damaged {place}" in unread[""]


def test_an_encrypted_member_and_a_way_of_packing_that_is_not_known() -> None:
    data = bytearray(zipped({"a.txt": b"One", "b.txt": b"Two", "c.txt": b"Three"}))
    listed = data.index(b"PK\x01\x02")
    data[listed + 8] |= 1
    second = data.index(b"PK\x01\x02", listed + 1)
    data[second + 10] = 99
    texts, unread = read("x.zip", bytes(data))
    assert texts == {"c.txt": "Three"}
    assert "encrypted" in unread["a.txt"]
    assert "compression method" in unread["b.txt"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_ends_at_the_bound(pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(bytes(12_000_000))
    with pytest.raises(SourceError, match="unpacks to more than 10 MB"):
        read("x.txt.gz", bomb)
    with pytest.raises(SourceError, match="unpacks to more than 10 MB"):
        read("x.tar.gz", pack(tarred({"a.iso": bytes(12_000_000), "b.txt": b"Two"})))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_bomb_ends_at_the_bound_after_what_was_read(method: int) -> None:
    data = zipped({"a.txt": b"One", "bomb.txt": bytes(12_000_000), "b.txt": b"Two"}, method)
    assert read("x.zip", data) == ({"a.txt": "One"}, {"": "it unpacks to more than 10 MB"})


def test_a_member_that_is_too_large_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_MEMBER_BYTES", 1_000)
    members = {"a.txt": b"x" * 1_001, "b.txt": b"Two"}
    for name, data in (("x.zip", zipped(members)), ("x.tar", tarred(members))):
        assert read(name, data) == ({"b.txt": "Two"}, {"a.txt": limits.TOO_LARGE})


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MEMBERS", 2)
    members = {f"{n}.txt": b"One" for n in range(3)}
    with pytest.raises(SourceError, match="contains more than"):
        read("x.zip", zipped(members))
    assert "contains more than" in read("x.tar", tarred(members))[1][""]


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_that_takes_too_long_is_not_read(kind: bytes) -> None:
    info = tarfile.TarInfo("long")
    info.type, info.size = kind, 300_000
    data = tarred({"a.txt": b"One"})[:1024] + info.tobuf(tarfile.GNU_FORMAT) + b"1" * 300_800
    started = time.process_time()
    assert read("x.tar", data) == ({"a.txt": "One"}, {"": "it is damaged or cut off"})
    assert time.process_time() - started < 1


def test_damage_anywhere_is_a_reason() -> None:
    sound = [
        ("x.zip", zipped(MEMBERS)),
        ("x.tar", tarred(MEMBERS)),
        ("x.tgz", tarred(MEMBERS, "w:gz")),
        ("x.txt.xz", lzma.compress(b"One")),
    ]
    for name, data in sound:
        for at in range(0, len(data), max(1, len(data) // 60)):
            for damaged in (data[:at], data[:at] + b"\xff\x01" + data[at + 2 :]):
                with suppress(SourceError):
                    read(name, damaged)


@pytest.mark.slow
def test_what_tar_and_zip_write(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / ("long" * 40 + ".txt")).write_text("One")
    (tmp_path / "in" / "über.txt").write_text("Two")
    (tmp_path / "in" / "link.txt").symlink_to("über.txt")
    for name, command in {
        "gnu.tar": ["tar", "-cf", "gnu.tar", "in"],
        "pax.tar.gz": ["tar", "--format=pax", "-czf", "pax.tar.gz", "in"],
        "x.tar.xz": ["tar", "-cJf", "x.tar.xz", "in"],
    }.items():
        subprocess.run(command, cwd=tmp_path, check=True)
        texts, unread = read(name, (tmp_path / name).read_bytes())
        assert texts == {f"in/{'long' * 40}.txt": "One", "in/über.txt": "Two"}
        assert not unread
