"""Decode bytes to text, whatever their encoding."""

import codecs
import re

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.codec_names import find_codec, is_seven_bit

_SNIFF_BYTES = 8_192
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 200_000
_MAX_NUL_SHARE = 0.002
_MAX_NUL_RUNS = 0.05
_MAX_CONTROL_SHARE = 0.02
_MAX_NON_ASCII_SHARE = 0.3
_CONTROL_BYTE = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MIN_ZERO_SHARE = 0.4
_MIN_UTF16_UNITS = 8
_MIN_NON_ASCII = 100
_MIN_NON_ASCII_SHARE = 0.5
_WESTERN_ENCODING = "cp1252"
_ASCII = bytes(range(0x80))
# Of the bytes beyond ASCII, the share that may be damaged in a text whose encoding is stated.
_MAX_UNDECODABLE_SHARE = 0.05

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def decode(data: bytes, stated_encoding: str = "") -> str:
    """Decode a text: by its byte order mark, as UTF-8, as stated, else by its statistics.

    `stated_encoding` is a name of an encoding, or empty; it is ignored where it is unknown or
    does not fit. Lone surrogates become U+FFFD, and NUL characters are left out: they come from
    damage and mean nothing. Raises `SourceError` where `data` is not text.
    """
    text = _decode_bytes(data, stated_encoding).replace("\0", "")
    return _LONE_SURROGATE.sub(_REPLACEMENT, text)


def fits_encoding(data: bytes, stated_encoding: str) -> bool:
    """Return whether a text can be in the encoding that is stated for it."""
    codec = find_codec(stated_encoding)
    return is_seven_bit(codec) or _decode_as_stated(data, stated_encoding) is not None


def is_wide(data: bytes) -> bool:
    """Return whether a text is UTF-16 or UTF-32, in which NUL bytes are parts of characters."""
    has_mark = any(data.startswith(mark) for mark, _ in _BYTE_ORDER_MARKS[1:])
    return has_mark or bool(_detect_utf16(data[:_SNIFF_BYTES]))


def may_be_text(head: bytes) -> bool:
    """Return whether bytes may be text with NUL bytes among them, as damage leaves them.

    Hardly any runs of NUL bytes interrupt it, and it has no other control characters. It is
    UTF-8, or most of it is ASCII.
    """
    rest = head.replace(b"\0", b"")
    run_count = len(re.findall(rb"\0+", head))
    if run_count > 1 + len(rest) * _MAX_NUL_RUNS or _CONTROL_BYTE.search(rest) or not rest.strip():
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(rest)
    except UnicodeDecodeError:
        return _count_non_ascii(rest) < len(rest) * _MAX_NON_ASCII_SHARE
    return True


def split_lines(text: str) -> list[str]:
    """Return the lines of a text without their line ends.

    Only CR, LF and CRLF end a line, so that line numbers agree with those of editors.
    """
    lines = re.split(r"\r\n|\r|\n", text) if "\r" in text else text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _decode_bytes(data: bytes, stated_encoding: str) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if utf16_encoding := _detect_utf16(data[:_SNIFF_BYTES]):
        return data.decode(utf16_encoding, "replace")
    head = data[:_SNIFF_BYTES]
    if head.count(0) > len(head) * _MAX_NUL_SHARE and not may_be_text(head):
        raise SourceError("it is not a text file")
    if stated_encoding and data.isascii() and is_seven_bit(codec := find_codec(stated_encoding)):
        return data.decode(codec, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    stated_text = _decode_as_stated(data, stated_encoding) if stated_encoding else None
    if stated_text is not None:
        return stated_text
    if len(_CONTROL_BYTE.findall(head)) > 1 + len(head) * _MAX_CONTROL_SHARE:
        # A short file of random bytes may have no NUL.
        raise SourceError("it is not a text file")
    return _decode_by_statistics(data)


def _decode_as_stated(data: bytes, stated_encoding: str) -> str | None:
    """Decode a text as stated, or return None if the encoding is unknown or does not fit.

    What is called ASCII but has other bytes has no stated encoding.
    """
    codec = find_codec(stated_encoding)
    if codec in ("", "ascii"):
        return None
    text = data.decode(codec, "replace")
    undecodable_count = text.count(_REPLACEMENT)
    if undecodable_count > _count_non_ascii(data) * _MAX_UNDECODABLE_SHARE:
        return None
    return text


def _detect_utf16(head: bytes) -> str:
    """Return the UTF-16 encoding of bytes without a mark; empty if they do not look like it.

    Every second byte of Latin letters in UTF-16 is zero.
    """
    even_zeros, odd_zeros = head[0::2].count(0), head[1::2].count(0)
    unit_count = len(head) // 2
    if (
        unit_count < _MIN_UTF16_UNITS
        or even_zeros + odd_zeros < unit_count * _MIN_ZERO_SHARE
        or min(even_zeros, odd_zeros) > unit_count * _MAX_NUL_SHARE
    ):
        return ""
    encoding = "utf-16-le" if odd_zeros > even_zeros else "utf-16-be"
    text = head.decode(encoding, "ignore")
    return encoding if sum(c.isprintable() or c.isspace() for c in text) == len(text) else ""


def _decode_by_statistics(data: bytes) -> str:
    """Decode a text whose encoding is not stated; decode its lines that are UTF-8 as UTF-8.

    So a damaged byte, or a line in another encoding, spoils only its own line.
    """
    lines = data.split(b"\n")
    other_lines = [line for line in lines if not _is_utf8(line)]
    encoding = _detect_encoding(b"\n".join(other_lines)[:_SAMPLE_BYTES])
    is_mixed = any(not line.isascii() and _is_utf8(line) for line in lines)
    if not is_mixed:
        return data.decode(encoding, "replace")
    return "\n".join(
        line.decode("utf-8" if _is_utf8(line) else encoding, "replace") for line in lines
    )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _count_non_ascii(data: bytes) -> int:
    return len(data.translate(None, _ASCII))


def _detect_encoding(sample: bytes) -> str:
    """Detect an encoding by statistics; assume Western European where evidence is scarce.

    A few letters beyond ASCII in a long text are accents, too few to tell the language.
    """
    from charset_normalizer import from_bytes

    guess = from_bytes(sample).best()
    non_ascii_count = _count_non_ascii(sample)
    is_scarce = (
        non_ascii_count < _MIN_NON_ASCII and non_ascii_count < len(sample) * _MIN_NON_ASCII_SHARE
    )
    if guess is None or guess.encoding in ("ascii", "utf_8") or is_scarce:
        return _WESTERN_ENCODING
    return guess.encoding
