"""Nothing in a text reaches a terminal as a command."""

import json
import unicodedata

import pytest

from corpus_cli.text.printable import escape_json, one_line, printable


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain", "plain"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x1b]52;c;QQ==\x07", r"\x1b]52;c;QQ==\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("\x00\x7f\r\b", r"\x00\x7f\r\x08"),
        ("user\u202egnp.exe", r"user\u202egnp.exe"),
        ("\u2066a\u2069", r"\u2066a\u2069"),
        ("\ufeffbom", r"\ufeffbom"),
        ("\ud800", r"\ud800"),
        ("[/url] [red]", "[/url] [red]"),
    ],
)
def test_shown_as_escapes(text: str, safe: str) -> None:
    assert printable(text) == safe


def test_no_control_or_invisible_character_of_unicode_gets_through() -> None:
    # Persian and emoji are written with joiners; the others are seen, or end at their word.
    kept = set("\t\n\u00ad\u200c\u200d\u06dd\u070f\u08e2\u0890\u0891\U000110bd\U000110cd")
    kept |= set(map(chr, range(0x600, 0x606)))
    unseen = set("\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0\u2065")
    unseen |= set(map(chr, [*range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE0100)]))
    unseen |= set(map(chr, [*range(0xE01F0, 0xE1000), *range(0x13439, 0x13440)]))
    for char in map(chr, range(0x110000)):
        unsafe = char in unseen or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert (printable(char) != char) == (unsafe and char not in kept), hex(ord(char))


def test_persian_and_emoji_are_left_alone() -> None:
    for text in (
        "می\u200cخواهم",
        "👩\u200d🚀",
        "❤\ufe0f",
        "葛\U000e0100",
        "e\u0301",
        "\ue000\u0378",
    ):
        assert printable(text) == text


def test_json_is_harmless_and_exact() -> None:
    text = 'a\x1b\x7f\x9b\u202e"\\\ud800\U000e0041 é'
    line = escape_json(json.dumps({"t": text}, ensure_ascii=False))
    assert json.loads(line) == {"t": text}
    assert printable(line) == line
    assert "é" in line


def test_one_line_has_no_line_feed() -> None:
    assert one_line(" a\n b\tc ") == "a b c"
