"""What is compressed by gzip, member by member."""

import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import suppress

from corpus_cli.ingest.readers.archives.unfolding import PIECE

_MAGIC = re.compile(rb"\x1f\x8b\x08")
# Amid damage: no reserved flag, then any time, and a level and a system that exist.
_MEMBER = re.compile(_MAGIC.pattern + rb"[\x00-\x1f][\s\S]{4}[\x00\x02\x04][\x00-\x0d\xff]")
_GZIP = 31


def pieces(data: bytes) -> Iterator[bytes]:
    """What comes out of a file; of a damaged member what stands before the damage.

    The members after it are read. Raises `zlib.error` at the end if any was damaged.
    """
    end, damaged = 0, False
    while end < len(data):
        member = _MAGIC.match(data, end) or _MEMBER.search(data, end)
        start = member.start() if member else len(data)
        damaged = damaged or bool(data[end:start].strip(b"\0"))
        end = (yield from _member(data, start)) if member else start
    if damaged:
        raise zlib.error


def _member(data: bytes, start: int) -> Generator[bytes, None, int]:
    """What comes out of a member, then its end; of a damaged one the byte after its start."""
    stream = zlib.decompressobj(_GZIP)
    packed, at = b"", start
    while not stream.eof:
        if not packed:
            packed = data[at : at + PIECE]
            at += len(packed)
        before = stream.copy()
        try:
            piece = stream.decompress(packed, PIECE)
        except zlib.error:
            yield from _before_damage(before, packed)
            return start + 1
        if not packed:
            return start + 1
        yield piece
        packed = stream.unconsumed_tail
    return at - len(stream.unused_data)


def _before_damage(stream: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    """What comes out byte by byte, as a larger piece with damage in it is lost in whole."""
    with suppress(zlib.error):
        while packed:
            yield stream.decompress(packed, 1)
            packed = stream.unconsumed_tail
