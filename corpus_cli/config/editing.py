"""Change settings files without losing their comments."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_cli.config.settings import PROJECT_FILE, read_settings_text
from corpus_cli.errors import UsageError
from corpus_cli.system.files import make_folder, replace_file

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def set_value(path: Path, name: str, value: Any) -> None:  # noqa: ANN401 - a setting's own type
    """Set a setting in a file, and create the file if it is missing.

    Raises `UsageError`, and leaves the file as it was, if it cannot be read or written.
    """
    document = _read(path)
    document[name] = list(value) if isinstance(value, tuple) else value
    _write(path, document)


def remove_key(path: Path, name: str) -> None:
    """Remove a key from a file that has it. Raises `UsageError` if that fails."""
    document = _read(path)
    document.pop(name)
    _write(path, document)


def _read(path: Path) -> TOMLDocument:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        # The text is parsed with its line ends, so that they do not change.
        return tomlkit.parse(read_settings_text(path))
    except FileNotFoundError:
        return tomlkit.document()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read, correct it by hand: {error}") from error


def _write(path: Path, document: TOMLDocument) -> None:
    import tomlkit

    # Write through a link, so that it stays a link.
    target = path.resolve()
    try:
        content = tomlkit.dumps(document).encode()
        make_folder(target.parent)
        replace_file(target, content, target.with_name(f".{target.name}.{os.getpid()}"))
    except UnicodeEncodeError as error:
        raise UsageError(f"the value cannot be written to {path}: it is not valid text") from error
    except OSError as error:
        from corpus_cli.system.disk import explain_write_error

        advice = "; --user sets it in your own file" if path.name == PROJECT_FILE else ""
        raise UsageError(f"{explain_write_error(path, error)}{advice}") from error
