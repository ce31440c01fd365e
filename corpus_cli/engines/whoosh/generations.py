"""Generations of an index on disk, and which is current."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from corpus_cli.config import replace, sync
from corpus_cli.errors import CorpusDamaged
from corpus_cli.shapes import Final, dataclass

CURRENT: Final = "CURRENT"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `CURRENT` says: which folder is the index, and what is in it.

    `files` maps each name to its size in bytes and its SHA-256; `segments` are those of them
    that hold passages, each with the articles in it that were removed; `upto` is the highest
    change of the store that is indexed; `layout` and `analysis` are fingerprints.
    """

    v: int
    generation: int
    upto: int
    layout: str
    analysis: str
    segments: Mapping[str, tuple[int, ...]]
    files: Mapping[str, tuple[int, str]]

    @property
    def folder(self) -> str:
        """The name of the generation's folder."""
        return f"whoosh-{self.generation}"


def read(root: Path) -> Manifest | None:
    """The manifest of an index folder; None where there is none.

    Raises `CorpusDamaged` for one that cannot be read.
    """
    try:
        found = json.loads((root / CURRENT).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise damaged(root, f"{CURRENT} cannot be read ({error})") from error
    try:
        files = {
            str(name): (int(size), str(digest)) for name, (size, digest) in found["files"].items()
        }
        if "layout" not in found:
            return Manifest(1, int(found["generation"]), 0, "", "", {}, files)
        segments = {str(name): (*map(int, gone),) for name, gone in found["segments"].items()}
        return Manifest(**{**found, "segments": segments, "files": files})
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise damaged(root, f"{CURRENT} is not a manifest") from error


def check(root: Path, manifest: Manifest) -> None:
    """Compare the size of every file; raises `FileNotFoundError` or `CorpusDamaged`."""
    for name, (size, _) in manifest.files.items():
        found = (root / manifest.folder / name).stat().st_size
        if found != size:
            raise damaged(root, f"{manifest.folder}/{name} has {found:,} bytes instead of {size:,}")


def changed(root: Path, manifest: Manifest) -> str:
    """The first file whose bytes are not those that were written, in words; empty if none."""
    import hashlib

    for name, (_, digest) in manifest.files.items():
        try:
            with (root / manifest.folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            return f"{manifest.folder}/{name}: {error.strerror}"
        if found != digest:
            return f"{manifest.folder}/{name} is not as it was written"
    return ""


def damaged(root: Path, what: str) -> CorpusDamaged:
    """The error of an index that does not read back; nothing is lost with it."""
    return CorpusDamaged(
        f"the index in {root} is damaged: {what}. "
        "The articles are safe in the store; rebuild the index with: corpus reindex"
    )


@contextmanager
def next_generation(
    root: Path,
    base: Manifest | None,
    publish: Callable[[int, Mapping[str, tuple[int, str]]], Manifest],
) -> Iterator[Path]:
    """A folder to write the next generation in; on a clean exit it becomes the current one.

    Files of `base` are hard links, copies where links fail: nobody writes into them.
    `publish` makes the manifest of a generation number and its files. The previous
    generation is kept for readers that have just read `CURRENT`.
    """
    current = _current(root)
    collect(root)
    number = max([current.generation if current else 0, *_numbers(root)]) + 1
    folder = root / f"whoosh-{number}"
    folder.mkdir()
    try:
        if base:
            for name in base.files:
                _link(root / base.folder / name, folder / name)
        yield folder
        known = base.files if base else {}
        files = {name: _seal(folder / name, known.get(name)) for name in _names(folder)}
        sync(folder)
        from dataclasses import asdict

        manifest = json.dumps(asdict(publish(number, files)), indent=1).encode()
        replace(root / CURRENT, manifest, root / f"{CURRENT}.new")
    finally:
        # Also of what failed: nothing but CURRENT says what is whole.
        collect(root)


def collect(root: Path) -> None:
    """Remove every generation but the current one and the one before it."""
    import shutil

    current = _current(root)
    numbers = sorted(_numbers(root))
    kept = {current.generation} if current else set()
    kept.update([number for number in numbers if current and number < current.generation][-1:])
    for number in numbers:
        if number not in kept:
            shutil.rmtree(root / f"whoosh-{number}", ignore_errors=True)
    with contextlib.suppress(OSError):
        (root / f"{CURRENT}.new").unlink()


def _current(root: Path) -> Manifest | None:
    try:
        return read(root)
    except CorpusDamaged:
        return None


def _numbers(root: Path) -> list[int]:
    found = (entry.name.removeprefix("whoosh-") for entry in root.glob("whoosh-*"))
    return [int(number) for number in found if number.isdecimal()]


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def _link(source: Path, target: Path) -> None:
    import shutil

    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
        _seal(target, None)


def _seal(path: Path, known: tuple[int, str] | None) -> tuple[int, str]:
    """Size and SHA-256 of a file that is on the disk for good; a linked one already was."""
    import hashlib

    if known:
        return known
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size, digest
