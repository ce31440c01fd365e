"""Read settings from the environment, files and defaults."""

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
    """A value and its origin: `default`, a variable of the environment, or the path of a file."""

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
    """Return a setting for a corpus: from `CORPUS_<NAME>`, the file of the corpus, the user's.

    Raises `UsageError` for a value that the setting cannot have, and for a file on the way that
    cannot be read or has a key that does not belong there. If not `strict`, such a file is
    skipped and such a value is returned unparsed. `folder` None means no corpus.
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
    """Return a line for each problem in the settings files and the environment."""
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
    """Return what is wrong with each key of a file that does not belong there."""
    found = {}
    known = [*SETTINGS, _FIELDS] if whose == "project" else [*SETTINGS]
    for key in read(path):
        if key not in known:
            found[key] = f"{path}: there is no setting {key!r}: {meant(key, known)}"
        elif whose == "project" and key in SETTINGS and not SETTINGS[key].shared:
            found[key] = f"{path}: {key} is for your own file: corpus config set {key} VALUE --user"
    return found


def files(environment: Mapping[str, str], folder: Path | None = None) -> dict[str, Path]:
    """Return the settings files by owner (`project`, `user`), highest precedence first."""
    project = {"project": folder / PROJECT} if folder else {}
    return {**project, "user": _home(environment) / "config.toml"}


def read(path: Path) -> dict[str, Any]:
    """Return the values in a settings file; empty if missing. Raises `UsageError` if broken."""
    project = path.name == PROJECT
    try:
        found = path.lstat() if project else path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        # Under sudo and the like, the home folder may be unreadable for this user.
        if isinstance(error, PermissionError) and not project:
            return {}
        raise UsageError(str(unreadable(path, error))) from error
    return _parsed(path, found.st_mtime_ns, found.st_size)


def packs(environment: Mapping[str, str]) -> Packs:
    """Return where packs of names are, and which of them are chosen."""
    found = setting("packs", environment, None)
    named = None if found.value is None else frozenset(found.value)
    return Packs(
        _home(environment) / "names",
        _ours(environment, "XDG_CACHE_HOME", "~/.cache"),
        named if found.origin == variable("packs") else None,
        Setting(named, found.origin),
    )


def fields(folder: Path | None) -> dict[str, str]:
    """Return `[fields]` of corpus.toml: our name of a field → its name in the records.

    Raises `UsageError` if a value is not text.
    """
    if folder is None:
        return {}
    path = folder / PROJECT
    found = _sound("project", path).get(_FIELDS, {})
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise UsageError(f'{path}: [fields] holds names as in title = "headline"')
    return found


def colored(choice: Color, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Decide on colour: by the flag, then NO_COLOR, FORCE_COLOR and TERM, then the terminal."""
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
    # The packs of a corpus are chosen in the file of its own names.
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
    """Return the text of a settings file; a link is followed unless the corpus owns the file."""
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
