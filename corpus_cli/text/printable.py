"""Text that can do nothing to a terminal."""

import json
import re
import unicodedata

# C0 but tab and line feed, DEL, C1, separators that break a line, bidi controls,
# invisible format characters, tags and lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    r"""The text with control, bidi and invisible characters as escapes (`\x1b`, `\u202e`).

    Tab and line feed stay. Applied twice it changes nothing more.
    """
    return _UNSAFE.sub(_escape, text)


def one_line(text: str) -> str:
    """Printable, and on one line: what a title, a name or a path may be shown as."""
    return printable(" ".join(text.split()))


def escape_json(text: str) -> str:
    r"""JSON in which the same characters are `\uXXXX`: harmless to see, exact when read."""
    return _UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], text)


def columns(text: str) -> int:
    """How many terminal columns a printable text takes: wide characters take two."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text if char > "\u10ff")
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", "surrogatepass").decode("ascii")
