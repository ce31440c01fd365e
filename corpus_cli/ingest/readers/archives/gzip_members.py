"""Decompress gzip files member by member."""

import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import suppress

from corpus_cli.ingest.readers.archives.limits import PIECE_BYTES

_MAGIC = re.compile(rb"\x1f\x8b\x08")
# A member after damage: no reserved flag, any time, a valid level and operating system.
_PLAUSIBLE_MEMBER = re.compile(
    _MAGIC.pattern + rb"[\x00-\x1f][\s\S]{4}[\x00\x02\x04][\x00-\x0d\xff]"
)
_GZIP_WBITS = 31


def decompress_pieces(data: bytes) -> Iterator[bytes]:
    """Yield the decompressed bytes of a file; of a damaged member those before the damage.

    Reading goes on at the next member. Raises `zlib.error` at the end if any was damaged.
    """
    end, is_damaged = 0, False
    while end < len(data):
        member = _MAGIC.match(data, end) or _PLAUSIBLE_MEMBER.search(data, end)
        start = member.start() if member else len(data)
        is_damaged = is_damaged or bool(data[end:start].strip(b"\0"))
        end = (yield from _decompress_member(data, start)) if member else start
    if is_damaged:
        raise zlib.error


def _decompress_member(data: bytes, start: int) -> Generator[bytes, None, int]:
    """Yield the decompressed bytes of a member, and return the position of its end.

    For a damaged member, return the position after its first byte.
    """
    decompressor = zlib.decompressobj(_GZIP_WBITS)
    compressed, position = b"", start
    while not decompressor.eof:
        if not compressed:
            compressed = data[position : position + PIECE_BYTES]
            position += len(compressed)
        checkpoint = decompressor.copy()
        try:
            piece = decompressor.decompress(compressed, PIECE_BYTES)
        except zlib.error:
            yield from _decompress_until_damage(checkpoint, compressed)
            return start + 1
        if not compressed:
            return start + 1
        yield piece
        compressed = decompressor.unconsumed_tail
    return position - len(decompressor.unused_data)


def _decompress_until_damage(
    decompressor: "zlib._Decompress", compressed: bytes
) -> Iterator[bytes]:
    """Decompress byte by byte up to the damage.

    zlib drops the whole output of a call that meets damage.
    """
    with suppress(zlib.error):
        while compressed:
            yield decompressor.decompress(compressed, 1)
            compressed = decompressor.unconsumed_tail
