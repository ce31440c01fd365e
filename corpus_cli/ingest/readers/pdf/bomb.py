"""Refuse PDF files that unpack to too many bytes."""

import base64
import re
import zlib
from collections.abc import Iterable, Iterator

from corpus_cli.errors import SourceError

_MAX_UNPACKED_BYTES = 200_000_000
_PIECE = 1_000_000
_DICTIONARY = 1_000
_STAGES = 4
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FLATE = re.compile(rb"/Fl(?:ateDecode)?\b")
_ASCII = re.compile(rb"/(?:ASCII85Decode|A85)\b")


def bounded(data: bytes) -> None:
    """Raise `SourceError` if the streams of a PDF, except images, unpack to more than 200 MB.

    PDFium unpacks each stream as a whole, and a thousand packed bytes may be a million. Streams
    that are encrypted, or use other filters than Flate and ASCII85, are not counted.
    """
    total = 0
    view = memoryview(data)
    for found in _STREAM.finditer(data):
        before = data[max(found.start() - _DICTIONARY, 0) : found.start()]
        dictionary = before[before.rfind(b" obj") + 1 :]
        if b"/Image" in dictionary:
            continue
        for piece in _unpacked(dictionary, view[found.end() :]):
            total += len(piece)
            if total > _MAX_UNPACKED_BYTES:
                raise SourceError(
                    f"it unpacks to more than {_MAX_UNPACKED_BYTES // 1_000_000} MB: "
                    "print it to a new PDF"
                )


def _unpacked(dictionary: bytes, packed: memoryview) -> Iterator[bytes]:
    """Unpack a stream, in pieces; it yields nothing if the stream has no Flate filter."""
    source: Iterable[bytes | memoryview] = _pieces(packed)
    if _ASCII.search(dictionary):
        source = [_ascii(packed)]
    for _ in _FLATE.findall(dictionary)[:_STAGES]:
        source = _inflated(source)
    return (bytes(piece) for piece in source) if _FLATE.search(dictionary) else iter(())


def _pieces(packed: memoryview) -> Iterator[memoryview]:
    return (packed[i : i + _PIECE] for i in range(0, len(packed), _PIECE))


def _ascii(packed: memoryview) -> bytes:
    text = bytes(packed).partition(b"~>")[0]
    try:
        return base64.a85decode(text.removeprefix(b"<~"))
    except ValueError:
        return b""


def _inflated(source: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """Unpack a zlib stream in pieces, up to its end or its first error."""
    unpacker = zlib.decompressobj()
    for packed in source:
        rest: bytes | memoryview = packed
        while rest and not unpacker.eof:
            try:
                piece = unpacker.decompress(rest, _PIECE)
            except zlib.error:
                return
            yield piece
            rest = unpacker.unconsumed_tail
        if unpacker.eof:
            return
