"""Change a file of settings; comments in it stay."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_cli.config.settings import PROJECT, read_settings
from corpus_cli.errors import UsageError
from corpus_cli.system.files import make_folder, replace_file

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def put(path: Path, name: str, value: Any) -> None:  # noqa: ANN401 - a setting's own type
    """Set a setting in a file, which is made where there is none.

    Raises `UsageError` where it cannot be read or written; it is as it was then.
    """
    document = _read(path)
    document[name] = list(value) if isinstance(value, tuple) else value
    _write(path, document)


def drop(path: Path, name: str) -> None:
    """Take a key out of a file that has it. Raises `UsageError` as `put` does."""
    document = _read(path)
    document.pop(name)
    _write(path, document)


def _read(path: Path) -> TOMLDocument:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        # Not as text: line ends stay what they are.
        return tomlkit.parse(read_settings(path))
    except FileNotFoundError:
        return tomlkit.document()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read, mend it by hand: {error}") from error


def _write(path: Path, document: TOMLDocument) -> None:
    import tomlkit

    # A link to a file that is kept elsewhere stays one.
    target = path.resolve()
    try:
        content = tomlkit.dumps(document).encode()
        make_folder(target.parent)
        replace_file(target, content, target.with_name(f".{target.name}.{os.getpid()}"))
    except UnicodeEncodeError as error:
        raise UsageError(f"{path} holds text only, and this value is none") from error
    except OSError as error:
        way = "; --user sets it in your own file" if path.name == PROJECT else ""
        raise UsageError(f"{path} cannot be written: {error.strerror}{way}") from error
