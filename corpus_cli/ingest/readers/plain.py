"""Plain text: UTF-8, or UTF-16 by its mark."""

import codecs
import re
from typing import Final

from corpus_cli.errors import SourceError

SUFFIXES: Final = frozenset({".txt", ".text", ".md", ".markdown"})

_SNIFFED = 8_192


def read(data: bytes) -> list[str]:
    """The lines of a text file, without their ends and without a byte order mark.

    Raises `SourceError` for what is no text, or in an encoding that cannot be told.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in data[:_SNIFFED]:
        raise SourceError("it is not a text file")
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"it is not {encoding.removesuffix('-sig').upper()} (byte {error.start:,}): "
            "convert it, for instance with iconv -t utf-8"
        ) from error
    lines = re.split(r"\r\n|\r|\n", text)
    if not lines[-1]:
        lines.pop()
    if not any(map(str.strip, lines)):
        raise SourceError("there is no text in it")
    return lines
