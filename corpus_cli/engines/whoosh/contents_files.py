"""The files of Whoosh's table of contents.

Each is named after its generation, and Whoosh opens the highest. They are written for programs
that use Whoosh: no command of `corpus` opens one, because Whoosh would unpickle it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_cli.system.files import open_regular, replace_file

if TYPE_CHECKING:
    from corpus_cli.engines.whoosh.generations import Manifest

_PREFIX = "_MAIN_"
_MAX_BYTES = 100_000_000
_WRITE_LOCK = "MAIN_WRITELOCK"
"""A file that Whoosh leaves behind when it refuses to write."""


def write_contents(root: Path, manifest: Manifest) -> None:
    """Write the table of contents of a generation whose folder is complete.

    An index without segments gets none, because nothing would stop Whoosh from writing into it.
    """
    if not manifest.segments:
        return
    # Whoosh takes a twentieth of a second to import, so only a process that commits does it.
    from corpus_cli.engines.whoosh.codec import pack_contents

    path = root / name_contents(manifest.generation)
    replace_file(path, pack_contents(manifest), path.with_name(f"{path.name}.new"))


def are_current(root: Path, manifest: Manifest) -> bool:
    """Return whether the table of contents of a generation is as it was written."""
    if not manifest.segments:
        return True
    from corpus_cli.engines.whoosh.codec import pack_contents

    try:
        with open(root / name_contents(manifest.generation), "rb", opener=open_regular) as file:
            return file.read(_MAX_BYTES) == pack_contents(manifest)
    except OSError:
        return False


def remove_contents(root: Path, generations_to_keep: Collection[int]) -> None:
    """Remove every table of contents but those of some generations, and Whoosh's lock file."""
    names_to_keep = set(map(name_contents, generations_to_keep))
    for name in os.listdir(root):  # noqa: PTH208 - names alone
        if name == _WRITE_LOCK or (name.startswith(_PREFIX) and name not in names_to_keep):
            with contextlib.suppress(OSError):
                (root / name).unlink()


def remove_contents_of(root: Path, generation: int) -> None:
    """Remove the table of contents of one generation, if there is one."""
    with contextlib.suppress(OSError):
        (root / name_contents(generation)).unlink()


def name_contents(generation: int) -> str:
    """Return the name of the table of contents of a generation."""
    return f"{_PREFIX}{generation}.toc"
