"""Make the corpora of earlier versions in `tests/data/upgrades`, with the code of each version.

Run `python -m tests.earlier_corpora` in a clone with all commits.
"""

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.conftest import article

FOLDER = Path(__file__).parent / "data" / "upgrades"

LAYOUTS = {
    "store-1": "a57d4ea",
    "store-2": "53cc5a0",
    "store-3-whoosh": "c5685ef",
    "store-3-segment-1": "f7d57da",
    "store-3-segment-2": "15bfa4d",
    "store-4-segment-1": "4c991e0",
    "store-4-segment-2": "6051d80",
    "store-4-analysis-3": "ca60c89",
    "store-5-analysis-3": "ffeca5c",
    "store-5-analysis-4": "141ef54",
    "store-5-analysis-5": "321633e",
    "store-5-analysis-6": "f5ecec3",
    "store-6-analysis-6": "467a266",
}
"""Each combination of formats of store and index that there was, with the last or first commit."""

WORDS = ("ibex", "lynx", "heron", "otter")
_LEFT_OUT = ("names.db", "LOCK", "README")
"""Files that are made again."""


def unpack(name: str, home: Path) -> Path:
    """Unpack the corpus of an earlier version into a home folder, and return that."""
    with tarfile.open(FOLDER / f"{name}.tar.xz") as files:
        files.extractall(home, filter="data")
    return home


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    chosen = sys.argv[1:] or LAYOUTS
    for name in chosen:
        with tempfile.TemporaryDirectory() as scratch:
            code, home = Path(scratch, "code"), Path(scratch, "home")
            _check_out(LAYOUTS[name], code)
            _make_corpus(code, home)
            _pack(home, FOLDER / f"{name}.tar.xz")


def _check_out(commit: str, folder: Path) -> None:
    archive = subprocess.run(["git", "archive", commit], check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")


def _make_corpus(code: Path, home: Path) -> None:
    """Ingest some articles in two steps, remove one and correct another."""
    (home / "articles").mkdir(parents=True)
    # The names of all packs would make up most of an index.
    (home / "names.toml").write_text("packs = []\n", "utf-8")
    for word in WORDS:
        text = article(f"The {word} is common here", f"A second {word} is common too")
        (home / "articles" / f"{word}.txt").write_text(text, "utf-8")
    environment = os.environ | {"PYTHONPATH": str(code), "HOME": str(home)}
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        environment[name] = str(code / name)
    commands = (
        ("ingest", "articles/ibex.txt", "articles/lynx.txt"),
        ("ingest", "articles"),
        ("remove", "articles/otter.txt"),
        ("edit", "articles/lynx.txt", "--author", "Ada"),
    )
    for command in commands:
        subprocess.run(
            [sys.executable, "-m", "corpus_cli", *command, "-i", "index"],
            cwd=home,
            env=environment,
            # The first versions could not edit.
            check=command[0] != "edit",
        )


def _pack(home: Path, target: Path) -> None:
    with tarfile.open(target, "w:xz") as files:
        for path in sorted(home.rglob("*")):
            if path.name not in _LEFT_OUT:
                files.add(path, str(path.relative_to(home)), recursive=False)


if __name__ == "__main__":
    main()
