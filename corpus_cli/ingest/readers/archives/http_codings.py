"""Decode HTTP bodies: chunks and compression."""

import re
import zlib
from collections.abc import Callable, Mapping
from gzip import GzipFile
from io import BytesIO

from fastwarc.stream_io import BrotliReader, ZstdReader

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.archives import limits
from corpus_cli.ingest.readers.archives.limits import TOO_LARGE, ByteStream

_DAMAGED_BODY = "its body is damaged or cut off: fetch it again"
_UNKNOWN_CODING = "its content encoding is not supported: fetch it again without compression"
_CHUNK_HEADER = re.compile(rb"(?:\r?\n)?([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
# Binary data bytes of the MIME Sniffing Standard, and the bytes that it examines.
_BINARY_BYTE = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_SNIFF_BYTES = 1_445
_ZLIB_WBITS, _RAW_WBITS = 15, -15


def decode_body(body: bytes, codings: str) -> bytes:
    """Undo the codings of a body; `codings` lists them in the order they were applied.

    Some headers state a coding that the body does not have; such a body stays as it is.
    Raises `SourceError` for a body that cannot be decoded, or decodes to more than 50 MB.
    """
    for coding in reversed(re.findall(r"[^\s,]+", codings.lower())):
        decoder = _DECODERS.get(coding)
        if not body:
            return body
        try:
            body = decoder(body) if decoder else _check_plain(body, _UNKNOWN_CODING)
        except (EOFError, OSError, zlib.error):
            body = _check_plain(body, _DAMAGED_BODY)
    return body


def _check_plain(body: bytes, reason: str) -> bytes:
    """Return a body that is text or PDF. Raises `SourceError` for other bytes."""
    if _BINARY_BYTE.search(body, 0, _SNIFF_BYTES) and not body.startswith(b"%PDF-"):
        raise SourceError(reason)
    return body


def _join_chunks(body: bytes) -> bytes:
    """Join the chunks of a body; return a body without chunks as it is.

    Raises `SourceError` where a chunk is damaged or cut off.
    """
    header, end = _CHUNK_HEADER.match(body), 0
    if header is None:
        return body
    chunks = []
    while header is not None and (size := int(header[1], 16)):
        end = header.end() + size
        chunks.append(body[header.end() : end])
        header = _CHUNK_HEADER.match(body, end)
    # The empty last chunk is often missing.
    if end > len(body) or (header is None and body[end:].strip()):
        raise SourceError(_DAMAGED_BODY)
    return b"".join(chunks)


def _inflate(body: bytes) -> bytes:
    """Decompress gzip, zlib or raw DEFLATE, as servers mix them up.

    Raises `EOFError` where the body is none of them or is cut off, and `SourceError` where
    it decompresses to more than 50 MB.
    """
    if body.startswith(b"\x1f\x8b"):
        return _read_all(GzipFile(fileobj=BytesIO(body)))
    for wbits in (_ZLIB_WBITS, _RAW_WBITS):
        decompressor = zlib.decompressobj(wbits)
        try:
            data = decompressor.decompress(body, limits.MAX_MEMBER_BYTES + 1)
        except zlib.error:
            continue
        if len(data) > limits.MAX_MEMBER_BYTES:
            raise SourceError(TOO_LARGE)
        if decompressor.eof and not decompressor.unused_data:
            return data
    raise EOFError


def _read_all(stream: ByteStream) -> bytes:
    member = limits.load_member("", stream)
    if member.reason:
        raise SourceError(member.reason)
    return member.data


_DECODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "chunked": _join_chunks,
    "gzip": _inflate,
    "x-gzip": _inflate,
    "deflate": _inflate,
    "br": lambda body: _read_all(BrotliReader(BytesIO(body))),
    "zstd": lambda body: _read_all(ZstdReader(BytesIO(body))),
    "identity": lambda body: body,
}
