"""What a PDF would unpack to, before it does."""

import base64
import re
import zlib
from collections.abc import Iterable, Iterator

from corpus_cli.errors import SourceError

_MOST = 200_000_000
_PIECE = 1_000_000
_DICTIONARY = 1_000
_STAGES = 4
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FLATE = re.compile(rb"/Fl(?:ateDecode)?\b")
_ASCII = re.compile(rb"/(?:ASCII85Decode|A85)\b")


def bounded(data: bytes) -> None:
    """Raise `SourceError` where the streams of a PDF, pictures aside, hold more than 200 MB.

    PDFium unpacks a stream in one piece; a thousand bytes of it may be a million. What is
    encrypted or packed otherwise does not show here.
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
            if total > _MOST:
                raise SourceError(
                    f"it unpacks to more than {_MOST // 1_000_000} MB: print it to a new PDF"
                )


def _unpacked(dictionary: bytes, packed: memoryview) -> Iterator[bytes]:
    """The pieces that every stage of a stream's filters gives."""
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
    """A zlib stream in pieces, up to where it ends or breaks."""
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
