"""Compress texts, and decompress no more than a limit."""

import zlib

from corpus_cli.model.articles import MAX_CHARACTERS, MAX_LINES

_MAX_LENGTH = MAX_CHARACTERS + MAX_LINES
_MAX_BYTES_PER_CHARACTER = 4
_MAX_RATIO, _ALWAYS_ALLOWED_BYTES = 100, 10_000_000
"""What compresses better than this is stored as it is, so that a small file is a small text."""

_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that do not begin a character."""


class TooLarge(ValueError):
    """Compressed bytes decompress to more than is allowed."""


def pack(text: str) -> bytes:
    """Compress a text so that `unpack` accepts it."""
    content = text.encode("utf-8", "surrogatepass")
    packed = zlib.compress(content)
    return packed if len(content) <= _max_bytes(packed) else zlib.compress(content, 0)


def unpack(packed: bytes) -> str:
    """Decompress what `pack` compressed.

    Raises `TooLarge` for what takes too much memory, and `zlib.error`, `TypeError` or
    `ValueError` for anything else.
    """
    max_bytes = min(_MAX_BYTES_PER_CHARACTER * _MAX_LENGTH, _max_bytes(packed))
    content = decompress(packed, max_bytes)
    if (
        len(content) > _MAX_LENGTH
        and len(content.translate(None, _CONTINUATION_BYTES)) > _MAX_LENGTH
    ):
        raise TooLarge(f"a text has more than {_MAX_LENGTH:,} characters")
    return content.decode("utf-8", "surrogatepass")


def decompress(packed: bytes, max_bytes: int) -> bytes:
    """Decompress bytes. Raises `TooLarge`, or `zlib.error` for what is damaged."""
    decompressor = zlib.decompressobj()
    content = decompressor.decompress(packed, max_bytes + 1)
    if len(content) > max_bytes:
        raise TooLarge(f"compressed bytes decompress to more than {max_bytes:,}")
    if not decompressor.eof or decompressor.unused_data:
        raise zlib.error("compressed bytes are not complete")
    return content


def _max_bytes(packed: bytes) -> int:
    return _ALWAYS_ALLOWED_BYTES + _MAX_RATIO * len(packed)
