"""Make small corpora that tests can break."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import article
from tests.faults.child import Ended, corpus
from tests.faults.tally import TRIED, WRONG

COMMON = "common"
"""A word that is in every article."""


def shelve(folder: Path, *words: str) -> None:
    """Fill a folder with exactly one article for each word; `ibex2` replaces `ibex.txt`."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for word in words:
        text = article(f"The {word} is {COMMON} here", f"A second {word} is {COMMON} too")
        (folder / f"{word.rstrip('0123456789')}.txt").write_text(text, "utf-8")


def ingested(home: Path, *words: str) -> None:
    """Ingest exactly one article for each word into the corpus of a home folder."""
    shelve(home / "articles", *words)
    done = corpus("ingest", str(home / "articles"), "-i", str(home / "index"))
    assert done.code == 0, done


def is_about_files(line: str) -> bool:
    """Return whether a note says that the files of articles are not as they were."""
    return "update the corpus" in line or "not found: deleted, moved" in line


def found(home: Path) -> tuple[set[str], Ended]:
    """Return the words of the articles that a search finds, and how the search ended."""
    ended = corpus("search", COMMON, "--format", "jsonl", "-n", "999", "-i", str(home / "index"))
    texts = [json.loads(line)["text"] for line in ended.out.splitlines()]
    # That the files of the articles are not as they were is not what is asked here.
    said = [line for line in ended.err.splitlines(keepends=True) if not is_about_files(line)]
    words = {text.split()[1] for text in texts if text.startswith("The ")}
    return words, ended._replace(err="".join(said))


def names(home: Path) -> set[str]:
    """Return the names of the files in the folder of a corpus."""
    return {path.name for path in (home / "index").iterdir()}


def generations(home: Path) -> set[str]:
    """Return the names of the index folders of a corpus."""
    return {name for name in names(home) if name.startswith("whoosh-")}


def find_leftovers(home: Path) -> set[str]:
    """Return the names in the folder of a corpus that the next write should have removed."""
    numbers = sorted(generations(home))
    contents = {f"_MAIN_{name.removeprefix('whoosh-')}.toc" for name in numbers}
    files = {"CURRENT", "LOCK", "README", "names.db", "store.db"}
    return (names(home) - contents - files - set(numbers)) | set(numbers[:-2])


def sound(ended: Ended) -> bool:
    """Return whether a command ended by itself, without a traceback or the report of a defect."""
    return ended.code in (0, 1, 2, 3) and not any(
        word in ended.err for word in ("Traceback", "this is a defect")
    )


@pytest.fixture(scope="session")
def shelved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home folder with three articles, ingested in two steps; copy it to change it."""
    home = tmp_path_factory.mktemp("shelved")
    ingested(home, "ibex", "lynx")
    ingested(home, "ibex", "lynx", "heron")
    return home


@pytest.fixture
def home(shelved: Path, tmp_path: Path) -> Path:
    """Return a new home folder with three articles: ibex, lynx and heron."""
    return Path(shutil.copytree(shelved, tmp_path / "home"))


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Return a function that counts what a test tried and what went wrong.

    `counts(calls=12, lost=0)` adds to the table that `python -m tests.faults` prints; the kinds
    are in `tests/faults/tally.py`.
    """

    def count(**numbers: int) -> None:
        if unknown := numbers.keys() - TRIED.keys() - WRONG.keys():
            raise KeyError(*unknown)
        # Unlike other state of a test, this reaches the process that prints the table.
        request.node.user_properties.append(("counts", numbers))

    return count


@pytest.fixture
def thorough(request: pytest.FixtureRequest) -> bool:
    """Return whether every fault is to be tried, which takes hours, and not a sample."""
    return bool(request.config.getoption("--thorough"))
