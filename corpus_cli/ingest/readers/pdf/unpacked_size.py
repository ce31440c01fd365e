"""Refuse PDF files that unpack to too many bytes."""

import base64
import re
import zlib
from collections.abc import Iterable, Iterator

from corpus_cli.errors import SourceError

_MAX_UNPACKED_BYTES = 200_000_000
_PIECE_LENGTH = 1_000_000
_MAX_DICTIONARY_LENGTH = 1_000
_MAX_FILTERS = 4
_STREAM_START = re.compile(rb"(?<!end)stream\r?\n")
_FLATE_FILTER = re.compile(rb"/Fl(?:ateDecode)?\b")
_ASCII85_FILTER = re.compile(rb"/(?:ASCII85Decode|A85)\b")


def check_unpacked_size(data: bytes) -> None:
    """Raise `SourceError` if the streams of a PDF, except images, unpack to more than 200 MB.

    PDFium unpacks each stream as a whole, and a thousand packed bytes may be a million. Streams
    that are encrypted, or use other filters than Flate and ASCII85, are not counted.
    """
    total = 0
    view = memoryview(data)
    for stream in _STREAM_START.finditer(data):
        preceding = data[max(stream.start() - _MAX_DICTIONARY_LENGTH, 0) : stream.start()]
        dictionary = preceding[preceding.rfind(b" obj") + 1 :]
        if b"/Image" in dictionary:
            continue
        for piece in _unpack(dictionary, view[stream.end() :]):
            total += len(piece)
            if total > _MAX_UNPACKED_BYTES:
                raise SourceError(
                    f"it unpacks to more than {_MAX_UNPACKED_BYTES // 1_000_000} MB: "
                    "print it to a new PDF"
                )


def _unpack(dictionary: bytes, packed: memoryview) -> Iterator[bytes]:
    """Unpack a stream, in pieces; it yields nothing if the stream has no Flate filter."""
    pieces: Iterable[bytes | memoryview] = _split_pieces(packed)
    if _ASCII85_FILTER.search(dictionary):
        pieces = [_decode_ascii85(packed)]
    for _ in _FLATE_FILTER.findall(dictionary)[:_MAX_FILTERS]:
        pieces = _inflate(pieces)
    return (bytes(piece) for piece in pieces) if _FLATE_FILTER.search(dictionary) else iter(())


def _split_pieces(packed: memoryview) -> Iterator[memoryview]:
    return (packed[i : i + _PIECE_LENGTH] for i in range(0, len(packed), _PIECE_LENGTH))


def _decode_ascii85(packed: memoryview) -> bytes:
    text = bytes(packed).partition(b"~>")[0]
    try:
        return base64.a85decode(text.removeprefix(b"<~"))
    except ValueError:
        return b""


def _inflate(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """Unpack a zlib stream in pieces, up to its end or its first error."""
    unpacker = zlib.decompressobj()
    for packed in pieces:
        remaining: bytes | memoryview = packed
        while remaining and not unpacker.eof:
            try:
                piece = unpacker.decompress(remaining, _PIECE_LENGTH)
            except zlib.error:
                return
            yield piece
            remaining = unpacker.unconsumed_tail
        if unpacker.eof:
            return
