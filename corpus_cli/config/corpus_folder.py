"""Find the folder of the corpus to use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from corpus_cli.config.declarations import checked
from corpus_cli.config.settings import PROJECT, files, read
from corpus_cli.errors import CorpusMissing, UsageError
from corpus_cli.system.files import path_exists

FOLDER = "index"
STORE_FILE = "store.db"
LOCK_FILE = "LOCK"


class Place(NamedTuple):
    """The folder of a corpus, and what chose it: a flag, the environment, a file, the default."""

    folder: Path
    origin: str


def here() -> Path:
    """Return the working folder, or the root if the working folder was removed."""
    try:
        return Path.cwd()
    except OSError:
        return Path("/")


def find(flag: str | None, environment: Mapping[str, str], here: Path) -> Place | None:
    """Return the corpus to use; None if nothing names one and no folder above holds one.

    `--index`, then `CORPUS_INDEX`, then the nearest `index/` that is a corpus in this
    folder or above it, then `index` in the user's configuration. Raises `CorpusUnreadable`
    if a folder cannot be looked at.
    """
    if flag:
        return Place(Path(flag), "--index")
    if named := environment.get("CORPUS_INDEX"):
        return Place(Path(named), "CORPUS_INDEX")
    for folder in (here, *here.parents):
        if is_corpus(folder / FOLDER):
            return Place(folder / FOLDER, "nearest")
    user = files(environment)["user"]
    if named := checked("index", read(user).get("index", ""), str(user)):
        return Place(Path(named), str(user))
    return None


def existing(flag: str | None, environment: Mapping[str, str], here: Path) -> Path:
    """Return the folder of an existing corpus. Raises `CorpusMissing` if there is none."""
    place = find(flag, environment, here)
    if place and is_corpus(place.folder):
        return place.folder
    where = f"in {place.folder} (named by {place.origin})" if place else "here or in a folder above"
    raise CorpusMissing(f"there is no corpus {where}: make one with: corpus ingest PATH")


def is_corpus(folder: Path) -> bool:
    """Say whether a folder holds a corpus. Raises `CorpusUnreadable` if it cannot be read."""
    return path_exists(folder / STORE_FILE)


def usable(folder: Path) -> None:
    """Raise `UsageError` if a folder holds other files, so that no corpus may be made in it."""
    try:
        names = [entry.name for entry in folder.iterdir()]
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{folder} cannot be the corpus: {error.strerror}") from error
    strange = [name for name in names if not name.startswith(".") and name != PROJECT]
    if strange and not {STORE_FILE, LOCK_FILE} & set(strange):
        raise UsageError(
            f"{folder} holds other files ({strange[0]}): name another folder with --index"
        )
