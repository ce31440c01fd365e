"""Read an archive: each file in it by its own reader."""

from collections.abc import Iterator

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.archives import tarred, zipped
from corpus_cli.ingest.readers.archives.unfolding import BROKEN, Member
from corpus_cli.ingest.readers.parts import UNKNOWN, Records
from corpus_cli.ingest.readers.port import File, Found, Unread

_DAMAGED = "it is damaged or cut off"
_NOTHING = "no file in it can be read"


def read(file: File) -> Iterator[Found]:
    """Yield the results of all members of a ZIP, TAR or compressed file.

    Raises `SourceError` where no member can be read.
    """
    records = Records()
    silent = True
    try:
        for member in _members(file):
            for found in _found(member, file, records):
                silent = False
                yield found
    except SourceError as error:
        if silent:
            raise
        yield Unread("", str(error))
    if silent:
        raise SourceError(_NOTHING)


def _members(file: File) -> Iterator[Member]:
    packed = file.data.startswith(b"PK")
    try:
        yield from zipped.members(file.data) if packed else tarred.members(file)
    except BROKEN as error:
        raise SourceError(_DAMAGED) from error


def _found(member: Member, file: File, records: Records) -> Iterator[Found]:
    """Yield the results of a member; nothing where no reader supports its format."""
    record = records.unique(member.name)
    if member.reason:
        yield Unread(record, member.reason)
        return
    for found in file.read_part(record, member.data, ""):
        if not (isinstance(found, Unread) and found.reason == UNKNOWN):
            yield found
