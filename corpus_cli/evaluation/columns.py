"""Read the lines and columns of judgments and runs."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

from corpus_cli.errors import UsageError

_LONGEST = 1 << 25

_MAX_ENCODINGS = 8
"""The number of times that a name may be percent-encoded; `%252525…` would take quadratic time."""


def data(path: Path) -> bytes:
    """Return the bytes of a file, decompressed if it is gzip.

    Raises `UsageError` if the file cannot be read or has 32 MiB or more when decompressed.
    """
    whole = bytearray()
    for part in _raw(path):
        whole += part
        if len(whole) >= _LONGEST:
            raise UsageError(
                f"{path} is too long: a file of judged queries has fewer than {_LONGEST:,} bytes"
            )
    return bytes(whole)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line of a file that is not blank.

    Raises `UsageError` if the file cannot be read, is not UTF-8, or has a line of 32 MiB or more.
    """
    for n, raw in enumerate(_raw(path), 1):
        if len(raw) == _LONGEST:
            raise wrong(path, n, f"the line is too long: a line has fewer than {_LONGEST:,} bytes")
        try:
            line = raw.decode("utf-8-sig" if n == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise wrong(path, n, "it is not UTF-8: convert the file with iconv") from error
        if line.strip():
            yield n, line


def _raw(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            packed = file.peek(2)[:2] == b"\x1f\x8b"
            source = gzip.GzipFile(fileobj=file) if packed else file
            yield from iter(lambda: source.readline(_LONGEST), b"")
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or "it is damaged"
        raise UsageError(f"{path} cannot be read: {why}") from error


def columns(line: str) -> list[str]:
    """Split a line into columns: at tabs if it has any, else at blanks."""
    return [part.strip() for part in line.split("\t")] if "\t" in line else line.split()


def plain(name: str) -> str:
    """Return a name with its percent-encoding removed, also if it was encoded several times.

    Runs write a blank as `%20`, and addresses are percent-encoded themselves. Names that are
    decoded fully can be compared.
    """
    with suppress(UnicodeDecodeError):
        for _ in range(_MAX_ENCODINGS):
            if (decoded := unquote(name, errors="strict")) == name:
                break
            name = decoded
    return name


def wrong(path: Path, n: int, what: str) -> UsageError:
    """Return the error for a line that cannot be used."""
    return UsageError(f"{path}, line {n}: {what}")
