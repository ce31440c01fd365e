"""Read an archive, each file by the reader of its format."""

from collections.abc import Iterator

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.archives import tar_members, zip_members
from corpus_cli.ingest.readers.archives.limits import DAMAGE_ERRORS, Member
from corpus_cli.ingest.readers.port import File, ReadResult, Unread
from corpus_cli.ingest.readers.record_ids import NO_READER, RecordIds

_DAMAGED = "it is damaged or cut off"
_NO_READABLE_FILE = "no file in it can be read"


def read(file: File) -> Iterator[ReadResult]:
    """Yield the results of all members of a ZIP, TAR or compressed file.

    Raises `SourceError` where no member can be read.
    """
    record_ids = RecordIds()
    is_empty = True
    try:
        for member in _iter_members(file):
            for result in _read_member(member, file, record_ids):
                is_empty = False
                yield result
    except SourceError as error:
        if is_empty:
            raise
        yield Unread("", str(error))
    if is_empty:
        raise SourceError(_NO_READABLE_FILE)


def _iter_members(file: File) -> Iterator[Member]:
    is_zip = file.data.startswith(b"PK")
    try:
        yield from zip_members.iter_members(file.data) if is_zip else tar_members.iter_members(file)
    except DAMAGE_ERRORS as error:
        raise SourceError(_DAMAGED) from error


def _read_member(member: Member, file: File, record_ids: RecordIds) -> Iterator[ReadResult]:
    """Yield the results of a member; nothing where no reader supports its format."""
    record = record_ids.make_unique(member.name)
    if member.reason:
        yield Unread(record, member.reason)
        return
    for result in file.read_part(record, member.data, ""):
        if not (isinstance(result, Unread) and result.reason == NO_READER):
            yield result
