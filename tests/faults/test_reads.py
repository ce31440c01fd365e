"""Each read call of each command fails once: that is said, and nothing is lost or deleted."""

import errno
import io
import mmap
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw
import pytest

from corpus_cli.cli import main
from corpus_cli.corpus import Corpus
from corpus_cli.errors import CorpusError
from corpus_cli.store import query_limits
from tests.faults.child import Ended, forked
from tests.faults.conftest import COMMON, found, generations, shelve, sound

WORDS = {"ibex", "lynx", "heron"}
CODES = (errno.EIO, errno.EMFILE, errno.EACCES, errno.ENOMEM)

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("search", COMMON),
    ("search", "heron", "--json", "--group", "article"),
    ("show", "articles/ibex.txt"),
    ("list",),
    ("facets", COMMON, "--by", "source"),
    ("names", "mentioned"),
    ("names", "list"),
    ("status",),
    ("duplicates",),
    ("config", "get"),
    ("ingest", "articles"),
    ("remove", "articles/ibex.txt"),
    ("edit", "articles/ibex.txt", "--title", "A title"),
    ("names", "add", "A name", "another form"),
    ("saved", "add", "animals", COMMON),
    ("note", "articles/ibex.txt", "goat"),
    ("reindex",),
)
QUICK = (("search", COMMON), ("status",), ("ingest", "articles"))

_MAX_CALLS = 60
"""Of a command with more read calls some are picked, evenly."""


class Reads:
    """The read calls of this process below a folder; one of them fails.

    The calls are those of the system that open, list and look at files, the bytes of a file, the
    map of a segment, and each query of SQLite. In a child only: it cannot be undone.
    """

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self.count = 0
        self.fails_at = 0
        self.code = errno.EIO
        self.failed = ""
        # The originals are declared with overloads, so mypy would not accept an assignment.
        for name in ("open", "stat", "lstat", "listdir", "scandir", "access"):
            setattr(os, name, self._checked(getattr(os, name), name))
        setattr(io, "open", self._checked(io.open, "open"))  # noqa: B010
        setattr(mmap, "mmap", self._mapped(mmap.mmap))  # noqa: B010
        asked = self._asked(query_limits.QueryLimits.rows)
        setattr(query_limits.QueryLimits, "rows", asked)  # noqa: B010

    def _is_next(self, name: str, path: object) -> bool:
        self.count += 1
        if self.count != self.fails_at:
            return False
        self.failed = (
            f"{name} {os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else path}"
        )
        return True

    def _checked(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def called(path: Any = ".", *rest: Any, **named: Any) -> Any:
            text = "" if isinstance(path, int) else os.path.join(os.getcwd(), os.fsdecode(path))  # noqa: PTH109, PTH118 - patched itself
            reads = (
                name != "open"
                or not rest
                or not isinstance(rest[0], int)
                or not rest[0] & os.O_CREAT
            )
            if not text.startswith(self._root) or not reads:
                return call(path, *rest, **named)
            if self._is_next(name, path):
                if name == "access":
                    return False
                raise OSError(self.code, os.strerror(self.code), path)
            # A segment is mapped, which fails in `_mapped`.
            can_be_read = name == "open" and not text.endswith(".segment")
            if can_be_read and self.code == errno.EIO and self._is_next("read", path):
                # A regular file whose first byte cannot be read.
                return call("/proc/self/mem", *rest, **named)
            return call(path, *rest, **named)

        return called

    def _mapped(self, call: type[mmap.mmap]) -> Callable[..., mmap.mmap]:
        def called(*values: Any, **named: Any) -> mmap.mmap:
            if self._is_next("mmap", "segment"):
                raise OSError(self.code, os.strerror(self.code))
            return call(*values, **named)

        return called

    def _asked(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(limits: object, sql: str, values: Sequence[object]) -> Any:
            if sql.startswith(("SELECT", "WITH", "PRAGMA user_version")) and self._is_next(
                "query", sql[:60]
            ):
                raise apsw.IOError("disk I/O error")
            return call(limits, sql, values)

        return called


def run_failing(home: Path, command: Sequence[str], number: int, code: int) -> tuple[Ended, int]:
    """Run a command whose read call `number` fails, then a search that must not; and the calls."""

    def body() -> int:
        os.chdir(home)
        reads = Reads(home / "index")
        reads.fails_at, reads.code = number, code
        first = main([*command])
        sys.stdout.flush()
        calls, failed = reads.count, reads.failed
        reads.fails_at = 0
        print(f"\nfirst {first}\ncalls {calls}\nfailed {failed}", file=sys.stderr)  # noqa: T201 - for the parent
        sys.stderr.flush()
        return main(["search", COMMON])

    ended = forked(body)
    calls = next((li for li in ended.err.splitlines() if li.startswith("calls ")), "calls 0")
    return ended, int(calls.split()[1])


def find_wrong(home: Path, command: Sequence[str], ended: Ended) -> Iterator[str]:
    """Yield what is not as it should be after a command whose read call failed."""
    first, _, rest = ended.err.partition("\nfirst ")
    code = int(rest.split()[0]) if rest else -1
    failed = next((li for li in rest.splitlines() if li.startswith("failed ")), "")
    what = f"{' '.join(command)}: {failed}: {code} {first[-300:]!r}"
    # Settings are printed as far as they can be read.
    if code not in (0, 1, 2, 3) or not sound(ended):
        yield f"not sound: {what} {rest[-400:]}"
    is_said = any(
        word in first for word in ("cannot be read", "cannot be used", "cannot be written")
    )
    if code == 2 and not is_said:
        yield f"another message: {what}"
    if "damaged" in first or ("reindex" in first and "cannot be read" not in first):
        yield f"called damaged: {what}"
    if ended.code != 0:
        yield f"the same process cannot go on: {what}: {ended.code} {rest[-300:]!r}"
    words, search = found(home)
    least = WORDS - {"ibex"} if command[0] == "remove" else WORDS
    if not words >= least or search.code != 0:
        yield f"found {sorted(words)} {search.err[-200:]}: {what}"
    if len(generations(home)) < 2:
        yield f"generations {sorted(generations(home))}: {what}"


def _ready(home: Path, command: Sequence[str]) -> Path:
    shutil.rmtree(home / "again", ignore_errors=True)
    copy = Path(shutil.copytree(home, home / "again", ignore=shutil.ignore_patterns("again")))
    if command[0] == "ingest":
        shelve(copy / "articles", *WORDS, "otter")
    return copy


def _check(home: Path, command: Sequence[str], code: int, most: int) -> list[str]:
    wrong: list[str] = []
    _, calls = run_failing(_ready(home, command), command, 0, code)
    assert calls > 5, calls
    step = max(1, calls // most)
    for number in range(1, calls + 1, step):
        copy = _ready(home, command)
        ended, _ = run_failing(copy, command, number, code)
        wrong += find_wrong(copy, command, ended)
    return wrong


@pytest.mark.parametrize("command", QUICK, ids=" ".join)
def test_a_read_that_fails_is_said(home: Path, command: Sequence[str]) -> None:
    wrong = _check(home, command, errno.EIO, 6)
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("code", CODES, ids=errno.errorcode.__getitem__)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.slow
def test_each_read_that_fails_is_said(home: Path, command: Sequence[str], code: int) -> None:
    wrong = _check(home, command, code, _MAX_CALLS if code == errno.EIO else _MAX_CALLS // 5)
    assert not wrong, "\n".join(["", *wrong])


def test_a_corpus_that_is_open_goes_on(home: Path) -> None:
    def body() -> int:
        reads = Reads(home / "index")
        wrong = []
        for number in (*range(1, 12), *range(12, 60, 6)):
            with Corpus.open(home / "index") as corpus:
                reads.count, reads.fails_at, reads.failed = 0, number, ""
                try:
                    corpus.search(COMMON)
                except CorpusError as error:
                    if "damaged" in str(error):
                        wrong.append(f"{reads.failed}: {error}")
                reads.fails_at = 0
                if corpus.search(COMMON).articles != len(WORDS):
                    wrong.append(f"{reads.failed}: the next answer is another")
        print("\n".join(wrong))  # noqa: T201 - for the parent
        return len(wrong)

    ended = forked(body)
    assert ended.code == 0, ended
