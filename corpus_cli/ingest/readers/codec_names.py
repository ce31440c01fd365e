"""Find the codec that the name of an encoding means."""

import codecs
import re

from corpus_cli.text.data import toml

_CODE_PAGE = re.compile(r"(?:x-)?(?:windows|win|cp|ms|ibm|dos|oem|cspc)?[-_]?(?:cp)?(\d{3,5})")
_SEVEN_BIT_CODECS = ("iso2022", "hz", "utf-7")
# Codecs of Python that no text file uses; the first takes quadratic time.
_NON_TEXT_CODECS = frozenset(
    {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)


def find_codec(label: str) -> str:
    """Return the codec of an encoding, as the WHATWG standard reads its name; empty if none.

    A name of a subset means the superset that programs write under this name: `gb2312` is
    GB 18030, `iso-8859-1` is Windows-1252, `ks_c_5601-1987` is code page 949.
    """
    label = label.strip(" \t\"'").lower().partition("*")[0]
    if not label.isascii():
        # A damaged header: no encoding has such a name.
        return ""
    if _check_codec(label) == "ascii":
        return "ascii"
    names = toml("encodings")
    if label in names["first"]:
        return str(names["first"][label])
    from webencodings import lookup

    encoding = lookup(label)
    if encoding and encoding.name not in ("replacement", "x-user-defined"):
        codec = encoding.codec_info.name
        return str(names["first"].get(codec, "")) or _check_codec(codec)
    return _check_codec(names["others"].get(label) or _find_code_page(label) or label)


def find_code_page_codec(number: int) -> str:
    """Return the codec of a code page of Windows; empty if there is none."""
    return _check_codec(toml("encodings")["code_pages"].get(str(number), f"cp{number}"))


def is_seven_bit(codec: str) -> bool:
    """Return whether the bytes of an encoding are all ASCII, so that only its name reveals it."""
    return codec.startswith(_SEVEN_BIT_CODECS)


def _find_code_page(label: str) -> str:
    match = _CODE_PAGE.fullmatch(label)
    return find_code_page_codec(int(match[1])) if match else ""


def _check_codec(name: str) -> str:
    """Return the name of a codec if it decodes bytes to text; else an empty string."""
    try:
        codec = codecs.lookup(name).name
        b"a".decode(codec, "replace")
    except (LookupError, ValueError):
        return ""
    return "" if codec in _NON_TEXT_CODECS else codec
