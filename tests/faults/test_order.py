"""The order of writing, and what a power cut leaves of it."""

import hashlib
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from corpus_cli.cli import main
from corpus_cli.engines.whoosh.generations import Manifest, read_manifest
from tests.faults.child import Call, forked, watch
from tests.faults.conftest import found, generations, ingested, names, shelve

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


# --- the power-cut model ---


class File:
    """What a power cut leaves of a file: what was synced last; nothing, if nothing was."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data


Folder = dict[str, File]


class Disk:
    """The folders of an index, as the system sees them and as they are on the disk.

    A folder is on the disk as of its last sync, or as it is now: both are tried, each for
    itself for the root and for the generations.
    """

    def __init__(self, index: Path) -> None:
        self.now: dict[str, Folder] = {".": {}}
        for path in sorted(index.rglob("*")):
            self._folder(path.parent.relative_to(index))[path.name] = File(
                path.read_bytes() if path.is_file() else b""
            )
            if path.is_dir():
                self._folder(path.relative_to(index))
        self.synced = {name: dict(folder) for name, folder in self.now.items()}

    def apply(self, step: Step) -> None:
        """Let one call happen."""
        name, paths = step.call
        if paths[0] == "." and name != "fsync":
            return
        folder = self._folder(Path(paths[0]).parent)
        file = Path(paths[0]).name
        match name:
            case "open":
                folder.setdefault(file, File()).data = b""
            case "mkdir":
                folder.setdefault(file, File())
            case "remove" | "rmdir":
                folder.pop(file, None)
            case "link":
                self._folder(Path(paths[1]).parent)[Path(paths[1]).name] = folder[file]
            case "rename":
                self._folder(Path(paths[1]).parent)[Path(paths[1]).name] = folder.pop(file)
            case "fsync" if paths[0] in self.now:
                self.synced[paths[0]] = dict(self.now[paths[0]])
            case "fsync" if file in folder:
                folder[file].data = step.data

    def _folder(self, path: Path) -> Folder:
        return self.now.setdefault(str(path), {})

    def after_a_cut(self) -> Iterator[dict[str, bytes]]:
        """Each state the disk may be found in: every file with what it holds."""
        for root in (self.now, self.synced):
            for rest in (self.now, self.synced):
                state: dict[str, bytes] = {}
                for name, file in root["."].items():
                    if name in self.now or name.startswith("whoosh-"):
                        inside = rest.get(name, {})
                        state.update({f"{name}/{n}": f.data for n, f in inside.items()})
                    else:
                        state[name] = file.data
                yield state


def broken(home: Path, log: list[Step], base: Path, scratch: Path) -> list[str]:
    """The calls after which a power cut leaves an index that does not open, or lost articles."""
    disk = Disk(base)
    seen: set[int] = set()
    wrong = []
    kept = set(ROUNDS[-1]) & {"ibex", "lynx", "heron"}
    for step in log:
        disk.apply(step)
        for state in disk.after_a_cut():
            key = hash(frozenset(state.items()))
            if key in seen:
                continue
            seen.add(key)
            words, ended = _found(state, home, scratch / f"{len(seen)}")
            if ended or not kept <= words:
                wrong.append(f"{step.call}: {sorted(words)} {ended}")
    return wrong


def _found(state: dict[str, bytes], home: Path, target: Path) -> tuple[set[str], str]:
    index = target / "index"
    index.mkdir(parents=True)
    for name, data in state.items():
        (index / name).parent.mkdir(exist_ok=True)
        (index / name).write_bytes(data)
    shutil.copy2(home / "index" / "store.db", index)
    words, ended = found(target)
    return words, "" if ended.code == 0 else ended.err


SYNCS: dict[str, Callable[[str], bool]] = {
    "segments": lambda path: path.startswith("whoosh-") and "/" in path,
    "manifest": lambda path: path == "CURRENT.new",
    "the folder of a generation": lambda path: path.startswith("whoosh-") and "/" not in path,
    "the folder of the corpus": lambda path: path == ".",
}


@pytest.fixture(scope="module")
def logged(shelved: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Step]]:
    """Three ingests in a row: the third takes the folder away that the first one made."""
    home = Path(shutil.copytree(shelved, tmp_path_factory.mktemp("logged") / "home"))
    return home, record(home, *ROUNDS)


@pytest.mark.slow
def test_a_power_cut_leaves_old_or_new(shelved: Path, home: Path, tmp_path: Path) -> None:
    log = record(home, ROUNDS[-1])
    assert names(home) >= {"CURRENT", "store.db"}
    assert broken(home, log, shelved / "index", tmp_path) == []


@pytest.mark.slow
def test_a_power_cut_in_any_of_three_ingests_leaves_old_or_new(
    shelved: Path, logged: tuple[Path, list[Step]], tmp_path: Path
) -> None:
    home, log = logged
    assert broken(home, log, shelved / "index", tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("sync", SYNCS)
def test_the_model_sees_every_sync_that_is_missing(
    shelved: Path, logged: tuple[Path, list[Step]], tmp_path: Path, sync: str
) -> None:
    home, log = logged
    missing = [s for s in log if s.call.name != "fsync" or not SYNCS[sync](s.call.paths[0])]
    assert len(missing) < len(log)
    assert broken(home, missing, shelved / "index", tmp_path)
