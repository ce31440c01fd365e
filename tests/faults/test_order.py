"""The order of writing."""

import hashlib
import os
import pickle
from pathlib import Path
from typing import NamedTuple

import pytest

from corpus_cli.cli import main
from corpus_cli.engines.whoosh.generations import Manifest, read_manifest
from tests.faults.child import Call, forked, watch
from tests.faults.conftest import generations, ingested, shelve

ROUNDS = (("heron", "ibex2", "lynx"), ("ibex2", "lynx", "otter"), ("lynx", "otter", "stork"))


class Step(NamedTuple):
    """A call, and what the file held if it was to be synced."""

    call: Call
    data: bytes


def record(home: Path, *rounds: tuple[str, ...], links: bool = True) -> list[Step]:
    """The calls of some ingests, in order."""
    log: list[Step] = []
    index = home / "index"

    def seen(call: Call) -> None:
        path = index / call.paths[0]
        data = path.read_bytes() if call.name == "fsync" and path.is_file() else b""
        log.append(Step(call, data))

    def body() -> int:
        if not links:
            os.link = _no_links
        watch(index, seen)
        for words in rounds:
            shelve(home / "articles", *words)
            code = main(["ingest", str(home / "articles"), "-i", str(index)])
            assert not code
        (home / "log").write_bytes(pickle.dumps(log))
        return 0

    ended = forked(body)
    assert ended.code == 0, ended
    steps: list[Step] = pickle.loads((home / "log").read_bytes())  # noqa: S301 - our own
    return steps


def _no_links(*_: object, **__: object) -> None:
    raise OSError(95, "this file system knows no hard links")


def place(log: list[Step], name: str, *paths: str) -> int:
    """Where in a log the first such call is."""
    return next(
        n for n, (call, _) in enumerate(log) if call.name == name and call.paths[-1] in paths
    )


def test_the_store_commits_before_the_engine_begins(home: Path) -> None:
    log = record(home, ROUNDS[0])
    assert place(log, "COMMIT", "store.db") < place(log, "mkdir", _manifest(home).folder)


@pytest.mark.parametrize("links", [True, False], ids=["links", "copies"])
def test_everything_is_on_the_disk_before_current_names_it(home: Path, *, links: bool) -> None:
    log = record(home, ROUNDS[0], links=links)
    renamed = place(log, "rename", "CURRENT")
    synced = {call.paths[0] for call, _ in log[:renamed] if call.name == "fsync"}
    synced |= {call.paths[1] for call, _ in log[:renamed] if call.name == "link"}
    manifest = _manifest(home)
    files = {f"{manifest.folder}/{name}" for name in manifest.files}
    assert files - synced == set()
    last = max(n for n, (call, _) in enumerate(log) if call.paths[0] in files)
    assert last < place(log, "fsync", manifest.folder) < renamed
    assert place(log, "fsync", "CURRENT.new") < renamed
    contents = f"_MAIN_{manifest.generation}.toc"
    in_place = place(log, "rename", contents)
    assert place(log, "fsync", manifest.folder) < place(log, "fsync", f"{contents}.new") < in_place
    assert in_place < renamed


def test_the_folder_is_on_the_disk_before_anything_old_goes(home: Path) -> None:
    oldest = min(generations(home))
    log = record(home, ROUNDS[0])
    renamed = place(log, "rename", "CURRENT")
    removed = next(n for n, (call, _) in enumerate(log) if call.paths[0].startswith(oldest))
    assert any(call == Call("fsync", (".",)) for call, _ in log[renamed:removed])


def test_a_table_of_contents_goes_before_the_folder_that_it_names(home: Path) -> None:
    oldest = min(generations(home))
    log = record(home, ROUNDS[0])
    removed = place(log, "remove", f"_MAIN_{oldest.removeprefix('whoosh-')}.toc")
    assert place(log, "rename", "CURRENT") < removed
    assert all(
        not call.paths[0].startswith(oldest) for call, _ in log[:removed] if call.name != "link"
    )


def test_a_new_corpus_is_on_the_disk_in_its_parent_too(tmp_path: Path) -> None:
    """Else a power cut takes the whole folder, acknowledged articles and all."""
    synced: list[int] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        real(handle)

    def body() -> int:
        setattr(os, "fsync", fsync)  # noqa: B010 - declared with overloads
        shelve(tmp_path / "articles", "ibex")
        main(["ingest", str(tmp_path / "articles"), "-i", str(tmp_path / "index")])
        return 0 if tmp_path.stat().st_ino in synced else 1

    assert forked(body).code == 0


def test_files_of_a_manifest_are_never_written_to(tmp_path: Path) -> None:
    """Each reads back as its own SHA-256 says, in both generations, after every round."""
    ingested(tmp_path, "ibex", "lynx")
    for words in ROUNDS:
        before = _manifest(tmp_path)
        ingested(tmp_path, *words)
        for manifest in (before, _manifest(tmp_path)):
            for name, known in manifest.files.items():
                data = (tmp_path / "index" / manifest.folder / name).read_bytes()
                assert (len(data), hashlib.sha256(data).hexdigest()) == known


def _manifest(home: Path) -> Manifest:
    manifest = read_manifest(home / "index")
    assert manifest
    return manifest
