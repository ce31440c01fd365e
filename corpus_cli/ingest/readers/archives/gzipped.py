"""Decompress gzip files member by member."""

import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import suppress

from corpus_cli.ingest.readers.archives.unfolding import PIECE

_MAGIC = re.compile(rb"\x1f\x8b\x08")
# A member after damage: no reserved flag, any time, a valid level and operating system.
_MEMBER = re.compile(_MAGIC.pattern + rb"[\x00-\x1f][\s\S]{4}[\x00\x02\x04][\x00-\x0d\xff]")
_GZIP = 31


def pieces(data: bytes) -> Iterator[bytes]:
    """Yield the decompressed bytes of a file; of a damaged member those before the damage.

    Reading goes on at the next member. Raises `zlib.error` at the end if any was damaged.
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
    """Yield the decompressed bytes of a member, and return the position of its end.

    For a damaged member, return the position after its first byte.
    """
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
    """Decompress byte by byte up to the damage.

    zlib drops the whole output of a call that meets damage.
    """
    with suppress(zlib.error):
        while packed:
            yield stream.decompress(packed, 1)
            packed = stream.unconsumed_tail
