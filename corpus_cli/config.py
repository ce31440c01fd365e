"""flag > environment > project > user > default."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from corpus_cli.errors import CorpusMissing, UsageError

FOLDER = "index"

Color = Literal["auto", "always", "never"]


class Place(NamedTuple):
    """The folder of a corpus, and what named it: a flag, the environment, a file, the default."""

    folder: Path
    origin: str


def find(flag: str | None, environment: Mapping[str, str], here: Path) -> Place | None:
    """The corpus that is meant; None where nothing names one and none is near.

    `--index`, then `CORPUS_INDEX`, then the nearest `index/` that is a corpus in this
    folder or above it, then `index` in the user's configuration.
    """
    if flag:
        return Place(Path(flag), "--index")
    if named := environment.get("CORPUS_INDEX"):
        return Place(Path(named), "CORPUS_INDEX")
    for folder in (here, *here.parents):
        if is_corpus(folder / FOLDER):
            return Place(folder / FOLDER, "nearest")
    if named := _user(environment).get("index"):
        return Place(Path(named).expanduser(), str(_user_file(environment)))
    return None


def existing(flag: str | None, environment: Mapping[str, str], here: Path) -> Path:
    """The folder of a corpus that is there. Raises `CorpusMissing` with the way to one."""
    place = find(flag, environment, here)
    if place and is_corpus(place.folder):
        return place.folder
    where = f"in {place.folder} (named by {place.origin})" if place else "here or in a folder above"
    raise CorpusMissing(f"there is no corpus {where}: make one with: corpus ingest PATH")


def is_corpus(folder: Path) -> bool:
    """Whether a folder holds a corpus."""
    return (folder / "store.db").is_file()


def usable(folder: Path) -> None:
    """Raise `UsageError` for a folder that a corpus must not be made in: it holds other things."""
    try:
        strange = [entry.name for entry in folder.iterdir() if not entry.name.startswith(".")]
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{folder} cannot be the corpus: {error.strerror}") from error
    if strange and not {"store.db", "LOCK"} & set(strange):
        raise UsageError(
            f"{folder} holds other files ({strange[0]}): name another folder with --index"
        )


def make(folder: Path) -> None:
    """Make a folder and those above it, so that they are there after a power cut."""
    if not folder.is_dir():
        make(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def sync(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def colored(choice: Color, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to colour: the flag, then NO_COLOR, FORCE_COLOR and TERM, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return terminal and environment.get("TERM") != "dumb"


def home(environment: Mapping[str, str]) -> Path:
    """The folder of what the user set up for every corpus."""
    base = environment.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - may lack a home
    return Path(base) / "corpus"


def cache(environment: Mapping[str, str]) -> Path:
    """The folder of what can be made again."""
    base = environment.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - may lack a home
    return Path(base) / "corpus"


def packs(environment: Mapping[str, str]) -> frozenset[str] | None:
    """The packs of names that `CORPUS_PACKS` chooses, by commas; None where it says nothing."""
    named = environment.get("CORPUS_PACKS")
    return None if named is None else frozenset(filter(None, map(str.strip, named.split(","))))


def _user_file(environment: Mapping[str, str]) -> Path:
    return home(environment) / "config.toml"


def _user(environment: Mapping[str, str]) -> dict[str, str]:
    path = _user_file(environment)
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except OSError:
        return {}
    except ValueError as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    if not isinstance(found.get("index", ""), str):
        raise UsageError(f'{path}: index has to be a path, as in index = "~/articles/index"')
    return found
