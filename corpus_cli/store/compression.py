"""Compress texts, and decompress no more than a limit."""

import re
import zlib

MAX_TEXT_BYTES = 100_000_000
"""The most bytes of UTF-8 that a text has."""

MAX_MEMORY_BYTES = 250_000_000
"""The most memory that texts take together: a rare character makes four bytes of each."""

_MAX_RATIO, _ALWAYS_ALLOWED_BYTES = 100, 10_000_000
"""What compresses better than this is stored as it is, so that a small file is a small text."""

_FOUR_BYTES_EACH, _TWO_BYTES_EACH = re.compile(rb"[\xf0-\xff]"), re.compile(rb"[\xc4-\xef]")


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
    content = decompress(packed, min(MAX_TEXT_BYTES, _max_bytes(packed)))
    if len(content) > _ALWAYS_ALLOWED_BYTES and memory_of(content) > MAX_MEMORY_BYTES:
        raise TooLarge(f"a text takes more than {MAX_MEMORY_BYTES:,} bytes of memory")
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


def memory_of(content: bytes) -> int:
    """Return about how many bytes the text takes that is encoded in UTF-8."""
    if _FOUR_BYTES_EACH.search(content):
        return 4 * len(content)
    return (2 if _TWO_BYTES_EACH.search(content) else 1) * len(content)


def _max_bytes(packed: bytes) -> int:
    return _ALWAYS_ALLOWED_BYTES + _MAX_RATIO * len(packed)
