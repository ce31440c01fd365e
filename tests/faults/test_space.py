"""No space left, a broken disk: said, and nothing lost."""

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from corpus_cli.cli import main
from corpus_cli.engines.whoosh.generations import read_manifest
from tests.faults.child import Call, Ended, forked, watch
from tests.faults.conftest import found, generations, ingested, names, shelve, sound

WORDS = {"ibex", "lynx", "heron"}
MORE = ("heron", "ibex2", "lynx", "otter")
POINTS = 4
KINDS = ("open", "mkdir", "link", "rename", "fsync")
"""Calls that a full or broken disk refuses; SQLite's own are met by the limit of file sizes."""


def twice(home: Path, refuse: Callable[[], None], allow: Callable[[], None]) -> Ended:
    """Ingest under refusal, and once more without it in the same process: the codes are said."""

    def body() -> int:
        command = ["ingest", str(home / "articles"), "-i", str(home / "index")]
        refuse()
        first = main(command)
        sys.stdout.flush()
        print(f"first {first}")  # noqa: T201 - for the parent
        current = read_manifest(home / "index")
        if current and max(generations(home)) > current.folder:
            print(f"half {max(generations(home))}")  # noqa: T201 - the same
        allow()
        return main(command)

    return forked(body)


def wrong(home: Path, ended: Ended) -> Iterator[str]:
    """What is not as it should be after a refusal, of which the first ingest may have died."""
    first = next((li for li in ended.out.splitlines() if li.startswith("first ")), "died")
    if first not in ("first 0", "first 2"):
        yield f"{first}: {ended.err}"
    if "half" in ended.out:
        yield f"an index half made stays: {ended.out}"
    if first == "first 2" and not ended.err.strip():
        yield "an error, and nothing said"
    if "Traceback" in ended.err or "this is a defect" in ended.err:
        yield ended.err.strip()
    if ended.code:
        yield f"the same process cannot go on: {ended.err}"
    words, search = found(home)
    if (words, search.err) != (set(MORE), ""):
        yield f"found {sorted(words)} {search.err}"
    contents = {f"_MAIN_{name.removeprefix('whoosh-')}.toc" for name in generations(home)}
    others = {"CURRENT", "LOCK", "README", "names.db", "store.db"}
    extra = names(home) - generations(home) - contents - others
    if extra or len(generations(home)) > 2:
        yield f"left behind: {sorted(extra | generations(home))}"


def _calls(home: Path) -> int:
    count = 0

    def seen(call: Call) -> None:
        nonlocal count
        count += call.name in KINDS

    def body() -> int:
        watch(home / "index", seen)
        main(["ingest", str(home / "articles"), "-i", str(home / "index")])
        print(count, file=sys.stderr)  # noqa: T201
        return 0

    return int(forked(body).err.split()[-1])


def refused(home: Path, number: int, code: int) -> Ended:
    """Ingest twice; a call of the first is refused, and searched for what was there."""
    left = number
    armed = True
    reason = OSError(code, os.strerror(code))

    def seen(call: Call) -> None:
        nonlocal left, armed
        if armed and call.name in KINDS:
            left -= 1
            if not left:
                raise reason

    def allow() -> None:
        nonlocal armed
        armed = False

    return twice(home, lambda: watch(home / "index", seen), allow)


def _refusals(home: Path, scratch: Path, points: Iterable[int], code: int) -> list[str]:
    told = []
    for number in points:
        copy = Path(shutil.copytree(home, scratch / f"{code}-{number}"))
        told += [f"call {number}: {what}" for what in wrong(copy, refused(copy, number, code))]
    return told


@pytest.fixture
def ready(home: Path) -> Path:
    shelve(home / "articles", *MORE)
    return home


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.slow
def test_a_refused_call_is_said_and_nothing_lost(
    ready: Path, tmp_path: Path, code: int, counts: Callable[..., None]
) -> None:
    count = _calls(Path(shutil.copytree(ready, tmp_path / "count")))
    counts(calls=POINTS)
    points = sorted({1 + n * (count - 1) // (POINTS - 1) for n in range(POINTS)})
    told = _refusals(ready, tmp_path, points, code)
    assert not told, "\n".join(["", *told])


@pytest.mark.slow
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_any_refused_call_is_said_and_nothing_lost(
    ready: Path, tmp_path: Path, code: int, counts: Callable[..., None]
) -> None:
    count = _calls(Path(shutil.copytree(ready, tmp_path / "count")))
    counts(calls=count)
    told = _refusals(ready, tmp_path, range(1, count + 1), code)
    assert not told, "\n".join(["", *told])


@pytest.mark.slow
def test_a_broken_disk_never_takes_the_index_with_it(ready: Path, tmp_path: Path) -> None:
    """The last syncs come after CURRENT is renamed: what it names has to stay."""

    def renamed(home: Path) -> Ended:
        seen: list[str] = []

        def refuse(call: Call) -> None:
            if call.name == "fsync" and "rename" in seen and call.paths == (".",):
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            if call.paths[-1] == "CURRENT":
                seen.append(call.name)

        def body() -> int:
            watch(home / "index", refuse)
            return main(["ingest", str(home / "articles"), "-i", str(home / "index")])

        return forked(body)

    assert renamed(ready).code == 2
    words, ended = found(ready)
    assert ended.code == 0, ended
    assert {"lynx", "heron"} <= words


def limited(home: Path, size: int) -> Ended:
    """Ingest twice; in the first no file may grow over a size."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def refuse() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    return twice(home, refuse, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard)))


@pytest.mark.parametrize("size", [0, 50, 300, 1_000, 4_096, 30_000, 50_000])
@pytest.mark.slow
def test_files_that_may_not_grow_are_said_and_nothing_lost(ready: Path, size: int) -> None:
    # The child says its codes through files too: they are small, but not smaller than nothing.
    told = list(wrong(ready, limited(ready, size)))
    assert not told, "\n".join(["", *told])


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Gives a corpus so many kilobytes, later others; that takes root, and leave to mount."""
    target = tmp_path / "small" / "index"
    target.mkdir(parents=True)

    def sized(kilobytes: int) -> Path:
        again = ",remount" if target.is_mount() else ""
        options = f"size={kilobytes}k{again}"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(target)]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            pytest.skip(f"no file system can be mounted: {done.stderr.decode().strip()}")
        return target.parent

    yield sized
    if target.is_mount():
        subprocess.run(["umount", str(target)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("kilobytes", range(520, 1_240, 80))
def test_a_full_disk_is_said_and_nothing_lost(small: Callable[[int], Path], kilobytes: int) -> None:
    home = small(kilobytes)
    ingested(home, *sorted(WORDS))
    shelve(home / "articles", *MORE, *(f"word{a}{b}" for a in "abcdefghij" for b in "abcdefghij"))
    ended = forked(lambda: main(["ingest", str(home / "articles"), "-i", str(home / "index")]))
    assert ended.code in (0, 2)
    assert sound(ended), ended
    assert len(generations(home)) <= 2
    words, search = found(home)
    assert search.code == 0, search
    assert {"lynx", "heron"} <= words
    small(8_000)
    ended = forked(lambda: main(["ingest", str(home / "articles"), "-i", str(home / "index")]))
    assert ended.code == 0, ended
    words, search = found(home)
    assert len(words) == len(MORE) + 100
    assert "CURRENT.new" not in names(home)
