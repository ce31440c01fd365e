"""Write a corpus to one file, and restore it from one."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Self

from corpus_cli.config import PROJECT_FILE, STORE_FILE
from corpus_cli.errors import CorpusDamaged, CorpusError, UsageError
from corpus_cli.names.packs import USER_FILE, read_user_pack
from corpus_cli.store.page_check import check_pages
from corpus_cli.store.store import Store
from corpus_cli.system.files import (
    open_regular,
    path_exists,
    read_content,
    sync_folder,
    unreadable_error,
)
from corpus_cli.text.data import DATA

CONTENTS = "backup.json"
"""The first member: the format, and the size and the SHA-256 of each other member."""

_FORMAT = 1
_MEMBERS = (STORE_FILE, USER_FILE, PROJECT_FILE)
_MAX_CONTENTS_BYTES = 100_000
_MAX_RATIO = 1_100
"""No byte of a file compressed with zlib becomes more bytes than this."""

_CHUNK_BYTES = 1 << 20
_DAMAGE_ERRORS = (tarfile.TarError, EOFError, zlib.error, ValueError, KeyError, TypeError)


def write_backup(store: Store, folder: Path, target: Path) -> int:
    """Write the store, the user's names and the settings to a new file; return its size.

    The store is written as it is now, whoever changes it meanwhile. The index is derived from it
    and not part of the backup. Raises `UsageError` if the file exists.
    """
    if path_exists(target):
        raise UsageError(f"{target} exists already: name a file that does not")
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    with tempfile.TemporaryDirectory(dir=target.absolute().parent) as scratch:
        copy = Path(scratch, STORE_FILE)
        store.save_snapshot(copy)
        files = {STORE_FILE: copy}
        for path in (folder.absolute().parent / USER_FILE, folder / PROJECT_FILE):
            with contextlib.suppress(FileNotFoundError):
                files[path.name] = _copy_small_file(path, Path(scratch, path.name))
        contents = {name: [path.stat().st_size, _digest(path)] for name, path in files.items()}
        try:
            with open(partial, "xb", opener=open_regular) as file:
                _write_members(file, contents, files)
                file.flush()
                os.fsync(file.fileno())
            # Unlike a rename, a link never replaces a file.
            os.link(partial, target)
        except FileExistsError as error:
            raise UsageError(f"{target} exists already: name a file that does not") from error
        finally:
            partial.unlink(missing_ok=True)
    sync_folder(target.absolute().parent)
    return target.stat().st_size


def _copy_small_file(path: Path, copy: Path) -> Path:
    """Copy the user's names or the settings of the corpus, whose folder may be a stranger's.

    What a link leads to is only copied if it is a file of names. Raises `CorpusUnreadable` for
    anything that no other command would read, and `FileNotFoundError` if there is nothing.
    """
    is_of_user = path.name == USER_FILE
    if is_of_user and path.is_symlink():
        read_user_pack(path)
    try:
        copy.write_bytes(read_content(path, follow=is_of_user))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable_error(path, error) from error
    return copy


def _write_members(
    file: IO[bytes], contents: Mapping[str, list[object]], files: Mapping[str, Path]
) -> None:
    head = json.dumps({"format": _FORMAT, "files": contents}, indent=1).encode()
    # Of a size beyond 8 GB, this format needs no header before that of the file.
    with tarfile.open(fileobj=file, mode="w:gz", format=tarfile.GNU_FORMAT) as archive:
        member = tarfile.TarInfo(CONTENTS)
        member.size = len(head)
        archive.addfile(member, io.BytesIO(head))
        for name, path in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = path.stat().st_size, 0o644
            with path.open("rb") as source:
                archive.addfile(member, source)


@contextmanager
def unpack_backup(source: Path, folder: Path) -> Iterator[Path]:
    """Unpack a backup beside a folder; on a clean exit that becomes `folder`.

    Everything is compared with its digest first. Raises `UsageError` if the folder or the user's
    names exist, and `CorpusDamaged` for a file that is not a backup as it was written.
    """
    if not source.is_file():
        raise UsageError(f"{source} is not a file: name one that corpus backup wrote")
    parent = folder.absolute().parent
    for path in (folder, parent / USER_FILE):
        if path_exists(path) and not _is_empty_folder(path):
            raise UsageError(
                f"{path} exists already, and a restore replaces nothing: "
                "name another folder with --index, or move it away"
            )
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=f".{folder.name}-restored-") as scratch:
        unpacked = Path(scratch, folder.name)
        unpacked.mkdir()
        (unpacked / "README").write_bytes((DATA / "index.txt").read_bytes())
        try:
            _unpack(source, unpacked)
        except _DAMAGE_ERRORS as error:
            raise _damaged_error(source, str(error)) from error
        report = check_pages(unpacked / STORE_FILE)
        if report.damaged or report.misfit:
            raise _damaged_error(source, "the store in it was damaged when it was made")
        with closing(Store(unpacked / STORE_FILE)):
            pass
        yield unpacked
        if (unpacked / USER_FILE).exists():
            os.link(unpacked / USER_FILE, parent / USER_FILE)
            (unpacked / USER_FILE).unlink()
        unpacked.rename(folder)
        sync_folder(parent)


def _unpack(source: Path, folder: Path) -> None:
    """Write the members of a backup to a folder, and check them."""
    with open(source, "rb", opener=_open_source) as file:
        size = os.fstat(file.fileno()).st_size
        with tarfile.open(fileobj=file, mode="r|gz", tarinfo=_Member) as archive:
            members = iter(archive)
            expected = _read_contents(archive, next(members, None))
            most = min(size * _MAX_RATIO, shutil.disk_usage(folder).free)
            if sum(member_size for member_size, _ in expected.values()) > most:
                raise ValueError("it says that it unpacks to more than there is space for")
            for member in members:
                member_size, digest = expected.pop(member.name)
                content = archive.extractfile(member)
                if content is None or not member.isreg() or member.size != member_size:
                    raise ValueError(f"{member.name} is not as it was written")
                if _copy(content, folder / member.name) != digest:
                    raise ValueError(f"{member.name} is not as it was written")
    if expected:
        raise ValueError(f"{', '.join(expected)} is missing")


def _read_contents(
    archive: tarfile.TarFile, member: tarfile.TarInfo | None
) -> dict[str, tuple[int, str]]:
    if not member or member.name != CONTENTS or member.size > _MAX_CONTENTS_BYTES:
        raise ValueError("it is not a backup of a corpus")
    file = archive.extractfile(member)
    try:
        contents = json.loads(file.read(_MAX_CONTENTS_BYTES)) if file else None
    except RecursionError as error:
        raise ValueError("its list of files is nested too deeply") from error
    match contents:
        case {"format": 1, "files": dict() as described}:
            files = {str(name): _parse_size(entry) for name, entry in described.items()}
        case _:
            raise ValueError("another version of corpus made it")
    if STORE_FILE not in files or not files.keys() <= set(_MEMBERS):
        raise ValueError("it does not have the files of a corpus")
    return files


def _parse_size(entry: object) -> tuple[int, str]:
    match entry:
        case [int() as size, str() as digest] if size >= 0:
            return size, digest
        case _:
            raise ValueError("its list of files has an entry that is none")


class _Member(tarfile.TarInfo):
    """A member that is a regular file.

    A header before another one (a long name, extended attributes) is read whole into memory, and
    many of them recursively; `corpus backup` writes none.
    """

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        member = super().frombuf(buf, encoding, errors)
        if not member.isreg() or member.issparse():
            raise ValueError("it has a member that is not a file")
        return member


def _copy(content: IO[bytes], path: Path) -> str:
    """Copy a file and return its digest."""
    digest = hashlib.sha256()
    with open(path, "xb", opener=open_regular) as file:
        while chunk := content.read(_CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _open_source(path: str, flags: int) -> int:
    return open_regular(path, flags, follow=True)


def _is_empty_folder(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.is_dir() and not path.is_symlink() and not any(path.iterdir())
    return False


def _damaged_error(source: Path, reason: str) -> CorpusError:
    return CorpusDamaged(f"{source} cannot be restored ({reason}): use another backup")
