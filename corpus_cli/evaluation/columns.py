"""Files of judged queries and of runs, line by line."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

from corpus_cli.errors import UsageError

_LONGEST = 1 << 25


def data(path: Path) -> bytes:
    """What is in a file, unpacked where gzip packed it. Raises `UsageError`."""
    whole = bytearray()
    for part in _raw(path):
        whole += part
        if len(whole) >= _LONGEST:
            raise UsageError(f"{path} is longer than {_LONGEST:,} bytes: it is no JSON of ours")
    return bytes(whole)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that are not blank, with their numbers. Raises `UsageError`."""
    for n, raw in enumerate(_raw(path), 1):
        if len(raw) == _LONGEST:
            raise wrong(path, n, f"it is longer than {_LONGEST:,} bytes")
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
    """The words of a line: with tabs between where it has any, else blanks."""
    return [part.strip() for part in line.split("\t")] if "\t" in line else line.split()


def plain(name: str) -> str:
    """A name without percent signs for other characters.

    Runs write a blank as `%20`, addresses have such signs of their own: what is compared is
    the same however often it was encoded.
    """
    with suppress(UnicodeDecodeError):
        while (decoded := unquote(name, errors="strict")) != name:
            name = decoded
    return name


def wrong(path: Path, n: int, what: str) -> UsageError:
    """The error for a line that cannot be used."""
    return UsageError(f"{path}, line {n}: {what}")
