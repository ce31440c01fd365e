"""The generations of an index on disk."""

import contextlib
import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from corpus_cli.engines.whoosh.layout import SEGMENT_SUFFIX
from corpus_cli.errors import CorpusDamaged, CorpusError, CorpusUnreadable
from corpus_cli.model.name_table import NO_NAMES, NameTable
from corpus_cli.system.files import (
    NotRegular,
    copy_file,
    create_file,
    open_regular,
    read_content,
    read_size,
    replace_file,
    sync_folder,
    unreadable_error,
)
from corpus_cli.text.shell import index_option

CURRENT: Final = "CURRENT"

NAMES_SUFFIX: Final = ".names"
"""The suffix of the file with the names whose mentions are indexed, as compressed JSON."""

_STEM_CHARACTERS: Final = frozenset("0123456789-.")
"""The characters of a segment's name before its suffix: no path can be written with them."""

_MAX_MANIFEST_BYTES, _MAX_MARKS = 32_000_000, 100_000
"""The most bytes of a manifest, and of its brackets and dashes: so JSON takes ten times as many."""

_MAX_NAMES_BYTES, _MIN_BYTES_PER_LIST = 32_000_000, 8
"""The most bytes of the names of an index as JSON, and the fewest of each list in it."""

_MAX_DIGITS = 15
"""The most digits of the number of a generation."""


VERSION: Final = 2
_MAX_COUNT: Final = 1 << 63
_DIGEST_DIGITS: Final = 64

_DAMAGE_ERRORS = (FileNotFoundError, NotADirectoryError, NotRegular)


class Manifest(NamedTuple):
    """The content of `CURRENT`: which folder is the index, and what is in it.

    `files` maps each name to its size in bytes and its SHA-256; `segments` are those of them
    with passages, each with the articles in it that were removed; `upto` is the highest
    change of the store that is indexed; `layout` and `analysis` are fingerprints. `names` is the
    digest of the names whose mentions are indexed. In the file, `sum` is the CRC-32 of the rest.
    """

    v: int
    generation: int
    upto: int
    layout: str
    analysis: str
    names: str
    segments: Mapping[str, tuple[int, ...]]
    files: Mapping[str, tuple[int, str]]

    @property
    def folder(self) -> str:
        """The name of the generation's folder."""
        return f"whoosh-{self.generation}"


def read_manifest(root: Path) -> Manifest | None:
    """Return the manifest of an index folder, or None if there is none.

    Raises `CorpusDamaged` for a file that is not a manifest, and `CorpusUnreadable` for one that
    cannot be read: then the state of the index is unknown, and nothing may be removed.
    """
    try:
        content = read_content(root / CURRENT, follow=False, max_bytes=_MAX_MANIFEST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise explain_error(root, root / CURRENT, error) from error
    try:
        _check_marks(content)
        return _parse_manifest(json.loads(content))
    except (
        TypeError,
        KeyError,
        ValueError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise damaged_error(root, f"{CURRENT} is not a manifest ({error})") from error


def _check_marks(content: bytes) -> None:
    """Raise `ValueError` for JSON that takes much more memory than bytes, as none of ours does."""
    if sum(map(content.count, (b"[", b"{", b"-"))) > _MAX_MARKS:
        raise ValueError("it has too many brackets")


def _check_lists(content: bytes) -> None:
    """Raise `ValueError` for JSON of names with more lists than it can have."""
    if content.count(b"[") * _MIN_BYTES_PER_LIST > len(content) + _MIN_BYTES_PER_LIST**2:
        raise ValueError("it has too many lists")


def _parse_manifest(content: Any) -> Manifest:  # noqa: ANN401 - parsed JSON
    generation = _parse_count(content["generation"])
    if generation >= 10**_MAX_DIGITS:
        raise ValueError("the number of its generation is too large")
    if content.get("v") != VERSION and "sum" not in content:
        # Another version wrote it; its files have other names.
        return Manifest(VERSION, generation, 0, "", "", "", {}, {})
    if content.pop("sum", None) != compute_sum(content):
        raise ValueError("it is not as it was written")
    files = {name: _parse_file(*file) for name, file in content["files"].items()}
    for name in files:
        stem = name.removesuffix(SEGMENT_SUFFIX).removesuffix(NAMES_SUFFIX)
        if stem == name or set(stem) - _STEM_CHARACTERS:
            raise ValueError(f"{name!r} is not a valid name of a file")
    segments = {
        name: (*map(_parse_count, removed),) for name, removed in content["segments"].items()
    }
    if not segments.keys() <= files.keys():
        raise ValueError("a segment is missing from its list of files")
    layout, analysis, names = (str(content[key]) for key in ("layout", "analysis", "names"))
    upto = _parse_count(content["upto"])
    return Manifest(VERSION, generation, upto, layout, analysis, names, segments, files)


def compute_sum(content: Mapping[str, object]) -> int:
    """Return the CRC-32 of the values of a manifest, by which a changed one is noticed."""
    from zlib import crc32

    return crc32(json.dumps(content).encode())


def _parse_count(value: object) -> int:
    if type(value) is not int or not 0 <= value < _MAX_COUNT:
        raise ValueError(f"{value!r:.50} is not a count")
    return value


def _parse_file(size: object, digest: object) -> tuple[int, str]:
    if not isinstance(digest, str) or len(digest) != _DIGEST_DIGITS:
        raise ValueError(f"{digest!r:.50} is not a digest")
    return _parse_count(size), digest


def read_names(root: Path, manifest: Manifest) -> NameTable:
    """Return the names whose mentions a generation indexes. Raises `CorpusDamaged`."""
    import zlib

    from corpus_cli.store.compression import decompress

    name = next((name for name in manifest.files if name.endswith(NAMES_SUFFIX)), "")
    if not name:
        return NO_NAMES
    path = root / manifest.folder / name
    try:
        packed = read_content(path, follow=False, max_bytes=_MAX_NAMES_BYTES)
        content = decompress(packed, _MAX_NAMES_BYTES)
        _check_lists(content)
        return NameTable.from_json(content.decode("utf-8", "surrogatepass"))
    except OSError as error:
        raise explain_error(root, path, error) from error
    except (ValueError, zlib.error) as error:
        damage = f"{manifest.folder}/{name} cannot be read ({error})"
        raise damaged_error(root, damage) from error


def write_names(folder: Path, names: NameTable) -> None:
    """Write the names of a new generation, and remove those of the generation before."""
    import zlib

    for path in folder.glob(f"*{NAMES_SUFFIX}"):
        path.unlink()
    if not names.forms:
        return
    content = names.to_json().encode("utf-8", "surrogatepass")
    if len(content) > _MAX_NAMES_BYTES:
        raise CorpusError(
            f"the names take more than {_MAX_NAMES_BYTES // 10**6} MB: choose fewer packs with: "
            "corpus config set packs PACKS --user"
        )
    number = folder.name.rpartition("-")[2]
    with create_file(folder / f"{number}{NAMES_SUFFIX}") as file:
        file.write(zlib.compress(content, 1))


def check_sizes(root: Path, manifest: Manifest) -> None:
    """Compare the size of every file. Raises `CorpusDamaged` or `CorpusUnreadable`."""
    path = root / manifest.folder
    try:
        if not stat.S_ISDIR(path.lstat().st_mode):
            raise damaged_error(root, f"{manifest.folder} is not a folder")
        for name, (size, _) in manifest.files.items():
            path = root / manifest.folder / name
            actual = read_size(path) or 0
            if actual != size:
                damage = f"{manifest.folder}/{name} has {actual:,} bytes instead of {size:,}"
                raise damaged_error(root, damage)
    except OSError as error:
        raise explain_error(root, path, error) from error


def find_changed_file(root: Path, manifest: Manifest) -> str:
    """Describe the first file whose bytes are not those that were written; empty if none.

    Raises `CorpusUnreadable` for a file that cannot be read.
    """
    return next((": ".join(one) for one in find_changed_files(root, manifest)), "")


def find_changed_files(root: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yield each file whose bytes are not those that were written, with what is wrong.

    Raises `CorpusUnreadable` for a file that cannot be read.
    """
    import hashlib

    for name, (size, digest) in manifest.files.items():
        path = root / manifest.folder / name
        try:
            if read_size(path) not in (None, size):
                yield f"{manifest.folder}/{name}", "it has another size than it was written with"
                continue
            with open(path, "rb", opener=open_regular) as file:
                actual = hashlib.file_digest(file, "sha256").hexdigest()
        except _DAMAGE_ERRORS as error:
            yield f"{manifest.folder}/{name}", str(error.strerror)
            continue
        except OSError as error:
            raise explain_error(root, path, error) from error
        if actual != digest:
            yield f"{manifest.folder}/{name}", "it was changed after it was written"


def damaged_error(root: Path, damage: str) -> CorpusDamaged:
    """Return the error for an index that cannot be read back; no article is lost with it."""
    return CorpusDamaged(
        f"the index in {root} is damaged: {damage}. The articles are safe in the store; "
        f"rebuild the index with: corpus reindex{index_option(root)}"
    )


def explain_error(root: Path, path: Path, error: OSError) -> CorpusError:
    """Return the error for a file: a missing one is damage, an unreadable one may be intact."""
    if isinstance(error, _DAMAGE_ERRORS):
        return damaged_error(root, f"{path.relative_to(root)}: {error.strerror}")
    rebuild = f"rebuild the index with: corpus reindex{index_option(root)}"
    return unreadable_error(path, error, f"check the disk; {rebuild}")


@contextmanager
def next_generation(
    root: Path,
    base: Manifest | None,
    make_manifest: Callable[[int, Mapping[str, tuple[int, str]]], Manifest],
) -> Iterator[Path]:
    """Yield a folder for the next generation; on a clean exit it becomes the current one.

    The files of `base` are hard links, or copies where links fail: nobody writes into them.
    `make_manifest` takes the generation number and the files with their sizes and digests. The
    previous generation stays for readers that have just read `CURRENT`.
    """
    from corpus_cli.engines.whoosh.contents_files import write_contents

    current = base or _read_manifest_or_none(root)
    # A generation that a killed writer left counts too: a reader of Whoosh may have it open.
    number = max([current.generation if current else 0, *_list_generations(root)]) + 1
    if current:
        remove_old_generations(root, current)
    folder = root / f"whoosh-{number}"
    folder.mkdir()
    try:
        if base:
            for name in base.files:
                _link(root / base.folder / name, folder / name)
        yield folder
        base_files = base.files if base else {}
        files = {
            name: _sync_and_hash(folder / name, base_files.get(name))
            for name in _list_files(folder)
        }
        sync_folder(folder)

        manifest = make_manifest(number, files)
        write_contents(root, manifest)
        values = manifest._asdict()
        content = json.dumps({**values, "sum": compute_sum(values)}, indent=1).encode()
        replace_file(root / CURRENT, content, root / f"{CURRENT}.new")
    except BaseException:
        _discard_failed(root, folder)
        raise
    remove_old_generations(root, manifest)


def remove_old_generations(root: Path, current: Manifest) -> None:
    """Remove every generation but the current one and the one before it.

    The manifest is a parameter so that nothing is removed before `CURRENT` was read.
    """
    import shutil

    from corpus_cli.engines.whoosh.contents_files import remove_contents

    numbers = sorted(_list_generations(root))
    earlier = [number for number in numbers if number < current.generation]
    numbers_to_keep = {current.generation, *earlier[-1:]}
    # Before the folders that they name; Whoosh must not open the last one of an emptied corpus.
    remove_contents(root, numbers_to_keep if current.segments else ())
    for number in numbers:
        if number not in numbers_to_keep:
            shutil.rmtree(root / f"whoosh-{number}", ignore_errors=True)
    with contextlib.suppress(OSError):
        (root / f"{CURRENT}.new").unlink()


def _discard_failed(root: Path, folder: Path) -> None:
    """Remove a generation that failed, unless `CURRENT` names it already."""
    import shutil

    from corpus_cli.engines.whoosh.contents_files import remove_contents_of

    try:
        current = read_manifest(root)
    except CorpusDamaged:
        current = None
    except CorpusUnreadable:
        return
    if not current or current.folder != folder.name:
        remove_contents_of(root, int(folder.name.rpartition("-")[2]))
        shutil.rmtree(folder, ignore_errors=True)


def _read_manifest_or_none(root: Path) -> Manifest | None:
    """Return the manifest of an index to be replaced, or None if it cannot be read."""
    try:
        return read_manifest(root)
    except (CorpusDamaged, CorpusUnreadable):
        return None


def _list_generations(root: Path) -> list[int]:
    try:
        names = os.listdir(root)  # noqa: PTH208 - names alone
    except OSError as error:
        raise unreadable_error(root, error) from error
    numbers = (name.removeprefix("whoosh-") for name in names if name.startswith("whoosh-"))
    return [int(number) for number in numbers if _is_generation(number)]


def _is_generation(number: str) -> bool:
    """Return whether a text is the number of a generation, as a folder that we made has it."""
    return number.isascii() and number.isdecimal() and len(number) <= _MAX_DIGITS


def _list_files(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        copy_file(source, target)
        _sync_and_hash(target, None)


def _sync_and_hash(path: Path, linked: tuple[int, str] | None) -> tuple[int, str]:
    """Sync a file and return its size and SHA-256; a linked file is synced already."""
    import hashlib

    if linked:
        return linked
    with open(path, "rb", opener=open_regular) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size, digest
