"""The lock of a corpus: who holds it, and what is known of other computers."""

import json
import os
import re
import socket
from pathlib import Path

import pytest

from corpus_cli.cli import main
from corpus_cli.corpus import Corpus
from corpus_cli.errors import CorpusLocked
from corpus_cli.store.lock import describe_writer, hold_lock, warn_of_network
from corpus_cli.system import mounts
from corpus_cli.system.mounts import find_network_type
from tests.conftest import article

LOCK = Path("index/LOCK")


@pytest.fixture(autouse=True)
def _folder() -> None:
    LOCK.parent.mkdir()


def mount(monkeypatch: pytest.MonkeyPatch, file_system: str) -> None:
    """Let this folder seem to be on a file system of another type."""
    device = Path().stat().st_dev
    text = (
        "22 27 0:0 / /proc rw - proc proc rw\n"
        f"97 61 {os.major(device)}:{os.minor(device)} / /mnt/with\\040blank rw shared:4 - "
        f"{file_system} server:/export rw,vers=4.2\n"
    )
    path = Path("mountinfo").absolute()
    path.write_text(text)
    monkeypatch.setattr(mounts, "_MOUNTS", path)


def leave_lock(host: str) -> None:
    details = {"pid": 12, "host": host, "doing": "corpus ingest", "since": "2026-11-30 12:00:00"}
    LOCK.write_text(json.dumps(details))


def hold(wait: float = 0) -> None:
    with hold_lock(LOCK.parent, wait=wait, doing="corpus edit", waiting=pytest.fail):
        pass


@pytest.mark.parametrize("network_type", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"])
def test_a_network_file_system_is_known_by_its_type(
    monkeypatch: pytest.MonkeyPatch, network_type: str
) -> None:
    mount(monkeypatch, network_type)
    assert find_network_type(Path()) == network_type
    notes: list[str] = []
    warn_of_network(LOCK.parent, notes.append)
    (note,) = notes
    assert note == (
        f"index is on a network file system ({network_type}): write it from one computer only, "
        "and search it from others only while nothing is written"
    )


@pytest.mark.parametrize("local_type", ["ext4", "btrfs", "tmpfs", "fuseblk", "overlay"])
def test_a_local_file_system_is_not_mentioned(
    monkeypatch: pytest.MonkeyPatch, local_type: str
) -> None:
    mount(monkeypatch, local_type)
    warn_of_network(LOCK.parent, pytest.fail)


def test_the_type_is_that_of_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/proc/self/mountinfo").exists():
        pytest.skip("only Linux lists its mounts there")
    assert find_network_type(Path("/proc")) == ""
    assert find_network_type(Path("missing")) == ""
    monkeypatch.setattr(mounts, "_NETWORK_TYPES", {"proc"})
    assert find_network_type(Path("/proc/self")) == "proc"
    assert find_network_type(Path()) == ""


def test_without_a_list_of_mounts_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounts, "_MOUNTS", Path("missing"))
    assert find_network_type(Path()) == ""


def test_an_ingest_says_once_that_the_corpus_is_on_a_network(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("ibex.txt").write_text(article("The ibex is here"))
    mount(monkeypatch, "nfs4")
    assert main(["ingest", "ibex.txt", "-i", "index"]) == 0
    assert capsys.readouterr().err.count("is on a network file system (nfs4)") == 1
    assert main(["ingest", "ibex.txt", "-q", "-i", "index"]) == 0
    assert main(["search", "ibex", "-i", "index"]) == 0
    assert "network" not in capsys.readouterr().err


def test_a_lock_of_another_computer_is_explained_on_a_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mount(monkeypatch, "fuse.sshfs")
    leave_lock("elsewhere")
    expected = (
        "index may be being written by corpus ingest (process 12 on elsewhere since 2026-11-30 "
        "12:00:00): it is on a network file system (fuse.sshfs), which may not show the locks of "
        "other computers. If that process has ended, delete index/LOCK and run the command again"
    )
    with pytest.raises(CorpusLocked, match=re.escape(expected)):
        hold()
    LOCK.unlink()
    hold()


def test_a_lock_that_a_killed_process_left_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_lock("elsewhere")
    # On a local disk the folder was copied, or the computer was renamed.
    hold()
    mount(monkeypatch, "nfs4")
    leave_lock(socket.gethostname())
    hold()
    for content in ("", "{", "[]", "{}", "null"):
        LOCK.write_text(content)
        hold()


def test_a_second_writer_waits_and_names_the_first() -> None:
    Corpus.create("index").close()
    waits: list[str] = []
    expected = re.compile(
        rf"waiting for corpus edit \(process {os.getpid()} on {re.escape(socket.gethostname())} "
        r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\)"
    )
    with hold_lock(LOCK.parent, wait=0, doing="corpus edit", waiting=pytest.fail):
        assert describe_writer(LOCK.parent).startswith(f"corpus edit (process {os.getpid()} on ")
        with (
            Corpus.open("index") as second,
            pytest.raises(CorpusLocked, match=r"is being written by corpus edit .* --wait"),
        ):
            second.reindex(wait=0.3, waiting=waits.append)
    assert len(waits) == 1
    assert expected.fullmatch(waits[0])
    assert describe_writer(LOCK.parent) == ""
