"""corpus verify, repair, backup and restore."""

import gzip
import io
import json
import tarfile
import tracemalloc
from pathlib import Path

import pytest

from corpus_cli.engines.whoosh.layout import HEADER
from tests.cli.conftest import Run

PAGE = 4096


@pytest.fixture
def run(run: Run) -> Run:
    for n in range(3):
        Path(f"{n}.md").write_text(
            f"---\ntitle: T{n}\nauthor: Ann {n}\n---\n\nKabul fell on {n}.\n"
        )
    assert run("ingest", "0.md", "1.md", "2.md").code == 0
    assert run("edit", "1.md", "--author", "By Hand").code == 0
    assert run("remove", "2.md").code == 0
    return run


def _flip(path: Path, text: bytes) -> None:
    content = bytearray(path.read_bytes())
    content[content.rindex(text)] ^= 2
    path.write_bytes(content)


def test_a_whole_corpus_is_verified(run: Run) -> None:
    for options in ([], ["--quick"], ["--json"]):
        ended = run("verify", *options)
        assert (ended.code, ended.err) == (0, "")
    assert run("repair").code == 0
    assert run("search", "-l", "Kabul").out == "0.md\n1.md\n"


def test_a_damaged_store_is_said_and_repaired(run: Run) -> None:
    _flip(Path("index/store.db"), b"By Hand")
    ended = run("verify", "--quick")
    assert (ended.code, ended.out.split("\t")[0]) == (2, "store.db")
    assert "corpus repair" in ended.err
    assert json.loads(run("verify", "--json").out)["damage"][0]["file"] == "store.db"
    ended = run("show", "1.md")
    assert (ended.code, "By" in ended.out) == (2, False)
    assert "is damaged" in ended.err
    ended = run("repair")
    assert ended.code == 3
    assert "store.db.damaged-1" in ended.err
    assert Path("index/store.db.damaged-1").exists()
    assert "corpus ingest" in ended.err
    assert run("verify").code == 0
    assert run("ingest", "0.md", "1.md", "2.md").code in {0, 3}
    assert run("search", "-l", "Kabul").out == "0.md\n1.md\n"


def test_a_damaged_segment_is_said_and_repaired(run: Run) -> None:
    (segment, *_) = sorted(Path("index").glob("whoosh-*/*.segment"))[-1:]
    content = bytearray(segment.read_bytes())
    content[HEADER.size + 9] ^= 1
    segment.unlink()
    segment.write_bytes(content)
    assert run("verify", "--quick").code == 0
    ended = run("verify")
    assert (ended.code, segment.name in ended.out) == (2, True)
    assert run("repair").code == 0
    assert run("verify").code == 0


def test_a_changed_table_of_contents_is_said(run: Run) -> None:
    contents = max(Path("index").glob("_MAIN_*.toc"))
    contents.write_bytes(contents.read_bytes()[:-1])
    ended = run("verify")
    assert (ended.code, contents.name in ended.out) == (2, True)


def test_a_backup_has_all_but_the_index(run: Run, tmp_path: Path) -> None:
    run("names", "add", "Kabul", "Kaboul")
    assert run("backup", "all.tar.gz").code == 0
    ended = run("backup", "all.tar.gz")
    assert (ended.code, "exists already" in ended.err) == (2, True)
    place = str(tmp_path / "new" / "index")
    ended = run("restore", "all.tar.gz", "-i", place)
    assert (ended.code, ended.out) == (0, "restored 2 articles to new/index\n")
    assert run("verify", "-i", place).code == 0
    assert run("search", "-c", "Kaboul", "-i", place).out == "2\n"
    assert "By Hand" in run("list", "--json", "-i", place).out
    ended = run("restore", "all.tar.gz", "-i", place)
    assert (ended.code, "exists already" in ended.err) == (2, True)
    assert run("restore", "none.tar.gz", "-i", str(tmp_path / "other")).code == 2


def test_no_changed_backup_is_restored(run: Run, tmp_path: Path) -> None:
    run("backup", "all.tar.gz")
    whole = Path("all.tar.gz").read_bytes()
    for place in range(20, len(whole), len(whole) // 23):
        content = bytearray(whole)
        content[place] ^= 8
        Path("all.tar.gz").write_bytes(content[:-40] if place % 5 == 0 else content)
        ended = run("restore", "all.tar.gz", "-i", str(tmp_path / "new"))
        assert (ended.code, "cannot be restored" in ended.err) == (2, True), place
        assert not (tmp_path / "new").exists()
        assert not [*tmp_path.glob(".new-*")]


def _archive(members: dict[str, bytes], contents: object) -> None:
    with tarfile.open("made.tar.gz", "w:gz") as archive:
        for name, content in {"backup.json": json.dumps(contents).encode(), **members}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize(
    "contents",
    [
        {},
        [],
        {"format": 2, "files": {"store.db": [1, "a"]}},
        {"format": 1, "files": {"store.db": [1 << 60, "a"]}},
        {"format": 1, "files": {"store.db": [1, "a"], "../../evil": [1, "a"]}},
        {"format": 1, "files": {"store.db": [1, "a"]}},
        {"format": 1, "files": {"names.toml": [1, "a"]}},
        {"format": 1, "files": []},
        {"format": 1, "files": {"store.db": [float("inf"), "a"]}},
        {"format": 1, "files": {"store.db": [-1, "a"]}},
        {"format": 1, "files": {"store.db": None}},
    ],
)
def test_a_strange_backup_writes_nothing(run: Run, tmp_path: Path, contents: object) -> None:
    _archive({"store.db": b"x", "../../evil": b"x"}, contents)
    ended = run("restore", "made.tar.gz", "-i", str(tmp_path / "a" / "new"))
    assert (ended.code, "cannot be restored" in ended.err) == (2, True)
    assert not (tmp_path / "a" / "new").exists()
    assert not [*tmp_path.rglob("evil")]


@pytest.mark.parametrize(
    ("kind", "mebibytes", "count"),
    [
        (tarfile.XHDTYPE, 64, 1),
        (tarfile.XGLTYPE, 64, 1),
        (tarfile.GNUTYPE_LONGNAME, 64, 1),
        (tarfile.GNUTYPE_LONGNAME, 0, 5_000),
        (tarfile.XGLTYPE, 0, 5_000),
        (tarfile.SYMTYPE, 0, 1),
        (tarfile.CHRTYPE, 0, 1),
        (tarfile.GNUTYPE_SPARSE, 0, 1),
    ],
)
def test_headers_of_an_archive_take_no_memory(
    run: Run, tmp_path: Path, kind: bytes, mebibytes: int, count: int
) -> None:
    """Some kilobytes of an extension header become gigabytes, and many of them are recursive."""
    header = tarfile.TarInfo("backup.json")
    header.type, header.size = kind, mebibytes << 20
    with gzip.open("bomb.tar.gz", "wb") as file:
        for _ in range(count):
            file.write(header.tobuf(tarfile.GNU_FORMAT))
        for _ in range(mebibytes):
            file.write(bytes(1 << 20))
    tracemalloc.start()
    ended = run("restore", "bomb.tar.gz", "-i", str(tmp_path / "new"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (ended.code, "cannot be restored" in ended.err) == (2, True)
    assert peak < 32 << 20


def test_a_deep_list_of_files_is_refused(run: Run, tmp_path: Path) -> None:
    with tarfile.open("deep.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("backup.json")
        member.size = 90_000
        archive.addfile(member, io.BytesIO(b"[" * member.size))
    ended = run("restore", "deep.tar.gz", "-i", str(tmp_path / "new"))
    assert (ended.code, "nested too deeply" in ended.err) == (2, True)


@pytest.mark.parametrize(("name", "said"), [("index/corpus.toml", "is a link"), ("names.toml", "")])
def test_a_backup_has_no_file_that_a_link_leads_to(run: Run, name: str, said: str) -> None:
    """Who sends a corpus must not get a file of the user back with its backup."""
    Path("secret").write_text("secret\n")
    Path(name).unlink(missing_ok=True)
    Path(name).symlink_to(Path("secret").absolute())
    ended = run("backup", "all.tar.gz")
    assert (ended.code, name in ended.err, said in ended.err) == (2, True, True)
    assert not Path("all.tar.gz").exists()


def test_a_backup_has_names_that_are_kept_elsewhere(run: Run, tmp_path: Path) -> None:
    run("names", "add", "Kabul", "Kaboul")
    Path("names.toml").rename("elsewhere.toml")
    Path("names.toml").symlink_to("elsewhere.toml")
    assert run("backup", "all.tar.gz").code == 0
    assert run("restore", "all.tar.gz", "-i", str(tmp_path / "new" / "index")).code == 0
    assert "Kaboul" in (tmp_path / "new" / "names.toml").read_text()


@pytest.mark.parametrize("change", ["digest", "name"])
def test_a_backup_with_another_digest_or_name_is_refused(
    run: Run, tmp_path: Path, change: str
) -> None:
    """Where everything else is right."""
    run("backup", "all.tar.gz")
    with tarfile.open("all.tar.gz") as archive:
        members = {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]
    contents = json.loads(members.pop("backup.json"))
    if change == "digest":
        contents["files"]["store.db"][1] = "0" * 64
    else:
        members["../evil"] = members["store.db"]
        contents["files"]["../evil"] = contents["files"]["store.db"]
    _archive(members, contents)
    ended = run("restore", "made.tar.gz", "-i", str(tmp_path / "new"))
    assert (ended.code, "cannot be restored" in ended.err) == (2, True)
    assert not (tmp_path / "new").exists()
    assert not [*tmp_path.rglob("evil")]
