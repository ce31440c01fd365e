"""Read settings from the environment, files and defaults."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

from corpus_cli.config.declarations import (
    DECLARATIONS,
    Color,
    environment_variable,
    find_declaration,
    parse_value,
    suggest_name,
)
from corpus_cli.errors import UsageError
from corpus_cli.system.files import read_text, unreadable_error

PROJECT_FILE = "corpus.toml"
DEFAULT = "default"

_FIELDS_TABLE = "fields"
_NAMES_FILE = "names.toml"


class Setting(NamedTuple):
    """A value and its origin: `default`, an environment variable, or the path of a file."""

    value: Any
    origin: str


class PackSettings(NamedTuple):
    """The packs of names of the user: their folder, the cache of compiled names, the choice.

    `from_environment` is the choice in the environment, or None if the file of a corpus decides.
    `from_user_file` is the choice in the user's file, for a corpus whose file makes none.
    """

    folder: Path
    cache: Path
    from_environment: frozenset[str] | None
    from_user_file: Setting = Setting(None, DEFAULT)


def read_setting(
    name: str, environment: Mapping[str, str], folder: Path | None, *, strict: bool = True
) -> Setting:
    """Return a setting: from `CORPUS_<NAME>`, the file of the corpus, or that of the user.

    Raises `UsageError` for a value that the setting cannot have, and for a consulted file that
    cannot be read or has a key that does not belong there. If not `strict`, such a file is
    skipped and such a value is returned unparsed. `folder` None means no corpus.
    """
    find_declaration(name)
    for value, origin in _values_by_precedence(
        name, environment, folder, _read_valid if strict else _read_if_possible
    ):
        try:
            return Setting(parse_value(name, value, origin), origin)
        except UsageError:
            if strict:
                raise
            return Setting(value, origin)
    return Setting(DECLARATIONS[name].default, DEFAULT)


def find_problems(environment: Mapping[str, str], folder: Path | None) -> Iterator[str]:
    """Yield a message for each problem in the settings files and the environment."""
    for owner, path in settings_files(environment, folder).items():
        try:
            yield from find_wrong_keys(owner, path).values()
        except UsageError as error:
            yield str(error)
    for name in DECLARATIONS:
        for value, origin in _values_by_precedence(name, environment, folder, _read_if_possible):
            try:
                parse_value(name, value, origin)
            except UsageError as error:
                yield str(error)


def find_wrong_keys(owner: str, path: Path) -> dict[str, str]:
    """Return a message for each key of a settings file that does not belong there."""
    problem_by_key = {}
    allowed_keys = [*DECLARATIONS, _FIELDS_TABLE] if owner == "project" else [*DECLARATIONS]
    for key, value in read_values(path).items():
        if key not in allowed_keys:
            problem_by_key[key] = (
                f"{path}: there is no setting {key!r}: {suggest_name(key, allowed_keys)}"
            )
        elif (
            owner == "project" and key in DECLARATIONS and not DECLARATIONS[key].settable_by_corpus
        ):
            problem_by_key[key] = (
                f"{path}: a corpus cannot set {key}; set it in your own file with: "
                f"corpus config set {key} VALUE --user"
            )
        elif owner == "project" and key in DECLARATIONS and _exceeds(key, value):
            problem_by_key[key] = (
                f"{path}: {key} is {value}: a corpus can set at most "
                f"{DECLARATIONS[key].max_by_corpus:,}; set it in your own file with: "
                f"corpus config set {key} VALUE --user"
            )
    return problem_by_key


def _exceeds(name: str, value: object) -> bool:
    """Return whether a number is more than a corpus can set. A wrong value is another problem."""
    declaration = DECLARATIONS[name]
    if declaration.max_by_corpus == inf:
        return False
    try:
        return bool(declaration.parse(value) > declaration.max_by_corpus)
    except ValueError:
        return False


def settings_files(environment: Mapping[str, str], folder: Path | None = None) -> dict[str, Path]:
    """Return the settings files by owner (`project`, `user`), highest precedence first."""
    project = {"project": folder / PROJECT_FILE} if folder else {}
    return {**project, "user": _user_folder(environment) / "config.toml"}


def read_values(path: Path) -> dict[str, Any]:
    """Return the values in a settings file; empty if it is missing.

    Raises `UsageError` if the file cannot be read.
    """
    is_project = path.name == PROJECT_FILE
    try:
        status = path.lstat() if is_project else path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        # Under sudo and the like, the home folder may be unreadable for this user.
        if isinstance(error, PermissionError) and not is_project:
            return {}
        raise UsageError(str(unreadable_error(path, error))) from error
    return _parse_cached(path, status.st_mtime_ns, status.st_size)


def read_pack_settings(environment: Mapping[str, str]) -> PackSettings:
    """Return the folders of packs of names, and which packs are chosen."""
    pack_setting = read_setting("packs", environment, None)
    pack_names = None if pack_setting.value is None else frozenset(pack_setting.value)
    return PackSettings(
        _user_folder(environment) / "names",
        _corpus_folder_in(environment, "XDG_CACHE_HOME", "~/.cache"),
        pack_names if pack_setting.origin == environment_variable("packs") else None,
        Setting(pack_names, pack_setting.origin),
    )


def read_field_names(folder: Path | None) -> dict[str, str]:
    """Return `[fields]` of corpus.toml: our name of a field → its name in records.

    Raises `UsageError` if a value is not text.
    """
    if folder is None:
        return {}
    path = folder / PROJECT_FILE
    field_names = _read_valid("project", path).get(_FIELDS_TABLE, {})
    if not isinstance(field_names, dict) or not all(
        isinstance(v, str) for v in field_names.values()
    ):
        raise UsageError(f'{path}: [fields] has to be a table of names, as in title = "headline"')
    return field_names


def use_color(choice: Color, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Return whether to use colour: by `choice`, else NO_COLOR, FORCE_COLOR, or the terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return terminal and environment.get("TERM") != "dumb"


def _values_by_precedence(
    name: str,
    environment: Mapping[str, str],
    folder: Path | None,
    read_file: Callable[[str, Path], Mapping[str, Any]],
) -> Iterator[Setting]:
    if text := environment.get(environment_variable(name)):
        yield Setting(text, environment_variable(name))
    # A corpus chooses its packs in the file of its own names, not in its settings file.
    if folder and name == "packs":
        names_file = folder.absolute().parent / _NAMES_FILE
        if name in (file_values := _read_if_possible("", names_file)):
            yield Setting(file_values[name], str(names_file))
    for owner, path in settings_files(environment, folder).items():
        file_values = read_file(owner, path)
        if name in file_values and (DECLARATIONS[name].settable_by_corpus or owner == "user"):
            yield Setting(file_values[name], str(path))


def _read_valid(owner: str, path: Path) -> Mapping[str, Any]:
    for problem in find_wrong_keys(owner, path).values():
        raise UsageError(problem)
    return read_values(path)


def _read_if_possible(_: str, path: Path) -> Mapping[str, Any]:
    with suppress(UsageError):
        return read_values(path)
    return {}


def read_settings_text(path: Path) -> str:
    """Return the text of a settings file; a link to it is followed unless a corpus owns it."""
    return read_text(path, follow=path.name != PROJECT_FILE)


def _user_folder(environment: Mapping[str, str]) -> Path:
    return _corpus_folder_in(environment, "XDG_CONFIG_HOME", "~/.config")


def _corpus_folder_in(environment: Mapping[str, str], name: str, default: str) -> Path:
    base = environment.get(name) or os.path.expanduser(default)  # noqa: PTH111 - may lack a home
    return Path(base) / "corpus"


@lru_cache
def _parse_cached(path: Path, *_: int) -> dict[str, Any]:
    from corpus_cli.system.toml_text import parse_toml

    try:
        return parse_toml(read_settings_text(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
