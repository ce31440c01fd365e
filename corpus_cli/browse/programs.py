"""Open an article in an editor, or its address in a browser."""

import shlex
import shutil
import subprocess
import webbrowser
from collections.abc import Mapping
from pathlib import Path

from corpus_cli.errors import NotFound, UsageError
from corpus_cli.model import STDIN, Header
from corpus_cli.output.records import shown
from corpus_cli.text.data import toml
from corpus_cli.text.printable import printable

_DEFAULT_EDITOR = "vi"


def editor_command(header: Header, line: int, environment: Mapping[str, str]) -> list[str]:
    """Return the command that opens the file of an article at a line of the article.

    The editor is `$VISUAL`, else `$EDITOR`. Raises `UsageError` if it is not installed, and
    `NotFound` if the file is not there.
    """
    source = header.sources[0] if header.sources else None
    if source is None or source.path == STDIN or not Path(source.path).is_file():
        name = shown(source.path) if source else "the file"
        raise NotFound(f"{name} was not found, so no editor can open it")
    typed = environment.get("VISUAL") or environment.get("EDITOR") or _DEFAULT_EDITOR
    try:
        words = shlex.split(typed)
    except ValueError as error:
        raise UsageError(f"the editor {typed} cannot be read ({error}): set VISUAL") from error
    if not words or not shutil.which(words[0]):
        raise UsageError(f"the editor {typed} is not installed: set VISUAL or EDITOR")
    templates: Mapping[str, list[str]] = toml("terminal")["editors"]
    values = {"path": source.path, "line": str(header.find_file_line(line))}
    template = templates.get(Path(words[0]).name, templates["default"])
    return [*words, *(part.format_map(values) for part in template)]


def run_editor(command: list[str]) -> None:
    """Run an editor in the terminal until it ends."""
    # The command is the user's own.
    subprocess.run(command, check=False)  # noqa: S603


def check_address(url: str) -> str:
    """Return the address of a web page. Raises `UsageError` for any other, which a file may have.

    A browser would run `javascript:`, and open any file with `file:`.
    """
    if not url:
        raise UsageError("this article has no address")
    if not url.lower().startswith(("https://", "http://")) or not url.isprintable():
        raise UsageError(f"this is no address of a web page: {printable(url)}")
    return url


def browser_needs_terminal(url: str) -> bool:
    """Return whether the browser of this machine runs in the terminal.

    Raises `UsageError` if there is none.
    """
    try:
        browser = webbrowser.get()
    except webbrowser.Error as error:
        raise UsageError(f"no browser was found to open {url}: set BROWSER") from error
    # A graphical browser is started in the background.
    return type(browser) is webbrowser.GenericBrowser


def open_browser(url: str) -> None:
    """Open an address in the browser."""
    webbrowser.open(url)
