"""Decode bytes to text, whatever their encoding."""

import codecs
import re

from corpus_cli.errors import SourceError

_SNIFFED = 8_192
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000
_NULS = 0.002
_ZERO = 0.4
_SHORTEST = 8
_FEW = 100
_DENSE = 0.5
_WESTERN = "cp1252"
# Codecs of Python that no text file uses; the first takes quadratic time.
_NO_TEXTS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})

# Marks of UTF-8 that was decoded as Windows-1252: the lead byte of a quotation mark or of a
# letter, then a character that is no Latin letter.
_PUNCTUATION = re.compile("â(?:€[^\x00-\x7f]|\x80[\x80-\xbf])")
_LATIN = re.compile("[ÃÂ][^\x00-\x7fÀ-ɏ]")
_OTHERS = re.compile("[ÐÑØÙ][^\x00-\x7fÀ-ɏ]")
_SEVERAL, _MANY = 2, 3
_TWICE = 2
_LONE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def decode(data: bytes, stated: str = "") -> str:
    """Decode a text: by its byte order mark, as UTF-8, as stated, else by its statistics.

    `stated_encoding` is a codec name, or empty; a codec that fails is ignored. Mojibake is
    repaired, and lone surrogates become U+FFFD. Raises `SourceError` where `data` is not text.
    """
    return mended(_LONE.sub(_REPLACEMENT, _decoded(data, stated)))


def lines(text: str) -> list[str]:
    """Return the lines of a text without their line ends.

    Only CR, LF and CRLF end a line, so that line numbers agree with those of editors.
    """
    found = re.split(r"\r\n|\r|\n", text)
    if not found[-1]:
        found.pop()
    return found


def mended(text: str) -> str:
    """Repair UTF-8 that was decoded as Windows-1252 or Latin-1, line by line.

    A single mark in a text is no evidence: `MØ’s song` contains one. A line stays as it is
    where its bytes in both encodings are not UTF-8.
    """
    for _ in range(_TWICE):
        marks = len(_PUNCTUATION.findall(text)) + len(_LATIN.findall(text))
        if marks < _SEVERAL and not any(map(_foreign, text.split("\n"))):
            break
        text = "\n".join(
            _mended(line)
            if _foreign(line)
            or (marks >= _SEVERAL and (_PUNCTUATION.search(line) or _LATIN.search(line)))
            else line
            for line in text.split("\n")
        )
    return text


def _foreign(line: str) -> bool:
    """Return whether a line looks like mojibake of a script other than Latin."""
    return len(_OTHERS.findall(line)) >= _MANY


def _mended(line: str) -> str:
    for encoding in ("cp1252", "latin-1"):
        try:
            return line.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return line


def _decoded(data: bytes, stated: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if wide := _wide(data[:_SNIFFED]):
        return data.decode(wide, "replace")
    if data[:_SNIFFED].count(0) > len(data[:_SNIFFED]) * _NULS:
        raise SourceError("it is not a text file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        if stated and codecs.lookup(stated).name not in _NO_TEXTS:
            return data.decode(stated)
    except (LookupError, UnicodeError):
        pass
    return _guessed(data)


def _wide(head: bytes) -> str:
    """Return the UTF-16 encoding of bytes without a mark; empty if they do not look like it.

    Every second byte of Latin letters in UTF-16 is zero.
    """
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half < _SHORTEST or even + odd < half * _ZERO or min(even, odd) > half * _NULS:
        return ""
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    written = head.decode(encoding, "ignore")
    return encoding if sum(c.isprintable() or c.isspace() for c in written) == len(written) else ""


def _guessed(data: bytes) -> str:
    """Decode a text whose encoding is not stated; decode its lines that are UTF-8 as UTF-8.

    So a damaged byte, or a line in another encoding, spoils only its own line.
    """
    lines = data.split(b"\n")
    strange = [line for line in lines if not _is_utf8(line)]
    encoding = _encoding(b"\n".join(strange)[:_SAMPLE])
    mixed = any(not line.isascii() and _is_utf8(line) for line in lines)
    if not mixed:
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


def _encoding(sample: bytes) -> str:
    """Detect an encoding by statistics; assume Western European where evidence is scarce.

    A few letters beyond ASCII in a long text are accents, too few to tell the language.
    """
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    beyond = sum(byte > 0x7F for byte in sample)  # noqa: PLR2004 - ASCII ends there
    few = beyond < _FEW and beyond < len(sample) * _DENSE
    if best is None or best.encoding in ("ascii", "utf_8") or few:
        return _WESTERN
    return best.encoding
