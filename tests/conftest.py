"""Fixtures and articles that many tests share."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import apsw
import pytest

from corpus_cli.config import STORE_FILE
from corpus_cli.corpus import Corpus
from corpus_cli.store import page_sums

_LOOK = ("FORCE_COLOR", "FORCE_HYPERLINK", "NO_COLOR", "PAGER")

SEEDS = Path(__file__).parent.parent / "seeds"
DATA = Path(__file__).parent / "data"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Isolate each test from the corpora, configuration and colours of the user who runs it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in list(os.environ):
        if name.startswith("CORPUS_") or name in _LOOK:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compile the packs of names once for all tests, outside the user's home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a corpus with the five articles; tests must not write to it."""
    folder = tmp_path_factory.mktemp("seeded") / "index"
    with Corpus.create(folder) as corpus:
        corpus.ingest([str(SEEDS)])
    return folder


@pytest.fixture
def corpus(seeded: Path) -> Iterator[Corpus]:
    """Open the corpus with the five articles."""
    with Corpus.open(seeded) as opened:
        yield opened


def article(*paragraphs: str, title: str = "") -> str:
    """Return a plain text with a title, and paragraphs filled up to the length of prose.

    The filler is the same for the same paragraph and differs between paragraphs.
    """
    filler = [
        "and",
        "so",
        "the",
        "report",
        "goes",
        "on",
        "for",
        "some",
        "more",
        "words",
        "that",
        "say",
        "nothing",
        "of",
        "note",
        "to",
        "anyone",
        "at",
        "all",
    ]
    texts = []
    for paragraph in paragraphs:
        words = Random(ascii(paragraph)).sample(filler, len(filler))  # noqa: S311 - repeatable
        texts.append(f"{paragraph} {' '.join(words)}.")
    return "\n\n".join([title, *texts] if title else texts) + "\n"


def change_store(folder: Path) -> apsw.Connection:
    """Open the store of a corpus so that what is changed in it is not taken for damage."""
    return page_sums.connect(folder / STORE_FILE, apsw.SQLITE_OPEN_READWRITE)


def make_older_corpus(folder: Path) -> None:
    """Make the corpus in `tests/data/short_ids.sql`, with an index of that store."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / STORE_FILE)) as store:
        store.executescript((DATA / "short_ids.sql").read_text("utf-8"))
    make_index(folder)


def make_index(folder: Path) -> None:
    """Make the index of a store as it is, without an upgrade."""
    with Corpus.open(folder) as corpus:
        corpus._catch_up(fresh=True)  # noqa: SLF001 - every command upgrades first


def deny(patch: pytest.MonkeyPatch, folder: str, code: int = errno.EACCES) -> None:
    """Make a folder and its contents unreadable, also for root, who may read everything."""
    denied = os.path.abspath(folder)  # noqa: PTH100 - keeps links

    def checked(call: Callable[..., Any], *, itself: bool) -> Callable[..., Any]:
        def called(path: Any = ".", *rest: Any, **named: Any) -> Any:
            whole = "" if isinstance(path, int) else os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - the same
            if whole.startswith(f"{denied}/") or (itself and whole == denied):
                raise OSError(code, os.strerror(code), os.fsdecode(path))
            return call(path, *rest, **named)

        return called

    for name in ("stat", "lstat", "scandir", "listdir"):
        itself = name in ("scandir", "listdir")
        patch.setattr(os, name, checked(getattr(os, name), itself=itself))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="overwrite the golden outputs")
    parser.addoption(
        "--thorough", action="store_true", help="try every fault of tests/faults, not a sample"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return the number of processes that run the tests; 0 runs them in this one.

    A process takes seconds to start, which the few tests of a path do not earn back.
    """
    if config.getoption("file_or_dir"):
        return 0
    # Each process collects all tests and makes its own corpora: the limit bounds that work.
    return min(os.cpu_count() or 1, 8)
