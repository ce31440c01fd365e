"""What sets a setting: environment, files, default."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from corpus_cli.config.declarations import SETTINGS, Color, checked, declared, meant, variable
from corpus_cli.errors import UsageError
from corpus_cli.system.files import read_text, unreadable

PROJECT = "corpus.toml"
DEFAULT = "default"

_FIELDS = "fields"
_NAMES = "names.toml"


class Setting(NamedTuple):
    """A value, and what set it: `default`, a variable of the environment, or the path of a file."""

    value: Any
    origin: str


class Packs(NamedTuple):
    """The user's packs of names: their folder, where they are kept compiled, which count.

    `chosen` is what the environment says, and None where that is left to the file of a corpus;
    `usual` is what the user's file says for a corpus that leaves it open as well.
    """

    folder: Path
    cache: Path
    chosen: frozenset[str] | None
    usual: Setting = Setting(None, DEFAULT)


def setting(
    name: str, environment: Mapping[str, str], folder: Path | None, *, strict: bool = True
) -> Setting:
    """A setting as it counts for a corpus (None: for none): `CORPUS_<NAME>`, its file, the user's.

    Raises `UsageError` for a value that the setting cannot have, and for a file on the way that
    cannot be read or has a key that does not belong there. Where not `strict` such a file is
    passed over, and such a value given as it stands: `problems` tells of both.
    """
    declared(name)
    for value, origin in _written(name, environment, folder, _sound if strict else _legible):
        try:
            return Setting(checked(name, value, origin), origin)
        except UsageError:
            if strict:
                raise
            return Setting(value, origin)
    return Setting(SETTINGS[name].default, DEFAULT)


def problems(environment: Mapping[str, str], folder: Path | None) -> Iterator[str]:
    """All that is wrong with the files and the environment, one line each."""
    for whose, path in files(environment, folder).items():
        try:
            yield from strange(whose, path).values()
        except UsageError as error:
            yield str(error)
    for name in SETTINGS:
        for value, origin in _written(name, environment, folder, _legible):
            try:
                checked(name, value, origin)
            except UsageError as error:
                yield str(error)


def strange(whose: str, path: Path) -> dict[str, str]:
    """The keys of a file that do not belong there, and what is wrong with each."""
    found = {}
    known = [*SETTINGS, _FIELDS] if whose == "project" else [*SETTINGS]
    for key in read(path):
        if key not in known:
            found[key] = f"{path}: there is no setting {key!r}: {meant(key, known)}"
        elif whose == "project" and key in SETTINGS and not SETTINGS[key].shared:
            found[key] = f"{path}: {key} is for your own file: corpus config set {key} VALUE --user"
    return found


def files(environment: Mapping[str, str], folder: Path | None = None) -> dict[str, Path]:
    """The files that may hold settings, by whose they are, the stronger first."""
    project = {"project": folder / PROJECT} if folder else {}
    return {**project, "user": _home(environment) / "config.toml"}


def read(path: Path) -> dict[str, Any]:
    """What a file says; nothing where there is none. Raises `UsageError` for one that is broken."""
    project = path.name == PROJECT
    try:
        found = path.lstat() if project else path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        # Who runs us as somebody else may leave us with a home that is not ours to see.
        if isinstance(error, PermissionError) and not project:
            return {}
        raise UsageError(str(unreadable(path, error))) from error
    return _parsed(path, found.st_mtime_ns, found.st_size)


def packs(environment: Mapping[str, str]) -> Packs:
    """Where names come from besides a corpus, and which packs of them count."""
    found = setting("packs", environment, None)
    named = None if found.value is None else frozenset(found.value)
    return Packs(
        _home(environment) / "names",
        _ours(environment, "XDG_CACHE_HOME", "~/.cache"),
        named if found.origin == variable("packs") else None,
        Setting(named, found.origin),
    )


def fields(folder: Path | None) -> dict[str, str]:
    """What the user says are the names of fields of records: `[fields]` in corpus.toml.

    Our name → theirs. The file stands in the folder of the corpus.
    """
    if folder is None:
        return {}
    path = folder / PROJECT
    found = _sound("project", path).get(_FIELDS, {})
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise UsageError(f'{path}: [fields] holds names as in title = "headline"')
    return found


def colored(choice: Color, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to colour: the flag, then NO_COLOR, FORCE_COLOR and TERM, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return terminal and environment.get("TERM") != "dumb"


def _written(
    name: str,
    environment: Mapping[str, str],
    folder: Path | None,
    taken: Callable[[str, Path], Mapping[str, Any]],
) -> Iterator[Setting]:
    if text := environment.get(variable(name)):
        yield Setting(text, variable(name))
    # Which packs count for a corpus stands beside the names that are its own.
    if folder and name == "packs":
        own = folder.absolute().parent / _NAMES
        if name in (found := _legible("", own)):
            yield Setting(found[name], str(own))
    for whose, path in files(environment, folder).items():
        found = taken(whose, path)
        if name in found and (SETTINGS[name].shared or whose == "user"):
            yield Setting(found[name], str(path))


def _sound(whose: str, path: Path) -> Mapping[str, Any]:
    for problem in strange(whose, path).values():
        raise UsageError(problem)
    return read(path)


def _legible(_: str, path: Path) -> Mapping[str, Any]:
    with suppress(UsageError):
        return read(path)
    return {}


def read_settings(path: Path) -> str:
    """The text of a file of settings. That of a corpus may come from a stranger: no link there."""
    return read_text(path, follow=path.name != PROJECT)


def _home(environment: Mapping[str, str]) -> Path:
    return _ours(environment, "XDG_CONFIG_HOME", "~/.config")


def _ours(environment: Mapping[str, str], name: str, default: str) -> Path:
    base = environment.get(name) or os.path.expanduser(default)  # noqa: PTH111 - may lack a home
    return Path(base) / "corpus"


@lru_cache
def _parsed(path: Path, *_: int) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(read_settings(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
