"""Find the folder of the corpus to use."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from corpus_cli.config.declarations import parse_value
from corpus_cli.config.settings import PROJECT_FILE, read_values, settings_files
from corpus_cli.errors import CorpusMissing, UsageError
from corpus_cli.system.files import path_exists

CORPUS_FOLDER = "index"
STORE_FILE = "store.db"
LOCK_FILE = "LOCK"


class CorpusPlace(NamedTuple):
    """The folder of a corpus and its origin: a flag, a variable, a settings file, or `nearest`."""

    folder: Path
    origin: str


def current_folder() -> Path:
    """Return the working folder, or the root if the working folder was removed."""
    try:
        return Path.cwd()
    except OSError:
        return Path("/")


def find_corpus(
    flag: str | None, environment: Mapping[str, str], start: Path
) -> CorpusPlace | None:
    """Return the corpus to use; None if none is named and no folder above contains one.

    `--index`, then `CORPUS_INDEX`, then the nearest `index/` that is a corpus in this
    folder or above it, then `index` in the user's configuration. Raises `CorpusUnreadable`
    if a folder cannot be read.
    """
    if flag:
        return CorpusPlace(Path(flag), "--index")
    if named_folder := environment.get("CORPUS_INDEX"):
        return CorpusPlace(Path(named_folder), "CORPUS_INDEX")
    for folder in (start, *start.parents):
        if is_corpus(folder / CORPUS_FOLDER):
            return CorpusPlace(folder / CORPUS_FOLDER, "nearest")
    user_file = settings_files(environment)["user"]
    if named_folder := parse_value(
        "index", read_values(user_file).get("index", ""), str(user_file)
    ):
        return CorpusPlace(Path(named_folder), str(user_file))
    return None


def find_existing_corpus(flag: str | None, environment: Mapping[str, str], start: Path) -> Path:
    """Return the folder of an existing corpus. Raises `CorpusMissing` if there is none."""
    corpus_place = find_corpus(flag, environment, start)
    if corpus_place and is_corpus(corpus_place.folder):
        return corpus_place.folder
    description = (
        f"in {corpus_place.folder} (named by {corpus_place.origin})"
        if corpus_place
        else "here or in a folder above"
    )
    import shlex

    option = f" -i {shlex.quote(flag)}" if flag else ""
    raise CorpusMissing(
        f"there is no corpus {description}: make one with: corpus ingest PATH{option}"
    )


def is_corpus(folder: Path) -> bool:
    """Return whether a folder is a corpus. Raises `CorpusUnreadable` if it cannot be read."""
    return path_exists(folder / STORE_FILE)


def check_usable(folder: Path) -> None:
    """Raise `UsageError` if a folder contains other files, so that it must not become a corpus."""
    try:
        names = [entry.name for entry in folder.iterdir()]
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{folder} cannot be used as the corpus: {error.strerror}") from error
    foreign_names = [name for name in names if not name.startswith(".") and name != PROJECT_FILE]
    if foreign_names and not {STORE_FILE, LOCK_FILE} & set(foreign_names):
        raise UsageError(
            f"{folder} contains other files ({foreign_names[0]}): name another folder with --index"
        )
