"""flag > environment > project > user > default."""

import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple

from corpus_cli.errors import CorpusMissing, UsageError

FOLDER = "index"
PROJECT = "corpus.toml"

Color = Literal["auto", "always", "never"]


class Place(NamedTuple):
    """The folder of a corpus, and what named it: a flag, the environment, a file, the default."""

    folder: Path
    origin: str


class Packs(NamedTuple):
    """The user's packs of names: their folder, where they are kept compiled, which count.

    `chosen` is None where that is left to the file of a corpus.
    """

    folder: Path
    cache: Path
    chosen: frozenset[str] | None


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


def replace(path: Path, content: bytes, scratch: Path) -> None:
    """Replace a file so that after a power cut it is the old one or the new one, whole.

    It is written as `scratch` in the same folder first.
    """
    try:
        with scratch.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException:
        with suppress(OSError):
            scratch.unlink()
        raise
    sync(path.parent)


def colored(choice: Color, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to colour: the flag, then NO_COLOR, FORCE_COLOR and TERM, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return terminal and environment.get("TERM") != "dumb"


def packs(environment: Mapping[str, str]) -> Packs:
    """Where names come from besides a corpus, and which packs `CORPUS_PACKS` chooses, by commas."""
    named = environment.get("CORPUS_PACKS")
    return Packs(
        _home(environment) / "names",
        _ours(environment, "XDG_CACHE_HOME", "~/.cache"),
        None if named is None else frozenset(filter(None, map(str.strip, named.split(",")))),
    )


def fields(folder: Path | None) -> dict[str, str]:
    """What the user says are the names of fields of records: `[fields]` in corpus.toml.

    Our name → theirs. The file stands beside the folder of the corpus.
    """
    if folder is None:
        return {}
    path = folder.parent / PROJECT
    found = _toml(path).get("fields", {})
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise UsageError(f'{path}: [fields] holds names as in title = "headline"')
    return found


def _home(environment: Mapping[str, str]) -> Path:
    return _ours(environment, "XDG_CONFIG_HOME", "~/.config")


def _ours(environment: Mapping[str, str], name: str, default: str) -> Path:
    base = environment.get(name) or os.path.expanduser(default)  # noqa: PTH111 - may lack a home
    return Path(base) / "corpus"


def _user_file(environment: Mapping[str, str]) -> Path:
    return _home(environment) / "config.toml"


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError:
        return {}
    except ValueError as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _user(environment: Mapping[str, str]) -> dict[str, str]:
    path = _user_file(environment)
    found = _toml(path)
    if not isinstance(found.get("index", ""), str):
        raise UsageError(f'{path}: index has to be a path, as in index = "~/articles/index"')
    return found
