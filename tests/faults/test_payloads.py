"""A corpus from a stranger can do nothing: payloads × commands."""

import os
import resource
import shutil
import signal
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from corpus_cli.cli import main
from tests.faults.child import Ended, forked
from tests.faults.conftest import COMMON, ingested, shelve, sound
from tests.faults.payloads import PAYLOADS, VICTIM

MAX_SECONDS = 5 + 1
"""The deadline of a search, and one more."""

MAX_MEMORY_KB = 500_000

READING: tuple[tuple[str, ...], ...] = (
    ("search", COMMON),
    ("search", f'"is {COMMON}"', "path:ibex*", "--json", "-n", "50", "--duplicates"),
    ("search", "nothing", "--group", "article"),
    ("show", "articles/ibex.txt"),
    ("list",),
    ("facets", COMMON, "--by", "source"),
    ("saved", "list"),
    ("notes",),
    ("new",),
    ("names", "list"),
    ("names", "show", "STI"),
    ("names", "mentioned"),
    ("status",),
    ("duplicates",),
    ("config", "get"),
    ("eval", "../judged.json"),
)
WRITING: tuple[tuple[str, ...], ...] = (
    ("ingest", "articles"),
    ("remove", "articles/ibex.txt"),
    ("edit", "articles/ibex.txt", "--title", "A title"),
    ("names", "add", "A name", "another form"),
    ("config", "set", "limit", "5", "--project"),
    ("saved", "add", "animals", COMMON),
    ("note", "articles/ibex.txt", "goat"),
    ("reindex",),
)
QUICK = (
    "link CURRENT",
    "fifo store.db-wal",
    "segment grown inside",
    "manifest: many lists",
    "manifest: folder through a link",
    "store: view",
    "store: endless files",
    "text: bomb",
    "lines: bomb",
    "segment: passages",
    "segment: chunks without postings",
    "settings: 'timeout = 0'",
)


class Measured(NamedTuple):
    """How a command ended, what it took, and what it did that it must not do."""

    ended: Ended
    seconds: float  # of the processor, so that a busy machine changes nothing
    memory_kb: int
    forbidden: tuple[str, ...]


@pytest.fixture(scope="module")
def bait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with files of the user, and in it the folder that a stranger sent."""
    root = tmp_path_factory.mktemp("bait") / "user"
    root.mkdir()
    (root / VICTIM).write_text("alias ls=ls\n")
    (root / "judged.json").write_text(
        '{"queries": [{"id": "1", "query": "common", "relevant": {"ibex.txt": 1}}]}'
    )
    for name in (".ssh/id", ".config/corpus/config.toml", "docs/precious.txt", "docs/b/c.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("" if name.endswith(".toml") else "precious\n")
    home = root / "theirs"
    home.mkdir()
    ingested(home, "ibex", "lynx")
    text = "The Society of Tall Ibexes (STI) is common here, and the STI grows.\n"
    (home / "articles" / "names.txt").write_text(f"A title\n\n{text * 3}", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        _set_home(patch, root)
        for command in (("ingest", "articles"), ("search", COMMON)):
            measured = measure(home, command, root)
            assert measured.ended.code == 0, measured
    return root


def _set_home(patch: pytest.MonkeyPatch, root: Path) -> None:
    patch.setenv("HOME", str(root))
    patch.setenv("XDG_CONFIG_HOME", str(root / ".config"))
    patch.setenv("XDG_CACHE_HOME", str(root.parent / "cache"))
    for name in ("CORPUS_INDEX", "PAGER"):
        patch.delenv(name, raising=False)


def measure(home: Path, command: Sequence[str], root: Path) -> Measured:
    """Run a command in the folder of a stranger's corpus, watched from inside and outside."""
    allowed = (str(home), str(root.parent / "cache"), "/dev/null", "/tmp/tmp")  # noqa: S108 - of `tempfile`
    report = root.parent / "forbidden"
    report.write_text("")
    report_file = os.open(report, os.O_WRONLY | os.O_APPEND)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        why = ""
        if event == "subprocess.Popen" and arguments[0] not in (sys.executable, None):
            why = f"runs {arguments[0]}"
        elif event in ("os.system", "os.exec", "socket.connect"):
            why = f"{event} {arguments}"
        elif event == "open" and isinstance(arguments[2], int) and isinstance(arguments[0], str):
            writes = arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            path = os.path.abspath(arguments[0])  # noqa: PTH100 - keeps links
            if writes and not path.startswith(allowed):
                why = f"writes {path}"
        if why:
            # Opening the file here would call the hook again.
            os.write(report_file, f"{why}\n".encode())

    def body() -> int:
        os.chdir(home)
        # The child begins with the memory of the tests before it.
        memory_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        signal.alarm(10 * MAX_SECONDS)
        # What this process imports first would be compiled to files outside of the folder.
        sys.dont_write_bytecode = True
        sys.addaudithook(hook)
        try:
            return main([*command])
        finally:
            sys.stdout.flush()
            own = resource.getrusage(resource.RUSAGE_SELF)
            children = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds = sum(one.ru_utime + one.ru_stime for one in (own, children))
            memory = max(own.ru_maxrss - memory_before, children.ru_maxrss)
            print(f"\ntook {seconds} {memory}", file=sys.stderr)  # noqa: T201 - for the parent

    ended = forked(body)
    os.close(report_file)
    err, _, taken = ended.err.rpartition("\ntook ")
    seconds, memory = map(float, taken.split()) if err or taken.count(" ") == 1 else (0.0, 0.0)
    return Measured(
        ended._replace(err=err), seconds, int(memory), tuple(report.read_text().splitlines())
    )


def picture(root: Path) -> Mapping[str, tuple[object, ...]]:
    """Return what is outside of the stranger's folder, file by file."""
    seen: dict[str, tuple[object, ...]] = {}
    for folder, folders, files in os.walk(root):
        if folder == str(root):
            folders.remove("theirs")
        for name in (*folders, *files):
            path = Path(folder, name)
            status = path.lstat()
            content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
            # The times of folders whose files did not change are of no interest.
            times = (status.st_mtime_ns, status.st_size, status.st_nlink) if content else ()
            seen[str(path)] = (status.st_ino, status.st_mode, *times, content)
    return seen


def find_wrong(
    bait: Path, name: str, tmp_path: Path, commands: Sequence[tuple[str, ...]] = READING + WRITING
) -> Iterator[tuple[str, str]]:
    """Yield what a payload does with one of the commands, after the word that counts it, if any."""
    shelf = Path(shutil.copytree(bait, tmp_path / "user", symlinks=True))
    home = shelf / "theirs"
    before = picture(shelf)
    for command in commands:
        if command == commands[0] or command in WRITING:
            shutil.rmtree(home)
            shutil.copytree(bait / "theirs", home)
            PAYLOADS[name](home)
        if command == ("ingest", "articles"):
            shelve(home / "articles", "ibex", "lynx", "otter")
        measured = measure(home, command, shelf)
        what = f"{name}: {' '.join(command)}: {measured.ended.code} {measured.ended.err[-400:]}"
        if not sound(measured.ended):
            yield "", f"not sound: {what}"
        if measured.seconds > MAX_SECONDS:
            yield "hangs", f"{measured.seconds:.1f} s: {what}"
        if measured.memory_kb > MAX_MEMORY_KB:
            yield "", f"{measured.memory_kb} kB: {what}"
        if measured.forbidden:
            yield "outside", f"{measured.forbidden}: {what}"
        if (after := picture(shelf)) != before:
            changed = [path for path in {**before, **after} if before.get(path) != after.get(path)]
            yield "outside", f"changed {changed}: {what}"
            before = after


def test_there_are_enough_payloads() -> None:
    assert len(PAYLOADS) >= 70
    assert set(QUICK) <= PAYLOADS.keys()


@pytest.mark.parametrize("name", QUICK)
def test_no_dangerous_payload_does_anything(
    bait: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_home(monkeypatch, bait)
    wrong = [said for _, said in find_wrong(bait, name, tmp_path, (READING[0], WRITING[0]))]
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("name", PAYLOADS)
@pytest.mark.slow
def test_no_payload_does_anything(
    bait: Path,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    counts: Callable[..., None],
) -> None:
    _set_home(monkeypatch, bait)
    wrong = list(find_wrong(bait, name, tmp_path))
    counts(payloads=1, **Counter(kind for kind, _ in wrong if kind))
    assert not wrong, "\n".join(["", *(said for _, said in wrong)])
