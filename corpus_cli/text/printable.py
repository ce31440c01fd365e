"""Make text harmless to a terminal."""

import re
from functools import cache

# C0 except tab and line feed, DEL, C1, separators that break a line, bidi controls, invisible
# letters and format characters, tags and lone surrogates. Joiners and variation selectors
# stay: Persian and emoji are written with them.
_UNSAFE = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)


@cache
def _unsafe() -> re.Pattern[str]:
    """Compile the pattern when it is needed: --help does not need it."""
    return re.compile(_UNSAFE)


def printable(text: str) -> str:
    r"""Return the text with control, bidi and invisible characters escaped (`\x1b`, `\u202e`).

    Tab and line feed stay. An escaped text stays as it is.
    """
    return text if _harmless(text) else _unsafe().sub(_escape, text)


def is_valid(text: str) -> bool:
    """Return whether UTF-8 can encode a text: not if surrogates in it represent raw bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def one_line(text: str) -> str:
    """Return the text printable and on one line: for titles, names and paths."""
    return printable(" ".join(text.split()))


def escape_json(text: str) -> str:
    r"""Return JSON with the same characters as `\uXXXX`: harmless on screen, equal when parsed."""
    return text if _harmless(text) else _unsafe().sub(_escape_json, text)


def _harmless(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", "surrogatepass").decode("ascii")


def _escape_json(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass").hex(" ", 2).split()
    return "".join(f"\\u{unit}" for unit in units)
